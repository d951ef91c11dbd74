from __future__ import annotations

import time

import pytest

from stepcoder.errors import InputError
from stepcoder.sources.http import HttpSource
from stepcoder.sources.protocol import UNKNOWN_SIZE
from tests.core.net.servers import (
    Handler,
    Route,
    WebServer,
    client,
    cut_after,
    drip,
    in_turn,
    ranged,
    redirect,
    status,
    whole,
)

FILM = bytes(range(256)) * 2000
NAMES = {"media.example": ["127.0.0.1"], "internal.example": ["10.0.0.1"]}


def opened(server: WebServer, path: str = "/film", *, pinned: str | None = None, **limits: float) -> HttpSource:
    return HttpSource(server.url(path), client(**limits), pinned=pinned, pause=lambda seconds: None)


def failure(route: Route, **limits: float) -> InputError:
    with WebServer({"/film": route}) as server, pytest.raises(InputError) as caught:
        b"".join(opened(server, **limits).stream())
    return caught.value


def test_learns_size_version_and_ranges() -> None:
    with WebServer({"/film": ranged(FILM)}) as server:
        source = opened(server)
        assert (source.size, source.etag, source.content_type) == (len(FILM), '"one"', "video/mp4")
        assert source.supports_ranges
        assert source.read_range(0, 16) == FILM[:16]
        assert source.read_range(300_000, 70_000) == FILM[300_000:370_000]
        assert source.read_range(len(FILM) - 5, 100) == FILM[-5:]
        assert source.read_range(len(FILM) + 5, 100) == b""
        assert b"".join(source.stream()) == FILM
        assert b"".join(source.stream(1000, 10)) == FILM[1000:1010]


def test_many_ranges_share_one_connection() -> None:
    with WebServer({"/film": ranged(FILM)}) as server:
        source = opened(server)
        for start in range(0, 100_000, 10_000):
            source.read_range(start, 10_000)
        assert server.connections == 1


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097])
@pytest.mark.parametrize("make", [ranged, whole])
def test_small_files(size: int, make: object) -> None:
    with WebServer({"/film": make(FILM[:size])}) as server:  # type: ignore[operator]
        source = opened(server)
        assert source.size == size
        assert source.read_range(0, 4096) == FILM[: min(size, 4096)]
        assert b"".join(source.stream()) == FILM[:size]


def test_a_server_without_ranges_is_read_from_the_beginning() -> None:
    with WebServer({"/film": whole(FILM)}) as server:
        source = opened(server)
        assert not source.supports_ranges
        assert source.size == len(FILM)
        assert source.read_range(0, 100) == FILM[:100]
        with pytest.raises(ValueError, match="stage it"):
            source.read_range(5000, 100)
        with pytest.raises(ValueError, match="stage it"):
            next(source.stream(5))
        assert b"".join(source.stream()) == FILM


def test_a_server_that_does_not_say_the_length() -> None:
    def chunked(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for start in range(0, len(FILM), 50_000):
            piece = FILM[start : start + 50_000]
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    with WebServer({"/film": chunked}) as server:
        source = opened(server)
        assert (source.size, source.supports_ranges) == (UNKNOWN_SIZE, False)
        assert b"".join(source.stream()) == FILM


def test_a_range_of_unknown_total_counts_as_no_range() -> None:
    def route(handler: Handler) -> None:
        if handler.headers.get("Range"):
            handler.answer(206, FILM[:4096], {"Content-Range": "bytes 0-4095/*"})
        else:
            handler.answer(200, FILM)

    with WebServer({"/film": route}) as server:
        source = opened(server)
        assert (source.size, source.supports_ranges) == (UNKNOWN_SIZE, False)
        assert b"".join(source.stream()) == FILM


def test_resumes_by_range_where_the_connection_broke() -> None:
    with WebServer({"/film": in_turn(ranged(FILM), cut_after(100_000, ranged(FILM)), ranged(FILM))}) as server:
        source = opened(server)
        assert b"".join(source.stream()) == FILM
        assert [request.headers["Range"] for request in server.requests[1:]] == [
            f"bytes=0-{len(FILM) - 1}",
            f"bytes=100000-{len(FILM) - 1}",
        ]


def test_resumes_without_ranges_by_skipping_what_it_has() -> None:
    with WebServer({"/film": in_turn(whole(FILM), cut_after(100_000, whole(FILM)), whole(FILM))}) as server:
        assert b"".join(opened(server).stream()) == FILM


def test_a_long_download_may_break_more_than_three_times() -> None:
    film = FILM * 12
    with WebServer({"/film": in_turn(ranged(film), *[cut_after(1_100_000, ranged(film))] * 5, ranged(film))}) as server:
        assert b"".join(opened(server).stream()) == film


def test_three_tries_then_the_file_is_truncated() -> None:
    caught = failure(in_turn(ranged(FILM), cut_after(10, ranged(FILM))))
    assert caught.error_class == "TruncatedFileError"


def test_a_passing_server_error_is_tried_again() -> None:
    with WebServer({"/film": in_turn(status(503), status(500), ranged(FILM))}) as server:
        assert opened(server).size == len(FILM)


def test_three_server_errors_are_enough() -> None:
    with WebServer({"/film": status(503)}) as server:
        with pytest.raises(InputError) as caught:
            opened(server)
        assert (caught.value.error_class, len(server.requests)) == ("FileNotFoundError", 3)
        assert "503" in caught.value.message


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        (301, "FilePermanentlyMovedError"),
        (304, "FileNotFoundError"),
        (400, "FileNotFoundError"),
        (401, "DownloadAccessDeniedError"),
        (403, "DownloadAccessDeniedError"),
        (404, "FileNotFoundError"),
        (410, "FileNotFoundError"),
        (451, "FileNotFoundError"),
        (500, "FileNotFoundError"),
    ],
)
def test_statuses_have_the_references_classes(code: int, error_class: str) -> None:
    caught = failure(status(code))
    assert caught.error_class == error_class
    assert str(code) in caught.message


