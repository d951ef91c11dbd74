"""What a key in the upload bucket means: whose the file is, whether it is one to encode, where its settings lie.

`accounts/<account id>/` is an account's own; keys elsewhere in the bucket are nobody's, and nothing is made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

PREFIX = "accounts/"
DEFAULTS = "default.json"

Kind = Literal["file", "settings", "folder", "hidden"]

_OWNED = re.compile(PREFIX + r"([1-9][0-9]{0,17})/.+", re.DOTALL)


def account_folder(account_id: int) -> str:
    """What the keys of an account begin with."""
    return f"{PREFIX}{account_id}/"


def owner(key: str) -> int | None:
    """The id of the account a key belongs to, whether there is such an account or not; None for nobody's."""
    found = _OWNED.fullmatch(key)
    return int(found[1]) if found else None


def kind_of(key: str) -> Kind:
    """`settings` are about other files, a `folder` is what consoles make to show one, `hidden` what desktops leave."""
    name = key.rpartition("/")[2]
    if not name:
        return "folder"
    if name.lower().endswith(".json"):
        return "settings"
    return "hidden" if name.startswith(".") else "file"


def settings_beside(key: str) -> str:
    """Where the settings of this file alone would lie."""
    return f"{key}.json"


def folder_defaults(key: str) -> Iterator[str]:
    """Where settings for a folder's files would lie: from the file's own folder up to the account's, as they count."""
    parts = key.split("/")
    for length in range(len(parts) - 1, 1, -1):
        yield "/".join([*parts[:length], DEFAULTS])


def is_somebodys(key: str) -> bool:
    """Whether a key is in an account's part of the upload bucket, or could lead there on its way to S3."""
    parts = [part for part in key.split("/") if part]
    return parts[:1] == [PREFIX.rstrip("/")] or "." in parts or ".." in parts


def may_read(account_id: int | None, key: str) -> bool:
    """Whether a job of the account may read a file of the upload bucket: its own ones, and nobody's."""
    if not is_somebodys(key):
        return True
    steps = {".", ".."} & set(key.split("/"))
    return account_id is not None and key.startswith(account_folder(account_id)) and not steps
