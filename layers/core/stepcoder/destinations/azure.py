"""Delivery to Azure's storage (zencoder-api 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

from stepcoder.destinations import failures
from stepcoder.destinations.protocol import OnBytes, Sending
from stepcoder.errors import OutputError
from stepcoder.net.addresses import AddressPolicy
from stepcoder.object_stores.azure import BlobContainer
from stepcoder.object_stores.outgoing import Outgoing
from stepcoder.object_stores.refusals import Refused
from stepcoder.storage import Place, Secret
from stepcoder.transfers.blame import blamed
from stepcoder.transfers.refusals import Why

_LONGEST_NAME = 1024  # letters, by "Naming and referencing containers, blobs, and metadata"


class AzureDestination:
    """A container. What it holds under a path stays whole until all of the new file is there.

    Of a Sending only the content type counts: customers' headers are not for Azure (zencoder-api 3.2).
    """

    most_uploads = 10

    def __init__(self, place: Place, login: Secret | None, policy: AddressPolicy) -> None:
        """Raises OutputError without a login, and for one that can't be one."""
        if login is None:
            raise OutputError(
                "InvalidUsernameOrPasswordError",
                f"Nothing can be stored at {place.url} without the name of an account and its key, or a shared access"
                " signature: azure://account:key@container/file.",
            )
        self._place = place
        with self._faults_named(place.path):
            self._container = BlobContainer(place, login, policy)

    def put(self, path: str, body: Iterator[bytes], sending: Sending, on_bytes: OnBytes) -> int:
        outgoing = Outgoing(body, on_bytes, sending.size)
        with self._faults_named(path):
            if not 0 < len(path) <= _LONGEST_NAME:
                raise Refused(Why.PATH, f"names have 1 to {_LONGEST_NAME} letters")
            self._container.put(path, outgoing, sending.size, sending.content_type)
        return outgoing.taken

    def delete(self, path: str) -> None:
        with self._faults_named(path):
            self._container.delete(path)

    def close(self) -> None:
        self._container.close()

    def _faults_named(self, path: str) -> AbstractContextManager[None]:
        return blamed(self._place.moved_to(path).url, failures.from_net, failures.from_store)
