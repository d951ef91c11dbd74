"""Inputs in Azure's storage (zencoder-api 5.1)."""

from __future__ import annotations

import time
from collections.abc import Iterator

from stepcoder.errors import InputError
from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.tries import Pause
from stepcoder.object_stores.azure import BlobContainer
from stepcoder.sources import failures
from stepcoder.sources.object_store import Facts, StoreSource
from stepcoder.storage import Place, Secret
from stepcoder.transfers.blame import blamed


class AzureSource(StoreSource):
    """A blob in a container, opened with the account's key or a shared access signature. Raises InputError."""

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
                f"{place.url} can't be read without the name of an account and its key, or a shared access signature:"
                " azure://account:key@container/file.",
            )
        with blamed(place.url, failures.from_net, failures.from_store):
            container = BlobContainer(place, login, policy)
        super().__init__(place.url, _Blob(container, place.path), pinned=pinned, pause=pause)


class _Blob:
    def __init__(self, container: BlobContainer, name: str) -> None:
        self._container, self._name = container, name

    def look(self) -> Facts:
        return Facts(*self._container.look(self._name))

    def read(self, start: int, end: int, version: str | None) -> Iterator[bytes]:
        return self._container.read(self._name, start, end, version)

    def close(self) -> None:
        self._container.close()
