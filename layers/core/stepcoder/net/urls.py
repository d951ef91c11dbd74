"""Reading http(s) URLs strictly, once, so that what is checked is what is connected to; and hiding their secrets."""

from __future__ import annotations

import base64
import ipaddress
import re
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from stepcoder.net.errors import BadUrl

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_.])?\Z")
_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\\]")
_MAX_LENGTH = 8192
_RAW = "!#$%&'()*+,/:;=?@[]~-._"  # everything a URL may contain as it is; the rest gets percent-encoded
HIDDEN = "***"


@dataclass(frozen=True)
class Url:
    """One http(s) URL taken apart. Printing it shows the redacted form."""

    scheme: str
    host: str  # lower case ASCII (IDNA); IPv6 without brackets
    port: int
    target: str = field(repr=False)  # path and query as they go on the wire
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> Url:
        """Raises BadUrl for anything but a well-formed http or https URL."""
        text = text.strip(" ")
        if not text or len(text) > _MAX_LENGTH or _UNUSABLE.search(text):
            raise BadUrl(f"{redact(text)!r} is not a usable URL.")
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise BadUrl(f"{redact(text)!r} is not a usable URL.") from None
        if parts.scheme not in _DEFAULT_PORTS:
            raise BadUrl(f"{redact(text)!r} is not an http or https URL.")
        if port == 0:
            raise BadUrl(f"{redact(text)!r} names port 0.")
        return cls(
            scheme=parts.scheme,
            host=_host(parts, text),
            port=port or _DEFAULT_PORTS[parts.scheme],
            target=_target(parts),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    def join(self, location: str) -> Url:
        """Where a redirect leads. Credentials stay only within the same origin; those in `location` are ignored."""
        base = f"{self.origin}{self.target}"
        # http.client hands headers over as Latin-1: encode back what a server sent as raw UTF-8.
        joined = urljoin(base, quote(location, safe=_RAW, encoding="latin-1", errors="replace"))
        there = replace(Url.parse(joined), username=None, password=None)
        if there.origin == self.origin:
            return replace(there, username=self.username, password=self.password)
        return there

    @property
    def origin(self) -> str:
        """`scheme://host:port`; two URLs of one origin may share credentials and connections."""
        return f"{self.scheme}://{self._bracketed_host}:{self.port}"

    @property
    def host_header(self) -> str:
        default = self.port == _DEFAULT_PORTS[self.scheme]
        return self._bracketed_host if default else f"{self._bracketed_host}:{self.port}"

    @property
    def authorization(self) -> str | None:
        """The Basic credentials of the userinfo, or None."""
        if self.username is None and self.password is None:
            return None
        pair = f"{self.username or ''}:{self.password or ''}".encode()
        return "Basic " + base64.b64encode(pair).decode()

    def __str__(self) -> str:
        return redact(f"{self.scheme}://{self.host_header}{self.target}")

    @property
    def _bracketed_host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def _host(parts: SplitResult, text: str) -> str:
    host = parts.hostname or ""
    if ":" in host:
        bracketed = re.fullmatch(r"\[[^\[\]]*\](:\d*)?", parts.netloc.rpartition("@")[2])
        try:
            return str(ipaddress.IPv6Address(host if bracketed and "%" not in host else ""))
        except ValueError:
            raise BadUrl(f"{redact(text)!r} has an unusable host.") from None
    if "[" in parts.netloc.rpartition("@")[2]:
        raise BadUrl(f"{redact(text)!r} has an unusable host.")
    try:
        host = host.encode("idna").decode().lower()
    except UnicodeError:
        raise BadUrl(f"{redact(text)!r} has an unusable host.") from None
    if not _HOST.match(host):
        raise BadUrl(f"{redact(text)!r} has an unusable host.")
    return host


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_RAW)
    return f"{path}?{quote(parts.query, safe=_RAW)}" if parts.query else path


def redact(url: str) -> str:
    """The URL as it may be shown or logged: without user, password, query values and fragment.

    Query values go as a whole, since any of them may be a signature or token. When in doubt where the secret ends
    (an unescaped `/`, `?`, `#` or `@` inside a password), only the scheme remains.
    """
    scheme, separator, rest = url.strip().partition("://")
    if not separator:
        return HIDDEN if "@" in url else url.partition("?")[0][:200]
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        _ = parts.port
    except ValueError:
        return f"{scheme}://{HIDDEN}"
    userinfo, at, host = parts.netloc.rpartition("@")
    perhaps_login = at or (":" in host and not host.startswith("["))
    if perhaps_login and "@" in f"{parts.path}{parts.query}{parts.fragment}":
        return f"{scheme}://{HIDDEN}"
    query = "&".join(_hidden_value(pair) for pair in parts.query.split("&")) if parts.query else ""
    shown = f"{scheme}://{HIDDEN + '@' if userinfo or at else ''}{host}{parts.path}"
    return f"{shown}?{query}" if query else shown


def _hidden_value(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={HIDDEN}" if equals else HIDDEN
