"""SFTP's own ways: servers without the extension that renames over files."""

from __future__ import annotations

from stepcoder.destinations.protocol import Sending
from tests.servers.file_servers import FileServers


def test_a_server_that_does_not_rename_over_a_file_has_it_deleted_first(all_file_servers: FileServers) -> None:
    server = all_file_servers.server("sftp")
    destination = server.destination("noextension")
    for body in (b"one", b"two"):
        destination.put(f"{server.path}/film.mp4", iter([body]), Sending(), lambda count: None)
    assert {path.name: path.read_bytes() for path in server.folder.iterdir()} == {"film.mp4": b"two"}
    destination.close()
