"""Only stepcoder.net connects to hosts that customers name; whoever speaks a protocol gets a connection from there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import house

# Calls that open connections, resolve names or make something that does, by the last part of their name.
OPENERS = {
    *("socket", "socketpair", "create_connection", "connect", "connect_ex", "sendto", "open_connection"),
    *("getaddrinfo", "gethostbyname", "gethostbyname_ex"),
    *("HTTPConnection", "HTTPSConnection", "http_connection", "HTTPConnectionPool", "HTTPSConnectionPool"),
    *("PoolManager", "ProxyManager", "proxy_from_url", "connection_from_url", "Session", "HTTPAdapter"),
    *("urlopen", "urlretrieve", "build_opener", "SSHClient", "FTP", "FTP_TLS", "SMTP", "SMTP_SSL"),
}
# These make connections only through what they are given, under this name or as their first argument.
GIVEN = {"BlobServiceClient": "transport", "ContainerClient": "transport", "BlobClient": "transport"}
GIVEN |= {"from_connection_string": "transport", "from_blob_url": "transport", "from_container_url": "transport"}
GIVEN |= {"Transport": "sock"}
# The guard's room, and those that reach AWS.
CONNECTING = {"net", "aws", "runtime"}
PERMITTED = {
    # Connects to nothing before it sends, and sends by the guarded session that is put in.
    ("stepcoder.object_stores.swift", "client.http_connection"),
}


def openings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a module would connect without the guard: line and call."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        last = called.rpartition(".")[2]
        own = last in OPENERS and called != "net.connect"
        if own or (last in GIVEN and not _is_given(node, GIVEN[last])):
            yield node.lineno, called


def _is_given(node: ast.Call, name: str) -> bool:
    by_place = bool(node.args) and isinstance(node.args[0], ast.Name) and node.args[0].id == name
    return by_place or any(keyword.arg == name for keyword in node.keywords)


def test_only_the_guard_connects() -> None:
    wrong = [
        f"{module.place}:{line} {called}"
        for module in house.modules().values()
        if house.floor(module.name) != "local" and not CONNECTING.intersection(module.name.split(".")[1:2])
        for line, called in openings(module.tree)
        if (module.name, called) not in PERMITTED
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "code",
    [
        "socket.create_connection((host, 21))",
        "sock = socket.socket(); sock.connect((host, 22))",
        "socket.getaddrinfo(host, 21)",
        "ftplib.FTP(host)",
        "FTP_TLS(host, user, password)",
        "paramiko.SSHClient().connect(host)",
        "paramiko.Transport((host, 22))",
        "paramiko.Transport(f'{host}:22')",
        "requests.Session().get(url)",
        "urllib.request.urlopen(url)",
        "urllib3.PoolManager().request('GET', url)",
        "http.client.HTTPSConnection(host).request('GET', '/')",
        "BlobServiceClient(url, credential=key)",
        "BlobClient.from_blob_url(url)",
        "client.http_connection(url)",
    ],
)
def test_a_connection_of_ones_own_is_seen(code: str) -> None:
    assert list(openings(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "sock = net.connect(host, 22, policy, timeout=10); paramiko.Transport(sock)",
        "BlobServiceClient(url, credential=key, transport=transport)",
        "guarded_session(policy).get(url)",
    ],
)
def test_a_connection_of_the_guards_is_fine(code: str) -> None:
    assert not list(openings(ast.parse(code)))
