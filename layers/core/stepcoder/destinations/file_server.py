"""Delivery to servers that files are logged in for (FTP, SFTP). The protocols themselves are transfers'."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from stepcoder import runtime
from stepcoder.destinations import failures
from stepcoder.destinations.protocol import OnBytes, Sending
from stepcoder.net.errors import NetError
from stepcoder.net.tries import PassingFault
from stepcoder.storage import Place
from stepcoder.transfers.blame import blamed
from stepcoder.transfers.pool import Pool
from stepcoder.transfers.protocol import FileServer
from stepcoder.transfers.refusals import Refusal, Why


class FileServerDestination:
    """A Destination. A file gets its name when all of it has arrived: until then it is called `stepcoder-….part`.

    Where the server refuses to rename, later tries write under the right name at once.
    """

    most_uploads = 10

    def __init__(self, place: Place, connect: Callable[[], FileServer]) -> None:
        self._place = place
        self._pool = Pool(connect, self.most_uploads)
        self._made: set[str] = set()
        self._renames = True

    def put(self, path: str, body: Iterator[bytes], sending: Sending, on_bytes: OnBytes) -> int:
        directory, slash, _ = path.rpartition("/")
        written_to = f"{directory}{slash}stepcoder-{secrets.token_hex(8)}.part" if self._renames else path
        upload = _Upload(body)
        with self._faults_named(path), self._pool.borrowed() as server:
            self._make(server, directory)
            try:
                size = server.write(written_to, iter(upload), on_bytes)
                self._check_size(server, written_to, path, size)
                if written_to != path:
                    self._rename(server, written_to, path)
            except BaseException:
                if upload.begun:
                    self._remove(server, written_to)
                raise
        return size

    def delete(self, path: str) -> None:
        with self._faults_named(path), self._pool.borrowed() as server:
            try:
                server.delete(path)
            except Refusal as refusal:
                if refusal.why not in (Why.MISSING, Why.UNSAID) or server.size(path) is not None:
                    raise

    def close(self) -> None:
        self._pool.close()

    def _make(self, server: FileServer, directory: str) -> None:
        if directory and directory not in self._made:
            server.make_directories(directory)
            self._made.add(directory)

    def _check_size(self, server: FileServer, written_to: str, path: str, sent: int) -> None:
        stored = server.size(written_to)
        if stored is not None and stored != sent:
            raise PassingFault(failures.size_differs(self._place.moved_to(path).url, sent, stored))

    def _rename(self, server: FileServer, written_to: str, path: str) -> None:
        try:
            server.replace(written_to, path)
        except Refusal as refusal:
            if refusal.passing:
                raise
            self._renames = False
            raise PassingFault(failures.from_refusal(refusal, self._place.moved_to(path).url)) from refusal

    def _remove(self, server: FileServer, written_to: str) -> None:
        """As well as it goes: what stays behind has a name that nobody takes for a film's."""
        try:
            server.delete(written_to)
        except NetError:
            # This connection broke; the server may still take another.
            try:
                with self._pool.borrowed() as other:
                    other.delete(written_to)
            except (NetError, Refusal):
                self._note_left_over(written_to)
        except Refusal as refusal:
            if refusal.why is not Why.MISSING:
                self._note_left_over(written_to)

    def _note_left_over(self, written_to: str) -> None:
        url = self._place.moved_to(written_to).url
        runtime.logger().warning("a piece of an upload could not be removed", url=url, exc_info=True)

    def _faults_named(self, path: str) -> AbstractContextManager[None]:
        return blamed(self._place.moved_to(path).url, failures.from_net, failures.from_refusal)


class _Upload:
    """A stream that tells whether anybody began to read it, which servers do once they accept a file."""

    def __init__(self, body: Iterator[bytes]) -> None:
        self._body = body
        self.begun = False

    def __iter__(self) -> Iterator[bytes]:
        self.begun = True
        yield from self._body
