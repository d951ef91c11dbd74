"""What S3 tells when a file was put: EventBridge's "Object Created" and S3's own notifications. Reading only.

EventBridge gives keys as they are; S3's own notifications encode them as forms do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

# Longer than any sequencer S3 gives: they have 16 to 20 hexadecimal digits.
_ORDER_DIGITS = 40


@dataclass(frozen=True)
class Upload:
    """A file that was put, by whatever way: one PUT, a form, a copy, the end of a multipart upload."""

    bucket: str
    key: str
    etag: str = ""  # of the file that was put then; another one may lie there now
    version: str = ""
    sequencer: str = ""  # hexadecimal: of two events about one key, the later one has the greater

    @property
    def order(self) -> str:
        """Compares as texts do, as the events about one key happened. Empty where S3 gave no sequencer.

        S3's rule: the shorter one is filled up with zeros on the right.
        """
        return self.sequencer.upper().ljust(_ORDER_DIGITS, "0") if self.sequencer else ""


def uploads_in(event: Mapping[str, Any]) -> list[Upload]:
    """The files an event tells of; none if it tells of something else. Raises ValueError if it isn't S3's."""
    if event.get("source") == "aws.s3":
        return [_bridged(event["detail"])] if event.get("detail-type") == "Object Created" else []
    if event.get("Event") == "s3:TestEvent":  # sent once, when a notification is set up
        return []
    if isinstance(event.get("Records"), list):
        return list(_notified(event["Records"]))
    raise ValueError("The event is neither EventBridge's about an object nor a notification of S3.")


def _bridged(detail: Mapping[str, Any]) -> Upload:
    found = detail["object"]
    return Upload(
        bucket=detail["bucket"]["name"],
        key=found["key"],
        etag=_text(found, "etag", "eTag"),
        version=_text(found, "version-id"),
        sequencer=_text(found, "sequencer"),
    )


def _notified(records: list[Mapping[str, Any]]) -> Iterator[Upload]:
    for record in records:
        if "ObjectCreated:" in str(record.get("eventName")):
            found = record["s3"]["object"]
            yield Upload(
                bucket=record["s3"]["bucket"]["name"],
                key=unquote_plus(found["key"]),
                etag=_text(found, "eTag"),
                version=_text(found, "versionId"),
                sequencer=_text(found, "sequencer"),
            )


def _text(found: Mapping[str, Any], *names: str) -> str:
    return next((str(found[name]).strip('"') for name in names if found.get(name)), "")
