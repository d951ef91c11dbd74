"""The names of lists and of their members in XML: outputs holds output (zencoder-api 1.3). Names only."""

from __future__ import annotations

import re

_IRREGULAR = {"times": "number", "media": "media", "news": "news", "series": "series"}
_HISSING = re.compile(r"(ss|sh|ch|x|z)es$")


def singular(name: str) -> str:
    """What one member of the list `name` is called; the name itself where it is no plural."""
    if name in _IRREGULAR:
        return _IRREGULAR[name]
    if name.endswith("ies") and len(name) > 4:
        return name[:-3] + "y"
    if _HISSING.search(name):
        return name[:-2]
    if name.endswith("s") and not name.endswith(("ss", "us", "is")):
        return name[:-1]
    return name
