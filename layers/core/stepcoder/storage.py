"""The kinds of storage that files come from and go to, and what a login to one is (zencoder-api 5.1). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TYPES = ("s3", "gcs", "cf", "ftp", "ftps", "sftp", "azure", "aspera", "akamai")

# Credentials of a type open URLs of that scheme. A login to an FTP server holds with and without encryption; one that
# was saved for encrypted connections only is not sent over open ones.
_ALSO_OPENED_BY = {"ftps": ("ftp",)}
# What Amazon calls access key ids; anything else could not even be written into a request's header.
_ACCESS_KEY = re.compile(r"[A-Za-z0-9._+/=-]{1,128}")


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
