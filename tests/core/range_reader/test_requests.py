"""What the loopback server answers, request by request."""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from stepcoder.errors import InputError
from stepcoder.range_reader import RangeReader
from tests.core.sources.fakes import FakeSource

DATA = random.Random(1).randbytes(5_000_000)  # noqa: S311


@pytest.fixture
def reader() -> Iterator[RangeReader]:
    with RangeReader() as running:
        yield running


def request(url: str, wanted: str | None = None, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request(method, parts.path, headers={"Range": wanted} if wanted else {})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, dict(response.headers), body


def test_listens_on_loopback_only(reader: RangeReader) -> None:
    assert urlsplit(reader.serve(FakeSource(DATA))).hostname == "127.0.0.1"
    assert reader._server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-", 0, len(DATA)),
        ("bytes=0-0", 0, 1),
        ("bytes=1000000-1999999", 1_000_000, 2_000_000),
        ("bytes=1048575-1048576", 1_048_575, 1_048_577),
        ("bytes=4999990-", 4_999_990, len(DATA)),
        ("bytes=4999990-9999999", 4_999_990, len(DATA)),
        ("bytes=-10", len(DATA) - 10, len(DATA)),
        ("bytes=-99999999", 0, len(DATA)),
    ],
)
def test_answers_ranges(reader: RangeReader, wanted: str, start: int, end: int) -> None:
    status, headers, body = request(reader.serve(FakeSource(DATA)), wanted)
    assert status == 206
    assert body == DATA[start:end]
    assert headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(DATA)}"
    assert headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("wanted", [None, "bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,3-4", "bytes=x-"])
def test_without_a_usable_range_everything_is_sent(reader: RangeReader, wanted: str | None) -> None:
    status, headers, body = request(reader.serve(FakeSource(DATA)), wanted)
    assert (status, body, headers["Content-Length"]) == (200, DATA, str(len(DATA)))


