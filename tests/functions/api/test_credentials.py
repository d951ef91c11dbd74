"""/credentials: an extension of ours (zencoder-api 2.9), and `credentials` in jobs."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder import runtime
from stepcoder.credentials.resolving import resolve
from tests.cloud import provide_credentials_key
from tests.functions.api.world import World

SECRET = "tr0ub4dor/+&3"
ARCHIVE = {"nickname": "Archive", "type": "s3", "user": "AKIAEXAMPLE", "secret": SECRET}


@pytest.fixture(autouse=True)
def sealing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    provide_credentials_key(monkeypatch)


def save(world: World, key: str, **members: Any) -> dict[str, Any]:
    reply = world.call("POST", "/credentials", {**ARCHIVE, **members}, key=key)
    assert reply.status == 201, reply.body
    saved: dict[str, Any] = reply.document
    return saved


def test_what_is_saved_is_shown_without_its_secret(world: World, key: str) -> None:
    saved = save(world, key)
    assert set(saved) == {"nickname", "type", "user", "default", "created_at", "updated_at"}
    assert (saved["nickname"], saved["type"], saved["user"], saved["default"]) == (
        "Archive",
        "s3",
        "AKIAEXAMPLE",
        False,
    )
    assert world.call("GET", "/credentials", key=key).document == {"credentials": [saved]}
    for path in ("/credentials/Archive", "/credentials/ARCHIVE.json", "/credentials/archive/"):
        reply = world.call("GET", path, key=key)
        assert (reply.status, reply.document) == (200, saved)


@pytest.mark.parametrize("kind", ["s3", "gcs", "cf", "ftp", "ftps", "sftp", "azure", "aspera", "akamai"])
def test_every_type_of_storage_can_be_saved(world: World, key: str, kind: str) -> None:
    """The vendor answered 406 to all but Amazon's."""
    assert save(world, key, type=kind)["type"] == kind


def test_the_vendors_words_for_user_and_secret_are_understood(world: World, key: str) -> None:
    body = {"nickname": "a", "type": "S3", "key": "AKIAEXAMPLE", "password": SECRET, "default": "1"}
    saved = world.call("POST", "/credentials", body, key=key).document
    assert (saved["user"], saved["type"], saved["default"]) == ("AKIAEXAMPLE", "s3", True)
    secret = resolve(1, "a", "s3")
    assert secret is not None
    assert secret.secret == SECRET


@pytest.mark.parametrize("nickname", ["my bucket", "ä", "a.b", "a@b+c (d)", "x" * 64])
def test_nicknames_that_work_in_paths(world: World, key: str, nickname: str) -> None:
    saved = save(world, key, nickname=nickname)
    assert world.call("GET", f"/credentials/{nickname}", key=key).document == saved
    assert world.call("DELETE", f"/credentials/{nickname}", key=key).status == 204


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"nickname": None}, "nickname is required."),
        ({"nickname": " "}, "nickname is required."),
        ({"nickname": "a/b"}, 'nickname is "a/b": it must be 1 to 64 letters'),
        ({"nickname": "a.json"}, 'nickname is "a.json": it must be 1 to 64 letters'),
        ({"nickname": "x" * 65}, "nickname is"),
        ({"nickname": ["a"]}, "nickname must be text"),
        ({"type": None}, "type is required."),
        ({"type": "dropbox"}, 'type is "dropbox": it must be one of s3, gcs,'),
        ({"user": None}, "user is required."),
        ({"user": "AKIA EXAMPLE"}, 'user is "AKIA EXAMPLE": for type s3 it must be the id of an access key.'),
        ({"user": "a\r\nX-Evil: 1"}, "user must be text"),
        ({"secret": None}, "secret is required."),
        ({"secret": "x" * 2049}, "secret must be text of at most 2048 characters on one line."),
        ({"secret": {"a": 1}}, "secret must be text"),
        ({"default": "perhaps"}, 'default is "perhaps": it must be true or false.'),
    ],
)
def test_what_is_wrong_is_said_and_nothing_saved(
    world: World, key: str, changes: dict[str, Any], sentence: str
) -> None:
    reply = world.call("POST", "/credentials", {**ARCHIVE, **changes}, key=key)
    assert reply.status == 422
    assert len(reply.errors) == 1
    assert reply.errors[0].startswith(sentence)
    assert SECRET not in reply.body
    assert world.call("GET", "/credentials", key=key).document == {"credentials": []}


