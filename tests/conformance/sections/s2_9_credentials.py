"""Section 2.9: saved credentials and how jobs name them; also keys and secrets. All on routes of ours."""

from __future__ import annotations

from typing import Any

from tests.conformance.cast import CLIP, SMALL
from tests.conformance.kinds import TEXT, TIME, containing, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Call, Reply, answers, at, delete, empty, errors, get, mock, mock_output, post, put

S = Section("2.9", "Credentials")
AWS = {"nickname": "archive", "type": "s3", "user": "AKIAIOSFODNN7EXAMPLE", "secret": "lovelace"}


def saved(scene: Scene) -> Reply:
    reply: Reply = scene.once("credentials", lambda: scene.send(post("/credentials", AWS)))
    return reply


def _ours(name: str, says: str, source: Any, *expected: Any) -> None:
    S.rule(name, says, source, *expected, ours=True)


def after_saving(call: Call) -> Any:
    def send(scene: Scene) -> Reply:
        saved(scene)
        return scene.send(call)

    return send


_ours("create", "POST /credentials: 201", saved, answers(201))
_ours("nickname", "nickname", saved, at("nickname", "archive"))
_ours("type", "type", saved, at("type", "s3"))
_ours("user", "user", saved, at("user", AWS["user"]))
_ours("default", "default: false unless said", saved, at("default", False))
_ours("created-at", "created_at", saved, at("created_at", TIME))
_ours(
    "list",
    "GET /credentials",
    after_saving(get("/credentials")),
    at("credentials", containing({"nickname": "archive"})),
)
_ours("details", "GET /credentials/:nickname", after_saving(get("/credentials/archive")), at("type", "s3"))
_ours(
    "foreign",
    "somebody else's: 404",
    after_saving(get("/credentials/archive", key="{key.other}")),
    answers(404),
    errors(),
)
_ours(
    "missing",
    "what is required is named",
    post("/credentials", {"nickname": "x"}),
    answers(422),
    errors("type", "user", "secret"),
)
_ours("taken", "a nickname is unique", after_saving(post("/credentials", AWS)), answers(422), errors("nickname"))
_ours(
    "update", "PUT /credentials/:nickname", after_saving(put("/credentials/archive", {"secret": "byron"})), answers(200)
)
_ours(
    "other-type",
    "the vendor answered 406 to types other than AWS; here they can be saved",
    post("/credentials", {"nickname": "files", "type": "ftp", "user": "ada", "secret": "lovelace"}),
    answers(201),
)


@S.seen("secret", "the secret is never told", ours=True)
def secret(scene: Scene) -> None:
    saved(scene)
    for path in ("/credentials", "/credentials/archive", "/credentials.xml"):
        reply = scene.send(get(path))
        assert reply.status == 200 and b"lovelace" not in reply.body and b"byron" not in reply.body, reply


@S.seen("sealed", "nor is it in the table", ours=True)
def sealed(scene: Scene) -> None:
    saved(scene)
    items = scene.table.items("")
    assert items and not [item for item in items if "lovelace" in repr(item)]


@S.seen("delete", "DELETE /credentials/:nickname: 204", ours=True)
def deleted(scene: Scene) -> None:
    assert scene.send(post("/credentials", {**AWS, "nickname": "brief"})).status == 201
    reply = scene.send(delete("/credentials/brief"))
    assert reply.status == 204, reply
    empty()(reply)
    assert scene.send(get("/credentials/brief")).status == 404


@S.seen("default-one", "one of them is the default for its type", ours=True)
def default_one(scene: Scene) -> None:
    for name in ("one", "two"):
        body = {**AWS, "nickname": name, "default": True}
        assert scene.send(post("/credentials", body, key="{key.collector}")).status == 201
    found = scene.send(get("/credentials", key="{key.collector}")).document["credentials"]
    assert {each["nickname"]: each["default"] for each in found} == {"one": False, "two": True}


_ours(
    "unknown-input",
    "a job that names unknown credentials is refused",
    mock(credentials="nobody"),
    answers(422),
    errors("nobody"),
)
_ours("unknown-output", "an output too", mock_output(credentials="nobody"), answers(422), errors("nobody"))
_ours("known", "known ones are accepted", after_saving(mock(credentials="archive")), answers(201))


@S.seen("used", "a job reads and writes with them", ours=True)
def used(scene: Scene) -> None:
    saved(scene)
    output = {**SMALL, "url": scene.fill("{folder}a.mp4"), "credentials": "archive"}
    job = scene.job({"input": scene.fill(CLIP), "credentials": "archive", "output": output})
    assert scene.ended(job)["state"] == "finished"


S.rule(
    "type-mismatch",
    "credentials of another type than the URL are refused",
    lambda scene: _mismatch(scene),
    answers(422),
    errors("files"),
    ours=True,
)


def _mismatch(scene: Scene) -> Reply:
    scene.send(post("/credentials", {"nickname": "files", "type": "ftp", "user": "ada", "secret": "lovelace"}))
    return scene.send(mock(credentials="files"))


# Keys and secrets of an account.
def key_made(scene: Scene) -> Reply:
    body = {"kind": "read_only", "label": "browser"}
    reply: Reply = scene.once("key", lambda: scene.send(post("/account/keys", body, key="{key.locksmith}")))
    return reply


_ours(
    "key-create", "POST /account/keys: 201 with the key", key_made, answers(201), at("api_key", matches("[0-9a-z]{32}"))
)
_ours("key-kind", "its kind", key_made, at("kind", "read_only"))
_ours("key-wrong", "of three kinds", post("/account/keys", {"kind": "golden"}), answers(422), errors("kind"))


@S.seen("key-list", "GET /account/keys lists them, without the keys", ours=True)
def key_list(scene: Scene) -> None:
    made = key_made(scene).document
    reply = scene.send(get("/account/keys", key="{key.locksmith}"))
    assert made["id"] in [each["id"] for each in reply.document["keys"]]
    assert made["api_key"].encode() not in reply.body


@S.seen("key-revoke", "DELETE /account/keys/:id: at once the key is unknown", ours=True)
def key_revoke(scene: Scene) -> None:
    made = scene.send(post("/account/keys", {"kind": "full"}, key="{key.locksmith}")).document
    assert scene.send(get("/account", key=made["api_key"])).status == 200
    assert scene.send(delete(f"/account/keys/{made['id']}", key="{key.locksmith}")).status == 204
    assert scene.send(get("/account", key=made["api_key"])).status == 401


@S.seen("keys-hashed", "keys are stored as hashes only", ours=True)
def keys_hashed(scene: Scene) -> None:
    known = {scene.ready.api_key, key_made(scene).document["api_key"]}
    items = scene.table.items("")
    assert items and not [item for item in items if any(key in repr(item) for key in known)]


_ours(
    "secrets", "GET /account/secrets", get("/account/secrets", key="{key.locksmith}"), at("notification_secret", TEXT)
)
_ours(
    "secrets-signing",
    "with the signing secret",
    get("/account/secrets", key="{key.locksmith}"),
    at("signing_secret", matches("whsec_.+")),
)


@S.seen("secrets-rotate", "POST /account/secrets/rotate: new ones, the old ones stay good for a while", ours=True)
def secrets_rotate(scene: Scene) -> None:
    before = scene.send(get("/account/secrets", key="{key.locksmith}")).document
    after = scene.send(post("/account/secrets/rotate", key="{key.locksmith}")).document
    assert after["signing_secret"] != before["signing_secret"] == after["previous_signing_secret"]
    assert after["notification_secret"] != before["notification_secret"]
