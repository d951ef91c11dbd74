from __future__ import annotations

import datetime
import ipaddress
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from socket import SOCK_STREAM, socket

import pytest

from stepcoder import net
from stepcoder.net import connections
from stepcoder.net.tls import BoundedContext
from tests.core.net.servers import WebServer, client, whole

x509 = pytest.importorskip("cryptography.x509")

NAMES = {"media.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate with its key for media.example, in one file."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "media.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("media.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def names_asked_for() -> list[str | None]:
    return []


@pytest.fixture
def server(certificate: Path, names_asked_for: list[str | None]) -> Iterator[WebServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda sock, name, _: names_asked_for.append(name)
    with WebServer({"/a": whole(b"secret" * 100_000)}) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        yield running


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = BoundedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(str(certificate))
    monkeypatch.setattr(connections, "tls_context", lambda: context)


def https(server: WebServer, host: str) -> str:
    return f"https://{host}:{server.server_port}/a"


@pytest.mark.usefixtures("trusted")
def test_tls_keeps_the_name_although_an_address_is_connected_to(
    server: WebServer, names_asked_for: list[str | None]
) -> None:
    guarded = client("media.example", names=NAMES)
    for _ in range(2):
        with guarded.open(https(server, "media.example")) as response:
            assert len(response.read(1_000_000)) == 600_000
    assert names_asked_for == ["media.example"]
    assert server.requests[0].headers["Host"] == f"media.example:{server.server_port}"


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_is_refused(server: WebServer) -> None:
    with pytest.raises(net.TlsFailed):
        client("other.example", names=NAMES).open(https(server, "other.example"))
    assert server.requests == []


def test_an_unknown_authority_is_refused(server: WebServer) -> None:
    with pytest.raises(net.TlsFailed):
        client("media.example", names=NAMES).open(https(server, "media.example"))


def test_a_server_that_does_not_speak_tls_is_refused() -> None:
    with WebServer({}) as plain, pytest.raises(net.NetError):
        client("media.example", names=NAMES).open(https(plain, "media.example"))


def test_a_handshake_that_never_ends_meets_the_deadline() -> None:
    with socket(type=SOCK_STREAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        with pytest.raises(net.TimedOut):
            client("media.example", names=NAMES).open(f"https://media.example:{silent.getsockname()[1]}/", timeout=0.4)
        assert time.monotonic() - started < 2
