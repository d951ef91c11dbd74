"""What a place in each kind of storage must look like (zencoder-api 5.1). Whether it exists is not asked here."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs

from stepcoder.storage import Place, is_access_key

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_SERVER = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\s<>\"{}|\\^`%/?#@:\[\]]+)(?::(?P<port>[0-9]{1,5}))?")
# Azure's "Naming and referencing containers": 3 to 63 letters, digits and single hyphens; two special names.
_AZURE_CONTAINER = re.compile(r"[a-z0-9](?:-?[a-z0-9]){2,62}|\$root|\$web")
_AZURE_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_LONGEST_CF_CONTAINER = 256


def what_is_wrong(place: Place) -> str | None:
    """What the URL of a place would have to be, as the end of "it must be …"; None where it is fine."""
    return _RULES[place.family](place) or _login_is_wrong(place)


def _s3(place: Place) -> str | None:
    if not _BUCKET.fullmatch(place.home):
        return "an s3 URL with the name of a bucket: s3://bucket/file"
    if place.login is not None and not is_access_key(place.login.user):
        return _login_form("s3", "key:secret", "bucket")
    return None


def _gcs(place: Place) -> str | None:
    return None if _BUCKET.fullmatch(place.home) else "a gcs URL with the name of a bucket: gcs://bucket/file"


def _cf(place: Place) -> str | None:
    if place.home and "/" not in place.home and len(place.home.encode()) <= _LONGEST_CF_CONTAINER:
        return None
    return "a cf URL with the name of a container, which has no slash and at most 256 bytes: cf://container/file"


def _azure(place: Place) -> str | None:
    if not _AZURE_CONTAINER.fullmatch(place.home):
        return (
            "an azure URL with the name of a container of 3 to 63 small letters, digits and single hyphens:"
            " azure://account:key@container/file"
        )
    if place.login is not None and not _AZURE_ACCOUNT.fullmatch(place.login.user):
        return "an azure URL with the name of an account of 3 to 24 small letters and digits"
    if place.sas is not None and not shared_access_signature(place.sas):
        return "an azure URL whose query is a shared access signature with sv and sig, and ? in file names as %3F"
    if place.sas is not None and place.login is None:
        return "an azure URL that names the account of its shared access signature: azure://account@container/file?…"
    return None


def shared_access_signature(query: str) -> bool:
    """Whether a query has what every shared access signature has: its version and the signature itself."""
    members = parse_qs(query.removeprefix("?"))
    return "sv" in members and "sig" in members


def _server(place: Place) -> str | None:
    found = _SERVER.fullmatch(place.home)
    if found and (found["port"] is None or 0 < int(found["port"]) < 65536):
        return None
    return f"a URL with a host and perhaps a port: {place.scheme}://user:password@host:port/file"


def _login_is_wrong(place: Place) -> str | None:
    """A secret may be missing where a setting may give it (azure_sas, credentials), or the server may need none."""
    if place.login is None or place.login.secret:
        return None
    if place.family in ("s3", "gcs", "cf"):
        return _login_form(place.family, "key:secret", "container" if place.family == "cf" else "bucket")
    return None


def _login_form(scheme: str, login: str, home: str) -> str:
    return f"a URL whose login is written {scheme}://{login}@{home}/file, with / in the secret as %2F"


_RULES: dict[str, Callable[[Place], str | None]] = {
    "s3": _s3,
    "gcs": _gcs,
    "cf": _cf,
    "azure": _azure,
    "ftp": _server,
    "ftps": _server,
    "sftp": _server,
}
