"""asyncssh as an SFTP server, well-behaved to the user `u` and in some way difficult to every other.

    with sftp_server(directory) as port: ...
    python sftp.py directory [authorized_keys]          prints its port once it answers

The password is always `p`. Each user's difficulty is told in QUIRKS.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.servers.processes import end_with_parent, running

QUIRKS = {
    "u": "none",
    "fragile": "hangs up after 1.5 MB of each download",
    "dead": "hangs up after 100 kB of each download",
    "stalls": "falls silent after 100 kB of each download",
    "piecemeal": "answers requests with fewer bytes than they asked for",
    "long": "says that files are 1000 bytes longer than they are",
    "readonly": "may not write",
    "writeonly": "may not read",
    "quota": "has room for 300 kB",
    "noextension": "knows no posix-rename, and does not rename over a file",
    "crowded": "may log in twice at once",
    "shrinks": "loses what follows the first 100 kB of each upload",
    "keyonly": "must log in with a key",
}
_BREAKS_AFTER = {"fragile": 1_500_000, "dead": 100_000, "stalls": 100_000}


@contextmanager
def sftp_server(root: Path, authorized_keys: Path | None = None) -> Iterator[int]:
    """The server's port on 127.0.0.1."""
    with running(Path(__file__), str(root), *([str(authorized_keys)] if authorized_keys else [])) as line:
        yield int(line)


def _door(asyncssh: Any) -> Any:
    class Door(asyncssh.SSHServer):  # type: ignore[misc]
        logged_in: ClassVar[dict[str, int]] = {}
        user = ""

        def connection_made(self, conn: Any) -> None:
            self.connection = conn

        def connection_lost(self, exc: Exception | None) -> None:
            if self.user:
                self.logged_in[self.user] -= 1

        def begin_auth(self, username: str) -> bool:
            self.asked_for = username
            if username == "crowded" and self.logged_in.get(username, 0) >= 2:
                self.connection.abort()
            return True

        def auth_completed(self) -> None:
            self.user = self.connection.get_extra_info("username")
            self.logged_in[self.user] = self.logged_in.get(self.user, 0) + 1

        def password_auth_supported(self) -> bool:
            return self.asked_for != "keyonly"

        def validate_password(self, username: str, password: str) -> bool:
            return username in QUIRKS and password == "p"

    return Door


def _files(asyncssh: Any, root: bytes) -> Any:
    class Files(asyncssh.SFTPServer):  # type: ignore[misc]
        def __init__(self, channel: Any) -> None:
            super().__init__(channel, chroot=root)
            self.user = channel.get_connection().get_extra_info("username")
            self.sent = 0

        def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
            if self.user == ("readonly" if pflags & asyncssh.FXF_WRITE else "writeonly"):
                raise asyncssh.SFTPPermissionDenied("Permission denied")
            return super().open(path, pflags, attrs)

        async def read(self, file: Any, offset: int, size: int) -> bytes:
            if self.sent >= _BREAKS_AFTER.get(self.user, self.sent + 1):
                if self.user == "stalls":
                    await asyncio.sleep(3600)
                await asyncio.sleep(0.1)  # for what was read to be on its way
                self.connection.abort()
            data: bytes = super().read(
                file, offset, max(size // 3, min(size, 1000)) if self.user == "piecemeal" else size
            )
            self.sent += len(data)
            return data

        def write(self, file: Any, offset: int, data: bytes) -> int:
            if self.user == "quota" and offset + len(data) > 300_000:
                raise asyncssh.SFTPFailure("Disk quota exceeded")
            if self.user == "shrinks" and offset >= 100_000:
                return len(data)
            return int(super().write(file, offset, data))

        def mkdir(self, path: bytes, attrs: Any) -> None:
            if self.user == "readonly":
                raise asyncssh.SFTPPermissionDenied("Permission denied")
            super().mkdir(path, attrs)

        def stat(self, path: bytes) -> Any:
            return self._told(super().stat(path))

        def fstat(self, file: Any) -> Any:
            return self._told(super().fstat(file))

        def _told(self, found: Any) -> Any:
            if self.user != "long":
                return found
            attributes = asyncssh.SFTPAttrs.from_local(found)
            attributes.size += 1000
            return attributes

        def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
            if self.user == "noextension":
                raise asyncssh.SFTPOpUnsupported("Unsupported operation")
            super().posix_rename(oldpath, newpath)

        def rename(self, oldpath: bytes, newpath: bytes) -> None:
            if os.path.exists(self.map_path(newpath)):  # noqa: PTH110
                raise asyncssh.SFTPFailure("File exists")
            super().rename(oldpath, newpath)

    return Files


async def _serve(root: str, authorized_keys: str | None = None) -> None:
    import asyncssh

    files = _files(asyncssh, root.encode())
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=_door(asyncssh),
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        sftp_factory=files,
        authorized_client_keys=authorized_keys,
    )
    print(server.get_port(), flush=True)
    end_with_parent()
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[1:]))