def test_all_problems_are_told_at_once(world: World, key: str) -> None:
    assert len(world.call("POST", "/credentials", {}, key=key).errors) == 4


def test_a_nickname_is_used_once_whatever_its_case(world: World, key: str) -> None:
    save(world, key)
    reply = world.call("POST", "/credentials", {**ARCHIVE, "nickname": "ARCHIVE"}, key=key)
    assert (reply.status, reply.errors) == (
        422,
        ['nickname is "ARCHIVE": this account has credentials of that name.'],
    )


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_changing_keeps_what_is_not_given(world: World, key: str, method: str) -> None:
    save(world, key, default=True)
    reply = world.call(method, "/credentials/archive", {"user": "AKIAOTHER"}, key=key)
    assert reply.status == 200
    assert (reply.document["user"], reply.document["default"]) == ("AKIAOTHER", True)
    found = resolve(1, "archive", "s3")
    assert found is not None
    assert (found.user, found.secret) == ("AKIAOTHER", SECRET)
    world.call(method, "/credentials/archive", {"secret": "another", "nickname": "ARCHIVE"}, key=key)
    found = resolve(1, "archive", "s3")
    assert found is not None
    assert (found.user, found.secret) == ("AKIAOTHER", "another")
    assert world.call("GET", "/credentials/archive", key=key).document["nickname"] == "ARCHIVE"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"nickname": "tapes"}, "nickname can't be changed"),
        ({"type": "ftp"}, "type can't be changed"),
        ({"user": "a b"}, 'user is "a b"'),
        ({"default": 7}, "default is 7"),
    ],
)
def test_what_can_not_be_changed_is_said(world: World, key: str, body: dict[str, Any], sentence: str) -> None:
    saved = save(world, key)
    reply = world.call("PUT", "/credentials/archive", body, key=key)
    assert reply.status == 422
    assert reply.errors[0].startswith(sentence)
    assert world.call("GET", "/credentials/archive", key=key).document == saved


def test_making_one_the_default_ends_the_others_being_it(world: World, key: str) -> None:
    save(world, key, nickname="a", default=True)
    save(world, key, nickname="b", default=True)
    save(world, key, nickname="f", type="ftp", default=True)
    listed = world.call("GET", "/credentials", key=key).document["credentials"]
    assert [(each["nickname"], each["default"]) for each in listed] == [("a", False), ("b", True), ("f", True)]


def test_the_deleted_ones_are_gone(world: World, key: str) -> None:
    save(world, key)
    reply = world.call("DELETE", "/credentials/archive.json", key=key)
    assert (reply.status, reply.body) == (204, "")
    for method in ("GET", "DELETE", "PUT"):
        assert world.call(method, "/credentials/archive", {} if method == "PUT" else None, key=key).status == 404


def test_accounts_do_not_see_each_others(world: World, key: str) -> None:
    saved = save(world, key)
    bob = world.account("bob@example.com")
    assert world.call("GET", "/credentials", key=bob).document == {"credentials": []}
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = {"user": "AKIAEVIL"} if method in ("PUT", "PATCH") else None
        assert world.call(method, "/credentials/archive", body, key=bob).status == 404
    assert world.call("GET", "/credentials/archive", key=key).document == saved
    job = {"input": "s3://tapes/a.mov", "credentials": "archive"}
    assert world.call("POST", "/jobs", job, key=bob).status == 422


