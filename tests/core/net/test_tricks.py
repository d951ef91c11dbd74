"""Every trick of tricks.py, and those that need a server of their own, tried at each door that it could pass."""

from __future__ import annotations

import contextlib
import ftplib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from stepcoder import net
from stepcoder.net.sessions import guarded_session
from stepcoder.net.sockets import BoundedSocket
from tests.core.net import tricks
from tests.core.net.doors import DOORS, HTTP, Guard, connected, faults, reach
from tests.core.net.servers import Handler, Route, WebServer, drip, redirect, resolver, status, whole

__all__ = ["connected"]

REFUSED = (net.BlockedAddress, net.BadUrl)
GUARD = Guard(names=tricks.NAMES)
http_doors = pytest.mark.parametrize("door", HTTP)
all_doors = pytest.mark.parametrize("door", DOORS)


@pytest.fixture(scope="module")
def trap() -> Iterator[WebServer]:
    """The server within that nobody may reach."""
    with WebServer({"/": status(200)}) as server:
        yield server
        assert server.connections == 0


@pytest.fixture(scope="module")
def first() -> Iterator[WebServer]:
    """The server that may be reached, and sends its visitors elsewhere."""
    with WebServer({"/ok": whole(b"fine")}) as server:
        yield server


def guard_for(server: WebServer, **limits: float) -> Guard:
    bounds = net.Limits(**{"connect": 2, "read": 2, "total": 10, **limits})  # type: ignore[arg-type]
    return Guard(f"127.0.0.1:{server.server_port}", tricks.NAMES, bounds)


def raw_location(location: str) -> Route:
    """A redirect byte for byte: in UTF-8, with whatever the header should not contain."""

    def route(handler: Handler) -> None:
        head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        handler.wfile.write(head.encode())
        handler.hang_up()

    return route


@all_doors
@pytest.mark.parametrize("trick", tricks.HOSTS)
def test_hosts(trick: str, door: str, trap: WebServer, connected: list[Any]) -> None:
    with pytest.raises(REFUSED):
        reach(door, GUARD, tricks.HOSTS[trick], trap.server_port)
    assert connected == []


@http_doors
@pytest.mark.parametrize("trick", tricks.WRITTEN)
def test_urls(trick: str, door: str, trap: WebServer, connected: list[Any]) -> None:
    with pytest.raises(REFUSED):
        HTTP[door](GUARD, tricks.WRITTEN[trick].format(port=trap.server_port))
    assert connected == []


@http_doors
@pytest.mark.parametrize("trick", tricks.REDIRECTS)
def test_redirects(trick: str, door: str, trap: WebServer, first: WebServer, connected: list[Any]) -> None:
    location = tricks.REDIRECTS[trick].format(port=trap.server_port, first=first.server_port)
    first.routes["/away"] = raw_location(location)
    with contextlib.suppress(*REFUSED):
        # Some of these, read strictly, lead to a page of the first server that does not exist.
        assert HTTP[door](guard_for(first), first.url("/away")).status == 404
    assert {address[1] for address in connected} == {first.server_port}


@pytest.mark.parametrize("trick", tricks.PASSIVE)
def test_passive_replies(trick: str, trap: WebServer, connected: list[Any]) -> None:
    high, low = divmod(trap.server_port, 256)
    host, port = ftplib.parse227(f"227 Entering Passive Mode ({tricks.PASSIVE[trick]},{high},{low})")  # noqa: S321
    with pytest.raises(net.BlockedAddress):
        reach("connect", GUARD, host, port)
    assert connected == []


@all_doors
@pytest.mark.parametrize("port", [0, -1, 65536, 65536 + 22, 2**32 + 80])
def test_ports_that_do_not_exist(port: int, door: str, connected: list[Any]) -> None:
    with pytest.raises(net.BadUrl):
        reach(door, Guard("127.0.0.1"), "127.0.0.1", port)
    assert connected == []


def rebinding(*answers: list[str]) -> Callable[..., list[tuple[Any, ...]]]:
    """A resolver that answers anew each time; the last answer stays."""
    left = list(answers)
    return lambda host, port, *rest: resolver({host: left.pop(0) if len(left) > 1 else left[0]})(host, port)


@all_doors
def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(
    door: str, trap: WebServer, connected: list[Any]
) -> None:
    """Good at the check, bad a moment later: there is no second look that could differ."""
    guard = Guard(resolve=rebinding(["8.8.8.8"], ["127.0.0.1"]), limits=net.Limits(connect=0.05, read=0.05, total=0.2))
    with pytest.raises((net.ConnectFailed, net.TimedOut)):
        reach(door, guard, "rebind.example", trap.server_port)
    assert {address[0] for address in connected} == {"8.8.8.8"}


