from __future__ import annotations

import ftplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest

from stepcoder import net
from stepcoder.net.sockets import BoundedSocket
from stepcoder.net.tls import BoundedContext, BoundedTlsSocket, tls_context
from tests.core.net.servers import resolver

LOOPBACK = net.AddressPolicy.parse("127.0.0.1")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def port_of(listener: socket.socket) -> int:
    found: int = listener.getsockname()[1]
    return found


def test_gives_a_socket_that_other_libraries_can_use(listener: socket.socket) -> None:
    def greet() -> None:
        theirs, _ = listener.accept()
        with theirs:
            theirs.sendall(b"220 ready\r\n")
            assert theirs.recv(100) == b"QUIT\r\n"
            theirs.sendall(b"221 bye\r\n")

    server = threading.Thread(target=greet)
    server.start()
    ftp = ftplib.FTP()  # noqa: S321
    ftp.sock = net.connect("127.0.0.1", port_of(listener), LOOPBACK, timeout=2)
    ftp.file = ftp.sock.makefile("r", encoding="utf-8")
    assert ftp.getresp() == "220 ready"
    assert ftp.quit() == "221 bye"
    server.join(2)


def test_the_timeout_bounds_each_receive(listener: socket.socket) -> None:
    with net.connect("127.0.0.1", port_of(listener), LOOPBACK, timeout=0.1) as sock:
        assert sock.gettimeout() == 0.1
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            sock.recv(1)
        assert time.monotonic() - started < 0.5


def test_a_shorter_timeout_of_the_owner_stays(listener: socket.socket) -> None:
    """SSH libraries look up from waiting several times a second."""
    with net.connect("127.0.0.1", port_of(listener), LOOPBACK, timeout=5) as sock:
        sock.settimeout(0.05)
        for _ in range(2):
            with pytest.raises(TimeoutError):
                sock.recv(1)
            assert sock.gettimeout() == 0.05


def test_the_end_of_the_connections_life_is_named(listener: socket.socket) -> None:
    with net.connect("127.0.0.1", port_of(listener), LOOPBACK, timeout=5, total=0.1) as sock:
        for _ in range(2):
            with pytest.raises(net.TimedOut):
                sock.recv(1)


def test_a_host_that_never_answers_times_out() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with pytest.raises(net.TimedOut):
            net.connect("127.0.0.1", port_of(full), LOOPBACK, timeout=0.2)
        for one in waiting:
            one.close()


def test_a_closed_port_is_a_failed_connection(listener: socket.socket) -> None:
    port = port_of(listener)
    listener.close()
    with pytest.raises(net.ConnectFailed):
        net.connect("127.0.0.1", port, LOOPBACK, timeout=1)


def test_the_next_address_is_tried_when_one_does_not_answer(listener: socket.socket) -> None:
    policy = net.AddressPolicy.parse("two.example")
    names = resolver({"two.example": ["127.0.0.9", "127.0.0.1"]})
    with net.connect("two.example", port_of(listener), policy, timeout=1, resolve=names) as sock:
        assert sock.getpeername()[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["", "a\x00b", "a..b", "x" * 70 + ".example"])
def test_names_that_cannot_be_names(host: str) -> None:
    with pytest.raises((net.BadUrl, net.NameNotResolved)):
        net.connect(host, 22, net.AddressPolicy(), timeout=1)


def test_no_socket_is_left_open_by_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[BoundedSocket] = []

    def elsewhere(self: BoundedSocket, address: object) -> None:
        made.append(self)
        raise OSError

    monkeypatch.setattr(BoundedSocket, "connect", elsewhere)
    with pytest.raises(net.ConnectFailed):
        net.connect("8.8.8.8", 22, net.AddressPolicy(), timeout=1, resolve=resolver())
    assert [sock.fileno() for sock in made] == [-1]


def test_tls_on_top_keeps_the_bounds() -> None:
    here, there = socket.socketpair()
    with there, BoundedSocket(fileno=here.detach()) as sock:
        sock.bounds = bounds = net.sockets.Bounds(1, time.monotonic() + 1)
        context = BoundedContext(ssl.PROTOCOL_TLS_CLIENT)
        wrapped = context.wrap_socket(sock, server_hostname="media.example", do_handshake_on_connect=False)
        with wrapped:
            assert isinstance(wrapped, BoundedTlsSocket)
            assert wrapped.bounds is bounds


def test_tls_checks_names_and_certificates_and_refuses_what_is_old() -> None:
    context = tls_context()
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_flags == ssl.create_default_context().verify_flags
