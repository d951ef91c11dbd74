"""What is Azure's own about it as a source: shared access signatures, its error codes."""

from __future__ import annotations

import pytest

from stepcoder import runtime
from stepcoder.errors import InputError
from stepcoder.net.addresses import AddressPolicy
from stepcoder.sources.azure import AzureSource
from stepcoder.storage import Place, Secret
from tests.servers.azurite import AzuriteServer, signature
from tests.servers.object_stores import Store
from tests.servers.relay import relay


def opened(store: Store, sas: str) -> AzureSource:
    return AzureSource(Place("azure", store.home, "a.mp4", sas=sas), Secret(store.login.user, ""), store.policy)


def test_a_shared_access_signature_opens_a_file(azurite: AzuriteServer, azure_container: Store) -> None:
    azure_container.container.put("a.mp4", b"film", "video/mp4")
    sas = signature(azurite, azure_container.home, "r")
    assert opened(azure_container, sas).read_range(0, 9) == b"film"
    assert opened(azure_container, f"?{sas}").size == 4


@pytest.mark.parametrize(("rights", "hours"), [("w", 1), ("r", -1)])
def test_a_signature_that_does_not_allow_it(
    rights: str, hours: float, azurite: AzuriteServer, azure_container: Store
) -> None:
    azure_container.container.put("a.mp4", b"film", "video/mp4")
    sas = signature(azurite, azure_container.home, rights, hours)
    with pytest.raises(InputError) as caught:
        opened(azure_container, sas)
    assert caught.value.error_class in ("DownloadAccessDeniedError", "InvalidUsernameOrPasswordError")
    assert sas.rpartition("sig=")[2] not in str(caught.value)


@pytest.mark.parametrize("sas", ["", "sv=2024-11-04&sr=c", "sig=abc", "sv=1&sig=a\r\nX-Evil: 1", "sv=1&sig=a b"])
def test_what_is_no_signature_is_never_sent(sas: str, azure_container: Store) -> None:
    with pytest.raises(InputError, match="a shared access signature is a query with sv and sig") as caught:
        opened(azure_container, sas)
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"


def test_the_name_of_an_account_can_not_lead_elsewhere(azure_container: Store) -> None:
    login = Secret("evil.example.com/", azure_container.login.secret)
    with pytest.raises(InputError, match="3 to 24 small letters and digits"):
        azure_container.source("a.mp4", login)


def test_a_connection_that_breaks_is_gone_on_with(
    azurite: AzuriteServer, azure_container: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = bytes(range(256)) * 20_000
    azure_container.container.put("a.mp4", film, "video/mp4")
    with relay(azurite.port, after=1_500_000, times=1) as port:
        monkeypatch.setenv("STEPCODER_AZURE_ENDPOINT", f"http://127.0.0.1:{port}/{{account}}")
        runtime.reset()
        policy = AddressPolicy.parse(f"127.0.0.1:{port}")
        source = AzureSource(azure_container.place("a.mp4"), azure_container.login, policy)
        assert b"".join(source.stream()) == film
