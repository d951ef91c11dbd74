"""Delivery to Cloud Files, and to any other Swift that the service is set to (zencoder-api 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

from stepcoder.destinations import failures
from stepcoder.destinations.protocol import OnBytes, Sending
from stepcoder.errors import OutputError
from stepcoder.net.addresses import AddressPolicy
from stepcoder.object_stores.large_objects import own_segments, put_large
from stepcoder.object_stores.outgoing import Outgoing
from stepcoder.object_stores.refusals import Refused
from stepcoder.object_stores.swift import SwiftAccount
from stepcoder.storage import Place, Secret
from stepcoder.transfers.blame import blamed
from stepcoder.transfers.refusals import Why

GIB = 1024**3
LARGEST_OBJECT = 5 * GIB
_LONGEST_NAME = 1024
# A stream of unknown length that ends within this much is stored in one piece, without a manifest.
_LOOK_AHEAD = 8 * 1024 * 1024
_HEADERS = frozenset({"cache-control", "content-disposition", "content-encoding", "content-type", "expires"})
_META = "x-object-meta-"


class CfDestination:
    """A container. What it holds under a path stays whole until all of the new file is there."""

    most_uploads = 10

    def __init__(
        self,
        place: Place,
        login: Secret | None,
        policy: AddressPolicy,
        *,
        largest_object: int = LARGEST_OBJECT,
        segment_bytes: int = GIB,
    ) -> None:
        """Files larger than `largest_object`, which Swift's `max_file_size` is, become segments and a manifest.

        Raises OutputError without a login.
        """
        if login is None:
            raise OutputError(
                "InvalidUsernameOrPasswordError",
                f"Nothing can be stored at {place.url} without a user name and an API key:"
                " cf://user:key@container/file.",
            )
        self._place, self._container = place, place.home
        self._account = SwiftAccount(login, place.region, policy)
        self._largest_object, self._segment_bytes = largest_object, segment_bytes
        self._container_found = False

    def put(self, path: str, body: Iterator[bytes], sending: Sending, on_bytes: OnBytes) -> int:
        outgoing = Outgoing(body, on_bytes, sending.size)
        with self._faults_named(path):
            replaced = self._segments_before(path)
            self._store(path, outgoing, sending)
            self._remove(replaced)
        return outgoing.taken

    def delete(self, path: str) -> None:
        with self._faults_named(path):
            segments = self._segments_of(path)
            self._account.delete(self._container, path)
            self._remove(segments)

    def close(self) -> None:
        self._account.close()

    def _segments_before(self, path: str) -> list[str]:
        """The segments of what is there. Asked before a byte is sent, this also renews the token and finds out what
        would only be answered after a whole file was sent for nothing."""
        if len(path.encode()) > _LONGEST_NAME:
            raise Refused(Why.PATH, f"it is longer than {_LONGEST_NAME} bytes")
        if not self._container_found:
            self._find_container()
            self._container_found = True
        return self._segments_of(path)

    def _find_container(self) -> None:
        try:
            self._account.find_container(self._container)
        except Refused as refused:
            if refused.why is not Why.DENIED:  # some may write what they may not look at
                raise

    def _segments_of(self, path: str) -> list[str]:
        try:
            return own_segments(self._account, self._container, path)
        except Refused as refused:
            if refused.why in (Why.MISSING, Why.DENIED):
                return []
            raise

    def _store(self, path: str, outgoing: Outgoing, sending: Sending) -> None:
        headers, size = _headers(sending), sending.size
        if size is None:
            beginning = outgoing.read_all(_LOOK_AHEAD)
            size = len(beginning) if outgoing.ended else None
            outgoing.put_back(beginning)
        if size is None or size > self._largest_object:
            put_large(self._account, self._container, path, outgoing, headers, self._segment_bytes)
        else:
            self._account.put(self._container, path, outgoing, size, headers)

    def _remove(self, segments: list[str]) -> None:
        for segment in segments:
            self._account.delete(self._container, segment)

    def _faults_named(self, path: str) -> AbstractContextManager[None]:
        return blamed(self._place.moved_to(path).url, failures.from_net, failures.from_store)


def _headers(sending: Sending) -> dict[str, str]:
    """What Swift keeps with an object. The customer's headers win over what the file's kind would give."""
    headers = {"content-type": sending.content_type or "application/octet-stream"}
    if not sending.plain:
        known = {name.lower(): value for name, value in sending.headers.items()}
        headers |= {name: value for name, value in known.items() if name in _HEADERS or name.startswith(_META)}
    return headers
