"""The order of the tests, and the servers they share. Other fixtures belong beside the tests that use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stepcoder import runtime
from tests.servers.azurite import AzuriteServer, azurite_server
from tests.servers.file_servers import FileServers, Server, file_servers
from tests.servers.object_stores import Store, azure_store, swift_store
from tests.servers.swift import SwiftServer, swift_server

LOCAL = Path(__file__).parent / "local"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, journeys through the whole service late: a broken detail shows before the long work starts.

    The embedded cloud changes moto for its whole process, so its tests come after all that use moto otherwise.
    """
    items.sort(
        key=lambda item: (
            item.path.is_relative_to(LOCAL),
            item.get_closest_marker("journey") is not None,
            item.get_closest_marker("slow") is not None,
        )
    )


@pytest.fixture(scope="session")
def all_file_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileServers]:
    with file_servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest.fixture(params=["ftp", "ftps", "sftp"])
def file_server(
    request: pytest.FixtureRequest, all_file_servers: FileServers, monkeypatch: pytest.MonkeyPatch
) -> Server:
    """Each kind of file server, with an empty directory."""
    if request.param == "ftps":
        all_file_servers.be_trusted(monkeypatch)
    return all_file_servers.server(request.param)


@pytest.fixture(scope="session")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SwiftServer]:
    with swift_server(tmp_path_factory.mktemp("swift")) as server:
        yield server


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzuriteServer]:
    with azurite_server(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture
def swift_container(swift: SwiftServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A new container, in the Swift that `cf` URLs lead to."""
    monkeypatch.setenv("STEPCODER_CLOUD_FILES_AUTH", swift.auth_url)
    runtime.reset()
    yield swift_store(swift)
    runtime.reset()


@pytest.fixture
def azure_container(azurite: AzuriteServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A new container, in the storage that `azure` URLs lead to."""
    monkeypatch.setenv("STEPCODER_AZURE_ENDPOINT", azurite.endpoint)
    runtime.reset()
    yield azure_store(azurite)
    runtime.reset()


@pytest.fixture(params=["swift", "azure"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each kind of object store, with an empty container."""
    found: Store = request.getfixturevalue(f"{request.param}_container")
    return found
