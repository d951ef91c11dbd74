import pytest
from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends

from stepcoder import runtime
from stepcoder.aws import mail
from stepcoder.errors import TryAgain

RAW = b"From: a@example.com\r\nTo: b@example.org\r\nSubject: hello\r\n\r\nhello\r\n"


def failing(monkeypatch, code: str, status: int = 400) -> None:
    class Client:
        def send_email(self, **_):
            answer = {
                "Error": {"Code": code, "Message": "Something."},
                "ResponseMetadata": {"HTTPStatusCode": status},
            }
            raise ClientError(answer, "SendEmail")

    monkeypatch.setattr(runtime, "client", lambda _: Client())


def test_a_message_is_sent_as_it_is(cloud):
    runtime.client("sesv2").create_email_identity(EmailIdentity="a@example.com")
    mail.send("a@example.com", "b@example.org", RAW)
    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    assert (sent.source, set(sent.destinations)) == ("a@example.com", {"b@example.org"})
    assert "Subject: hello" in sent.raw_data


@pytest.mark.parametrize(
    ("code", "for_ever"),
    [("MessageRejected", True), ("BadRequestException", True), ("SendingPausedException", False)],
)
def test_what_ses_says_is_told_and_whether_it_would_say_it_again(monkeypatch, code, for_ever):
    failing(monkeypatch, code)
    with pytest.raises(mail.MailFailed, match=code) as caught:
        mail.send("a@example.com", "b@example.org", RAW)
    assert caught.value.for_ever is for_ever


@pytest.mark.parametrize(("code", "status"), [("TooManyRequestsException", 429), ("InternalFailure", 500)])
def test_a_passing_fault_is_to_be_tried_again(monkeypatch, code, status):
    failing(monkeypatch, code, status)
    with pytest.raises(TryAgain):
        mail.send("a@example.com", "b@example.org", RAW)