def test_no_secret_is_stored_or_logged(world: World, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    save(world, key)
    world.call("PUT", "/credentials/archive", {"secret": SECRET, "default": "x"}, key=key)
    world.job(key, credentials="archive")
    items = runtime.client("dynamodb").scan(TableName=runtime.settings().table)["Items"]
    captured = capsys.readouterr()
    assert SECRET not in f"{items} {captured.out} {captured.err}"


# --- in jobs ---


def test_a_job_remembers_the_names_of_its_credentials(world: World, key: str) -> None:
    save(world, key)
    output = {"url": "s3://acme-out/7/web.mp4", "credentials": "ARCHIVE"}
    made = world.job(key, credentials="archive", output=output)
    job = world.records.job(made["id"])
    assert world.records.input(job.input_id).credentials == "archive"
    assert world.records.output(job.output_ids[0]).credentials == "ARCHIVE"


def test_credentials_that_do_not_exist_make_no_job(world: World, key: str) -> None:
    body = {"input": "s3://tapes/a.mov", "credentials": "nobody's"}
    reply = world.call("POST", "/jobs", body, key=key)
    assert (reply.status, reply.errors) == (
        422,
        ['credentials is "nobody\'s": this account has no saved credentials of that name.'],
    )
    assert world.call("POST", "/jobs", {**body, "mock": True}, key=key).status == 422
    assert world.started == []


def test_a_login_in_an_s3_url_is_taken_and_not_shown(world: World, key: str) -> None:
    login = "AKIAEXAMPLE:tr0ub4dor%2F3"
    output = {"url": f"s3://{login}@acme-out/7/web.mp4"}
    made = world.job(key, input=f"s3://{login}@tapes/a.mov", output=output)
    assert made["outputs"][0]["url"] == "http://acme-out.s3.amazonaws.com/7/web.mp4"
    details = world.call("GET", f"/jobs/{made['id']}", key=key)
    assert details.document["job"]["input_media_file"]["url"] == "s3://AKIAEXAMPLE:***@tapes/a.mov"
    assert "tr0ub4dor" not in details.body
    job = world.records.job(made["id"])
    assert world.records.output(job.output_ids[0]).target == f"s3://{login}@acme-out/7/web.mp4"


def test_a_login_does_not_hide_the_bucket_that_is_ours(world: World, key: str) -> None:
    body = {"input": "s3://tapes/a.mov", "output": {"url": "s3://AKIA1:x@stepcoder-work/jobs/a.mp4"}}
    reply = world.call("POST", "/jobs", body, key=key)
    assert reply.status == 422
    assert "keeps for its own work" in reply.errors[0]


def test_a_login_does_not_make_two_places_of_one(world: World, key: str) -> None:
    outputs = [{"url": "s3://AKIA1:x@acme-out/a.mp4"}, {"url": "s3://acme-out/a.mp4"}]
    reply = world.call("POST", "/jobs", {"input": "s3://tapes/a.mov", "outputs": outputs}, key=key)
    assert reply.status == 422
    assert "goes to that very place" in reply.errors[0]


@pytest.mark.parametrize("login", ["AKIA1", "AKIA1:", ":x", "AK IA:x"])
def test_half_a_login_is_refused(world: World, key: str, login: str) -> None:
    for body in (
        {"input": f"s3://{login}@tapes/a.mov"},
        {"input": "s3://tapes/a.mov", "output": {"url": f"s3://{login}@acme-out/a.mp4"}},
    ):
        assert world.call("POST", "/jobs", body, key=key).status == 422


@pytest.mark.parametrize("state", ["stopped", "suspended", "cancelled"])
def test_an_account_that_is_not_active_starts_nothing(world: World, key: str, state: str) -> None:
    made = world.job(key)
    table = world.records.table
    item = table.get("accounts/1")
    assert item is not None
    table.put("accounts/1", {**item, "state": state})
    reply = world.call("POST", "/jobs", {"input": "s3://tapes/a.mov"}, key=key)
    assert (reply.status, reply.errors) == (403, [f"This account is {state}: it can't start jobs."])
    assert world.call("GET", f"/jobs/{made['id']}", key=key).status == 200
    assert world.call("GET", "/account", key=key).document["account_state"] == state
