"""Inputs in Cloud Files, and in any other Swift that the service is set to (zencoder-api 5.1)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from stepcoder import net
from stepcoder.errors import InputError
from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.tries import Pause
from stepcoder.object_stores.refusals import Refused
from stepcoder.object_stores.swift import SwiftAccount
from stepcoder.sources.object_store import Facts, StoreSource
from stepcoder.storage import Place, Secret
from stepcoder.transfers.refusals import Why

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/\d+")


class CfSource(StoreSource):
    """An object in a container. Raises InputError."""

    def __init__(
        self,
        place: Place,
        login: Secret | None,
        policy: AddressPolicy,
        *,
        pinned: str | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        if login is None:
            raise InputError(
                "InvalidUsernameOrPasswordError",
                f"{place.url} can't be read without a user name and an API key: cf://user:key@container/file.",
            )
        account = SwiftAccount(login, place.region, policy)
        super().__init__(place.url, _Object(account, place.home, place.path), pinned=pinned, pause=pause)


class _Object:
    def __init__(self, account: SwiftAccount, container: str, name: str) -> None:
        self._account, self._container, self._name = account, container, name

    def look(self) -> Facts:
        try:
            found = self._account.head(self._container, self._name)
        except Refused as refused:
            if refused.why is Why.MISSING:
                self._account.find_container(self._container)
            raise
        if not found.get("content-length", "").isdecimal():
            raise net.BrokenResponse("The object storage does not say how large the file is.")
        return Facts(int(found["content-length"]), found.get("etag"), found.get("content-type"))

    def read(self, start: int, end: int, version: str | None) -> Iterator[bytes]:
        found, pieces = self._account.get(self._container, self._name, start, end)
        # Compared here, not by If-Match: large objects of some releases know no conditions.
        sent = _CONTENT_RANGE.match(found.get("content-range", ""))
        whole = start == 0 and sent is None and found.get("content-length") == str(end)
        right = whole or (sent is not None and (int(sent[1]), int(sent[2])) == (start, end - 1))
        if found.get("etag") != version or not right:
            raise Refused(Why.CHANGED, "another version")
        yield from pieces

    def close(self) -> None:
        self._account.close()
