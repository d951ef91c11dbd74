from __future__ import annotations

import base64
import socket
import subprocess
import sys
import time

import pytest

from stepcoder import net
from stepcoder.net.sockets import BoundedSocket
from tests.core.net.servers import (
    Handler,
    WebServer,
    client,
    cut_after,
    drip,
    ranged,
    redirect,
    resolver,
    status,
    whole,
)


def test_importing_the_room_loads_no_http_machinery() -> None:
    program = (
        "import sys, stepcoder.net; print([name for name in ('urllib3', 'ssl', 'botocore') if name in sys.modules])"
    )
    path = net.__file__.rsplit("/stepcoder/", 1)[0]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r}); {program}"], capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_reads_a_body_and_reuses_the_connection() -> None:
    with WebServer({"/a": whole(b"x" * 300_000)}) as server:
        guarded = client()
        for _ in range(3):
            with guarded.open(server.url("/a")) as response:
                assert (response.status, response.length) == (200, 300_000)
                assert response.read(1_000_000) == b"x" * 300_000
        guarded.close()
        assert server.connections == 1


def test_fetches_a_range() -> None:
    with (
        WebServer({"/a": ranged(bytes(range(100)))}) as server,
        client().fetch_range(server.url("/a"), 10, 5) as response,
    ):
        assert (response.status, response.read(100)) == (206, bytes(range(10, 15)))


def test_sends_host_agent_and_basic_credentials() -> None:
    with WebServer({"/": status(200)}) as server:
        guarded = client("media.example", names={"media.example": ["127.0.0.1"]})
        guarded.open(server.url("/", "media.example", "us%40er:p%2Fw@")).close()
        headers = server.requests[0].headers
    assert headers["Host"] == f"media.example:{server.server_port}"
    assert headers["Authorization"] == "Basic " + base64.b64encode(b"us@er:p/w").decode()
    assert headers["Accept-Encoding"] == "identity"
    assert headers["User-Agent"] == "Stepcoder"


def test_callers_headers_win_but_not_over_host() -> None:
    with WebServer({"/": status(200)}) as server:
        client().open(server.url("/"), headers={"user-agent": "other", "hOst": "evil", "X-A": "b"}).close()
        headers = server.requests[0].headers
    assert (headers["User-Agent"], headers["X-A"]) == ("other", "b")
    assert headers.get_all("Host") == [f"127.0.0.1:{server.server_port}"]


def test_proxy_settings_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with WebServer({"/": status(200)}) as server, WebServer({}) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url())
        monkeypatch.delenv("no_proxy", raising=False)
        client().open(server.url("/")).close()
        assert proxy.connections == 0


def test_follows_redirects() -> None:
    with (
        WebServer({"/a": redirect("/b", 301), "/b": redirect("c", 307), "/c": whole(b"here")}) as server,
        client().open(server.url("/a")) as response,
    ):
        assert response.read(10) == b"here"
        assert response.url.target == "/c"


def test_a_redirect_to_a_private_address_is_refused_and_not_connected_to() -> None:
    with WebServer({"/secret": whole(b"internal")}) as internal:
        target = internal.url("/secret", "localhost")
        with WebServer({"/a": redirect(target)}) as server:
            guarded = client(f"127.0.0.1:{server.server_port}", names={"localhost": ["127.0.0.1"]})
            with pytest.raises(net.BlockedAddress):
                guarded.open(server.url("/a"))
        assert internal.connections == 0


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://0/"]
)
def test_a_redirect_to_metadata_is_refused(target: str) -> None:
    with WebServer({"/a": redirect(target)}) as server, pytest.raises(net.BlockedAddress):
        client().open(server.url("/a"))


def test_a_redirect_to_a_file_is_refused() -> None:
    with WebServer({"/a": redirect("file:///etc/passwd")}) as server, pytest.raises(net.BadUrl):
        client().open(server.url("/a"))


def test_gives_up_after_five_redirects() -> None:
    with WebServer({"/a": redirect("/a")}) as server:
        with pytest.raises(net.TooManyRedirects):
            client().open(server.url("/a"))
        assert len(server.requests) == 6


def test_credentials_do_not_cross_origins() -> None:
    with WebServer({"/b": status(200)}) as other, WebServer({"/a": redirect(other.url("/b"))}) as server:
        url = server.url("/a", userinfo="user:pw@")
        client().open(url, headers={"X-Api-Key": "k", "Cookie": "c", "Range": "bytes=0-1"}).close()
        seen = other.requests[0].headers
    assert server.requests[0].headers["X-Api-Key"] == "k"
    assert seen["Range"] == "bytes=0-1"
    assert not {"authorization", "x-api-key", "cookie"} & {name.lower() for name in seen}


def test_credentials_stay_within_the_origin() -> None:
    with WebServer({"/a": redirect("/b"), "/b": status(200)}) as server:
        client().open(server.url("/a", userinfo="user:pw@")).close()
        assert server.requests[1].headers["Authorization"].startswith("Basic ")


