"""The kinds of value that say where something is: URLs, file names. Syntax only; nothing is looked up or opened here.

Which schemes there are: zencoder-api 5.1. How a URL is taken apart: places.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from stepcoder.request.kinds import digits, has_control_characters
from stepcoder.request.place_rules import what_is_wrong
from stepcoder.request.places import place_of, scheme_of, split_web
from stepcoder.request.setting import Kind, Wrong

# Amazon S3 takes keys of 1024 bytes. What is added to these (names, segment and picture numbers) must still fit.
_LONGEST_KEY = 1000
_LONGEST_DIRECTORY = 700
_LONGEST_URL = 8192
# What browsers take for an e-mail address (HTML, 4.10.5.1.5), with a dot in the domain. ASCII only, as SES wants it.
_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
_LONGEST_MAIL = 254  # RFC 5321
# The reference's schemes that nothing here serves, and why: the reason makes a better sentence than "not well formed".
_NOT_SERVED = {
    "aspera": "Aspera is not supported, since it needs licensed software",
    "rtmp": "live streams are not supported",
    "rtmps": "live streams are not supported",
}


def climbs(path: str) -> bool:
    """True for a path that could lead elsewhere than it says: `..` or `.` as a part, or a backslash."""
    return "\\" in path or any(part in ("..", ".") for part in path.split("/"))


def _one_line(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > _LONGEST_URL or has_control_characters(value.strip()):
        return None
    return value.strip()


def _not_served(url: str | None) -> str:
    reason = _NOT_SERVED.get(scheme_of(url or ""))
    return f", and {reason}" if reason else ""


class InputUrl(Kind):
    """Where the source is."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return "an http, https, ftp, ftps, sftp, s3, gcs, cf or azure URL"

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise Wrong(whole="Url of input file is invalid")
        url = _one_line(value)
        if _not_served(url):
            raise Wrong(self.allowed, verdict=_not_served(url))
        place = place_of(url) if url is not None else None
        if url is not None and place is not None and place.path and (problem := what_is_wrong(place)):
            raise Wrong(problem)
        if url is None or not _is_source(url):
            raise Wrong(whole="Url of input file is not well formed. Please confirm that it is a valid URL.")
        return url


def _is_source(url: str) -> bool:
    if scheme_of(url) in ("http", "https"):
        return split_web(url) is not None
    place = place_of(url)
    return place is not None and bool(place.path) and not has_control_characters(place.path)


class FileUrl(InputUrl):
    """Where a small file is that belongs to the job: anywhere an input can be. The texts that clients know of inputs
    are not for it."""

    def read(self, value: object) -> str:
        try:
            return super().read(value)
        except Wrong as wrong:
            raise Wrong(wrong.allowed or self.allowed, verdict=wrong.verdict) from None


@dataclass(eq=False)
class OutputUrl(Kind):
    """Where a file goes; with `directory`, where files go."""

    directory: bool = False
    # The text that clients know (zencoder-api 1.6) names no setting: it is for the one called url.
    known_text: bool = True
    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return "an s3, gcs, cf, azure, ftp, ftps or sftp URL, or the https address of a place in Amazon S3"

    def read(self, value: object) -> str:
        url = _one_line(value)
        place = place_of(url) if url is not None else None
        if url is None or place is None:
            raise Wrong(self.allowed, verdict=_not_served(url))
        if problem := what_is_wrong(place):
            raise Wrong(problem)
        if not self.directory and (not place.path or place.path.endswith("/")):
            raise Wrong("a URL with a file name", whole="Url must include a file name" if self.known_text else "")
        # Checked again because percent-encoding may hide these.
        if has_control_characters(place.path) or climbs(place.path):
            raise Wrong("a URL without . or .. as parts of its path, backslashes or control characters")
        longest = _LONGEST_DIRECTORY if self.directory else _LONGEST_KEY
        if len(place.path.encode()) > longest:
            raise Wrong(f"a URL whose path has at most {longest} bytes")
        return url


class NotificationAddress(Kind):
    """Where a notification goes: an http or https URL, or an e-mail address as it is or after `mailto:`."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return "an http or https URL, or an e-mail address"

    def read(self, value: object) -> str:
        text = _one_line(value)
        if text is not None and scheme_of(text) in ("http", "https") and split_web(text) is not None:
            return text
        mail = re.sub("^mailto:", "", text or "", flags=re.IGNORECASE).partition("?")[0]
        if len(mail) <= _LONGEST_MAIL and _MAIL.fullmatch(mail):
            return mail
        raise Wrong(self.allowed)


@dataclass(eq=False)
class FileName(Kind):
    """A name below a directory, sub-directories allowed. `whole` is False for the beginning of names."""

    longest: int = 255  # bytes
    whole: bool = True
    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return f"a file name of at most {self.longest} bytes without .., backslashes or control characters"

    def read(self, value: object) -> str:
        name = value if isinstance(value, str) else digits(value)
        if name is None or has_control_characters(name.strip()) or climbs(name.strip()):
            raise Wrong(self.allowed)
        name = name.strip().lstrip("/")
        if not name or len(name.encode()) > self.longest or (self.whole and name.endswith("/")):
            raise Wrong(self.allowed)
        return name


class PlaylistPath(Kind):
    """What a playlist writes for one of its streams: a relative path or a URL."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return "a relative path or a URL on one line"

    def read(self, value: object) -> str:
        path = _one_line(value)
        # A line that starts with # would be a comment or a tag of the playlist.
        if not path or path.startswith("#"):
            raise Wrong(self.allowed)
        return path
