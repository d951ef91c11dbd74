"""The kinds of value that say where something is: URLs, file names. Syntax only; nothing is looked up or opened here.

Schemes: zencoder-api 5.1. Inputs now: s3, s3+region, http, https. Outputs now: s3, s3+region, and the http(s) addresses
of Amazon S3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import SplitResult, unquote, urlsplit

from stepcoder.request.kinds import digits, has_control_characters
from stepcoder.request.setting import Kind, Wrong
from stepcoder.s3 import S3Place, login, without_login

_S3_SCHEME = re.compile(r"s3(\+[a-z0-9-]+)?")
_SCHEME = re.compile(r"([a-z][a-z0-9.+-]*)://", re.IGNORECASE)
_HOST = re.compile(r"[^\s<>\"{}|\\^`%/?#@]+")
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_S3_HOST = re.compile(r"(?:(?P<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com")
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
# The reference's schemes that nothing here serves yet; the words make a better sentence than "not well formed".
_KNOWN_SCHEMES = re.compile(r"(ftps?|sftp|gcs|cf(\+\w+)?|azure|aspera|rtmp)", re.IGNORECASE)


def s3_address(url: str) -> S3Place | None:
    """The place an s3 URL, or an http(s) address of Amazon S3, names; None for every other URL. The key may be empty.

    In s3 URLs only `?` and `#` are percent-encoded (zencoder-api 5.1); http addresses are encoded as any.
    """
    scheme = scheme_of(url)
    if _S3_SCHEME.fullmatch(scheme):
        bucket, _, key = without_login(url)[len(scheme) + len("://") :].partition("/")
        return S3Place(bucket, re.sub("%(3F|23)", lambda code: unquote(code[0]), key, flags=re.IGNORECASE))
    parts = _split(url) if scheme in ("http", "https") else None
    host = _S3_HOST.fullmatch(parts.hostname or "") if parts else None
    if parts is None or host is None:
        return None
    path = unquote(parts.path).removeprefix("/")
    if host["bucket"]:
        return S3Place(host["bucket"], path)
    bucket, _, key = path.partition("/")
    return S3Place(bucket, key)


def storage_scheme(url: str) -> str:
    """The scheme that says which credentials open a URL: s3 also for the http(s) addresses of Amazon S3."""
    return "s3" if s3_address(url) is not None else scheme_of(url)


def scheme_of(url: str) -> str:
    """The scheme in small letters, empty if there is none."""
    match = _SCHEME.match(url)
    return match[1].lower() if match else ""


def climbs(path: str) -> bool:
    """True for a path that could lead elsewhere than it says: `..` or `.` as a part, or a backslash."""
    return "\\" in path or any(part in ("..", ".") for part in path.split("/"))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # only reading the port checks it
    except ValueError:
        return None
    return parts if parts.hostname and _HOST.fullmatch(parts.hostname) else None


def _one_line(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > _LONGEST_URL or has_control_characters(value.strip()):
        return None
    return value.strip()


def _login_reads(url: str) -> bool:
    """Whether the login in an s3 URL, if there is one, can be read."""
    try:
        login(url)
    except ValueError:
        return False
    return True


def _unsupported(scheme: str) -> str:
    return f", and {scheme.lower()} is not supported yet" if _KNOWN_SCHEMES.fullmatch(scheme) else ""


class InputUrl(Kind):
    """Where the source is."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return "an s3, http or https URL"

    def read(self, value: object) -> str:
        if not isinstance(value, str):
            raise Wrong(whole="Url of input file is invalid")
        url = _one_line(value)
        if url is not None and _KNOWN_SCHEMES.fullmatch(scheme_of(url)):
            raise Wrong(self.allowed, verdict=_unsupported(scheme_of(url)))
        if url is None or not _is_source(url):
            raise Wrong(whole="Url of input file is not well formed. Please confirm that it is a valid URL.")
        return url


def _is_source(url: str) -> bool:
    if _S3_SCHEME.fullmatch(scheme_of(url)):
        place = s3_address(url)
        return (
            place is not None and _BUCKET.fullmatch(place.bucket) is not None and bool(place.key) and _login_reads(url)
        )
    return scheme_of(url) in ("http", "https") and _split(url) is not None


@dataclass(eq=False)
class OutputUrl(Kind):
    """Where a file goes; with `directory`, where files go."""

    directory: bool = False
    # The text that clients know (zencoder-api 1.6) names no setting: it is for the one called url.
    known_text: bool = True
    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return "an s3 URL, or the https address of a place in Amazon S3"

    def read(self, value: object) -> str:
        url = _one_line(value)
        place = s3_address(url) if url is not None else None
        if url is None or place is None or not _BUCKET.fullmatch(place.bucket):
            raise Wrong(self.allowed, verdict=_unsupported(scheme_of(url or "")))
        if not _login_reads(url):
            raise Wrong("an s3 URL whose login is written s3://key:secret@bucket/file, with / in the secret as %2F")
        if not self.directory and (not place.key or place.key.endswith("/")):
            raise Wrong("a URL with a file name", whole="Url must include a file name" if self.known_text else "")
        # Checked again because an http address may hide these behind percent-encoding.
        if has_control_characters(place.key) or climbs(place.key):
            raise Wrong("a URL without . or .. as parts of its path, backslashes or control characters")
        longest = _LONGEST_DIRECTORY if self.directory else _LONGEST_KEY
        if len(place.key.encode()) > longest:
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
        if text is not None and scheme_of(text) in ("http", "https") and _split(text) is not None:
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
