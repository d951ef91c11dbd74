"""/account/keys and /account/secrets: extensions of ours."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from tests.functions.api.world import Reply, World


def new_key(world: World, key: str, **members: Any) -> dict[str, Any]:
    reply = world.call("POST", "/account/keys", members, key=key)
    assert reply.status == 201, reply.body
    made: dict[str, Any] = reply.document
    return made


def with_login(world: World, login: str, path: str = "/account/keys", method: str = "POST") -> Reply:
    headers = {"authorization": "Basic " + base64.b64encode(login.encode()).decode()}
    return world.call(method, path, headers=headers)


# --- keys ---


def test_a_new_key_is_shown_once(world: World, key: str) -> None:
    made = new_key(world, key, kind="read_only", label="shop")
    assert set(made) == {"id", "kind", "label", "created_at", "last_characters", "api_key"}
    assert (made["kind"], made["label"]) == ("read_only", "shop")
    assert re.fullmatch("[0-9a-f]{32}", made["api_key"])
    listed = world.call("GET", "/account/keys", key=key).document["keys"]
    assert listed[1] == {name: value for name, value in made.items() if name != "api_key"}
    assert key not in str(listed)
    assert listed[0]["last_characters"] == key[-4:]


def test_a_key_is_full_unless_said_otherwise(world: World, key: str) -> None:
    reply = world.call("POST", "/account/keys", key=key)
    assert (reply.status, reply.document["kind"], reply.document["label"]) == (201, "full", None)
    assert world.call("GET", "/account", key=reply.document["api_key"]).status == 200


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"kind": "admin"}, 'kind is "admin": it must be one of full, read_only, integration or videosdk.'),
        ({"kind": ["full"]}, "kind is ['full']: it must be one of full, read_only, integration or videosdk."),
        ({"label": "a\nb"}, "label must be text of at most 255 characters on one line."),
    ],
)
def test_what_is_wrong_with_a_key_is_said(world: World, key: str, body: dict[str, Any], sentence: str) -> None:
    reply = world.call("POST", "/account/keys", body, key=key)
    assert (reply.status, reply.errors) == (422, [sentence])


def test_a_revoked_key_opens_nothing_from_then_on(world: World, key: str) -> None:
    made = new_key(world, key)
    assert world.call("GET", "/account", key=made["api_key"]).status == 200
    reply = world.call("DELETE", f"/account/keys/{made['id']}.json", key=key)
    assert (reply.status, reply.body) == (204, "")
    assert world.call("GET", "/account", key=made["api_key"]).status == 401
    assert world.call("DELETE", f"/account/keys/{made['id']}", key=key).status == 404


def test_the_last_full_key_can_not_be_revoked(world: World, key: str) -> None:
    new_key(world, key, kind="integration")
    (first, _) = world.call("GET", "/account/keys", key=key).document["keys"]
    reply = world.call("DELETE", f"/account/keys/{first['id']}", key=key)
    assert reply.status == 409
    assert reply.errors == ["The last full key of an account can't be revoked: create another full key first."]
    assert world.call("GET", "/account", key=key).status == 200


@pytest.mark.parametrize("key_id", ["0", "x", "-1", "1.5", "9" * 30])
def test_what_names_no_key_is_404(world: World, key: str, key_id: str) -> None:
    assert world.call("DELETE", f"/account/keys/{key_id}", key=key).status == 404


def test_accounts_do_not_see_each_others_keys(world: World, key: str) -> None:
    made = new_key(world, key)
    bob = world.account("bob@example.com")
    assert world.call("DELETE", f"/account/keys/{made['id']}", key=bob).status == 404
    assert world.call("GET", "/account", key=made["api_key"]).status == 200
    assert made["id"] not in [each["id"] for each in world.call("GET", "/account/keys", key=bob).document["keys"]]


# --- what each kind may do ---

_OF_THE_OWNER = [
    ("POST", "/account/keys"),
    ("GET", "/account/keys"),
    ("DELETE", "/account/keys/1"),
    ("GET", "/account/secrets"),
    ("POST", "/account/secrets/rotate"),
    ("PUT", "/account/integration"),
    ("PUT", "/account/live"),
    ("POST", "/credentials"),
    ("GET", "/credentials"),
    ("GET", "/credentials/archive"),
    ("PUT", "/credentials/archive"),
    ("PATCH", "/credentials/archive"),
    ("DELETE", "/credentials/archive"),
]


@pytest.mark.parametrize("kind", ["read_only", "integration"])
@pytest.mark.parametrize(("method", "path"), _OF_THE_OWNER)
def test_only_a_full_key_manages_the_account(world: World, key: str, method: str, path: str, kind: str) -> None:
    limited = new_key(world, key, kind=kind)["api_key"]
    reply = world.call(method, path, {} if method != "GET" else None, key=limited)
    assert reply.status == 401
    assert len(reply.errors) == 1


@pytest.mark.parametrize(("method", "path"), _OF_THE_OWNER)
def test_none_of_it_is_done_without_a_key(world: World, method: str, path: str) -> None:
    assert world.call(method, path).status == 401


def test_an_integration_key_creates_test_jobs_and_sees_them(world: World, key: str) -> None:
    limited = new_key(world, key, kind="integration")["api_key"]
    job = world.job(limited, test=False)
    assert job["test"] is True
    for path in ("", "/progress"):
        reply = world.call("GET", f"/jobs/{job['id']}{path}", key=limited)
        assert reply.status == 200
    assert world.call("GET", f"/jobs/{job['id']}", key=limited).document["job"]["test"] is True


def test_a_read_only_key_sees_a_job_without_its_urls(world: World, key: str) -> None:
    job = world.job(key)
    limited = new_key(world, key, kind="read_only")["api_key"]
    details = world.call("GET", f"/jobs/{job['id']}", key=limited).document["job"]
    assert details["input_media_file"]["url"] is None
    assert world.call("POST", "/jobs", {"input": "s3://tapes/a.mov"}, key=limited).status == 401


# --- recovery ---


def test_whoever_lost_the_key_gets_another_with_address_and_password(world: World) -> None:
    body = {"terms_of_service": "1", "email": "Ada@Example.com", "password": "correct horse"}
    world.call("POST", "/account", body)
    reply = with_login(world, "ada@example.com:correct horse")
    assert (reply.status, reply.document["kind"]) == (201, "full")
    assert world.call("GET", "/account", key=reply.document["api_key"]).status == 200


def test_a_password_made_up_for_the_account_works_as_well(world: World) -> None:
    made = world.call("POST", "/account", {"terms_of_service": "1", "email": "ada@example.com"}).document
    assert with_login(world, f"ada@example.com:{made['password']}").status == 201


def test_an_unknown_address_and_a_wrong_password_look_alike(world: World, key: str) -> None:
    replies = [with_login(world, login) for login in ("ada@example.com:guess", "nobody@example.com:guess")]
    assert [reply.status for reply in replies] == [401, 401]
    assert replies[0].body == replies[1].body
    assert len(world.call("GET", "/account/keys", key=key).document["keys"]) == 1


def test_a_password_opens_nothing_else(world: World) -> None:
    made = world.call("POST", "/account", {"terms_of_service": "1", "email": "ada@example.com"}).document
    login = f"ada@example.com:{made['password']}"
    for path in ("/account", "/account/keys", "/account/secrets", "/credentials", "/jobs"):
        assert with_login(world, login, path, "GET").status == 401


def test_guessing_ends_as_a_rate_limit(world: World, key: str) -> None:
    for _ in range(10):
        assert with_login(world, "ada@example.com:guess").status == 401
    reply = with_login(world, "ada@example.com:guess")
    assert (reply.status, reply.headers["Content-Type"].split(";")[0]) == (403, "text/plain")
    assert 0 < int(reply.headers["Retry-After"]) <= 3600


# --- secrets ---


def test_secrets_are_shown_and_rotated(world: World, key: str) -> None:
    before = world.call("GET", "/account/secrets", key=key)
    assert before.status == 200
    assert before.document["signing_secret"].startswith("whsec_")
    nothing = {"previous_notification_secret": None, "previous_signing_secret": None, "overlap_ends_at": None}
    assert {name: before.document[name] for name in nothing} == nothing
    after = world.call("POST", "/account/secrets/rotate", key=key)
    assert after.status == 200
    assert after.document["previous_signing_secret"] == before.document["signing_secret"]
    assert after.document["previous_notification_secret"] == before.document["notification_secret"]
    assert after.document["overlap_ends_at"] is not None
    assert not set(after.document.values()) & {None}
    assert world.call("GET", "/account/secrets", key=key).document == after.document


def test_secrets_can_be_replaced_at_once(world: World, key: str) -> None:
    before = world.call("GET", "/account/secrets", key=key).document
    after = world.call("POST", "/account/secrets/rotate", {"overlap_hours": 0}, key=key).document
    assert before["signing_secret"] not in str(after)
    assert after["overlap_ends_at"] is None


def test_an_overlap_has_a_limit(world: World, key: str) -> None:
    reply = world.call("POST", "/account/secrets/rotate", {"overlap_hours": 169}, key=key)
    assert (reply.status, reply.errors) == (
        422,
        ["overlap_hours is 169: it must be a whole number from 0 to 168."],
    )


def test_each_account_sees_its_own_secrets(world: World, key: str) -> None:
    bob = world.account("bob@example.com")
    shown = [world.call("GET", "/account/secrets", key=each).document for each in (key, bob)]
    assert shown[0]["signing_secret"] != shown[1]["signing_secret"]
    world.call("POST", "/account/secrets/rotate", key=bob)
    assert world.call("GET", "/account/secrets", key=key).document == shown[0]