def test_refused_credentials_have_a_class_of_their_own_and_are_not_shown() -> None:
    with WebServer({"/film": status(401)}) as server, pytest.raises(InputError) as caught:
        HttpSource(server.url("/film", userinfo="user:s3cret@"), client())
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"
    assert "s3cret" not in caught.value.message


def test_a_slow_server_is_a_timeout_after_three_tries() -> None:
    with WebServer({"/film": lambda handler: time.sleep(1)}) as server:
        with pytest.raises(InputError) as caught:
            opened(server, read=0.1)
        assert (caught.value.error_class, len(server.requests)) == ("DownloadTimeoutError", 3)


def test_a_server_that_drips_is_a_timeout() -> None:
    assert failure(in_turn(ranged(FILM), drip(b"x" * 50, 0.2)), total=0.3).error_class == "DownloadFailureError"
    assert failure(in_turn(whole(FILM), drip(FILM, 0.2)), total=0.3).error_class == "DownloadTimeoutError"


@pytest.mark.parametrize(
    ("url", "error_class", "words"),
    [
        ("http://internal.example/a", "DownloadFailureError", "not public"),
        ("http://169.254.169.254/latest", "DownloadFailureError", "not public"),
        ("http://no-such-host.example/a", "DownloadFailureError", "does not exist"),
        ("http://127.0.0.1:1/a", "DownloadFailureError", "could not be reached"),
        ("http://a b/", "InvalidFilePathError", "not a usable URL|unusable host"),
    ],
)
def test_hosts_that_cannot_be_used(url: str, error_class: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        HttpSource(url, client(names=NAMES), pause=lambda seconds: None)
    assert caught.value.error_class == error_class


def test_a_redirect_into_the_private_network_is_refused() -> None:
    with WebServer({"/film": redirect("http://10.0.0.1/film")}) as server, pytest.raises(InputError) as caught:
        opened(server)
    assert caught.value.error_class == "DownloadFailureError"


def test_the_end_of_a_redirect_is_remembered_until_it_stops_working() -> None:
    routes = {"/film": in_turn(redirect("/one"), redirect("/two")), "/two": ranged(FILM)}
    routes["/one"] = in_turn(ranged(FILM), ranged(FILM), status(403))
    with WebServer(routes) as server:
        source = opened(server)
        for start in (0, 10, 20):
            assert source.read_range(start, 10) == FILM[start : start + 10]
        assert server.paths == ["/film", "/one", "/one", "/one", "/film", "/two", "/two"]


def test_credentials_do_not_follow_to_the_end_of_a_redirect() -> None:
    with WebServer({"/film": ranged(FILM)}) as storage:
        with WebServer({"/film": redirect(storage.url("/film"))}) as server:
            url = server.url("/film", userinfo="user:pw@")
            source = HttpSource(url, client(), headers={"X-Key": "k"})
            source.read_range(0, 10)
            source.read_range(10, 10)
        assert server.requests[0].headers["X-Key"] == "k"
        for request in storage.requests:
            assert "Authorization" not in request.headers
            assert "X-Key" not in request.headers


@pytest.mark.parametrize(
    "changed",
    [ranged(FILM, etag='"two"'), ranged(FILM[:-1]), ranged(FILM + b"x"), ranged(FILM[:10])],
)
def test_a_file_that_changes_meanwhile_is_refused(changed: Route) -> None:
    with WebServer({"/film": in_turn(ranged(FILM), changed)}) as server:
        source = opened(server)
        with pytest.raises(InputError, match="changed") as caught:
            source.read_range(1000, 1000)
        assert caught.value.error_class == "DownloadFailureError"


def test_a_resumed_download_never_mixes_two_versions() -> None:
    routes = in_turn(ranged(FILM), cut_after(1000, ranged(FILM)), ranged(FILM, etag='"two"'))
    with WebServer({"/film": routes}) as server:
        received = b""
        with pytest.raises(InputError, match="changed"):
            for piece in opened(server).stream():
                received += piece
    assert received == FILM[:1000]


def test_a_pinned_version_is_held_to() -> None:
    with WebServer(
        {"/film": ranged(FILM), "/dated": whole(FILM, {"Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"})}
    ) as server:
        assert opened(server, pinned='"one"').size == len(FILM)
        assert opened(server, "/dated", pinned="Mon, 01 Jan 2024 00:00:00 GMT").size == len(FILM)
        with pytest.raises(InputError, match="changed"):
            opened(server, pinned='"zero"')
        with pytest.raises(InputError, match="changed"):
            opened(server, "/dated", pinned="Mon, 01 Jan 2023 00:00:00 GMT")


def test_a_weak_etag_identifies_nothing() -> None:
    with WebServer({"/film": ranged(FILM, etag='W/"one"')}) as server:
        assert opened(server).etag is None


def test_an_answer_with_the_wrong_part_is_refused() -> None:
    def wrong(handler: Handler) -> None:
        handler.answer(206, FILM[:100], {"Content-Range": f"bytes 0-99/{len(FILM)}", "ETag": '"one"'})

    with WebServer({"/film": in_turn(ranged(FILM), wrong)}) as server, pytest.raises(InputError, match="part of the"):
        opened(server).read_range(1000, 100)


def test_the_display_url_is_redacted() -> None:
    with WebServer({"/film": ranged(FILM)}) as server:
        source = HttpSource(server.url("/film?sig=s3cret", userinfo="user:s3cret@"), client())
        assert "s3cret" not in source.url
