"""What is Cloud Files' own about it as a source: signing in, tokens that run out, rights, large objects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stepcoder import runtime
from stepcoder.errors import InputError
from stepcoder.net.addresses import AddressPolicy
from stepcoder.sources.cf import CfSource
from stepcoder.storage import Place, Secret
from tests.servers.identity import IdentityServer, identity_server
from tests.servers.object_stores import Store
from tests.servers.relay import relay
from tests.servers.swift import SwiftServer


@pytest.fixture
def rackspace(swift: SwiftServer, swift_container: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityServer]:
    swift_container.container.put("a.mp4", b"film", "video/mp4")
    with identity_server(swift.auth_url) as identity:
        monkeypatch.setenv("STEPCODER_CLOUD_FILES_AUTH", identity.url)
        runtime.reset()
        yield identity


def opened(scheme: str, store: Store, identity: IdentityServer, login: Secret | None = None) -> CfSource:
    policy = AddressPolicy.parse(f"{store.host},{identity.host}")
    return CfSource(Place(scheme, store.home, "a.mp4"), login or store.login, policy)


@pytest.mark.parametrize(("scheme", "region"), [("cf", "DFW"), ("cf+dfw", "DFW"), ("cf+ord", "ORD"), ("cf+uk", "LON")])
def test_rackspace_tells_where_the_containers_of_a_region_are(
    scheme: str, region: str, rackspace: IdentityServer, swift_container: Store
) -> None:
    rackspace.regions[:] = ["SYD", region]
    assert opened(scheme, swift_container, rackspace).read_range(0, 9) == b"film"
    credentials = {"username": "test:tester", "apiKey": "testing"}
    assert rackspace.asked == [{"auth": {"RAX-KSKEY:apiKeyCredentials": credentials}}]


def test_a_region_without_containers(rackspace: IdentityServer, swift_container: Store) -> None:
    rackspace.regions[:] = ["SYD"]
    with pytest.raises(InputError, match="has no containers in ORD") as caught:
        opened("cf+ord", swift_container, rackspace)
    assert caught.value.error_class == "FileNotFoundError"


def test_a_wrong_api_key(rackspace: IdentityServer, swift_container: Store) -> None:
    with pytest.raises(InputError) as caught:
        opened("cf", swift_container, rackspace, Secret("test:tester", "s3cret"))
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"
    assert "s3cret" not in str(caught.value)


def test_one_token_serves_for_everything(rackspace: IdentityServer, swift_container: Store) -> None:
    source = opened("cf", swift_container, rackspace)
    for offset in range(4):
        source.read_range(offset, 1)
    assert len(rackspace.asked) == 1


def test_a_token_that_has_run_out_is_renewed(rackspace: IdentityServer, swift_container: Store) -> None:
    source = opened("cf", swift_container, rackspace)
    swift_container.process.kill()  # tokens live as long as the process does
    swift_container.process.start()
    assert source.read_range(0, 9) == b"film"
    assert len(rackspace.asked) == 2


def test_somebody_elses_container_can_be_read_where_it_allows_that(swift: SwiftServer, swift_container: Store) -> None:
    swift_container.container.put("a.mp4", b"film", "video/mp4")
    stranger = Secret(swift.stranger, swift.stranger_key)
    with pytest.raises(InputError) as caught:
        swift_container.source("a.mp4", stranger)
    assert caught.value.error_class == "DownloadAccessDeniedError"
    swift.call("POST", swift_container.home, X_Container_Read=swift.stranger)
    assert swift_container.source("a.mp4", stranger).read_range(0, 9) == b"film"


def test_a_large_object_is_read_across_its_segments(swift: SwiftServer, swift_container: Store) -> None:
    for number, segment in enumerate((b"a" * 1000, b"b" * 1000)):
        swift_container.container.put(f"parts/{number}", segment, "video/mp4")
    manifest = f"{swift_container.home}/parts/"
    swift.call("PUT", f"{swift_container.home}/whole.mp4", b"", X_Object_Manifest=manifest)
    source = swift_container.source("whole.mp4")
    assert source.size == 2000
    assert source.read_range(998, 4) == b"aabb"


def test_a_connection_that_breaks_is_gone_on_with(
    swift: SwiftServer, swift_container: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = bytes(range(256)) * 20_000
    swift_container.container.put("a.mp4", film, "video/mp4")
    waits: list[float] = []
    with relay(swift.port, after=1_500_000, times=3) as port:
        monkeypatch.setenv("STEPCODER_CLOUD_FILES_AUTH", f"http://127.0.0.1:{port}/auth/v1.0")
        runtime.reset()
        policy = AddressPolicy.parse(f"127.0.0.1:{port}")
        source = CfSource(swift_container.place("a.mp4"), swift_container.login, policy, pause=waits.append)
        assert b"".join(source.stream()) == film
    assert len(waits) == 3  # each came after more than a megabyte: none of them was the third in a row
