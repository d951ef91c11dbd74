"""FTP's own ways: what servers lack, where their data comes from, TLS."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from stepcoder import runtime
from stepcoder.errors import InputError
from stepcoder.net import AddressPolicy
from stepcoder.sources.ftp import FtpSource
from stepcoder.sources.protocol import UNKNOWN_SIZE
from stepcoder.storage import Place, Secret
from stepcoder.transfers import ftp_login
from tests.servers.file_servers import LOOPBACK, FileServers, Server
from tests.servers.ftp import ftp_server

MIB = 1024 * 1024
FILM = os.urandom(2 * MIB) + b"the end"


@pytest.fixture
def film(all_file_servers: FileServers) -> Server:
    server = all_file_servers.server("ftp")
    (server.folder / "film.mp4").write_bytes(FILM)
    return server


@pytest.fixture
def secure_film(all_file_servers: FileServers) -> Server:
    server = all_file_servers.server("ftps")
    (server.folder / "film.mp4").write_bytes(FILM)
    ftp_login._context.cache_clear()
    return server


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    runtime.settings.cache_clear()
    yield monkeypatch
    runtime.settings.cache_clear()


def test_without_a_login_one_is_anonymous(film: Server) -> None:
    assert film.source("film.mp4", login=None).read_range(0, 5) == FILM[:5]


@pytest.mark.parametrize("user", ["norest", "bare"])
def test_a_server_that_cannot_begin_in_the_middle_is_read_from_end_to_end(film: Server, user: str) -> None:
    source = film.source("film.mp4", user)
    assert not source.supports_ranges
    assert source.size == (UNKNOWN_SIZE if user == "bare" else len(FILM))
    assert source.read_range(0, 4096) == FILM[:4096]
    assert source.read_range(10, 20) == FILM[10:30]
    assert b"".join(source.stream()) == FILM
    with pytest.raises(ValueError, match="stage it first"):
        source.read_range(4000, 4096)
    with pytest.raises(ValueError, match="stage it first"):
        list(source.stream(10))


def test_a_server_that_tells_nothing_tells_of_a_missing_file_at_the_opening(film: Server) -> None:
    with pytest.raises(InputError) as caught:
        film.source("no.mp4", "bare")
    assert caught.value.error_class == "FileNotFoundError"
    assert film.source("film.mp4", "bare").etag is None


@pytest.mark.parametrize("user", ["inside", "metadata"])
def test_data_come_from_the_server_itself_whatever_address_it_names(film: Server, user: str) -> None:
    assert b"".join(film.source("film.mp4", user).stream()) == FILM


def test_a_private_server_that_is_opened_by_its_port_may_send_data_from_others(film: Server) -> None:
    source = film.source("film.mp4", policy=AddressPolicy.parse(f"127.0.0.1:{film.port}"))
    assert source.read_range(0, 5) == FILM[:5]


def test_a_private_server_may_be_opened_by_its_name(film: Server) -> None:
    place = Place("ftp", f"localhost:{film.port}", f"{film.path}/film.mp4")
    source = FtpSource(place, Secret("u", "p"), AddressPolicy.parse("localhost"))
    assert source.read_range(0, 5) == FILM[:5]


def test_a_file_that_is_longer_than_the_server_says_is_still_being_written(film: Server) -> None:
    with pytest.raises(InputError, match="was changed while it was being read"):
        list(film.source("film.mp4", "short").stream())


def test_a_server_that_goes_down_is_tried_three_times(film: Server) -> None:
    pauses: list[float] = []
    with pytest.raises(InputError, match=r"too busy, 3 times.*421") as caught:
        list(film.source("film.mp4", "gone", pause=pauses.append).stream())
    assert caught.value.error_class == "DownloadFailureError"
    assert len(pauses) == 2


def test_a_self_signed_certificate_is_refused_with_a_reason(secure_film: Server) -> None:
    with pytest.raises(
        InputError, match=r"certificate of the FTPS server '127.0.0.1' could not be verified: self.signed"
    ):
        secure_film.source("film.mp4")


@pytest.mark.parametrize("hosts", ["127.0.0.1", "ftp.example, 127.0.0.1", "*"])
def test_the_operator_may_have_certificates_accepted_unverified(
    secure_film: Server, settings: pytest.MonkeyPatch, hosts: str
) -> None:
    settings.setenv("STEPCODER_UNVERIFIED_FTPS_HOSTS", hosts)
    assert secure_film.source("film.mp4").read_range(0, 5) == FILM[:5]


def test_the_certificates_of_other_hosts_are_verified_all_the_same(
    secure_film: Server, settings: pytest.MonkeyPatch
) -> None:
    settings.setenv("STEPCODER_UNVERIFIED_FTPS_HOSTS", "ftp.example")
    with pytest.raises(InputError, match="could not be verified"):
        secure_film.source("film.mp4")


def test_data_connections_resume_the_session_of_the_control_connection(
    secure_film: Server, all_file_servers: FileServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_file_servers.be_trusted(monkeypatch)
    source = secure_film.source("film.mp4", "reuse")
    for begin in (0, 100, 200, 300):
        assert source.read_range(begin, 100) == FILM[begin : begin + 100]
    assert b"".join(source.stream()) == FILM


def test_a_server_without_tls_is_not_spoken_to_in_the_open(film: Server) -> None:
    with pytest.raises(InputError, match="has no TLS"):
        FtpSource(Place("ftps", film.place().home, "film.mp4"), Secret("u", "p"), LOOPBACK)


def test_a_server_that_insists_on_tls_says_so(secure_film: Server) -> None:
    with pytest.raises(InputError, match="SSL/TLS required"):
        FtpSource(Place("ftp", secure_film.place().home, "film.mp4"), Secret("u", "p"), LOOPBACK)


def test_tls_from_the_first_byte_on_the_port_for_it_and_of_the_newest_version_where_it_has_to_be(
    all_file_servers: FileServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_file_servers.be_trusted(monkeypatch)
    folder = all_file_servers.root / "files"
    (folder / "implicit.mp4").write_bytes(FILM)
    with ftp_server(folder, all_file_servers.certificate, implicit=True) as port:
        monkeypatch.setattr(ftp_login, "_IMPLICIT_TLS_PORT", port)
        source = FtpSource(Place("ftps", f"127.0.0.1:{port}", "implicit.mp4"), Secret("u", "p"), LOOPBACK)
        assert b"".join(source.stream()) == FILM
        assert source.read_range(10, 10) == FILM[10:20]
        source.close()


def test_ipv6(all_file_servers: FileServers) -> None:
    folder = all_file_servers.root / "files"
    (folder / "six.mp4").write_bytes(FILM)
    with ftp_server(folder, host="::1") as port:
        if not port:
            pytest.skip("this machine has no IPv6")
        source = FtpSource(Place("ftp", f"[::1]:{port}", "six.mp4"), Secret("u", "p"), AddressPolicy.parse("[::1]"))
        assert b"".join(source.stream()) == FILM
        source.close()