@all_doors
def test_a_name_that_turned_bad_is_refused_at_the_next_connection(
    door: str, first: WebServer, connected: list[Any]
) -> None:
    guard = Guard("rebind.example", resolve=rebinding(["127.0.0.1"], ["169.254.169.254"]))
    first.routes["/"] = lambda handler: handler.answer(200, b"", {"Connection": "close"}) or handler.hang_up()
    reach(door, guard, "rebind.example", first.server_port)
    with pytest.raises(net.BlockedAddress):
        reach(door, guard, "rebind.example", first.server_port)
    assert len(connected) == 1


@all_doors
@pytest.mark.parametrize("answer", [[], ["not an address"], ["::1%lo"], ["8.8.8.8", "::"]])
def test_odd_answers_of_a_name_server(answer: list[str], door: str, connected: list[Any]) -> None:
    found = [(2, 1, 6, "", (text, 80)) for text in answer]
    with pytest.raises((net.BlockedAddress, net.NameNotResolved)):
        reach(door, Guard(resolve=lambda *_: found), "odd.example", 80)
    assert connected == []


@all_doors
def test_a_connection_that_lands_elsewhere(door: str, first: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of the network may turn an address into another one: the peer is looked at before a byte is sent."""
    before = len(first.requests)

    def elsewhere(self: BoundedSocket, address: object) -> None:
        super(BoundedSocket, self).connect(("127.0.0.1", first.server_port))

    monkeypatch.setattr(BoundedSocket, "connect", elsewhere)
    with pytest.raises(net.BlockedAddress):
        reach(door, Guard(), "8.8.8.8", 80)
    time.sleep(0.02)
    assert len(first.requests) == before


@http_doors
@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_proxies_of_the_environment(
    variable: str, door: str, trap: WebServer, first: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, trap.url())
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert HTTP[door](guard_for(first), first.url("/ok")).body == b"fine"


def test_proxies_of_the_library_that_uses_a_session(trap: WebServer, first: WebServer) -> None:
    guard = guard_for(first)
    with guarded_session(guard.policy, limits=guard.limits, resolve=guard.resolves) as session:
        session.proxies = {"http": trap.url(), "all": trap.url()}
        assert session.get(first.url("/ok"), proxies={"http": trap.url()}).content == b"fine"


@http_doors
def test_passwords_of_the_machine(door: str, first: WebServer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login root password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    HTTP[door](guard_for(first), first.url("/ok"))
    assert "Authorization" not in first.requests[-1].headers


SECRETS = ("Authorization", "Cookie", "X-Auth-Token", "X-Api-Key", "x-ms-copy-source", "Proxy-Authorization", "Referer")


@http_doors
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("code", [302, 308])
def test_secrets_do_not_follow_a_redirect_to_another_origin(secret: str, code: int, door: str) -> None:
    with WebServer({"/b": status(200)}) as other, WebServer({"/a": redirect(other.url("/b"), code)}) as server:
        HTTP[door](Guard("127.0.0.1"), server.url("/a"), headers={secret: "s3cret", "Range": "bytes=0-1"})
    assert server.requests[0].headers[secret] == "s3cret"
    assert other.requests[0].headers["Range"] == "bytes=0-1"
    assert "s3cret" not in str(other.requests[0].headers)


@http_doors
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_login_in_the_url_does_not_follow_a_redirect(host: str, door: str) -> None:
    with WebServer({"/b": status(200)}) as other:
        with WebServer({"/a": redirect(other.url("/b", host, "other:login@"))}) as server:
            guard = Guard("127.0.0.1", {"localhost": ["127.0.0.1"]})
            HTTP[door](guard, server.url("/a", userinfo="user:s3cret@"))
        assert server.requests[0].headers["Authorization"].startswith("Basic ")
        assert "Authorization" not in other.requests[0].headers


@http_doors
@pytest.mark.parametrize("code", [307, 308])
def test_what_was_posted_is_not_posted_again_elsewhere(code: int, door: str) -> None:
    with WebServer({"/b": status(200)}) as other, WebServer({"/a": redirect(other.url("/b"), code)}) as server:
        HTTP[door](Guard("127.0.0.1"), server.url("/a"), method="POST")
        assert server.requests[0].body == b"{}"
        assert [request.command for request in other.requests if request.body] == []


@http_doors
def test_a_cookie_of_one_answer_is_not_sent_with_the_next_request(door: str) -> None:
    away = lambda handler: handler.answer(302, b"", {"Location": "/b", "Set-Cookie": "a=b; Path=/"})  # noqa: E731
    with WebServer({"/a": away, "/b": status(200)}) as server:
        HTTP[door](Guard("127.0.0.1"), server.url("/a"))
        assert "Cookie" not in server.requests[1].headers


@http_doors
def test_a_redirect_in_a_circle(door: str) -> None:
    with WebServer({"/a": redirect("/a")}) as server:
        with pytest.raises(net.TooManyRedirects):
            HTTP[door](Guard("127.0.0.1"), server.url("/a"))
        assert len(server.requests) == 6


@http_doors
def test_a_redirect_between_two_servers(door: str) -> None:
    with WebServer() as one, WebServer() as two:
        one.routes["/a"], two.routes["/a"] = redirect(two.url("/a")), redirect(one.url("/a"))
        with pytest.raises(net.TooManyRedirects):
            HTTP[door](Guard("127.0.0.1"), one.url("/a"))
        assert len(one.requests) + len(two.requests) == 6


@http_doors
def test_a_chain_of_redirects_that_never_repeats(door: str) -> None:
    def onward(handler: Handler) -> None:
        handler.answer(302, b"", {"Location": f"/a?{len(handler.server.requests)}"})

    with WebServer({"/a": onward}) as server, pytest.raises(net.TooManyRedirects):
        HTTP[door](Guard("127.0.0.1"), server.url("/a"))


@http_doors
@pytest.mark.parametrize(
    ("code", "headers"),
    [
        (200, {"Location": "{trap}"}),
        (200, {"Refresh": "0; url={trap}"}),
        (200, {"Content-Location": "{trap}", "Link": "<{trap}>; rel=canonical"}),
        (201, {"Location": "{trap}"}),
        (300, {"Location": "{trap}"}),
        (304, {"Location": "{trap}"}),
        (305, {"Location": "{trap}"}),
        (306, {"Location": "{trap}"}),
        (407, {"Location": "{trap}", "Proxy-Authenticate": "Basic"}),
        (426, {"Upgrade": "h2c", "Alt-Svc": 'h2="127.0.0.1:{port}"'}),
    ],
)
def test_answers_that_are_no_redirects(
    code: int, headers: dict[str, str], door: str, trap: WebServer, first: WebServer, connected: list[Any]
) -> None:
    sent = {name: text.format(trap=trap.url(), port=trap.server_port) for name, text in headers.items()}
    first.routes["/other"] = lambda handler: handler.answer(code, b"", sent)
    assert HTTP[door](guard_for(first), first.url("/other")).status == code
    assert {address[1] for address in connected} == {first.server_port}


@http_doors
@pytest.mark.parametrize(
    "path",
    ["/ok?%0d%0aX-Smuggled:%20yes", "/ok?\u010d\u010aX-Smuggled:\u0120yes", "/ok?a b HTTP/1.1%0aX-Smuggled: yes"],
)
@pytest.mark.parametrize("how", ["asked", "redirected"])
def test_no_header_is_smuggled_by_a_path(how: str, path: str, door: str, first: WebServer) -> None:
    first.routes["/away"] = raw_location(path)
    HTTP[door](guard_for(first), first.url("/away") if how == "redirected" else first.url(path))
    assert "X-Smuggled" not in first.requests[-1].headers
    assert first.requests[-1].path.startswith("/ok?")


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/ok\r\nX-Smuggled: yes", "http://127.0.0.1:{port}/ok\n"])
def test_no_header_is_smuggled_by_a_url(url: str, first: WebServer) -> None:
    with pytest.raises(net.BadUrl):
        HTTP["Client"](guard_for(first), url.format(port=first.server_port))


def sends(*parts: bytes, repeat: int = 1, pause: float = 0) -> Route:
    """The first part once, the others over and over, until the visitor goes."""

    def route(handler: Handler) -> None:
        handler.hang_up()
        handler.wfile.write(parts[0])
        for _ in range(repeat):
            for part in parts[1:]:
                handler.wfile.write(part)
                time.sleep(pause)

    return route


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = b"a" * 65536
MANY = 200_000
BROKEN = (net.ResponseTooLarge, net.BrokenResponse, net.TimedOut)
FLOODS: dict[str, Route] = {
    "one header of 300 KB": sends(OK, b"X: " + b"a" * 300_000 + b"\r\n\r\n"),
    "a header without an end": sends(OK + b"X: ", b"a" * 8192, repeat=MANY),
    "headers without an end": sends(OK, b"X-A: " + b"a" * 900 + b"\r\n", repeat=MANY),
    "small headers without an end": sends(OK, b"a: b\r\n" * 500, repeat=MANY),
    "a folded header without an end": sends(OK + b"X: a\r\n", b" " + b"a" * 900 + b"\r\n", repeat=MANY),
    "a status line without an end": sends(b"HTTP/1.1 200 ", b"a" * 8192, repeat=MANY),
    "interim answers without an end": sends(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, repeat=MANY),
    "a body without an end": sends(OK + b"\r\n", BLOCK, repeat=MANY),
    "chunks without an end": sends(CHUNKED, b"10000\r\n" + BLOCK + b"\r\n", repeat=MANY),
    "a chunk of absurd size": sends(CHUNKED + b"ffffffffffffffff\r\n", BLOCK, repeat=MANY),
    "a chunk's size without an end": sends(CHUNKED, b"0" * 8192, repeat=MANY),
    "a chunk's extension without an end": sends(CHUNKED + b"1;", b"x" * 8192, repeat=MANY),
    "a body of the announced 8 EB": sends(OK + b"Content-Length: 9223372036854775807\r\n\r\n", BLOCK, repeat=MANY),
    "not HTTP": sends(b"220 ftp.example ready\r\n"),
    "not HTTP, without an end": sends(b"SSH-2.0-", b"a" * 8192, repeat=MANY),
    "nothing at all": sends(b""),
}


@http_doors
@pytest.mark.parametrize("trick", FLOODS)
def test_floods(trick: str, door: str) -> None:
    with WebServer({"/a": FLOODS[trick]}) as server, pytest.raises((*BROKEN, net.ConnectFailed)):
        started = time.monotonic()
        HTTP[door](guard_for(server, total=3), server.url("/a"))
    assert time.monotonic() - started < 4


DRIPS: dict[str, Route] = {
    "silence": lambda handler: time.sleep(1),
    "a status line, byte by byte": drip(OK * 50, 0.03, raw=True),
    "headers, byte by byte": drip(OK + b"X-A: b\r\n" * 50, 0.03, raw=True),
    "headers, line by line": sends(OK, b"X-A: b\r\n", repeat=100, pause=0.03),
    "interim answers, one by one": sends(b"", b"HTTP/1.1 100 Continue\r\n\r\n", repeat=100, pause=0.03),
    "a body, byte by byte": drip(b"x" * 100, 0.03),
    "chunks of one byte": sends(CHUNKED, b"1\r\nx\r\n", repeat=100, pause=0.03),
    "a chunk's size, byte by byte": sends(CHUNKED, b"0", repeat=100, pause=0.03),
    "trailers, line by line": sends(CHUNKED + b"1\r\nx\r\n0\r\n", b"X-A: b\r\n", repeat=100, pause=0.03),
    "a body after a redirect": lambda handler: drip(b"x" * 100, 0.03)(handler),
}


@http_doors
@pytest.mark.parametrize("trick", DRIPS)
def test_drips_meet_the_bound_of_the_whole_exchange(trick: str, door: str) -> None:
    """No single read is late, but together they would take for ever."""
    with WebServer({"/a": redirect("/b") if "redirect" in trick else DRIPS[trick], "/b": DRIPS[trick]}) as server:
        started = time.monotonic()
        with pytest.raises(net.TimedOut):
            HTTP[door](guard_for(server, total=0.2, read=0.15), server.url("/a"))
        assert time.monotonic() - started < 1


def test_drips_at_a_plain_connection() -> None:
    with WebServer({"/a": drip(b"x" * 100, 0.03)}) as server:
        policy = net.AddressPolicy.parse("127.0.0.1")
        with net.connect("127.0.0.1", server.server_port, policy, timeout=0.2, total=0.25) as sock:
            sock.sendall(b"GET /a HTTP/1.0\r\n\r\n")
            started = time.monotonic()
            with pytest.raises(net.TimedOut):
                while sock.recv(100):
                    pass
            assert time.monotonic() - started < 1


class Patient(Iterator[bytes]):
    """A large body for a server that takes its time."""

    def __next__(self) -> bytes:
        return b"a" * 1024


@contextlib.contextmanager
def tarpit() -> Iterator[int]:
    """A server that takes a little now and then: no single sending is late. Its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        over = threading.Event()

        def take() -> None:
            with contextlib.suppress(OSError), listener.accept()[0] as theirs:
                while not over.wait(0.02):
                    theirs.recv(65536)

        taking = threading.Thread(target=take)
        taking.start()
        yield listener.getsockname()[1]
        over.set()
        taking.join(5)


def test_a_server_that_takes_what_is_sent_by_the_spoonful() -> None:
    limits = net.Limits(connect=1, read=0.2, total=0.4)
    with tarpit() as port, guarded_session(net.AddressPolicy.parse("127.0.0.1"), limits=limits) as session:
        started = time.monotonic()
        with pytest.raises(net.TimedOut), faults("the tarpit"):
            session.put(f"http://127.0.0.1:{port}/", data=Patient())
        assert time.monotonic() - started < 1.5


def test_a_server_that_takes_by_the_spoonful_at_a_plain_connection() -> None:
    policy = net.AddressPolicy.parse("127.0.0.1")
    with tarpit() as port, net.connect("127.0.0.1", port, policy, timeout=0.2, total=0.4) as sock:
        started = time.monotonic()
        with pytest.raises(net.TimedOut):
            for block in Patient():
                sock.sendall(block)
        assert time.monotonic() - started < 1.5


LIES: dict[str, Route] = {
    "longer than it is": sends(OK + b"Content-Length: 100\r\n\r\nshort"),
    "much longer than it is": sends(OK + b"Content-Length: 99999999999999999999\r\n\r\nshort"),
    "two lengths": sends(OK + b"Content-Length: 3\r\nContent-Length: 100\r\n\r\nshort"),
    "a chunk that ends early": sends(CHUNKED + b"100\r\nshort"),
    "chunks without the last": sends(CHUNKED + b"5\r\nshort\r\n"),
    "a chunk's size that is no number": sends(CHUNKED + b"xyz\r\nshort\r\n0\r\n\r\n"),
    "a chunk's size below zero": sends(CHUNKED + b"-5\r\nshort\r\n0\r\n\r\n"),
}


@http_doors
@pytest.mark.parametrize("trick", LIES)
def test_lies_about_the_length(trick: str, door: str) -> None:
    with WebServer({"/a": LIES[trick]}) as server, pytest.raises(net.NetError):
        HTTP[door](guard_for(server), server.url("/a"))


def test_what_follows_an_answer_is_not_taken_for_the_next_one() -> None:
    """A length that is too short, and a forged answer right behind it on the same connection."""
    forged = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
    with WebServer({"/a": lambda handler: handler.wfile.write(OK + b"Content-Length: 2\r\n\r\nok" + forged)}) as server:
        server.routes["/b"] = whole(b"real")
        guard = guard_for(server)
        client = net.Client(guard.policy, limits=guard.limits)
        with client.open(server.url("/a")) as response:
            assert response.read(100) == b"ok"
        with client.open(server.url("/b")) as response:
            assert response.read(100) == b"real"
        with guarded_session(guard.policy) as session:
            assert session.get(server.url("/a")).content == b"ok"
            assert session.get(server.url("/b")).content == b"real"


def test_a_bomb_of_compressed_zeros_does_not_explode() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with WebServer({"/a": whole(bomb, {"Content-Encoding": "gzip"})}) as server:
        assert HTTP["Client"](guard_for(server), server.url("/a")).body == bomb
        with pytest.raises(net.ResponseTooLarge):
            HTTP["session"](guard_for(server), server.url("/a"))


def test_the_body_of_a_redirect_is_not_read() -> None:
    def away(handler: Handler) -> None:
        handler.hang_up()
        handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /ok\r\n\r\n")
        for _ in range(MANY):
            handler.wfile.write(BLOCK)

    with WebServer({"/a": away, "/ok": whole(b"fine")}) as server:
        for door in HTTP.values():
            assert door(guard_for(server), server.url("/a")).body == b"fine"


def test_there_are_enough_tricks() -> None:
    """Each distinct way counts once, at however many doors it is tried."""
    listed: list[dict[str, Any]] = [tricks.HOSTS, tricks.WRITTEN, tricks.REDIRECTS, tricks.PASSIVE, FLOODS, DRIPS, LIES]
    names = [name for group in listed for name in group]
    print(f"{len(names)} tricks")
    assert len(set(names)) == len(names)
    assert all(len(set(group.values())) == len(group) for group in listed)
    assert len(names) >= 200
