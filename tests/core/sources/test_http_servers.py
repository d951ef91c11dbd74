"""Web servers as they are: old, overloaded, misconfigured, dying, dishonest. What good ones do is in test_http.py."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stepcoder import errors
from stepcoder.errors import InputError
from stepcoder.sources.http import HttpSource
from stepcoder.sources.protocol import UNKNOWN_SIZE
from tests.core.net.servers import (
    Handler,
    Route,
    WebServer,
    client,
    cut_after,
    in_turn,
    ranged,
    redirect,
    status,
    whole,
)

FILM = bytes(range(256)) * 2000
SIZE = len(FILM)


def opened(server: WebServer, path: str = "/film", **limits: float) -> HttpSource:
    return HttpSource(server.url(path), client(**limits), pause=lambda seconds: None)


def read(route: Route, **limits: float) -> bytes:
    with WebServer({"/film": route}) as server:
        return b"".join(opened(server, **limits).stream())


def failure(route: Route, **limits: float) -> InputError:
    with pytest.raises(InputError) as caught:
        read(route, **limits)
    return caught.value


def only(*methods: str, route: Route) -> Route:
    """A server that knows no other method."""
    return lambda handler: route(handler) if handler.command in methods else handler.answer(405)


def partial(sent: bytes, content_range: str, *, length: int | None = None) -> Route:
    """A 206 answer as given."""

    def route(handler: Handler) -> None:
        handler.send_response(206)
        handler.send_header("ETag", '"one"')
        handler.send_header("Content-Range", content_range)
        handler.send_header("Content-Length", str(len(sent) if length is None else length))
        handler.end_headers()
        handler.wfile.write(sent)
        if length is not None and length != len(sent):
            handler.hang_up()

    return route


def announced(length: int, sent: bytes) -> Route:
    """A 200 answer of another length than it announces."""

    def route(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(sent)
        handler.hang_up()

    return route


def chunked(data: bytes, *, end: bool = True) -> Route:
    def route(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(data), 50_000):
            piece = data[start : start + 50_000]
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        if end:
            handler.wfile.write(b"0\r\n\r\n")
        else:
            handler.hang_up()

    return route


def until_closed(data: bytes) -> Route:
    """As HTTP/1.0 did it: the body ends with the connection."""

    def route(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: video/mp4\r\n\r\n" + data)
        handler.hang_up()

    return route


def reset_after(sent: int, route: Route) -> Route:
    """Like cut_after, but the connection is torn down instead of closed."""

    def torn(handler: Handler) -> None:
        cut_after(sent, route)(handler)
        handler.wfile.flush()
        time.sleep(0.02)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    return torn


def capped(data: bytes, most: int) -> Route:
    """A server that sends at most so much of a range at a time."""

    def route(handler: Handler) -> None:
        first, last = handler.headers["Range"].removeprefix("bytes=").split("-")
        start, end = int(first), min(int(last) + 1, int(first) + most, len(data))
        partial(data[start:end], f"bytes {start}-{end - 1}/{len(data)}")(handler)

    return route


class Signing:
    """A front door that redirects to links in a storage; each link is good for so many requests."""

    def __init__(self, code: int = 302, uses: int = 2, expired: int = 403) -> None:
        self.code, self.uses, self.expired = code, uses, expired
        self.links = 0
        self.used = 0
        self.file = ranged(FILM)

    def __enter__(self) -> Signing:
        self.storage = WebServer({"/film": self._serve}).__enter__()
        self.front = WebServer({"/film": self._sign}).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.front.__exit__()
        self.storage.__exit__()

    def _sign(self, handler: Handler) -> None:
        self.links, self.used = self.links + 1, 0
        redirect(self.storage.url(f"/film?signature={self.links}"), self.code)(handler)

    def _serve(self, handler: Handler) -> None:
        self.used += 1
        if handler.path != f"/film?signature={self.links}" or self.used > self.uses:
            return handler.answer(self.expired, b"<Error>Request has expired</Error>")
        return self.file(handler)


def test_nothing_but_get_is_needed() -> None:
    with WebServer({"/film": only("GET", route=ranged(FILM))}) as server:
        assert b"".join(opened(server).stream()) == FILM
        assert {request.command for request in server.requests} == {"GET"}


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_of_every_kind(code: int) -> None:
    with Signing(code, uses=100) as signing:
        source = opened(signing.front)
        assert (source.size, source.supports_ranges) == (SIZE, True)
        assert b"".join(source.stream()) == FILM
        assert signing.links == 1


@pytest.mark.parametrize("expired", [400, 401, 403, 404, 410, 429, 500])
def test_a_link_that_expires_is_asked_for_anew(expired: int) -> None:
    with Signing(uses=2, expired=expired) as signing:
        source = opened(signing.front)
        for start in range(0, 60_000, 10_000):
            assert source.read_range(start, 10_000) == FILM[start : start + 10_000]
        assert signing.links == 4


def test_a_link_that_expires_in_the_middle_of_a_download() -> None:
    with Signing(uses=2) as signing:
        signing.file = in_turn(ranged(FILM), cut_after(100_000, ranged(FILM)), ranged(FILM))
        assert b"".join(opened(signing.front).stream()) == FILM
        assert signing.links == 2
        assert signing.storage.requests[-1].headers["Range"] == f"bytes=100000-{SIZE - 1}"


def test_a_front_door_that_closes_for_good_is_a_failure_of_the_front_door() -> None:
    with Signing(uses=1) as signing:
        source = opened(signing.front)
        signing.front.routes["/film"] = status(404)
        with pytest.raises(InputError) as caught:
            source.read_range(0, 10)
        assert caught.value.error_class == "FileNotFoundError"


def test_a_download_resumes_where_the_connection_was_torn() -> None:
    with WebServer({"/film": in_turn(ranged(FILM), reset_after(200_000, ranged(FILM)), ranged(FILM))}) as server:
        assert b"".join(opened(server).stream()) == FILM
        resumed_at = int(server.requests[-1].headers["Range"].removeprefix("bytes=").split("-")[0])
        assert 0 < resumed_at <= 200_000


@pytest.mark.parametrize("sent", [0, 1, SIZE - 1])
@pytest.mark.parametrize("make", [ranged, whole])
def test_a_download_survives_a_death_wherever_it_comes(make: object, sent: int) -> None:
    file: Route = make(FILM)  # type: ignore[operator]
    assert read(in_turn(file, cut_after(sent, file), file)) == FILM


def test_a_death_before_the_headers_are_complete() -> None:
    def dying(handler: Handler) -> None:
        handler.hang_up()
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")

    assert read(in_turn(ranged(FILM), dying, lambda handler: handler.hang_up(), ranged(FILM))) == FILM


def test_a_body_of_chunks_resumes_by_skipping() -> None:
    assert read(in_turn(chunked(FILM), chunked(FILM[:150_000], end=False), chunked(FILM))) == FILM


def test_a_body_of_chunks_that_never_ends_properly_is_truncated() -> None:
    assert failure(in_turn(chunked(FILM), chunked(FILM[:150_000], end=False))).error_class == "TruncatedFileError"


def test_a_body_that_ends_with_the_connection() -> None:
    with WebServer({"/film": until_closed(FILM)}) as server:
        source = opened(server)
        assert (source.size, source.supports_ranges) == (UNKNOWN_SIZE, False)
        assert b"".join(source.stream()) == FILM


def test_a_server_that_is_slow_but_steady_is_waited_for() -> None:
    def steady(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(SIZE))
        handler.end_headers()
        for start in range(0, SIZE, 64_000):
            handler.wfile.write(FILM[start : start + 64_000])
            time.sleep(0.05)

    assert read(in_turn(whole(FILM), steady), read=0.3) == FILM


def test_a_server_that_stalls_in_the_middle_is_asked_again() -> None:
    def stalling(handler: Handler) -> None:
        cut_after(100_000, ranged(FILM))(handler)
        time.sleep(0.4)

    assert read(in_turn(ranged(FILM), stalling, ranged(FILM)), read=0.1) == FILM


def test_a_length_that_is_too_long() -> None:
    caught = failure(announced(SIZE + 1000, FILM))
    assert caught.error_class == "TruncatedFileError"
    assert "less than the length it announces" in caught.message


def test_a_length_that_is_too_short_brings_what_was_announced_and_no_more() -> None:
    assert read(announced(SIZE - 1000, FILM)) == FILM[:-1000]


@pytest.mark.parametrize("size", [SIZE - 1000, SIZE + 1000])
def test_a_total_that_is_wrong_in_every_range(size: int) -> None:
    """Too short: the file ends there. Too long: the rest never comes."""

    def lying(handler: Handler) -> None:
        first, last = handler.headers["Range"].removeprefix("bytes=").split("-")
        start, end = int(first), min(int(last) + 1, SIZE)
        partial(FILM[start:end], f"bytes {start}-{end - 1}/{size}")(handler)

    if size < SIZE:
        assert read(lying) == FILM[:size]
    else:
        assert failure(lying).error_class == "DownloadFailureError"


@pytest.mark.parametrize("most", [65_536, 100_000, 400_000])
def test_a_server_that_sends_less_of_a_range_than_it_was_asked_for(most: int) -> None:
    with WebServer({"/film": capped(FILM, most)}) as server:
        source = opened(server)
        assert b"".join(source.stream()) == FILM
        assert source.read_range(1000, SIZE - 2000) == FILM[1000:-1000]
        assert server.connections == 1


def test_a_server_that_serves_by_the_spoonful_is_not_worth_it() -> None:
    with WebServer({"/film": in_turn(ranged(FILM), capped(FILM, 10))}) as server:
        source = opened(server)
        with pytest.raises(InputError, match="part of the file"):
            b"".join(source.stream())
        assert len(server.requests) == 4
    # A small file, or the end of a large one, may be less than that.
    assert read(ranged(FILM[:10])) == FILM[:10]


@pytest.mark.parametrize(
    "answer",
    [
        partial(FILM[:1000], f"bytes 0-999/{SIZE}"),
        partial(FILM[1001:2001], f"bytes 1001-2000/{SIZE}"),
        partial(FILM[1000:2000], f"bytes=1000-1999/{SIZE}"),
        partial(FILM[1000:2000], f"bytes 1000-999/{SIZE}"),
        partial(FILM[1000:2000], "bytes */*"),
        partial(FILM[1000:2000], ""),
        partial(FILM[1000:2000], f"seconds 1000-1999/{SIZE}"),
        partial(b"--b\r\n\r\n" + FILM[1000:2000] + b"\r\n--b--", ""),
        whole(FILM),
        whole(FILM[1000:2000]),
    ],
)
def test_another_part_than_the_one_asked_for_is_never_taken(answer: Route) -> None:
    with WebServer({"/film": in_turn(ranged(FILM), answer)}) as server:
        source = opened(server)
        with pytest.raises(InputError, match="part of the file") as caught:
            source.read_range(1000, 1000)
        assert (caught.value.error_class, len(server.requests)) == ("DownloadFailureError", 4)
    # Once is an accident.
    with WebServer({"/film": in_turn(ranged(FILM), answer, ranged(FILM))}) as server:
        assert opened(server).read_range(1000, 1000) == FILM[1000:2000]


def test_a_part_that_is_longer_than_asked_for_is_cut_off() -> None:
    answer = partial(FILM[1000:5000], f"bytes 1000-4999/{SIZE}")
    with WebServer({"/film": in_turn(ranged(FILM), answer)}) as server:
        assert opened(server).read_range(1000, 1000) == FILM[1000:2000]


def test_a_part_that_is_shorter_than_it_says_is_completed() -> None:
    answer = partial(FILM[1000:1500], f"bytes 1000-1999/{SIZE}", length=1000)
    with WebServer({"/film": in_turn(ranged(FILM), answer, ranged(FILM))}) as server:
        assert opened(server).read_range(1000, 1000) == FILM[1000:2000]
        assert server.requests[-1].headers["Range"] == "bytes=1500-1999"


def test_a_part_with_the_length_of_less_than_it_says() -> None:
    answer = partial(FILM[1000:1500], f"bytes 1000-1999/{SIZE}")
    with WebServer({"/film": in_turn(ranged(FILM), answer, ranged(FILM))}) as server:
        assert opened(server).read_range(1000, 1000) == FILM[1000:2000]


def test_a_file_that_changes_between_two_reads_without_any_version() -> None:
    """No ETag, no date: the length is all there is to tell by."""
    with WebServer({"/film": in_turn(ranged(FILM, etag=None), ranged(FILM + b"x", etag=None))}) as server:
        source = opened(server)
        assert source.etag is None
        with pytest.raises(InputError, match="changed"):
            source.read_range(1000, 1000)


@pytest.mark.parametrize("other", [FILM[:-1], FILM + b"x"])
def test_a_file_that_changes_while_it_is_resumed_without_ranges(other: bytes) -> None:
    with WebServer({"/film": in_turn(whole(FILM), cut_after(1000, whole(FILM)), whole(other))}) as server:
        received = b""
        with pytest.raises(InputError, match="changed"):
            for piece in opened(server).stream():
                received += piece
    assert received == FILM[:1000]


def test_a_file_that_grows_behind_a_server_without_lengths() -> None:
    assert failure(in_turn(whole(FILM), chunked(FILM + b"x"))).error_class == "DownloadFailureError"


def test_a_file_that_is_gone_in_the_middle() -> None:
    caught = failure(in_turn(ranged(FILM), cut_after(1000, ranged(FILM)), status(404)))
    assert caught.error_class == "FileNotFoundError"


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", "deflate", "br", "zstd"])
def test_a_server_that_compresses_unasked_is_told_off(coding: str) -> None:
    caught = failure(whole(FILM, {"Content-Encoding": coding}))
    assert caught.error_class == "DownloadFailureError"
    assert f"Content-Encoding: {coding.lower()}" in caught.message


@pytest.mark.parametrize("coding", ["identity", "aws-chunked", "utf-8", ""])
def test_codings_that_change_nothing(coding: str) -> None:
    assert read(whole(FILM, {"Content-Encoding": coding})) == FILM


def test_a_server_that_wants_to_hear_of_no_range() -> None:
    def proud(handler: Handler) -> None:
        if handler.headers.get("Range"):
            return handler.answer(416, b"Range?", {"Content-Range": f"bytes */{SIZE}"})
        return handler.answer(200, FILM)

    with WebServer({"/film": proud}) as server:
        source = opened(server)
        assert (source.size, source.supports_ranges) == (SIZE, False)
        assert source.read_range(0, 10) == FILM[:10]
        assert b"".join(source.stream()) == FILM


def test_a_416_for_everything_is_no_file() -> None:
    assert failure(status(416)).error_class == "FileNotFoundError"


@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("when", ["at first", "later", "in the middle"])
def test_a_server_in_passing_trouble_is_asked_again(when: str, code: int) -> None:
    file, sorry = ranged(FILM), status(code, {"Retry-After": "1"})
    turns = {
        "at first": (sorry, sorry, file),
        "later": (file, sorry, sorry, file),
        "in the middle": (file, cut_after(1000, file), sorry, file),
    }
    assert read(in_turn(*turns[when])) == FILM


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        (401, "DownloadAccessDeniedError"),
        (403, "DownloadAccessDeniedError"),
        (404, "FileNotFoundError"),
        (410, "FileNotFoundError"),
        (501, "FileNotFoundError"),
        (206, "FileNotFoundError"),
        (204, "FileNotFoundError"),
        (300, "FileNotFoundError"),
    ],
)
def test_trouble_that_does_not_pass(code: int, error_class: str) -> None:
    file = whole(FILM)
    with WebServer({"/film": in_turn(file, status(code))}) as server:
        source = opened(server)
        with pytest.raises(InputError) as caught:
            b"".join(source.stream())
        assert len(server.requests) == 2
    assert caught.value.error_class == error_class


def test_three_refusals_in_a_row_are_enough_but_progress_counts() -> None:
    film = FILM * 12
    busy, piece = status(503), cut_after(1_100_000, ranged(film))
    assert read(in_turn(ranged(film), piece, busy, piece, busy, piece, busy, ranged(film))) == film
    with WebServer({"/film": in_turn(ranged(FILM), busy)}) as server:
        source = opened(server)
        with pytest.raises(InputError, match="503"):
            source.read_range(0, 10)
        assert len(server.requests) == 4


MEASURED = """
import re, sys
from pathlib import Path
from stepcoder.net import AddressPolicy, Client
from stepcoder.sources.http import HttpSource

