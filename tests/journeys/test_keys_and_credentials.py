"""Further keys, saved credentials and rotated secrets, by a client of a running service.

The service's S3 refuses access keys it does not know, so a file that was read or written shows whose key was used.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.clips import source
from tests.journeys.client import Customer
from tests.journeys.conftest import Call, Hook
from tests.journeys.playback import decode

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

FAST: dict[str, Any] = {"speed": 5, "width": 96, "clip_length": 1}
STRANGER = {"type": "s3", "user": "AKIASTRANGER", "secret": "nobody's"}


@pytest.fixture
def known(service: Customer) -> dict[str, str]:
    """A login that the service's S3 takes."""
    return {"type": "s3", "user": service.ready.access_key_id, "secret": service.ready.secret_access_key}


@pytest.fixture
def saved(service: Customer, known: dict[str, str]) -> Iterator[None]:
    """The nicknames "mine", which opens, and "stranger", which doesn't."""
    for nickname, login in (("mine", known), ("stranger", STRANGER)):
        status, answer = service.call("POST", "/credentials", {"nickname": nickname, **login})
        assert status == 201, answer
    yield
    for nickname in ("mine", "stranger"):
        service.call("DELETE", f"/credentials/{nickname}")


def key_of(service: Customer, key: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    return service.call(method, path, body, {"Zencoder-Api-Key": key})


def logged(service: Customer) -> str:
    """Everything that the service has written to its logs."""
    logs = Path(service.ready.data_dir, "logs")
    return "".join(path.read_text(errors="replace") for path in logs.rglob("*") if path.is_file())


# --- keys ---


def test_a_key_is_made_used_and_revoked(service: Customer) -> None:
    status, made = service.call("POST", "/account/keys.json", {"kind": "integration", "label": "build server"})
    assert status == 201
    key = made["api_key"]
    _, listed = service.call("GET", "/account/keys")
    assert next(each for each in listed["keys"] if each["id"] == made["id"])["last_characters"] == key[-4:]
    assert key not in str(listed)
    body = {"input": service.put(source("no_audio")), "output": FAST}
    status, job = key_of(service, key, "POST", "/jobs", body)
    assert (status, job["test"]) == (201, True)
    assert key_of(service, key, "GET", f"/jobs/{job['id']}/progress")[0] == 200
    assert key_of(service, key, "PUT", "/account/live")[0] == 401
    assert service.call("DELETE", f"/account/keys/{made['id']}.json") == (204, None)
    assert key_of(service, key, "GET", f"/jobs/{job['id']}/progress")[0] == 401
    service.wait(job["id"])


def test_another_account_reaches_none_of_it(service: Customer, saved: None) -> None:
    body = {"email": "bob@example.com", "terms_of_service": "1", "password": "battery"}
    status, bob = service.call("POST", "/account", body)
    assert status == 201
    _, mine = service.call("GET", "/account/keys")
    for each in mine["keys"]:
        assert key_of(service, bob["api_key"], "DELETE", f"/account/keys/{each['id']}")[0] == 404
    assert key_of(service, bob["api_key"], "GET", "/credentials") == (200, {"credentials": []})
    for method in ("GET", "DELETE"):
        assert key_of(service, bob["api_key"], method, "/credentials/mine")[0] == 404
    login = base64.b64encode(b"bob@example.com:battery").decode()
    status, another = service.call("POST", "/account/keys", None, {"Authorization": f"Basic {login}"})
    assert status == 201
    assert key_of(service, another["api_key"], "GET", "/account")[0] == 200


# --- saved credentials ---


def test_saved_credentials_read_the_source_and_deliver_the_files(service: Customer, saved: None) -> None:
    folder = service.folder()
    stills = {"number": 1, "base_url": f"{folder}stills", "credentials": "mine"}
    job = service.submit(
        source("no_audio"),
        FAST | {"url": f"{folder}a.mp4", "credentials": "MINE", "thumbnails": stills},
        credentials="mine",
    )
    details = service.wait(job)
    assert details["state"] == "finished", details
    assert decode(service.fetch(f"{folder}a.mp4")).frames == 25
    assert service.stored(folder) == ["a.mp4", "stills/frame_0000.png"]


def test_credentials_that_s3_does_not_know_fail_the_input(service: Customer, saved: None) -> None:
    details = service.wait(service.submit(source("no_audio"), FAST, credentials="stranger"))
    assert details["state"] == "failed"
    assert details["input_media_file"]["error_class"] == "InvalidAccessKeyIdError"
    assert STRANGER["secret"] not in f"{details} {logged(service)}"


@pytest.mark.parametrize(
    ("where", "blamed", "left"),
    [
        ("output", "primary_upload_error_link", []),
        ("thumbnails", "primary_thumbnail_upload_error_link", ["a.mp4"]),
    ],
)
def test_credentials_that_s3_does_not_know_deliver_nothing(
    service: Customer, saved: None, where: str, blamed: str, left: list[str]
) -> None:
    """What they were for goes to temporary storage instead (zencoder-api 4.4)."""
    folder = service.folder()
    stills: dict[str, Any] = {"number": 1, "base_url": f"{folder}stills"}
    output: dict[str, Any] = FAST | {"url": f"{folder}a.mp4"}
    if where == "thumbnails":
        output["thumbnails"] = {**stills, "credentials": "stranger"}
    else:
        output["credentials"] = "stranger"
    details = service.wait(service.submit(source("no_audio"), output))
    (made,) = details["output_media_files"]
    assert made[blamed].endswith("/InvalidAccessKeyIdError"), made
    assert STRANGER["secret"] not in f"{details} {logged(service)}"
    assert service.stored(folder) == left


def test_an_accounts_default_is_used_unasked(service: Customer, saved: None) -> None:
    service.s3.create_bucket(Bucket="acme-tapes")
    service.s3.upload_file(str(source("no_audio")), "acme-tapes", "a.mp4")
    assert service.call("PATCH", "/credentials/stranger", {"default": True})[0] == 200
    details = service.wait(service.submit("s3://acme-tapes/a.mp4", FAST))
    assert details["input_media_file"]["error_class"] == "InvalidAccessKeyIdError"
    # The service's own buckets and temporary storage are not the account's.
    details = service.wait(service.submit(source("no_audio"), FAST))
    assert details["state"] == "finished", details
    assert service.call("PUT", "/credentials/mine", {"default": True})[0] == 200
    details = service.wait(service.submit("s3://acme-tapes/a.mp4", FAST))
    assert details["state"] == "finished", details


def test_a_login_in_the_url_wins_and_is_not_shown(service: Customer, saved: None, known: dict[str, str]) -> None:
    login = f"{known['user']}:{known['secret']}@"
    folder = service.folder()
    given = service.put(source("no_audio")).replace("s3://", f"s3://{login}")
    job = service.submit(
        given,
        FAST | {"url": folder.replace("s3://", f"s3://{login}") + "a.mp4", "credentials": "stranger"},
        credentials="stranger",
    )
    details = service.wait(job)
    assert details["state"] == "finished", details
    assert service.stored(folder) == ["a.mp4"]
    assert known["secret"] not in f"{details} {logged(service)}"
    assert details["input_media_file"]["url"].startswith(f"s3://{known['user']}:***@")


def test_unknown_credentials_make_no_job(service: Customer) -> None:
    body = {"input": "s3://acme-tapes/a.mp4", "credentials": "unheard-of"}
    assert service.call("POST", "/jobs", body) == (
        422,
        {"errors": ['credentials is "unheard-of": this account has no saved credentials of that name.']},
    )


# --- secrets ---


def test_after_a_rotation_both_secrets_prove_a_notification(service: Customer, hook: Hook) -> None:
    # An account of its own: others rely on the secrets of the ready-made one.
    _, made = service.call("POST", "/account", {"email": "carol@example.com", "terms_of_service": True})
    key = made["api_key"]
    _, old = key_of(service, key, "GET", "/account/secrets")
    status, new = key_of(service, key, "POST", "/account/secrets/rotate", {"overlap_hours": 1})
    assert (status, new["previous_signing_secret"]) == (200, old["signing_secret"])
    (call,) = told(service, key, hook)
    assert call.headers["x-zencoder-notification-secret"] == old["notification_secret"]
    for secret in (old["signing_secret"], new["signing_secret"]):
        Webhook(secret).verify(call.body, call.headers)
    _, newest = key_of(service, key, "POST", "/account/secrets/rotate", {"overlap_hours": 0})
    (_, call) = told(service, key, hook, 2)
    assert call.headers["x-zencoder-notification-secret"] == newest["notification_secret"]
    Webhook(newest["signing_secret"]).verify(call.body, call.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new["signing_secret"]).verify(call.body, call.headers)


def told(service: Customer, key: str, hook: Hook, calls: int = 1) -> list[Call]:
    """The calls of a webhook after one more job, which fails."""
    body = {"input": service.put(source("noise")), "output": FAST, "notifications": [hook.url]}
    status, job = key_of(service, key, "POST", "/jobs", body)
    assert status == 201, job
    return hook.wait(calls)
