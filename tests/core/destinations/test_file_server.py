"""What holds for FTP, FTPS and SFTP alike, against real servers."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from stepcoder.destinations.file_server import FileServerDestination
from stepcoder.destinations.protocol import Sending
from stepcoder.errors import Cancelled, EncodingError, OutputError
from stepcoder.net import AddressPolicy
from stepcoder.net.tries import PassingFault
from stepcoder.storage import Secret
from tests.servers.file_servers import Server

FILM = os.urandom(700_000)
SENDING = Sending("video/mp4", None)


def pieces(body: bytes = FILM) -> Iterator[bytes]:
    for begin in range(0, len(body), 200_000):
        yield body[begin : begin + 200_000]


def put(server: Server, name: str, body: bytes = FILM, user: str = "u") -> int:
    destination = server.destination(user)
    try:
        return destination.put(f"{server.path}/{name}", pieces(body), SENDING, lambda count: None)
    finally:
        destination.close()


def failure(server: Server, name: str = "film.mp4", user: str = "u", **options: object) -> EncodingError:
    """What one try at delivering ends in; a passing fault counts as what it says when no try is left."""
    destination = server.destination(user, **options)
    try:
        with pytest.raises((PassingFault, OutputError)) as caught:
            destination.put(f"{server.path}/{name}", pieces(), SENDING, lambda count: None)
    finally:
        destination.close()
    return caught.value.failure if isinstance(caught.value, PassingFault) else caught.value


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_stream_becomes_a_file_in_directories_made_for_it(file_server: Server) -> None:
    heard: list[int] = []
    destination = file_server.destination()
    for name in ("a b/Füße/film #1.mp4", "a b/Füße/film #2.mp4", "top.mp4"):
        assert destination.put(f"{file_server.path}/{name}", pieces(), SENDING, heard.append) == len(FILM)
    assert files(file_server.folder) == dict.fromkeys(("a b/Füße/film #1.mp4", "a b/Füße/film #2.mp4", "top.mp4"), FILM)
    assert sum(heard) == 3 * len(FILM)
    destination.close()


def test_what_was_delivered_can_be_read_back(file_server: Server) -> None:
    put(file_server, "film.mp4")
    assert b"".join(file_server.source("film.mp4").stream()) == FILM


def test_an_older_file_of_the_name_is_replaced(file_server: Server) -> None:
    (file_server.folder / "film.mp4").write_bytes(b"older")
    put(file_server, "film.mp4")
    put(file_server, "empty", b"")
    assert files(file_server.folder) == {"film.mp4": FILM, "empty": b""}


def test_the_older_file_stays_until_all_of_the_new_one_is_there(file_server: Server) -> None:
    (file_server.folder / "film.mp4").write_bytes(b"older")
    destination = file_server.destination()

    def body() -> Iterator[bytes]:
        yield FILM
        assert (file_server.folder / "film.mp4").read_bytes() == b"older"
        raise Cancelled

    with pytest.raises(Cancelled):
        destination.put(f"{file_server.path}/film.mp4", body(), SENDING, lambda count: None)
    assert files(file_server.folder) == {"film.mp4": b"older"}
    destination.put(f"{file_server.path}/film.mp4", pieces(), SENDING, lambda count: None)
    assert files(file_server.folder) == {"film.mp4": FILM}
    destination.close()


def test_whoever_listens_may_stop_it(file_server: Server) -> None:
    def stop(count: int) -> None:
        raise Cancelled

    destination = file_server.destination()
    with pytest.raises(Cancelled):
        destination.put(f"{file_server.path}/film.mp4", pieces(), SENDING, stop)
    assert files(file_server.folder) == {}
    destination.close()


def test_a_file_is_deleted_and_one_that_is_gone_is_no_error(file_server: Server) -> None:
    put(file_server, "film.mp4")
    destination = file_server.destination()
    for _ in range(2):
        destination.delete(f"{file_server.path}/film.mp4")
    destination.delete(f"{file_server.path}/no/such/film.mp4")
    assert files(file_server.folder) == {}
    destination.close()


def test_memory_does_not_grow_with_the_file(file_server: Server) -> None:
    destination = file_server.destination()
    tracemalloc.start()
    try:
        destination.put(
            f"{file_server.path}/long.mp4", (bytes(1 << 20) for _ in range(24)), SENDING, lambda count: None
        )
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()
    assert (file_server.folder / "long.mp4").stat().st_size == 24 << 20
    destination.close()


def test_ten_files_at_once(file_server: Server) -> None:
    destination = file_server.destination()
    assert destination.most_uploads == 10
    names = [f"new/directory/{number}.ts" for number in range(20)]

    def send(name: str) -> None:
        destination.put(f"{file_server.path}/{name}", pieces(), SENDING, lambda count: None)

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(send, names))
    assert files(file_server.folder) == dict.fromkeys(names, FILM)
    destination.close()


def test_a_server_that_grants_two_connections_takes_all_files_by_two(file_server: Server) -> None:
    destination = file_server.destination("crowded")

    def send(number: int) -> None:
        destination.put(f"{file_server.path}/{number}.ts", pieces(), SENDING, lambda count: None)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(send, range(12)))
    assert len(files(file_server.folder)) == 12
    destination.close()


@pytest.mark.parametrize("name", ["film.mp4", "new/film.mp4"])
def test_where_one_may_not_write_access_is_denied(file_server: Server, name: str) -> None:
    found = failure(file_server, name, "readonly")
    assert found.error_class == "UploadAccessDeniedError"
    assert name in found.message
    assert files(file_server.folder) == {}


def test_one_may_not_delete_what_one_may_not_write(file_server: Server) -> None:
    put(file_server, "film.mp4")
    if file_server.scheme == "sftp":
        file_server.folder.chmod(0o500)
    destination = file_server.destination("readonly")
    if file_server.scheme != "sftp":
        with pytest.raises(OutputError) as caught:
            destination.delete(f"{file_server.path}/film.mp4")
        assert caught.value.error_class == "UploadAccessDeniedError"
    destination.close()


def test_a_full_disk_is_named_and_nothing_stays_behind(file_server: Server) -> None:
    found = failure(file_server, user="quota")
    assert (found.error_class, "no room left" in found.message) == ("UploadFailureError", True)
    assert files(file_server.folder) == {}


def test_a_server_that_stored_less_than_it_was_sent_is_found_out(file_server: Server) -> None:
    found = failure(file_server, user="shrinks")
    assert (found.error_class, "the server stored" in found.message) == ("UploadFailureError", True)
    assert files(file_server.folder) == {}


@pytest.mark.parametrize("login", [Secret("u", "WrongSecret"), Secret("nobody", "WrongSecret")])
def test_a_wrong_login_is_refused_without_repeating_it(file_server: Server, login: Secret) -> None:
    found = failure(file_server, login=login)
    assert found.error_class == "InvalidUsernameOrPasswordError"
    assert "WrongSecret" not in str(found)


def test_a_server_that_does_not_answer_is_not_found(file_server: Server) -> None:
    assert failure(replace(file_server, port=1)).error_class == "UploadServerNotFoundError"


def test_private_addresses_are_out_of_reach_unless_the_operator_names_them(file_server: Server) -> None:
    found = failure(file_server, policy=AddressPolicy())
    assert (found.error_class, "not public" in found.message) == ("UploadFailureError", True)


def test_a_path_that_would_be_a_command_is_refused(file_server: Server) -> None:
    put(file_server, "film.mp4")
    assert failure(file_server, "a\r\nDELE film.mp4").error_class == "InvalidFilePathError"
    assert failure(file_server, "a\r\nDELE film.mp4/b").error_class == "InvalidFilePathError"
    assert files(file_server.folder) == {"film.mp4": FILM}


def test_idle_connections_are_used_again_and_closed_at_the_end(file_server: Server) -> None:
    destination: FileServerDestination = file_server.destination()
    for number in range(3):
        destination.put(f"{file_server.path}/{number}", pieces(b"x"), SENDING, lambda count: None)
    assert len(destination._pool._idle) == 1
    destination.close()
    assert not destination._pool._idle