def peak():
    # Not ru_maxrss: that begins with what the process that started this one had.
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

source = HttpSource(sys.argv[1], Client(AddressPolicy.parse("127.0.0.1")))
source.read_range(0, 4096)
before, read = peak(), 0
for piece in source.stream():
    read += len(piece)
print(source.size, read, peak() - before, peak())
"""


def endless(size: int) -> Route:
    """A film of that size that exists nowhere: one block over and over, with ranges."""
    block = bytes(1024 * 1024)

    def route(handler: Handler) -> None:
        first, last = handler.headers["Range"].removeprefix("bytes=").split("-")
        start, end = int(first), min(int(last) + 1, size)
        handler.send_response(206)
        handler.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        handler.send_header("Content-Length", str(end - start))
        handler.end_headers()
        for _ in range((end - start) // len(block)):
            handler.wfile.write(block)
        handler.wfile.write(block[: (end - start) % len(block)])

    return route


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process's peak memory like this")
def test_two_gigabytes_go_through_without_being_held() -> None:
    size, core = 2 * 1024**3, Path(errors.__file__).parents[1]
    with WebServer({"/film": endless(size)}) as server:
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, server.url("/film")],
            capture_output=True,
            text=True,
            env={"PYTHONPATH": str(core)},
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    announced_size, read_bytes, grown, peak = map(int, done.stdout.split())
    print(f"{read_bytes} bytes read, peak memory grew by {grown} MB to {peak} MB")
    assert (announced_size, read_bytes) == (size, size)
    assert grown < 64
