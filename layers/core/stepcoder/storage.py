"""The kinds of storage that files come from and go to, and what a login to one is (zencoder-api 5.1). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

TYPES = ("s3", "gcs", "cf", "ftp", "ftps", "sftp", "azure", "aspera", "akamai")

# Credentials of a type open URLs of that scheme. A login to an FTP server holds with and without encryption; one that
# was saved for encrypted connections only is not sent over open ones.
_ALSO_OPENED_BY = {"ftps": ("ftp",)}
# What Amazon calls access key ids; anything else could not even be written into a request's header.
_ACCESS_KEY = re.compile(r"[A-Za-z0-9._+/=-]{1,128}")
_PLACE = re.compile(
    r"(?P<scheme>[a-z][a-z0-9]*(?:\+[a-z0-9-]+)?)://(?:(?P<login>[^/?#@]*)@)?(?P<home>[^/?#@]+)"
    r"(?:/(?P<path>[^?#]*))?(?:\?(?P<sas>.*))?",
    re.IGNORECASE | re.DOTALL,
)
# What is percent-encoded in a place's URL: the two letters that end a path, and what could be taken for them.
_ENCODED = re.compile("%(?:3F|23|25)")


@dataclass(frozen=True)
class Secret:
    """A login: `user` is the name or access key, `secret` the password or secret key. Printing it hides the secret."""

    user: str
    secret: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.user}:***"


def types_for(scheme: str) -> tuple[str, ...]:
    """The types of credentials that open URLs of a scheme, the fitting one first; none for http and the like."""
    family = scheme.lower().partition("+")[0]
    return (family, *_ALSO_OPENED_BY.get(family, ())) if family in TYPES else ()


def is_access_key(user: str) -> bool:
    """Whether a text can be the id of an S3 access key."""
    return _ACCESS_KEY.fullmatch(user) is not None


@dataclass(frozen=True)
class Place:
    """A file in somebody's storage, or where its path is empty or ends in "/" a directory there.

    `home` is the bucket or container, for ftp, ftps and sftp the server as `host` or `host:port`. `path` is the key,
    the blob's name or the path from the server's root: as the storage knows it, nothing percent-encoded, no "/" in
    front.
    `sas` is the query of a shared access signature (azure).
    """

    scheme: str  # with its region, if it has one: s3, s3+eu-west-1, cf+uk, ftp …
    home: str
    path: str
    login: Secret | None = None
    sas: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, target: str) -> Place:
        """The place that `target` wrote. Raises ValueError for anything else."""
        found = _PLACE.fullmatch(target)
        if not found:
            raise ValueError("This is not the address of a file in a storage.")
        return cls(
            found["scheme"].lower(),
            unquote(found["home"]),
            _ENCODED.sub(lambda code: unquote(code[0]), found["path"] or ""),
            _read_login(found["login"]),
            found["sas"],
        )

    @property
    def family(self) -> str:
        """The kind of storage, one of TYPES."""
        return self.scheme.partition("+")[0]

    @property
    def region(self) -> str | None:
        """What follows the scheme's plus sign."""
        return self.scheme.partition("+")[2] or None

    @property
    def url(self) -> str:
        """As it may be shown, logged and compared: without login and signature."""
        path = _ENCODED.sub(lambda code: f"%25{code[0][1:]}", self.path)
        path = path.replace("?", "%3F").replace("#", "%23")
        return f"{self.scheme}://{quote(self.home, safe=':[]')}/{path}"

    @property
    def target(self) -> str:
        """With all it takes to get there: `read` reads it back. Never shown."""
        login = f"{quote(self.login.user, safe='')}:{quote(self.login.secret, safe='')}@" if self.login else ""
        sas = f"?{self.sas}" if self.sas is not None else ""
        return self.url.replace("://", f"://{login}", 1) + sas

    @property
    def name(self) -> str:
        """The file's name in its directory."""
        return self.path.rpartition("/")[2]

    def moved_to(self, path: str) -> Place:
        """Another path in the same home."""
        return replace(self, path=path)

    def beside(self, name: str) -> Place:
        """A file of that name in the same directory; the name may lead into directories below it."""
        return self.moved_to(self.path[: self.path.rfind("/") + 1] + name)


def _read_login(written: str | None) -> Secret | None:
    if written is None:
        return None
    user, _, secret = written.partition(":")
    return Secret(unquote(user), unquote(secret))
