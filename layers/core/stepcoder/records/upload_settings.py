"""What an account wants done with files that are uploaded for it: `accounts/<id>/upload_settings` in the table.

Apart from the account's record, which every call reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepcoder.aws.table import Table
from stepcoder.errors import BodyTooLarge
from stepcoder.records.items import pack, unpack

_LARGEST = 350_000  # bytes, packed; an item holds 400 KB


class UploadSettingsStore:
    """The part of Records that holds them."""

    table: Table

    def upload_settings(self, account_id: int) -> dict[str, Any]:
        """The settings as they were given; empty if none were."""
        item = self.table.get(_path(account_id))
        settings: dict[str, Any] = unpack(item["settings"]) if item else {}
        return settings

    def save_upload_settings(self, account_id: int, settings: Mapping[str, Any]) -> None:
        """In place of those that were there. Raises BodyTooLarge if they can't be stored."""
        packed = pack(settings)
        if len(packed) > _LARGEST:
            raise BodyTooLarge("The settings are too large.")
        self.table.put(_path(account_id), {"settings": packed})


def _path(account_id: int) -> str:
    return f"accounts/{account_id}/upload_settings"
