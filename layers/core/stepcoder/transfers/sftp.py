"""One login at an SFTP server: files read, stored, renamed and deleted. The way in is sftp_login.py's."""

from __future__ import annotations

import stat
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, suppress

from stepcoder import net
from stepcoder.net.addresses import AddressPolicy
from stepcoder.storage import Place, Secret
from stepcoder.transfers.protocol import Facts, absolute, address
from stepcoder.transfers.refusals import Refusal, Why
from stepcoder.transfers.sftp_answers import named
from stepcoder.transfers.sftp_login import logged_in
from stepcoder.transfers.sftp_reading import Reader

# One request's bytes, which every server grants.
_PART = 32 * 1024


class SftpConnection:
    """A FileServer. The secret of `login` is a password, or a private key in PEM. Opening raises NetError, Refusal."""

    def __init__(self, place: Place, login: Secret | None, policy: AddressPolicy) -> None:
        self._host, port = address(place.home, 22)
        self._transport, self._client = logged_in(self._host, port, login, policy)
        self.usable = True

    def look(self, path: str) -> Facts:
        with self._named():
            found = self._client.stat(absolute(path))
        if found.st_mode is not None and stat.S_ISDIR(found.st_mode):
            raise Refusal(Why.MISSING, "it is a directory")
        modified = None if found.st_mtime is None else str(found.st_mtime)
        return Facts(found.st_size, modified)

    def restarts(self) -> bool:
        return True

    def size(self, path: str) -> int | None:
        try:
            with self._named():
                return self._client.stat(absolute(path)).st_size
        except Refusal:
            return None

    def read(self, path: str, start: int, length: int | None) -> Generator[bytes]:
        with self._named():
            file = self._client.open(absolute(path), "rb")
        self.usable = False  # for a reader that leaves in the middle, with answers still to come
        try:
            if length is None:
                with self._named():
                    length = (file.stat().st_size or 0) - start
            pieces = Reader(self._client, file).pieces(start, start + length)
            while True:
                with self._named():
                    piece = next(pieces, b"")
                if not piece:
                    break
                yield piece
            self.usable = True
        finally:
            with suppress(net.NetError, Refusal), self._named():
                file.close()

    def write(self, path: str, body: Iterator[bytes], on_bytes: Callable[[int], None]) -> int:
        with self._named():
            file = self._client.open(absolute(path), "wb")
            file.set_pipelined(True)
        sent, held = 0, b""
        try:
            for piece in body:
                for begin in range(0, len(piece), _PART):
                    with self._named():
                        file.write(held)
                    held = piece[begin : begin + _PART]
                sent += len(piece)
                on_bytes(len(piece))
            with self._named():
                # The last part is held back for this: a write out of the pipeline waits for the answers to all that
                # were in it, which closing the file does not.
                file.set_pipelined(False)
                file.write(held)
        finally:
            with suppress(net.NetError, Refusal), self._named():
                file.close()
        return sent

    def replace(self, path: str, new_path: str) -> None:
        with self._named():
            try:
                return self._client.posix_rename(absolute(path), absolute(new_path))
            except OSError as error:
                if error.errno is not None:
                    raise
            # Not every server has the extension that renames over a file that exists.
            with suppress(FileNotFoundError):
                self._client.remove(absolute(new_path))
            return self._client.rename(absolute(path), absolute(new_path))

    def delete(self, path: str) -> None:
        with self._named():
            self._client.remove(absolute(path))

    def make_directories(self, path: str) -> None:
        if self._is_directory(path):
            return
        parts = path.split("/")
        for count in range(1, len(parts) + 1):
            directory = "/".join(parts[:count])
            try:
                with self._named():
                    self._client.mkdir(absolute(directory))
            except Refusal:
                if not self._is_directory(directory):
                    raise

    def alive(self) -> bool:
        try:
            with self._named():
                self._client.stat("/")
        except Refusal:
            return True
        except net.NetError:
            return False
        return True

    def close(self) -> None:
        self._transport.close()

    def _is_directory(self, path: str) -> bool:
        try:
            with self._named():
                mode = self._client.stat(absolute(path)).st_mode
        except Refusal:
            return False
        return mode is not None and stat.S_ISDIR(mode)

    def _named(self) -> AbstractContextManager[None]:
        return named(self._host, self._transport)
