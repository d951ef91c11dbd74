"""Whom to tell when a job or an output is done (reference 3.17)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from stepcoder.request.addresses import NotificationAddress
from stepcoder.request.kinds import Choice, digits
from stepcoder.request.setting import Kind, Setting, SettingGroup, Wrong

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]*")
# These belong to the connection: a customer's value would break or redirect the request.
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "expect", "te", "trailer"})
_LONGEST = 100  # reference 1.8
_MOST = 50


class Headers(Kind):
    """HTTP headers to send along."""

    noun: ClassVar[str] = "hash"

    @property
    def allowed(self) -> str:
        return (
            f"a hash of at most {_MOST} headers, names of letters, digits and -, values of at most {_LONGEST}"
            " characters on one line, and none that belongs to the connection"
        )

    def read(self, value: object) -> dict[str, str]:
        if not isinstance(value, dict) or len(value) > _MOST:
            raise Wrong(self.allowed)
        return {self._name(name): self._value(item) for name, item in value.items() if item is not None}

    def _name(self, name: object) -> str:
        if not isinstance(name, str) or len(name) > _LONGEST or not _NAME.fullmatch(name) or name.lower() in _OURS:
            raise Wrong(self.allowed)
        return name

    def _value(self, value: object) -> str:
        text = value if isinstance(value, str) else digits(value)
        if text is None or len(text) > _LONGEST or not _VALUE.fullmatch(text):
            raise Wrong(self.allowed)
        return text


class NotificationRequest(SettingGroup):
    """One address to notify."""

    level: ClassVar[str] = "notifications"
    most: ClassVar[int | None] = 5
    too_many: ClassVar[str] = (
        "{path} has more than 5 entries: there is a limit of 5 notifications per job and per output."
    )
    bare_member: ClassVar[str | None] = "url"

    url: Annotated[Annotated[str, NotificationAddress()], Setting("where the notification is posted or mailed to")]
    # Not json by default: version 1 sends a Content-Type only to those who gave a format (reference 1.9).
    format: Annotated[
        Annotated[Literal["json", "xml"], Choice(("json", "xml"))] | None,
        Setting("format of the body", absent="json"),
    ] = None
    headers: Annotated[Annotated[Mapping[str, str], Headers()] | None, Setting("headers to send along")] = None


class Notifications(SettingGroup):
    notifications: Annotated[
        tuple[NotificationRequest, ...], Setting("whom to tell when it is done", aliases=("notification",))
    ] = ()
