"""An identity service as Rackspace has it (OpenStack's v2.0 with API keys), in front of a real Swift's own.

with identity_server(swift.auth_url) as identity: ...
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests


@dataclass
class IdentityServer:
    """`regions` are those where the account has containers; `asked` holds what came in, oldest first."""

    port: int
    regions: list[str] = field(default_factory=lambda: ["DFW", "LON"])
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/v2.0"


@contextmanager
def identity_server(swift_auth_url: str) -> Iterator[IdentityServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            identity.asked.append(asked)
            status, answer = _answer(self.path, asked, swift_auth_url, identity.regions)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    identity = IdentityServer(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield identity
    finally:
        server.shutdown()
        server.server_close()


def _answer(path: str, asked: dict[str, Any], swift_auth_url: str, regions: list[str]) -> tuple[int, dict[str, Any]]:
    given = asked.get("auth", {}).get("RAX-KSKEY:apiKeyCredentials")
    if path != "/v2.0/tokens" or given is None:
        return 400, {"badRequest": {"code": 400}}
    headers = {"X-Auth-User": given["username"], "X-Auth-Key": given["apiKey"]}
    signed = requests.get(swift_auth_url, headers=headers, timeout=10)
    if signed.status_code != 200:
        return 401, {"unauthorized": {"code": 401, "message": "Unable to authenticate user with credentials provided."}}
    endpoints = [{"region": region, "publicURL": signed.headers["X-Storage-Url"]} for region in regions]
    catalogue = [
        {"name": "cloudFilesCDN", "type": "rax:object-cdn", "endpoints": []},
        {"name": "cloudFiles", "type": "object-store", "endpoints": endpoints},
    ]
    token = {"id": signed.headers["X-Auth-Token"], "expires": "2099-01-01T00:00:00.000Z"}
    return 200, {"access": {"token": token, "serviceCatalog": catalogue}}
