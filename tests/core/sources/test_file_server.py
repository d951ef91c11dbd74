"""What holds for FTP, FTPS and SFTP alike, against real servers."""

from __future__ import annotations

import os
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from stepcoder.errors import InputError
from stepcoder.net import AddressPolicy
from stepcoder.sources import sniff
from stepcoder.sources.file_server import FileServerSource
from stepcoder.storage import Secret
from stepcoder.transfers import ftp_wire, sftp_login
from tests.servers.file_servers import Server

MIB = 1024 * 1024
FILM = os.urandom(4 * MIB) + b"the end"


@pytest.fixture
def film(file_server: Server) -> Server:
    (file_server.folder / "film.mp4").write_bytes(FILM)
    return file_server


def refused(server: Server, name: str = "film.mp4", user: str = "u", **options: object) -> InputError:
    """What opening or reading the file ends in."""
    with pytest.raises(InputError) as caught:
        list(server.source(name, user, **options).stream())
    assert "Secret" not in caught.value.message and "***" not in caught.value.message
    return caught.value


def test_a_file_is_read_whole_and_by_range(film: Server) -> None:
    source = film.source("film.mp4")
    assert (source.size, source.supports_ranges, source.costly_ranges) == (len(FILM), True, True)
    assert source.url == f"{film.scheme}://127.0.0.1:{film.port}/{film.path}/film.mp4"
    pieces = list(source.stream())
    assert b"".join(pieces) == FILM
    assert max(map(len, pieces)) <= MIB
    assert source.read_range(1_000_000, 70_000) == FILM[1_000_000:1_070_000]
    assert source.read_range(len(FILM) - 7, 100) == b"the end"
    assert source.read_range(len(FILM), 100) == b""
    assert b"".join(source.stream(3 * MIB)) == FILM[3 * MIB :]
    source.close()
    assert source.read_range(0, 3) == FILM[:3]


def test_memory_does_not_grow_with_the_file(file_server: Server) -> None:
    with (file_server.folder / "long.mp4").open("wb") as file:
        file.truncate(24 * MIB)
    source = file_server.source("long.mp4")
    tracemalloc.start()
    try:
        assert sum(map(len, source.stream())) == 24 * MIB
        assert tracemalloc.get_traced_memory()[1] < 12 * MIB
    finally:
        tracemalloc.stop()
    source.close()


def test_names_with_spaces_marks_and_other_alphabets(file_server: Server) -> None:
    (file_server.folder / "Mein Ordner").mkdir()
    name = "Mein Ordner/Füße #1 100% ?日本.mp4"
    (file_server.folder / name).write_bytes(b"film")
    assert file_server.source(name).read_range(0, 10) == b"film"


def test_an_empty_file_has_no_bytes(file_server: Server) -> None:
    (file_server.folder / "empty").touch()
    source = file_server.source("empty")
    assert (source.size, list(source.stream()), source.read_range(0, 4096)) == (0, [], b"")


def test_many_ranges_at_once(film: Server) -> None:
    source = film.source("film.mp4")
    with ThreadPoolExecutor(8) as threads:
        parts = list(threads.map(lambda number: source.read_range(number * 300_000, 300_000), range(14)))
    assert b"".join(parts) == FILM[: 14 * 300_000]


def test_a_server_that_grants_two_connections_serves_all_threads_by_two(film: Server) -> None:
    source = film.source("film.mp4", "crowded")
    with ThreadPoolExecutor(6) as threads:
        parts = list(threads.map(lambda number: source.read_range(number * 300_000, 300_000), range(12)))
    assert b"".join(parts) == FILM[: 12 * 300_000]
    source.close()


def test_a_stream_that_is_left_early_harms_nothing(film: Server) -> None:
    source = film.source("film.mp4")
    stream = source.stream()
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert source.read_range(5, 5) == FILM[5:10]


def test_a_broken_download_goes_on_where_it_broke(film: Server) -> None:
    pauses: list[float] = []
    source = film.source("film.mp4", "fragile", pause=pauses.append)
    assert b"".join(source.stream()) == FILM
    assert len(pauses) in (2, 3)


def test_a_server_that_breaks_each_time_is_tried_three_times(film: Server) -> None:
    pauses: list[float] = []
    failure = refused(film, user="dead", pause=pauses.append)
    assert failure.error_class == "DownloadFailureError"
    assert "hung up" in failure.message or "broke" in failure.message
    assert len(pauses) == 2


def test_a_server_that_falls_silent_is_a_timeout(film: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (ftp_wire, sftp_login):
        monkeypatch.setattr(module, "SILENCE_SECONDS", 0.4)
    assert refused(film, user="stalls").error_class == "DownloadTimeoutError"


def test_a_size_that_was_a_lie_is_a_truncated_file(film: Server) -> None:
    assert refused(film, user="long").error_class == "TruncatedFileError"


def test_a_missing_file_and_a_directory_are_not_found(file_server: Server) -> None:
    (file_server.folder / "directory").mkdir()
    for name in ("no.mp4", "no/such/directory/film.mp4", "directory"):
        failure = refused(file_server, name)
        assert failure.error_class == "FileNotFoundError"
        assert name in failure.message


def test_a_file_that_may_not_be_read_is_denied(film: Server) -> None:
    assert refused(film, user="writeonly").error_class == "DownloadAccessDeniedError"


@pytest.mark.parametrize("login", [Secret("u", "WrongSecret"), Secret("nobody", "WrongSecret"), Secret("u", "")])
def test_a_wrong_login_is_refused_without_repeating_it(film: Server, login: Secret) -> None:
    failure = refused(film, login=login)
    assert failure.error_class == "InvalidUsernameOrPasswordError"
    assert "WrongSecret" not in str(failure)


def test_a_changed_file_is_refused(film: Server) -> None:
    seen = film.source("film.mp4")
    assert film.source("film.mp4", pinned=seen.etag).etag == seen.etag
    (film.folder / "film.mp4").write_bytes(FILM + b"more")
    assert "was changed" in refused(film, pinned=seen.etag).message
    with pytest.raises(InputError, match="was changed"):
        seen.read_range(0, 10)


@pytest.mark.parametrize("name", ["film.mp4\r\nDELE film.mp4", "film\n.mp4", "film\x00.mp4", "\ud800.mp4"])
def test_a_path_that_would_be_a_command_is_refused(film: Server, name: str) -> None:
    assert refused(film, name).error_class == "InvalidFilePathError"
    assert (film.folder / "film.mp4").exists()


def test_a_login_that_would_be_a_command_is_refused(film: Server) -> None:
    if film.scheme != "sftp":
        assert refused(film, login=Secret("u", "p\r\nDELE film.mp4")).error_class == "InvalidUsernameOrPasswordError"


def test_private_addresses_are_out_of_reach_unless_the_operator_names_them(film: Server) -> None:
    failure = refused(film, policy=AddressPolicy())
    assert failure.error_class == "DownloadFailureError"
    assert "not public" in failure.message


def test_nobody_at_home(film: Server) -> None:
    assert refused(replace(film, port=1)).error_class == "DownloadFailureError"
    assert refused(replace(film, port=99999)).error_class == "DownloadFailureError"


def test_the_beginning_can_be_sniffed(film: Server) -> None:
    source: FileServerSource = film.source("film.mp4")
    sniff(source.read_range(0, 4096), source.content_type)
