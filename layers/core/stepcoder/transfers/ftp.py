"""One login at an FTP or FTPS server: files read, stored, renamed and deleted. The way in is ftp_login.py's."""

from __future__ import annotations

import ftplib
import re
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress

from stepcoder import net
from stepcoder.net.addresses import AddressPolicy
from stepcoder.storage import Place, Secret
from stepcoder.transfers.ftp_answers import named
from stepcoder.transfers.ftp_login import logged_in
from stepcoder.transfers.ftp_wire import finish
from stepcoder.transfers.protocol import PATIENT_SECONDS, PIECE, Facts, absolute, address
from stepcoder.transfers.refusals import Refusal

_SETTLE_SECONDS = 5.0
_MODIFIED = re.compile(r"213 (\d{14}(?:\.\d+)?)\s*\Z")
_SIZE = re.compile(r"213 (\d{1,18})\s*\Z")


class FtpConnection:
    """A FileServer. `login` None is anonymous. Opening it raises NetError and Refusal."""

    def __init__(self, place: Place, login: Secret | None, policy: AddressPolicy) -> None:
        self._host, port = address(place.home, 21)
        self._wire = logged_in(self._host, port, login, policy, tls=place.family == "ftps")
        self.usable = True

    def look(self, path: str) -> Facts:
        with named(self._host):
            return Facts(self.size(path), self._modified(path))

    def restarts(self) -> bool:
        # Asked with 1, which not even servers that can't do it would grant.
        try:
            with named(self._host):
                granted = self._wire.sendcmd("REST 1")[0] == "3"
                self._wire.sendcmd("REST 0")
        except Refusal:
            return False
        return granted

    def size(self, path: str) -> int | None:
        with named(self._host), suppress(ftplib.error_perm):
            found = _SIZE.match(self._wire.sendcmd(f"SIZE {absolute(path)}"))
            return int(found[1]) if found else None
        return None

    def read(self, path: str, start: int, length: int | None) -> Generator[bytes]:
        with named(self._host):
            data = self._wire.transfercmd(f"RETR {absolute(path)}", start or None)
        left, whole = length, False
        self.usable = False  # for a reader that leaves in the middle
        try:
            while left is None or left > 0:
                with named(self._host):
                    piece = data.recv(PIECE if left is None else min(left, PIECE))
                if not piece:
                    whole = True
                    break
                left = left if left is None else left - len(piece)
                yield piece
        finally:
            data.close()
        if whole:
            with named(self._host):
                self._wire.voidresp()
        self.usable = whole or self._settled()
        if left:
            raise net.CutShort("The server ended the file early.")

    def write(self, path: str, body: Iterator[bytes], on_bytes: Callable[[int], None]) -> int:
        with named(self._host):
            data = self._wire.transfercmd(f"STOR {absolute(path)}")
        sent = 0
        try:
            for piece in body:
                self._send(data, piece)
                sent += len(piece)
                on_bytes(len(piece))
            finish(data)
        except Refusal:
            data.close()
            raise
        except BaseException:
            # The answer first: a server that still writes the file could not delete it.
            data.close()
            self.usable = self._settled()
            raise
        with named(self._host):
            self._wire.answer_within(PATIENT_SECONDS)
        return sent

    def replace(self, path: str, new_path: str) -> None:
        with named(self._host):
            try:
                self._rename(path, new_path)
            except ftplib.error_perm:
                # Some servers don't rename over a file that exists.
                with suppress(ftplib.error_perm):
                    self._wire.voidcmd(f"DELE {absolute(new_path)}")
                self._rename(path, new_path)

    def delete(self, path: str) -> None:
        with named(self._host):
            self._wire.voidcmd(f"DELE {absolute(path)}")

    def make_directories(self, path: str) -> None:
        with named(self._host):
            if self._is_directory(path):
                return
            refused: ftplib.error_perm | None = None
            parts = path.split("/")
            for count in range(1, len(parts) + 1):
                try:
                    self._wire.voidcmd(f"MKD {absolute('/'.join(parts[:count]))}")
                except ftplib.error_perm as error:  # it exists already, which each server says in its own way
                    refused = error
            if refused and not self._is_directory(path):
                raise refused

    def alive(self) -> bool:
        try:
            with named(self._host):
                self._wire.voidcmd("NOOP")
        except (net.NetError, Refusal):
            return False
        return True

    def close(self) -> None:
        self._wire.close()

    def _modified(self, path: str) -> str | None:
        with suppress(ftplib.error_perm):
            found = _MODIFIED.match(self._wire.sendcmd(f"MDTM {absolute(path)}"))
            return found[1] if found else None
        return None

    def _rename(self, path: str, new_path: str) -> None:
        self._wire.sendcmd(f"RNFR {absolute(path)}")
        self._wire.putcmd(f"RNTO {absolute(new_path)}")
        self._wire.answer_within(PATIENT_SECONDS)

    def _is_directory(self, path: str) -> bool:
        with suppress(ftplib.error_perm):
            self._wire.voidcmd(f"CWD {absolute(path)}")
            return True
        return False

    def _send(self, data: socket.socket, piece: bytes) -> None:
        with named(self._host):
            try:
                data.sendall(piece)
            except OSError:
                # A server that gave up says why, on the other connection: a full disk, for instance.
                self._wire.answer_within(_SETTLE_SECONDS)
                raise

    def _settled(self) -> bool:
        """Hear how a transfer ended that we broke off: in any way, as long as it ended."""
        try:
            with named(self._host):
                self._wire.answer_within(_SETTLE_SECONDS)
        except Refusal:
            return True
        except net.NetError:
            return False
        return True
