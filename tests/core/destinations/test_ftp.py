"""FTP's own ways: servers that don't rename, or don't answer."""

from __future__ import annotations

import pytest

from stepcoder.destinations.protocol import Sending
from stepcoder.net.tries import PassingFault
from stepcoder.transfers import ftp
from tests.servers.file_servers import FileServers, Server


@pytest.fixture
def server(all_file_servers: FileServers) -> Server:
    return all_file_servers.server("ftp")


def names(server: Server) -> list[str]:
    return sorted(path.name for path in server.folder.iterdir())


def test_a_server_that_does_not_rename_gets_the_next_try_under_its_final_name(server: Server) -> None:
    destination = server.destination("norename")
    with pytest.raises(PassingFault):
        destination.put(f"{server.path}/film.mp4", iter([b"film"]), Sending(), lambda count: None)
    assert names(server) == []
    assert destination.put(f"{server.path}/film.mp4", iter([b"film"]), Sending(), lambda count: None) == 4
    assert names(server) == ["film.mp4"]
    destination.close()


def test_a_server_that_does_not_rename_over_a_file_has_it_deleted_first(server: Server) -> None:
    destination = server.destination("exists")
    for body in (b"one", b"two"):
        destination.put(f"{server.path}/film.mp4", iter([body]), Sending(), lambda count: None)
    assert (server.folder / "film.mp4").read_bytes() == b"two"
    assert names(server) == ["film.mp4"]
    destination.close()


def test_a_server_that_never_acknowledges_is_a_timeout_and_leaves_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ftp, "PATIENT_SECONDS", 0.5)
    destination = server.destination("deaf")
    with pytest.raises(PassingFault) as caught:
        destination.put(f"{server.path}/film.mp4", iter([b"film"]), Sending(), lambda count: None)
    assert caught.value.failure.error_class == "UploadTimeoutError"
    assert names(server) == []
    destination.close()


def test_without_a_login_one_is_anonymous_and_may_mostly_not_write(server: Server) -> None:
    from stepcoder.errors import OutputError

    destination = server.destination(login=None)
    with pytest.raises(OutputError) as caught:
        destination.put(f"{server.path}/film.mp4", iter([b"film"]), Sending(), lambda count: None)
    assert caught.value.error_class == "UploadAccessDeniedError"
    destination.close()
