"""Swift and Azurite as stores of one kind, for the tests that hold for both."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from stepcoder.destinations.azure import AzureDestination
from stepcoder.destinations.cf import CfDestination
from stepcoder.net.addresses import AddressPolicy
from stepcoder.sources.azure import AzureSource
from stepcoder.sources.cf import CfSource
from stepcoder.storage import Place, Secret
from tests.servers.azurite import AzuriteServer
from tests.servers.installed import InstalledServer
from tests.servers.swift import SwiftServer


class Container(Protocol):
    """What a store's owner sees and does, past the code under test."""

    def make(self) -> None: ...
    def put(self, name: str, body: bytes, content_type: str) -> None: ...
    def get(self, name: str) -> bytes: ...
    def content_type(self, name: str) -> str: ...
    def names(self) -> list[str]: ...


@dataclass(frozen=True)
class Store:
    """A new container in one of the servers, and how to get at it."""

    scheme: str
    home: str
    host: str
    login: Secret
    unusable_login: Secret
    wrong_login: Secret
    process: InstalledServer
    container: Container
    source_class: Callable[..., Any]
    destination_class: Callable[..., Any]

    @property
    def policy(self) -> AddressPolicy:
        return AddressPolicy.parse(self.host)

    def place(self, path: str = "", home: str | None = None) -> Place:
        return Place(self.scheme, home or self.home, path)

    def source(self, path: str, login: Secret | None = None, **options: Any) -> Any:
        return self.source_class(self.place(path), login or self.login, self.policy, **options)

    def destination(self, login: Secret | None = None, **options: Any) -> Any:
        return self.destination_class(self.place(), login or self.login, self.policy, **options)


def swift_store(server: SwiftServer) -> Store:
    home = f"films-{uuid.uuid4().hex[:8]}"
    container = _SwiftContainer(server, home)
    container.make()
    login = Secret(server.user, server.key)
    return Store(
        "cf",
        home,
        server.host,
        login,
        Secret(server.user, "s3cret\nX-Evil: 1"),
        Secret(server.user, "s3cret"),
        server.process,
        container,
        CfSource,
        CfDestination,
    )


def azure_store(server: AzuriteServer) -> Store:
    home = f"films-{uuid.uuid4().hex[:8]}"
    container = _AzureContainer(server.service().get_container_client(home))
    container.make()
    return Store(
        "azure",
        home,
        server.host,
        Secret(server.account, server.key),
        Secret(server.account, "s3cret!"),
        Secret(server.account, "czNjcmV0"),
        server.process,
        container,
        AzureSource,
        AzureDestination,
    )


@dataclass(frozen=True)
class _SwiftContainer:
    server: SwiftServer
    home: str

    def make(self) -> None:
        self.server.call("PUT", self.home)

    def put(self, name: str, body: bytes, content_type: str) -> None:
        self.server.call("PUT", f"{self.home}/{name}", body, content_type=content_type)

    def get(self, name: str) -> bytes:
        return self.server.call("GET", f"{self.home}/{name}").content

    def content_type(self, name: str) -> str:
        return self.server.call("HEAD", f"{self.home}/{name}").headers["Content-Type"]

    def names(self) -> list[str]:
        return self.server.names(self.home)


@dataclass(frozen=True)
class _AzureContainer:
    client: Any

    def make(self) -> None:
        self.client.create_container()

    def put(self, name: str, body: bytes, content_type: str) -> None:
        from azure.storage.blob import ContentSettings

        settings = ContentSettings(content_type=content_type)
        self.client.upload_blob(name, body, overwrite=True, content_settings=settings)

    def get(self, name: str) -> bytes:
        body: bytes = self.client.download_blob(name).readall()
        return body

    def content_type(self, name: str) -> str:
        kind: str = self.client.get_blob_client(name).get_blob_properties().content_settings.content_type
        return kind

    def names(self) -> list[str]:
        return [blob.name for blob in self.client.list_blobs()]
