"""Notifications as e-mails a person wants to read: subject, text and headers. Plain text; sending is elsewhere.

A mail is made from what was announced and from nothing else, so that a repetition is the same mail, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

_LONGEST_SUBJECT = 150


def mail(payload: Mapping[str, Any], *, event_id: str, told_at: datetime, sender: str, recipient: str) -> bytes:
    """The whole message. `payload` is a job's or an output's notification (zencoder-api 4.3, or 1.9)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Stepcoder", addr_spec=sender)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = _shortened(_one_line(_subject(payload)))
    message["Date"] = told_at
    # A mail sent twice is one mail in the reader's box. SES gives its own Message-ID, so the event is named as well.
    message["Message-ID"] = f"<{event_id}@{sender.rpartition('@')[2]}>"
    message["X-Notification-Id"] = event_id
    # Keeps out-of-office answers away (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_text(payload)) + "\n", cte="quoted-printable")
    return message.as_bytes()


def _subject(payload: Mapping[str, Any]) -> str:
    job = payload["job"]
    passed = f" ({job['pass_through']})" if job.get("pass_through") else ""
    test = "Test job" if job.get("test") else "Job"
    if "output" not in payload:
        return f"{test} {job['id']} {_outcome(job['state'])}{passed}"
    output = payload["output"]
    return f"{_name(output)} of {test.lower()} {job['id']} {_outcome(output['state'])}{passed}"


def _text(payload: Mapping[str, Any]) -> Iterator[str]:
    job, source = payload["job"], payload.get("input", {})
    outputs = payload["outputs"] if "outputs" in payload else [payload["output"]]
    yield f"{_one_line(_subject(payload))}."
    for title, medium in (("Input", source), *((_name(output), output) for output in outputs)):
        if medium:
            yield ""
            yield f"{_one_line(title)}: {_outcome(medium['state'])}"
            yield from (f"  {_one_line(line)}" for line in _details(medium))
    if job.get("created_at"):
        yield ""
        yield f"Created {job['created_at']}, last change {job['updated_at']}."


def _details(medium: Mapping[str, Any]) -> Iterator[str]:
    if medium.get("url"):
        yield str(medium["url"])
    if facts := ", ".join(_facts(medium)):
        yield facts
    stills = sum(len(group["images"]) for group in medium.get("thumbnails") or ())
    if stills:
        yield f"{stills} thumbnail{'s' if stills > 1 else ''}"
    if medium.get("error_message"):
        yield str(medium["error_message"])
    if medium.get("error_link"):
        yield f"Error: {str(medium['error_link']).rpartition('/')[2]}"


def _facts(medium: Mapping[str, Any]) -> Iterator[str]:
    """The measured things that are known, as people write them."""
    if medium.get("format"):
        yield str(medium["format"])
    if medium.get("duration_in_ms") is not None:
        yield _duration(medium["duration_in_ms"] / 1000)
    if medium.get("width") and medium.get("height"):
        yield f"{medium['width']}x{medium['height']}"
    if medium.get("frame_rate"):
        yield f"{medium['frame_rate']:g} frames per second"
    for codec in ("video_codec", "audio_codec"):
        if medium.get(codec):
            yield str(medium[codec])
    if medium.get("file_size_in_bytes") is not None:
        yield f"{medium['file_size_in_bytes']:,} bytes"


def _duration(seconds: float) -> str:
    """`1:02:03` or `1:02.5`."""
    whole, hundredths = divmod(round(seconds * 100), 100)
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    clock = f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"
    return f"{clock}.{hundredths:02}" if hundredths else clock


def _name(output: Mapping[str, Any]) -> str:
    label = f' "{output["label"]}"' if output.get("label") else ""
    return f"Output {output['id']}{label}"


def _outcome(state: str) -> str:
    return {"no_input": "was not started, because its input failed", "cancelled": "was cancelled"}.get(state, state)


def _one_line(text: str) -> str:
    """A customer's words may hold line breaks, which in a header would begin another one."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", text).strip()


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SUBJECT else text[: _LONGEST_SUBJECT - 1] + "…"
