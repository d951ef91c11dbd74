"""Who may call VideoSDK's encoder (videosdk-encoder-api 3)."""

from __future__ import annotations

import base64
import json
import time

import jwt
import pytest

from stepcoder import runtime
from tests.functions.api.videosdk import Client, client_of, told
from tests.functions.api.world import World


@pytest.fixture
def client(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    return client_of(world, monkeypatch)


def status(client: Client, token: str) -> int:
    return client.call("GET", "/encoder/jobs", token=token).status


def unsigned(client: Client, **header: str) -> str:
    parts = ({"typ": "JWT", **header}, {"apikey": client.key, "exp": int(time.time()) + 600})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


@pytest.mark.parametrize("prefix", ["", "Bearer ", "bearer "])
def test_a_token_is_taken_bare_and_as_a_bearer_s(client: Client, prefix: str) -> None:
    assert status(client, prefix + client.token()) == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "RS256", "HS384", "HS512", "ES256", ""])
def test_no_other_algorithm_is_taken(client: Client, algorithm: str) -> None:
    reply = client.call("GET", "/encoder/jobs", token=unsigned(client, alg=algorithm))
    assert (reply.status, "HS256" in told(reply)) == (401, True)
    other = jwt.encode({"apikey": client.key, "exp": time.time() + 600}, client.secret, "HS512")
    assert status(client, other) == 401


def test_the_algorithm_is_refused_before_the_key_is_looked_at(client: Client) -> None:
    nobody = Client(client.world, "", "no-such-key", client.secret)
    assert "HS256" in told(client.call("GET", "/encoder/jobs", token=unsigned(nobody, alg="none")))


@pytest.mark.parametrize("token", ["", "Bearer ", "x", "a.b.c", "....", "x" * 9000, "Basic abc"])
def test_nonsense_is_no_token(client: Client, token: str) -> None:
    reply = client.call("GET", "/encoder/jobs", token=token)
    assert reply.status == 401 and told(reply)


def test_a_token_of_another_secret_or_key_is_refused(client: Client) -> None:
    assert status(client, Client(client.world, "", client.key, "f" * 64).token()) == 401
    assert status(client, client.token(apikey="f" * 32)) == 401
    assert status(client, client.token(apikey=None)) == 401
    assert status(client, client.token(apikey=client.zencoder_key)) == 401


def test_the_clock_may_be_a_minute_off(client: Client) -> None:
    now = int(time.time())
    assert status(client, client.token(exp=now - 50)) == 200
    assert status(client, client.token(exp=now - 70)) == 401
    assert status(client, client.token(nbf=now + 50, iat=now + 50)) == 200
    assert status(client, client.token(nbf=now + 70)) == 401


def test_claims_of_the_vendor_s_other_products_do_no_harm(client: Client) -> None:
    others = {"permissions": ["allow_join"], "version": 2, "roles": ["rtc"], "jti": "6e1b", "roomId": "r"}
    assert status(client, client.token(**others)) == 200


def test_a_token_that_never_expires_is_taken_where_the_deployment_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = client.call("GET", "/encoder/jobs", token=client.token(exp=None))
    assert (reply.status, "exp" in told(reply)) == (401, True)
    monkeypatch.setenv("STEPCODER_LEGACY_TOKENS", "yes")
    runtime.settings.cache_clear()
    assert status(client, client.token(exp=None)) == 200
    assert status(client, client.token(exp=int(time.time()) - 70)) == 401


def test_a_revoked_key_signs_nothing(client: Client) -> None:
    keys = client.world.call("GET", "/account/keys", key=client.zencoder_key).document["keys"]
    (key,) = [each for each in keys if each["kind"] == "videosdk"]
    assert status(client, client.token()) == 200
    client.world.call("DELETE", f"/account/keys/{key['id']}", key=client.zencoder_key)
    assert status(client, client.token()) == 401


def test_the_key_alone_opens_nothing(client: Client) -> None:
    """Every token shows it."""
    assert client.world.call("GET", "/jobs", key=client.key).status == 401


def test_the_secret_is_told_once_and_kept_sealed(client: Client) -> None:
    assert len(client.secret) == 64
    assert client.secret not in client.world.call("GET", "/account/keys", key=client.zencoder_key).body
    items = runtime.client("dynamodb").scan(TableName="jobs")["Items"]
    assert client.secret not in str(items)
    assert [item for item in items if "sealed" in item]


def test_calls_are_limited_in_this_dialect_s_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPCODER_RATE_LIMITS", "create_job=1")
    runtime.settings.cache_clear()
    client.job()
    reply = client.call("POST", "/encoder/jobs", {})
    assert reply.status == 429 and told(reply)
    assert 0 < int(reply.headers["Retry-After"]) <= 60
