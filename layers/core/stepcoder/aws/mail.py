"""The only place that speaks to SES: whole messages, to one address each. What they say is notifications/."""

from __future__ import annotations

from stepcoder import runtime
from stepcoder.aws.faults import error_code, passing_faults
from stepcoder.errors import StepcoderError

# What SES will say to the same message every time.
_FOR_EVER = frozenset({"BadRequestException", "MessageRejected"})


class MailFailed(StepcoderError):
    """SES did not take the message. `for_ever`: trying again would change nothing."""

    def __init__(self, reason: str, *, for_ever: bool) -> None:
        super().__init__(reason)
        self.for_ever = for_ever


def send(sender: str, recipient: str, message: bytes) -> None:
    """Send a whole message (headers and body, as in RFC 5322). Raises MailFailed; TryAgain for a passing fault."""
    from botocore.exceptions import ClientError

    try:
        with passing_faults("the sending of a mail"):
            runtime.client("sesv2").send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [recipient]},
                Content={"Raw": {"Data": message}},
            )
    except ClientError as error:
        code = error_code(error)
        said = str(error.response.get("Error", {}).get("Message", ""))
        raise MailFailed(f"The mail service refused it ({code}). {said}".strip(), for_ever=code in _FOR_EVER) from error
