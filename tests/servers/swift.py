"""Swift on loopback: its proxy, with tempauth for signing in and S3's protocol as a second door (swift_package/).

with swift_server(directory) as swift: ...
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.servers.installed import InstalledServer, free_port, need

_SCRIPT = Path(__file__).parent / "swift_package" / "one_process.py"


@dataclass(frozen=True)
class SwiftServer:
    """The account `AUTH_test`: `user` may do everything there, `stranger` only what containers allow.

    As Google's and Amazon's are, its S3 interface is signed for with HMAC keys, of which `user` and `key` are a pair.
    """

    port: int
    process: InstalledServer
    user: str = "test:tester"
    key: str = "testing"
    stranger: str = "test:reader"
    stranger_key: str = "reading"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def auth_url(self) -> str:
        return f"http://{self.host}/auth/v1.0"

    @property
    def storage_url(self) -> str:
        return f"http://{self.host}/v1/AUTH_test"

    @property
    def s3_endpoint(self) -> str:
        return f"http://{self.host}"

    def token(self) -> str:
        answer = requests.get(self.auth_url, headers={"X-Auth-User": self.user, "X-Auth-Key": self.key}, timeout=10)
        answer.raise_for_status()
        return answer.headers["X-Auth-Token"]

    def call(self, method: str, path: str, data: Any = None, **headers: str) -> requests.Response:
        """A request as the owner, to `container` or `container/object`; header names have `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()} | {"X-Auth-Token": self.token()}
        answer = requests.request(method, f"{self.storage_url}/{path}", data=data, headers=named, timeout=60)
        answer.raise_for_status()
        return answer

    def names(self, container: str) -> list[str]:
        return self.call("GET", container).text.splitlines()


@contextmanager
def swift_server(directory: Path) -> Iterator[SwiftServer]:
    """Skips the test where Swift is not installed."""
    python = need("swift", "bin/python")
    port = free_port()
    process = InstalledServer([python, "-W", "ignore", str(_SCRIPT), str(directory), str(port)], "ready")
    with process:
        yield SwiftServer(port, process)