@pytest.mark.parametrize("wanted", [f"bytes={len(DATA)}-", "bytes=99999999-100000000", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(reader: RangeReader, wanted: str) -> None:
    status, headers, body = request(reader.serve(FakeSource(DATA)), wanted)
    assert (status, headers["Content-Range"], body) == (416, f"bytes */{len(DATA)}", b"")


def test_head_reads_nothing(reader: RangeReader) -> None:
    source = FakeSource(DATA)
    status, headers, body = request(reader.serve(source), method="HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(DATA)), b"")
    assert source.reads == []


def test_an_empty_file(reader: RangeReader) -> None:
    url = reader.serve(FakeSource(b""))
    assert request(url)[::2] == (200, b"")
    assert request(url, "bytes=0-")[0] == 416


def test_paths_cannot_be_guessed_and_keep_sources_apart(reader: RangeReader) -> None:
    one, two = reader.serve(FakeSource(b"one")), reader.serve(FakeSource(b"two"))
    assert len(urlsplit(one).path) > 40
    assert (request(one)[2], request(two)[2]) == (b"one", b"two")
    base = one.rsplit("/", 1)[0]
    for wrong in ("/", "/x", urlsplit(one).path[:-1], "/../etc/passwd", "//"):
        assert request(base + wrong)[0] == 404


def test_a_post_is_refused(reader: RangeReader) -> None:
    assert request(reader.serve(FakeSource(DATA)), method="POST")[0] == 501


def test_several_requests_at_once(reader: RangeReader) -> None:
    url, results = reader.serve(FakeSource(DATA)), list[bool]()

    def read(start: int) -> None:
        results.append(request(url, f"bytes={start}-")[2] == DATA[start:])

    threads = [threading.Thread(target=read, args=(number * 300_000,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8


def test_a_client_that_hangs_up_stops_the_reading(reader: RangeReader) -> None:
    source = FakeSource(b"\x00" * 200_000_000)
    parts = urlsplit(reader.serve(source))
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\n\r\n".encode())
        assert len(connection.recv(1000)) > 0
    time.sleep(0.3)
    read = len(source.reads)
    time.sleep(0.2)
    assert len(source.reads) == read <= 12
    assert reader.error is None


def test_going_back_and_forth_reads_each_block_once(reader: RangeReader) -> None:
    source = FakeSource(DATA)
    url = reader.serve(source)
    for start in (0, 4_000_000, 100, 4_000_100, 200):
        request(url, f"bytes={start}-{start + 10}")
    assert source.reads == [(0, 1 << 20), (3 << 20, 1 << 20)]


def test_reading_on_goes_ahead_of_the_client(reader: RangeReader) -> None:
    source = FakeSource(DATA)
    request(reader.serve(source), "bytes=0-")
    assert sorted(source.reads) == [(block << 20, 1 << 20) for block in range(5)]


def test_an_error_at_the_start_is_a_502_and_is_remembered(reader: RangeReader) -> None:
    source = FakeSource(DATA)
    url = reader.serve(source)
    source.failure = InputError("FileNotFoundError", "gone")
    assert request(url)[0] == 502
    assert reader.error is source.failure
    with pytest.raises(InputError, match="gone"):
        reader.check()


def test_an_error_halfway_breaks_the_answer_off(reader: RangeReader) -> None:
    class Breaking(FakeSource):
        def read_range(self, offset: int, length: int) -> bytes:
            if offset > 2_000_000:
                raise InputError("TruncatedFileError", "short")
            return super().read_range(offset, length)

    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        request(reader.serve(Breaking(DATA)))
    assert isinstance(reader.error, InputError)


def test_serves_a_local_file(reader: RangeReader, tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(DATA)
    assert request(reader.serve_file(path), "bytes=1234567-2345678")[2] == DATA[1234567:2345679]


def test_serves_a_stream_once(reader: RangeReader) -> None:
    url = reader.serve_stream(iter([b"one", b"two", b"", b"three"]))
    assert request(url, method="HEAD")[0] == 200
    status, headers, body = request(url, "bytes=3-")
    assert (status, body, headers["Accept-Ranges"]) == (200, b"onetwothree", "none")
    assert request(url)[0] == 502


def test_a_source_without_ranges_is_served_as_a_stream(reader: RangeReader) -> None:
    assert request(reader.serve(FakeSource(DATA, ranges=False)))[2] == DATA


def test_a_stream_that_fails_does_not_look_complete(reader: RangeReader) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise InputError("DownloadFailureError", "broke")

    with pytest.raises(ConnectionResetError):
        request(reader.serve_stream(pieces()))
    assert isinstance(reader.error, InputError)


def test_closing_ends_all_threads_and_connections() -> None:
    before = set(threading.enumerate())
    reader = RangeReader()
    parts = urlsplit(reader.serve(FakeSource(b"\x00" * 200_000_000)))
    connections = [socket.create_connection((parts.hostname or "", parts.port or 0)) for _ in range(3)]
    for connection in connections[:2]:  # two that wait to be read from, one that never asks
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    time.sleep(0.2)
    started = time.monotonic()
    reader.close()
    assert time.monotonic() - started < 2
    assert {thread for thread in threading.enumerate() if thread.is_alive()} - before == set()
    with pytest.raises(OSError):
        socket.create_connection((parts.hostname or "", parts.port or 0))
    for connection in connections:
        connection.close()


class Crowded(FakeSource):
    """Knows how many ranges were asked for at once."""

    def __init__(self) -> None:
        super().__init__(DATA)
        self.now = self.highest = 0
        self.lock = threading.Lock()

    def read_range(self, offset: int, length: int) -> bytes:
        with self.lock:
            self.now += 1
            self.highest = max(self.highest, self.now)
        time.sleep(0.02)
        with self.lock:
            self.now -= 1
        return super().read_range(offset, length)


@pytest.mark.parametrize(("connections", "most"), [(0, 1), (1, 1), (2, 2), (25, 5)])
def test_a_source_is_asked_for_no_more_ranges_at_once_than_allowed(
    reader: RangeReader, connections: int, most: int
) -> None:
    source = Crowded()
    url, bodies = reader.serve(source, connections), list[bytes]()
    readers = [threading.Thread(target=lambda: bodies.append(request(url)[2])) for _ in range(3)]
    for each in readers:
        each.start()
    for each in readers:
        each.join(10)
    assert bodies == [DATA] * 3
    assert 1 <= source.highest <= most
