from __future__ import annotations

import urllib.request
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from stepcoder_local.webhook_receiver import BadSignature, Received, WebhookReceiver, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_900_000_000


def signed(body: bytes = b'{"job":{}}', secret: str = SECRET, at: int = NOW) -> Received:
    signature = Webhook(secret).sign("msg_1", datetime.fromtimestamp(at, UTC), body.decode())
    return Received({"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": signature}, body)


def test_a_signature_of_the_standards_own_library_is_accepted() -> None:
    verify(signed(), SECRET, NOW + 10)


@pytest.mark.parametrize(
    "received",
    [
        Received({}, b"{}"),
        Received(signed().headers, b'{"job":{"id":2}}'),
        signed(secret="whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        signed(at=NOW - 3600),
    ],
    ids=["unsigned", "changed", "another's", "old"],
)
def test_anything_else_is_not(received: Received) -> None:
    with pytest.raises(BadSignature):
        verify(received, SECRET, NOW)


def test_what_is_posted_is_received() -> None:
    with WebhookReceiver() as receiver:
        request = urllib.request.Request(receiver.url, b'{"a":1}', {"Webhook-Id": "7"}, method="POST")
        with urllib.request.urlopen(request, timeout=5) as response:
            assert response.status == 204
        received = receiver.wait(5)

    assert received is not None
    assert received.content == {"a": 1}
    assert received.headers["webhook-id"] == "7"
