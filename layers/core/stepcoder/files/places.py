"""Where uploads lie and what may be handed out to anybody who knows the name: keys of our own buckets. Pure.

Names are 96 random bits: knowing one is the permission, as with the vendor's public addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

UPLOADS = "uploads/"
MADE = "encoded/"

_PUBLIC = re.compile(
    r"(?P<root>uploads|encoded)/(videos|images)/[0-9a-f]{24}(_[0-9]{4})?"
    r"(\.[a-z0-9]{1,5}|/[A-Za-z0-9._-]{1,100}\.(m3u8|ts|m4s|mp4))"
)
_EXTENSION = re.compile(r"[a-z0-9]{1,5}")


def upload_key(name: str, kind: Literal["video", "image"], extension: str) -> str:
    """`extension` without a dot, as a client gave it; nonsense is left out."""
    extension = extension.lower()
    return f"{UPLOADS}{kind}s/{name}.{extension if _EXTENSION.fullmatch(extension) else 'bin'}"


def is_public(key: str) -> bool:
    return _PUBLIC.fullmatch(key) is not None


def addresses(base: str) -> Callable[[str], str]:
    """Where each key can be fetched. `base`: of the CDN, or of our own API."""
    return lambda key: f"{base.rstrip('/')}/{key}"
