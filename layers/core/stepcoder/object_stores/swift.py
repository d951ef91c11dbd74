"""Objects of one Swift account, of which Cloud Files is one: reading, storing and removing them, with a token renewed
when it has run out. What is larger than Swift takes is large_objects.py's.

python-swiftclient is OpenStack's own library, used in its low-level form: it knows paths, queries and headers, and
sends through the session it is given, which is a guarded one. Signing in is ours: it can't do Rackspace's way, and not
through a session.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stepcoder import runtime
from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.client import Limits
from stepcoder.net.errors import BrokenResponse
from stepcoder.object_stores.identity import SignedIn, identity_url, sign_in
from stepcoder.object_stores.outgoing import Outgoing, Part
from stepcoder.object_stores.refusals import Refused, refused_with
from stepcoder.storage import Secret
from stepcoder.transfers.refusals import Why

if TYPE_CHECKING:
    import requests

_PIECE = 256 * 1024
_MOST_ANSWER = 16 * 1024 * 1024
# The manifest of a thousand segments is answered once each of them has been looked at.
_LIMITS = Limits(read=60, idle_connections=16)


class SwiftAccount:
    """Safe to share between threads. Nothing is connected to before the first call.

    Methods raise Refused and NetError.
    """

    def __init__(self, login: Secret, region: str | None, policy: AddressPolicy) -> None:
        self._login, self._region, self._policy = login, region, policy
        self._lock = threading.Lock()
        self._session: requests.Session | None = None
        self._signed: SignedIn | None = None

    def find_container(self, container: str) -> None:
        """Raises Refused (CONTAINER) where there is none of that name."""
        try:
            self._call("head_container", container)
        except Refused as refused:
            if refused.status == 404:
                raise Refused(Why.CONTAINER, refused.answer, 404) from refused
            raise

    def head(self, container: str, name: str) -> dict[str, str]:
        """An object's headers, their names in small letters."""
        found: dict[str, str] = self._call("head_object", container, name)
        return found

    def get(self, container: str, name: str, start: int, end: int) -> tuple[dict[str, str], Iterator[bytes]]:
        """The headers, and the bytes from `start` to before `end` in pieces of at most 256 KiB."""
        headers = {"Range": f"bytes={start}-{end - 1}"}
        found, body = self._call("get_object", container, name, resp_chunk_size=_PIECE, headers=headers)
        return found, _pieces(body)

    def manifest(self, container: str, name: str) -> list[dict[str, Any]]:
        """The segments of a static large object: `name` (with its container in front) and more of each."""
        _, body = self._call("get_object", container, name, query_string="multipart-manifest=get")
        try:
            found: list[dict[str, Any]] = json.loads(body)
        except ValueError as error:
            raise BrokenResponse("The object storage sent a manifest that can't be read.") from error
        return found

    def put(
        self, container: str, name: str, body: Outgoing | Part, size: int | None, headers: Mapping[str, str]
    ) -> str:
        """Store all of a body, which has `size` bytes where that is known; returns the ETag. Raises what the body does.

        A token that has run out is renewed for the next call only: bytes that were sent don't come back.
        """
        try:
            etag: str = self._call(
                "put_object", container, name, body, content_length=size, headers=headers, again=False
            )
        except Exception:
            if body.failure is not None:
                raise body.failure from None
            raise
        return etag

    def put_manifest(
        self, container: str, name: str, segments: list[dict[str, Any]], headers: Mapping[str, str]
    ) -> None:
        """Make one object of segments that are there: `path`, `etag` and `size_bytes` of each."""
        manifest = json.dumps(segments).encode()
        self._call("put_object", container, name, manifest, headers=headers, query_string="multipart-manifest=put")

    def delete(self, container: str, name: str) -> None:
        """Remove one object, of a large one its manifest alone; one that is not there is no error."""
        try:
            self._call("delete_object", container, name)
        except Refused as refused:
            if refused.status != 404:
                raise

    def close(self) -> None:
        with self._lock:
            if self._session is not None:
                self._session.close()
            self._session = self._signed = None

    def _call(self, operation: str, *arguments: Any, again: bool = True, **named: Any) -> Any:
        """Call a function of swiftclient's, signed in, and once more where the token is not taken any more."""
        session, signed = self._sign_in()
        try:
            return _sent(session, signed, operation, *arguments, **named)
        except Refused as refused:
            if refused.status != 401:
                raise
            self._sign_out(signed)
            if not again:
                raise Refused(Why.BUSY, refused.answer, 401) from refused
        return _sent(*self._sign_in(), operation, *arguments, **named)

    def _sign_in(self) -> tuple[requests.Session, SignedIn]:
        from stepcoder.net.sessions import guarded_session

        with self._lock:
            session = self._session = self._session or guarded_session(self._policy, limits=_LIMITS)
            if self._signed is None:
                identity = identity_url(runtime.settings().cloud_files_auth, self._region)
                with _named_faults():
                    self._signed = sign_in(session, identity, self._login, self._region)
            return session, self._signed

    def _sign_out(self, signed: SignedIn) -> None:
        with self._lock:
            if self._signed == signed:  # otherwise another thread has a new token already
                self._signed = None


def _sent(session: requests.Session, signed: SignedIn, operation: str, *arguments: Any, **named: Any) -> Any:
    from swiftclient import client

    # Its connections hold one answer at a time, so each call gets its own; what is behind them is shared.
    address, wire = client.http_connection(signed.url)
    wire.request_session = session
    _bound_answers(wire)
    with _named_faults():
        try:
            return getattr(client, operation)(signed.url, signed.token, *arguments, http_conn=(address, wire), **named)
        except client.ClientException as error:
            # Without its text, which quotes addresses and whatever the server said.
            raise refused_with(error.http_status or 0) from None


def _bound_answers(wire: Any) -> None:
    """Of manifests and of what comes with errors the library would read whatever the server sends."""
    answered = wire.getresponse

    def bounded() -> Any:
        response = answered()
        read = response.read
        response.read = lambda size=_MOST_ANSWER: read(size)
        return response

    wire.getresponse = bounded


def _pieces(body: Any) -> Iterator[bytes]:
    try:
        with _named_faults():
            while piece := body.read(_PIECE):
                yield piece
    finally:
        body.close()


@contextmanager
def _named_faults() -> Iterator[None]:
    from urllib3.exceptions import HTTPError

    from stepcoder.net.sessions import as_net_error

    try:
        yield
    except (OSError, HTTPError) as error:  # those of requests are OSErrors
        raise as_net_error(error, "the object storage") from error
