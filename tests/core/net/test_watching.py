from __future__ import annotations

import socket
from pathlib import Path

import pytest

import stepcoder
from stepcoder import net
from tests.core.net.servers import WebServer, status
from tests.core.net.watching import watched

CORE = Path(stepcoder.__file__).parent


def runs(module: str, code: str, **given: object) -> None:
    """Run code as if it stood in a module of ours."""
    exec(compile(code, str(CORE / module), "exec"), given)  # noqa: S102


@pytest.mark.parametrize("module", ["sources/ftp.py", "destinations/azure.py", "transfers/sftp.py"])
@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(address)",
        "import ftplib; ftplib.FTP().connect(*address)",
        "import http.client; http.client.HTTPConnection(*address).request('GET', '/')",
        "import requests; requests.get('http://%s:%s/' % address)",
        "import urllib.request; urllib.request.urlopen('http://%s:%s/' % address)",
    ],
)
def test_a_connection_around_the_guard_fails(module: str, code: str) -> None:
    with WebServer({"/": status(200)}) as server, watched():
        with pytest.raises(AssertionError, match="without the guard"):
            runs(module, code, address=server.server_address[:2])
        assert server.connections == 0


@pytest.mark.parametrize(
    "code",
    [
        "net.connect(*address, policy, timeout=1).close()",
        "net.Client(policy).open('http://%s:%s/' % address).close()",
        "from stepcoder.net.sessions import guarded_session; guarded_session(policy).get('http://%s:%s/' % address)",
    ],
)
def test_a_connection_by_the_guard_does_not(code: str) -> None:
    with WebServer({"/": status(200)}) as server, watched():
        given = {"net": net, "policy": net.AddressPolicy.parse("127.0.0.1")}
        runs("sources/ftp.py", code, address=server.server_address[:2], **given)


def test_tests_may_connect_as_they_like() -> None:
    with WebServer({"/": status(200)}) as server, watched():
        socket.create_connection(server.server_address[:2]).close()
