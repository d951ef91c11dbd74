"""SFTP's own ways: keys, and servers that answer in small pieces."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from stepcoder.errors import InputError
from stepcoder.sources.sftp import SftpSource
from stepcoder.storage import Place, Secret
from tests.servers.file_servers import LOOPBACK, FileServers
from tests.servers.sftp import sftp_server

FILM = os.urandom(500_000)
KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa")


@pytest.fixture(scope="module")
def keys() -> dict[str, asyncssh.SSHKey]:
    return {kind: asyncssh.generate_private_key(kind) for kind in KINDS}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, keys: dict[str, asyncssh.SSHKey]) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("sftp")
    (folder / "film.mp4").write_bytes(FILM)
    allowed = folder / "authorized_keys"
    allowed.write_bytes(b"".join(key.export_public_key() for key in keys.values()))
    with sftp_server(folder, allowed) as port:
        yield Place("sftp", f"127.0.0.1:{port}", "film.mp4")


def refusal(place: Place, login: Secret | None) -> str:
    with pytest.raises(InputError) as caught:
        SftpSource(place, login, LOOPBACK)
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"
    return caught.value.message


@pytest.mark.parametrize("form", ["openssh", "pkcs8-pem"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_private_key_logs_in(place: Place, keys: dict[str, asyncssh.SSHKey], kind: str, form: str) -> None:
    key = keys[kind].export_private_key(form).decode()
    source = SftpSource(place, Secret("keyonly", key), LOOPBACK)
    assert b"".join(source.stream()) == FILM
    source.close()


def test_a_key_may_have_lost_its_line_end_and_be_in_the_older_form(
    place: Place, keys: dict[str, asyncssh.SSHKey]
) -> None:
    key = keys["ssh-rsa"].export_private_key("pkcs1-pem").decode().strip()
    source = SftpSource(place, Secret("keyonly", key), LOOPBACK)
    assert source.read_range(0, 5) == FILM[:5]
    source.close()


def test_keys_that_do_not_fit_say_why(place: Place, keys: dict[str, asyncssh.SSHKey]) -> None:
    strange = asyncssh.generate_private_key("ssh-ed25519").export_private_key("openssh").decode()
    locked = keys["ssh-ed25519"].export_private_key("pkcs8-pem", passphrase="x").decode()
    assert "Authentication failed" in refusal(place, Secret("u", strange))
    assert "passphrase" in refusal(place, Secret("u", locked))
    other = asyncssh.generate_private_key("ssh-ed448").export_private_key("pkcs8-pem").decode()
    assert "Ed25519, ECDSA or RSA" in refusal(place, Secret("u", other))
    for broken in ("-----BEGIN NONSENSE-----\nAAAA\n", "-----BEGIN OPENSSH PRIVATE KEY-----", strange[:-60]):
        assert "can't be read" in refusal(place, Secret("u", broken))


def test_passwords_where_only_keys_are_taken_say_so(place: Place) -> None:
    assert "publickey" in refusal(place, Secret("keyonly", "p"))


def test_without_a_login_there_is_no_way_in(place: Place) -> None:
    assert "no user name" in refusal(place, None)


def test_answers_in_small_pieces_are_put_together(all_file_servers: FileServers) -> None:
    server = all_file_servers.server("sftp")
    (server.folder / "film.mp4").write_bytes(FILM)
    source = server.source("film.mp4", "piecemeal")
    assert b"".join(source.stream()) == FILM
    assert source.read_range(100_000, 90_000) == FILM[100_000:190_000]
    source.close()
