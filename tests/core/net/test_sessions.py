"""The session that libraries get. What it must refuse is in test_tricks.py."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator

import pytest
import requests
from requests.adapters import HTTPAdapter

from stepcoder import net
from stepcoder.net.sessions import as_net_error, guarded_session
from tests.core.net.servers import Handler, WebServer, cut_after, ranged, redirect, status, whole

LOOPBACK = net.AddressPolicy.parse("127.0.0.1")
QUICK = net.Limits(connect=1, read=0.2, total=5)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with guarded_session(LOOPBACK, limits=QUICK) as made:
        yield made


def test_reads_a_body_and_reuses_the_connection(session: requests.Session) -> None:
    with WebServer({"/a": whole(b"x" * 300_000)}) as server:
        for _ in range(3):
            assert session.get(server.url("/a")).content == b"x" * 300_000
        assert server.connections == 1


def test_streams(session: requests.Session) -> None:
    with (
        WebServer({"/a": whole(b"x" * 300_000)}) as server,
        session.get(server.url("/a"), stream=True) as response,
    ):
        assert sum(map(len, response.iter_content(10_000))) == 300_000


def test_sends_ranges_credentials_and_bodies(session: requests.Session) -> None:
    with WebServer({"/a": ranged(bytes(range(100))), "/b": status(201)}) as server:
        assert session.get(server.url("/a"), headers={"Range": "bytes=10-14"}).content == bytes(range(10, 15))
        assert session.put(server.url("/b"), data=b"film", headers={"X-Auth-Token": "t"}).status_code == 201
        put = server.requests[1]
    assert (put.command, put.body, put.headers["X-Auth-Token"]) == ("PUT", b"film", "t")
    assert put.headers["Accept-Encoding"] == "identity"


def test_follows_redirects_and_tells_of_them(session: requests.Session) -> None:
    with WebServer({"/a": redirect("/b?x=1"), "/b": whole(b"here")}) as server:
        answer = session.get(server.url("/a"))
        assert (answer.content, answer.url, len(answer.history)) == (b"here", server.url("/b?x=1"), 1)
        assert session.get(server.url("/a"), allow_redirects=False).status_code == 302
        assert session.head(server.url("/a"), allow_redirects=True).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_changes_something_is_not_redirected(method: str, session: requests.Session) -> None:
    with WebServer({"/a": redirect("/b", 307), "/b": status(200)}) as server:
        assert session.request(method, server.url("/a"), data=b"x").status_code == 307
        assert server.paths == ["/a"]


@pytest.mark.parametrize("timeout", [None, 60, (60, 60), (None, None), (60, None)])
def test_there_is_a_timeout_whatever_the_caller_says(timeout: object, session: requests.Session) -> None:
    with WebServer({"/a": lambda handler: time.sleep(1)}) as server:
        started = time.monotonic()
        with pytest.raises(requests.exceptions.ReadTimeout):
            session.get(server.url("/a"), timeout=timeout)  # type: ignore[arg-type]
        assert time.monotonic() - started < 0.8


def test_a_shorter_timeout_of_the_caller_counts() -> None:
    with guarded_session(LOOPBACK) as session, WebServer({"/a": lambda handler: time.sleep(1)}) as server:
        started = time.monotonic()
        with pytest.raises(requests.exceptions.ReadTimeout):
            session.get(server.url("/a"), timeout=0.1)
        assert time.monotonic() - started < 0.8


def test_a_slow_reader_is_not_cut_off(session: requests.Session) -> None:
    """The bound is on the server's pauses, not on ours."""
    with (
        WebServer({"/a": whole(b"x" * 3_000_000)}) as server,
        session.get(server.url("/a"), stream=True) as response,
    ):
        read = 0
        for piece in response.iter_content(1_000_000):
            read += len(piece)
            time.sleep(0.25)
    assert read == 3_000_000


def test_a_body_that_is_not_streamed_has_a_bound() -> None:
    with guarded_session(LOOPBACK, most_body_bytes=1000) as session, WebServer({"/a": whole(b"x" * 1001)}) as server:
        with pytest.raises(net.ResponseTooLarge):
            session.get(server.url("/a"))
        assert len(session.get(server.url("/a"), stream=True).content) == 1001


def test_no_other_adapter_takes_the_guards_place(session: requests.Session) -> None:
    """Libraries mount their own to set retries and block sizes."""
    for prefix in ("http://", "https://", "http://10.0.0.1"):
        session.mount(prefix, HTTPAdapter())
    with pytest.raises(net.BlockedAddress):
        session.get("http://10.0.0.1/")


def test_certificates_are_checked_whatever_the_caller_says(
    session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, ssl.VerifyMode]] = []

    def noted(self: ssl.SSLContext, *_: object, **__: object) -> ssl.SSLSocket:
        seen.append((self.check_hostname, self.verify_mode))
        raise ssl.SSLError("seen enough")

    monkeypatch.setattr("stepcoder.net.tls.BoundedContext.wrap_socket", noted)
    session.verify = False
    with WebServer() as server, pytest.raises(requests.exceptions.SSLError) as caught:
        session.get(server.url("/").replace("http:", "https:"), verify=False)
    assert seen == [(True, ssl.CERT_REQUIRED)]
    assert isinstance(as_net_error(caught.value, "x"), net.TlsFailed)


def test_failures_are_told_in_the_rooms_words(session: requests.Session) -> None:
    def failure(url: str) -> net.NetError:
        with pytest.raises(Exception) as caught:
            session.get(url)
        return as_net_error(caught.value, net.redact(url))

    with WebServer({"/cut": cut_after(10, whole(b"x" * 1000)), "/late": lambda handler: time.sleep(1)}) as server:
        server.routes["/gone"] = Handler.hang_up
        assert type(failure(server.url("/cut"))) is net.CutShort
        assert type(failure(server.url("/late"))) is net.TimedOut
        assert type(failure(server.url("/gone"))) is net.ConnectFailed
    assert type(failure(server.url("/gone"))) is net.ConnectFailed
    assert type(failure("http://127.0.0.1:x/")) is net.BadUrl
    assert type(failure("ftp://127.0.0.1/")) is net.BadUrl
    assert "s3cret" not in str(failure("http://user:s3cret@127.0.0.1:1/?s3cret"))


def test_an_answer_of_a_foreign_session_is_mapped_too() -> None:
    for error, expected in (
        (requests.exceptions.TooManyRedirects(), net.TooManyRedirects),
        (requests.exceptions.InvalidURL(), net.BadUrl),
        (requests.exceptions.InvalidSchema(), net.BadUrl),
        (requests.exceptions.ConnectTimeout(TimeoutError()), net.TimedOut),
    ):
        assert type(as_net_error(error, "http://media.example/")) is expected


def test_a_session_keeps_nothing_between_customers() -> None:
    one, two = guarded_session(LOOPBACK), guarded_session(net.AddressPolicy())
    assert one.adapters["http://"] is not two.adapters["http://"]
    with WebServer({"/": status(200)}) as server:
        one.get(server.url("/"))
        with pytest.raises(net.BlockedAddress):
            two.get(server.url("/"))
