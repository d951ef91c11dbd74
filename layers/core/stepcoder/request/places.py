"""Which place in somebody's storage a URL names, as customers write URLs (zencoder-api 5.1). Nothing is judged here.

Schemes differ in what is percent-encoded: a login always is; the path as a whole in ftp, ftps, sftp and http URLs, but
only `?` and `#` of it in those of s3, gcs, cf and azure; a container's name in cf URLs.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import SplitResult, unquote, urlsplit

from stepcoder.storage import Place, Secret

SERVERS = ("ftp", "ftps", "sftp")
BUCKETS = ("s3", "gcs", "cf", "azure")
_REGIONS = {"s3": r"[a-z0-9-]+", "cf": r"(?:dfw|ord|uk)"}
_STORAGE = re.compile("|".join((*SERVERS, "gcs", "azure", *(f"{name}(?:\\+{of})?" for name, of in _REGIONS.items()))))
_SCHEME = re.compile(r"([a-z][a-z0-9.+-]*)://", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:(?P<login>[^/?#]*)@)?(?P<home>[^/?#@]*)(?P<rest>.*)", re.DOTALL)
_HOST = re.compile(r"[^\s<>\"{}|\\^`%/?#@]+")
_S3_HOST = re.compile(r"(?:(?P<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com")
_GCS_HOST = re.compile(r"(?:(?P<bucket>.+)\.)?(?:storage\.googleapis|commondatastorage\.googleapis)\.com")


def place_of(url: str) -> Place | None:
    """The place a URL names: of one of our schemes, or the http(s) address of Amazon S3 or Google Cloud Storage.

    None for every other URL. Home and path may be empty, or of a form that the storage could not have.
    """
    scheme = scheme_of(url)
    if _STORAGE.fullmatch(scheme):
        return _in_storage(scheme, url[len(scheme) + len("://") :])
    parts = split_web(url) if scheme in ("http", "https") else None
    if parts is None:
        return None
    host = parts.hostname or ""
    for family, pattern in (("s3", _S3_HOST), ("gcs", _GCS_HOST)):
        if found := pattern.fullmatch(host):
            return _at_web_address(family, found["bucket"], unquote(parts.path).removeprefix("/"))
    return None


def scheme_of(url: str) -> str:
    """The scheme in small letters, empty if there is none."""
    match = _SCHEME.match(url)
    return match[1].lower() if match else ""


def storage_scheme(url: str) -> str:
    """The scheme that says which credentials open a URL: s3 also for the http(s) addresses of Amazon S3."""
    place = place_of(url)
    return place.scheme if place is not None else scheme_of(url)


def with_signature(place: Place, sas: str | None) -> Place:
    """An azure place with the signature of the setting azure_sas, unless its URL brings a signature or a key itself."""
    if place.family != "azure" or place.sas is not None or (place.login is not None and place.login.secret):
        return place
    return replace(place, sas=sas)


def signed(url: str) -> bool:
    """Whether an http(s) address carries its own permission, as presigned links do."""
    return re.search(r"[?&](x-(amz|goog)-)?signature=", url, re.IGNORECASE) is not None


def split_web(url: str) -> SplitResult | None:
    """An http(s) URL in its parts, or None where it has no usable host."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # only reading the port checks it
    except ValueError:
        return None
    return parts if parts.hostname and _HOST.fullmatch(parts.hostname) else None


def _in_storage(scheme: str, rest: str) -> Place | None:
    found = _AUTHORITY.fullmatch(rest)
    assert found is not None  # noqa: S101 - the pattern takes every text
    path, sas = found["rest"].removeprefix("/"), None
    family = scheme.partition("+")[0]
    if family == "azure":
        path, mark, query = path.partition("?")
        sas = query if mark else None
    encoded = "%[0-9A-F]{2}" if family in SERVERS else "%(?:3F|23)"
    # Bytes together, since one letter may be several of them.
    path = re.sub(f"(?:{encoded})+", lambda codes: unquote(codes[0]), path, flags=re.IGNORECASE)
    home = unquote(found["home"]) if family == "cf" else found["home"]
    return Place(scheme, home.lower() if family in SERVERS else home, path, _login(found["login"]), sas)


def _login(written: str | None) -> Secret | None:
    if not written:
        return None
    user, _, secret = written.partition(":")
    return Secret(unquote(user), unquote(secret))


def _at_web_address(family: str, bucket: str | None, path: str) -> Place:
    if bucket:
        return Place(family, bucket, path)
    home, _, key = path.partition("/")
    return Place(family, home, key)
