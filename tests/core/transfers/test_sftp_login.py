"""Servers that are none, or never get to the point."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from stepcoder import net
from stepcoder.net import AddressPolicy
from stepcoder.storage import Place, Secret
from stepcoder.transfers import sftp_login
from stepcoder.transfers.sftp import SftpConnection

LOOPBACK = AddressPolicy.parse("127.0.0.1")


@contextmanager
def greeting(*pieces: bytes, stay: bool = True) -> Iterator[Place]:
    """A server that says something at once, and then nothing more."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            for piece in pieces:
                connection.sendall(piece)
            if stay:
                over.wait(10)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Place("sftp", f"127.0.0.1:{listening.getsockname()[1]}", "film.mp4")
    finally:
        over.set()
        thread.join(5)
        listening.close()


def connect(place: Place) -> None:
    SftpConnection(place, Secret("u", "p"), LOOPBACK)


@pytest.mark.parametrize("pieces", [(), (b"SSH-2.0-slow\r\n",)])
def test_a_server_that_does_not_go_on_is_left(monkeypatch: pytest.MonkeyPatch, pieces: tuple[bytes, ...]) -> None:
    monkeypatch.setattr(sftp_login, "_OPENING_SECONDS", 0.5)
    begun = time.monotonic()
    with greeting(*pieces) as place, pytest.raises(net.TimedOut, match="too long"):
        connect(place)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("pieces", [(), (b"HTTP/1.1 400 Bad Request\r\n\r\n",), (b"SSH-2.0-odd\r\n", b"\xff" * 64)])
def test_what_is_no_ssh_server_is_a_broken_answer(pieces: tuple[bytes, ...]) -> None:
    with greeting(*pieces, stay=False) as place, pytest.raises(net.BrokenResponse):
        connect(place)


def test_no_thread_stays_behind_when_a_login_fails() -> None:
    before = threading.active_count()
    with greeting(stay=False) as place, pytest.raises(net.BrokenResponse):
        connect(place)
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before
