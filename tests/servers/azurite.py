"""Azurite, Microsoft's own emulator of Azure's storage, on loopback: blobs only, kept in a directory.

with azurite_server(directory) as azure: ...
"""

from __future__ import annotations

import base64
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.servers.installed import InstalledServer, free_port, need

ACCOUNT = "stepcodertests"
KEY = base64.b64encode(bytes(range(64))).decode()


@dataclass(frozen=True)
class AzuriteServer:
    port: int
    process: InstalledServer
    account: str = ACCOUNT
    key: str = KEY

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        """With the account's place in it, as the setting has it."""
        return f"http://{self.host}/{{account}}"

    def service(self) -> Any:
        """Microsoft's client, signed in as the owner."""
        from azure.storage.blob import BlobServiceClient

        credential = {"account_name": self.account, "account_key": self.key}
        return BlobServiceClient(self.endpoint.format(account=self.account), credential=credential)


@contextmanager
def azurite_server(directory: Path) -> Iterator[AzuriteServer]:
    """Skips the test where Azurite is not installed."""
    program = need("azurite", "node_modules/.bin/azurite-blob")
    port = free_port()
    command = [program, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(directory)]
    process = InstalledServer(
        [*command, "--silent", "--disableTelemetry", "--skipApiVersionCheck"],
        "successfully listen",
        {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"},
        end_with=signal.SIGTERM,  # it writes its list of blobs down only now and then, and when it ends
    )
    with process:
        yield AzuriteServer(port, process)


def signature(azurite: AzuriteServer, home: str, rights: str, hours: float = 1) -> str:
    """A shared access signature for a container; `rights` as Azure writes them, `hours` from now on."""
    from azure.storage.blob import generate_container_sas

    until = datetime.now(UTC) + timedelta(hours=hours)
    sas: str = generate_container_sas(
        azurite.account, home, account_key=azurite.key, permission=rights, start=until - timedelta(days=2), expiry=until
    )
    return sas
