"""Servers that no software would be: each says what the test tells it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from stepcoder import net
from stepcoder.net import AddressPolicy
from stepcoder.storage import Place, Secret
from stepcoder.transfers import ftp_wire
from stepcoder.transfers.ftp import FtpConnection
from stepcoder.transfers.refusals import Refusal, Why

LOOPBACK = AddressPolicy.parse("127.0.0.1")
HEARD = ("USER", "PASS", "OPTS", "TYPE")


@contextmanager
def saying(answers: dict[str, bytes], welcome: bytes = b"220 hello\r\n") -> Iterator[tuple[Place, list[str]]]:
    """A server that gives each command its answer, 200 to what it was not told about."""
    heard: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(welcome)
            for line in lines:
                heard.append(line.decode("utf-8", "replace").rstrip("\r\n"))
                command = heard[-1].partition(" ")[0]
                default = b"331 password?\r\n" if command == "USER" else b"200 fine\r\n"
                connection.sendall(answers.get(command, default))

    def quietly(work: Callable[[], None]) -> None:
        try:
            work()
        except OSError:
            heard.append("(gone)")

    thread = threading.Thread(target=quietly, args=(serve,), daemon=True)
    thread.start()
    try:
        yield Place("ftp", f"127.0.0.1:{listening.getsockname()[1]}", "film.mp4"), heard
    finally:
        listening.close()
        thread.join(5)


def connected(place: Place) -> FtpConnection:
    return FtpConnection(place, Secret("u", "p"), LOOPBACK)


def test_a_login_and_what_is_settled_with_it() -> None:
    with saying({}) as (place, heard):
        connected(place).close()
    assert heard == ["USER u", "PASS p", "OPTS UTF8 ON", "TYPE I"]


def test_text_that_is_not_utf8_is_no_hindrance() -> None:
    welcome = "220-Grüße\r\n220-von \xff\r\n220 hier\r\n".encode("latin-1")
    with saying({"SIZE": b"550 Datei nicht gefunden: \xfc\r\n"}, welcome) as (place, _):
        connection = connected(place)
        assert connection.size("film.mp4") is None
        connection.close()


@pytest.mark.parametrize("welcome", [b"220-more\r\n" * 5000, b"2" * 100_000])
def test_an_answer_without_end_is_cut_off(welcome: bytes) -> None:
    with saying({}, welcome) as (place, _), pytest.raises(Refusal):
        connected(place)


def test_a_server_that_hangs_up_or_stays_silent_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ftp_wire, "SILENCE_SECONDS", 0.2)
    with saying({}, b"") as (place, _), pytest.raises(net.TimedOut):
        connected(place)
    with saying({}, b"421 full house, too many users\r\n") as (place, _), pytest.raises(Refusal) as caught:
        connected(place)
    assert caught.value.why is Why.BUSY


@pytest.mark.parametrize(
    "answer", [b"227 Entering Passive Mode (10,0,0,1,300,1)\r\n", b"227 ok\r\n", b"227 (1,2,3,4,0,0)\r\n"]
)
def test_an_answer_to_pasv_that_makes_no_sense(answer: bytes) -> None:
    with saying({"PASV": answer}) as (place, _):
        connection = connected(place)
        with pytest.raises((net.NetError, Refusal)):
            next(connection.read("film.mp4", 0, None))
        connection.close()


def test_the_newer_command_where_the_older_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as data:
        port = data.getsockname()[1]
        passive = {"PASV": b"502 no\r\n", "EPSV": f"229 ok (|||{port}|)\r\n".encode(), "RETR": b"550 gone\r\n"}
        with saying(passive) as (place, heard):
            connection = connected(place)
            with pytest.raises(Refusal, match="550 gone"):
                next(connection.read("film.mp4", 0, None))
            connection.close()
    assert heard[-3:] == ["PASV", "EPSV", "RETR /film.mp4"]


@pytest.mark.parametrize("answer", [b"213 -1\r\n", b"213 many\r\n", b"213 99999999999999999999999\r\n", b"200 ok\r\n"])
def test_a_size_that_is_none_is_unknown(answer: bytes) -> None:
    with saying({"SIZE": answer, "MDTM": b"213 yesterday\r\n"}) as (place, _):
        connection = connected(place)
        assert connection.look("film.mp4") == (None, None)
        connection.close()
