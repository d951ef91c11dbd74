"""URLs as the Zencoder dialect may show them. Where files really go is request/locations.py."""

from __future__ import annotations

import re

_USER_INFO = re.compile(r"^([a-z][a-z0-9+.-]*://[^/?#:@]*):[^/?#]*@", re.IGNORECASE)
# A secret whose slashes were not escaped: after the colon comes neither a port nor the end of the host.
_RAW_SECRET = re.compile(r"^([a-z][a-z0-9+.-]*://[^/?#:@]+):(?!\d*(?:[/?#]|$))[^@]*@", re.IGNORECASE)

# Whoever has the signature of a shared access signature has the access.
_SIGNATURE = re.compile(r"([?&]sig=)[^&]*", re.IGNORECASE)


def without_password(url: str) -> str:
    """`url` with the password or secret key in its user part, or an Azure URL's signature, replaced by ***."""
    if url.lower().startswith("azure:"):
        url = _SIGNATURE.sub(r"\1***", url)
    for pattern in (_USER_INFO, _RAW_SECRET):
        shown, found = pattern.subn(r"\1:***@", url, count=1)
        if found:
            return shown
    return url
