from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from stepcoder.records.credentials import new_signing_secret
from stepcoder.signing import signature_headers

BODY = '{"job":{"id":1,"pass_through":"Zürich"}}'.encode()


def test_the_public_library_verifies_what_we_sign():
    secret = new_signing_secret()
    headers = signature_headers([secret], "msg_1_job_0", datetime.now(UTC), BODY)
    assert Webhook(secret).verify(BODY, headers)["job"]["id"] == 1


def test_the_public_library_refuses_a_changed_body_and_another_secret():
    secret = new_signing_secret()
    headers = signature_headers([secret], "msg_1_job_0", datetime.now(UTC), BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_signing_secret()).verify(BODY, headers)


def test_the_signature_is_the_one_the_public_library_makes():
    secret, moment = new_signing_secret(), datetime(2031, 4, 5, tzinfo=UTC)
    ours = signature_headers([secret], "msg_9", moment, BODY)
    assert ours["webhook-signature"] == Webhook(secret).sign("msg_9", moment, BODY.decode())
    assert ours["webhook-timestamp"] == "1933113600"


def test_a_secret_that_is_not_base64_is_refused():
    with pytest.raises(ValueError, match="whsec_"):
        signature_headers(["whsec_not base64!"], "msg", datetime.now(UTC), b"")


def test_with_two_secrets_in_force_either_verifies():
    old, new = new_signing_secret(), new_signing_secret()
    headers = signature_headers([new, old], "msg_1_job_0", datetime.now(UTC), BODY)
    for secret in (old, new):
        assert Webhook(secret).verify(BODY, headers)["job"]["id"] == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(new_signing_secret()).verify(BODY, headers)
