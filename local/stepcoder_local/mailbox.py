"""SES as far as the service uses it: each mail is checked, written to a file and logged. Nothing leaves the machine."""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import logging
import re
import time
from collections.abc import Iterable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from .http_server import Environ, StartResponse

log = logging.getLogger(__name__)

SENDER = "stepcoder@localhost.localdomain"
PATH = "/v2/email/outbound-emails"  # SendEmail of SES's API, version 2
LARGEST_MAIL = 40 << 20  # bytes; SES takes as many


class Mailbox:
    """Answers SendEmail with a whole message in it. Files: `<time>-<number>-<recipient>.eml`, in order of arrival."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._numbers = itertools.count(1)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            sender, recipients, message = _mail(environ["wsgi.input"].read(2 * LARGEST_MAIL))
        except (ValueError, KeyError, TypeError, binascii.Error) as problem:
            return _answer(start_response, "400 Bad Request", {"message": f"Not a raw mail: {problem}"})
        number = next(self._numbers)
        path = self.directory / f"{time.time_ns() // 1_000_000}-{number:05}-{_file_name(recipients[0])}.eml"
        self.directory.mkdir(parents=True, exist_ok=True)
        # Whoever watches the directory sees whole mails only.
        draft = path.with_suffix(".draft")
        draft.write_bytes(message)
        draft.replace(path)
        subject = message_from_bytes(message, policy=default)["Subject"]
        log.info("mail from %s to %s, %r: %s", sender, ", ".join(recipients), str(subject), path)
        return _answer(start_response, "200 OK", {"MessageId": f"{number:016x}"})


def _mail(body: bytes) -> tuple[str, list[str], bytes]:
    """Sender, recipients and the message of a SendEmail request."""
    request: dict[str, Any] = json.loads(body)
    message = base64.b64decode(request["Content"]["Raw"]["Data"], validate=True)
    recipients = [str(address) for address in request["Destination"]["ToAddresses"]]
    if not recipients or not message or len(message) > LARGEST_MAIL:
        raise ValueError("no recipient, no message, or too large a one")
    return str(request["FromEmailAddress"]), recipients, message


def _file_name(recipient: str) -> str:
    return re.sub(r"[^A-Za-z0-9@._+-]", "_", recipient)[:100]


def _answer(start_response: StartResponse, status: str, document: dict[str, str]) -> list[bytes]:
    headers = [("Content-Type", "application/json")]
    if not status.startswith("200"):
        headers.append(("x-amzn-ErrorType", "BadRequestException"))
    start_response(status, headers)
    return [json.dumps(document).encode()]