def test_posts_a_webhook_and_reads_only_the_beginning_of_the_answer() -> None:
    with WebServer({"/hook": whole(b"y" * 100_000)}) as server:
        answer = client().post(server.url("/hook"), b'{"a":1}', {"Content-Type": "application/json"})
        request = server.requests[0]
    assert (request.command, request.body) == ("POST", b'{"a":1}')
    assert request.headers["Content-Type"] == "application/json"
    assert (answer.status, answer.body) == (200, b"y" * 4096)


def test_a_webhook_is_never_redirected() -> None:
    with WebServer({"/hook": redirect("/b", 307), "/b": status(200)}) as server:
        assert client().post(server.url("/hook"), b"{}").status == 307
        assert server.paths == ["/hook"]


def test_a_body_that_is_cut_short_is_noticed() -> None:
    with (
        WebServer({"/a": cut_after(10, whole(b"z" * 100))}) as server,
        client().open(server.url("/a")) as response,
        pytest.raises(net.CutShort),
    ):
        response.read(1000)


def test_a_body_that_is_too_large_is_refused() -> None:
    with (
        WebServer({"/a": whole(b"z" * 100_000)}) as server,
        client().open(server.url("/a")) as response,
        pytest.raises(net.ResponseTooLarge),
    ):
        response.read(1000)


@pytest.mark.parametrize(
    "line", [b"X: " + b"a" * 300_000, b"\r\n".join(b"X-%d: %s" % (n, b"a" * 900) for n in range(90))]
)
def test_headers_that_are_too_large_are_refused(line: bytes) -> None:
    def route(handler: Handler) -> None:
        handler.hang_up()
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + line + b"\r\n\r\n")

    with WebServer({"/a": route}) as server, pytest.raises(net.NetError):
        client().open(server.url("/a"))


def test_endless_interim_answers_are_refused() -> None:
    def route(handler: Handler) -> None:
        handler.hang_up()
        for _ in range(100_000):
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    with WebServer({"/a": route}) as server, pytest.raises(net.ResponseTooLarge):
        client().open(server.url("/a"))


def test_something_that_is_not_http_is_a_broken_response() -> None:
    with (
        WebServer({"/a": lambda handler: handler.wfile.write(b"220 ftp ready\r\n") and handler.hang_up()}) as server,
        pytest.raises(net.BrokenResponse),
    ):
        client().open(server.url("/a"))


def test_a_silent_server_times_out() -> None:
    with WebServer({"/a": lambda handler: time.sleep(3)}) as server:
        started = time.monotonic()
        with pytest.raises(net.TimedOut):
            client(read=0.3).open(server.url("/a"))
        assert time.monotonic() - started < 2


def test_headers_that_drip_in_meet_the_deadline() -> None:
    with WebServer({"/a": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" * 9, 0.1, raw=True)}) as server:
        started = time.monotonic()
        with pytest.raises(net.TimedOut):
            client().open(server.url("/a"), timeout=0.6)
        assert time.monotonic() - started < 2


def test_a_body_that_drips_in_meets_the_deadline() -> None:
    with WebServer({"/a": drip(b"x" * 100, 0.1)}) as server:
        started = time.monotonic()
        with client().open(server.url("/a"), timeout=0.6) as response, pytest.raises(net.TimedOut):
            response.read(1000)
        assert time.monotonic() - started < 2


def test_a_webhook_answer_that_drips_in_meets_the_timeout() -> None:
    with WebServer({"/a": drip(b"x" * 5000, 0.1)}) as server, pytest.raises(net.TimedOut):
        client().post(server.url("/a"), b"{}", timeout=0.5)


def test_a_closed_port_is_a_failed_connection() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(net.ConnectFailed):
            client().open(f"http://127.0.0.1:{port}/")


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with WebServer({"/a": whole(b"ok")}) as server:
        guarded = client("two.example", names={"two.example": ["127.0.0.9", "127.0.0.1"]})
        with guarded.open(server.url("/a", "two.example")) as response:
            assert response.read(10) == b"ok"


def test_an_unknown_name_is_said_to_be_unknown() -> None:
    with pytest.raises(net.NameNotResolved) as caught:
        client().open("http://no-such-host.example/")
    assert not caught.value.passing


def test_a_connection_that_lands_elsewhere_is_dropped_before_a_byte_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with WebServer({"/": status(200)}) as trap:

        def elsewhere(self: BoundedSocket, address: object) -> None:
            socket.socket.connect(self, ("127.0.0.1", trap.server_port))

        monkeypatch.setattr(BoundedSocket, "connect", elsewhere)
        with pytest.raises(net.BlockedAddress):
            net.Client(resolve=resolver()).open("http://8.8.8.8/")
        time.sleep(0.1)
        assert trap.requests == []


def test_errors_do_not_show_credentials() -> None:
    for url in ("http://user:s3cret@no-such-host.example/?sig=s3cret", "http://user:s3cret@10.0.0.1/?s3cret"):
        with pytest.raises(net.NetError) as caught:
            client().open(url)
        assert "s3cret" not in str(caught.value)
        assert "s3cret" not in repr(caught.value)
