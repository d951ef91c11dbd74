"""A client of VideoSDK's encoder in a world in memory: signs tokens, sends forms. No checks here."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

import jwt
import pytest

from stepcoder import runtime
from tests.cloud import provide_credentials_key
from tests.functions.api.world import Reply, World

JOB: dict[str, Any] = {
    "videoUrl": "https://films.example.com/tape7.mov",
    "presets": [{"format": "mp4", "resolutions": ["480"]}],
}
BOUNDARY = "x-x-x"


@dataclass
class Client:
    """`key` and `secret` sign its tokens; `zencoder_key` is the same account's."""

    world: World
    zencoder_key: str
    key: str
    secret: str

    def token(self, **claims: Any) -> str:
        """A good one for ten minutes, unless claims say otherwise; None takes a claim out."""
        given = {"apikey": self.key, "exp": int(time.time()) + 600, **claims}
        return jwt.encode({name: value for name, value in given.items() if value is not None}, self.secret, "HS256")

    def call(self, method: str, path: str, body: object = None, *, token: str | None = None, **changes: Any) -> Reply:
        headers = {"authorization": self.token() if token is None else token, **changes.pop("headers", {})}
        headers.setdefault("content-type", "application/json")
        return self.world.call(method, path, body, prefix="/v1", headers=headers, **changes)

    def job(self, **members: Any) -> dict[str, Any]:
        reply = self.call("POST", "/encoder/jobs", {**JOB, **members})
        assert reply.status == 201, reply.body
        made: dict[str, Any] = reply.document
        return made

    def upload(self, content: bytes, name: str = "film.mp4", part: str = "file") -> Reply:
        """By the form of old clients."""
        return self.call(
            "POST",
            "/files",
            headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"},
            body=base64.b64encode(form(content, name, part)).decode(),
            isBase64Encoded=True,
        )


def form(content: bytes, name: str = "film.mp4", part: str = "file") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def client_of(world: World, monkeypatch: pytest.MonkeyPatch, email: str = "vera@example.com") -> Client:
    """A client with an account of its own, in a world with buckets and a key that seals."""
    if not runtime.settings().credentials_key:
        provide_credentials_key(monkeypatch)
        for bucket in (runtime.settings().upload_bucket, runtime.settings().output_bucket):
            runtime.client("s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
    zencoder_key = world.account(email)
    made = world.call("POST", "/account/keys", {"kind": "videosdk"}, key=zencoder_key)
    assert made.status == 201, made.body
    return Client(world, zencoder_key, made.document["api_key"], made.document["secret"])


def told(reply: Reply) -> str:
    """The sentence of a refusal, whose body has the shape they all have."""
    document = json.loads(reply.body)
    assert document["statusCode"] == reply.status and isinstance(document["message"], str)
    return str(document["message"])
