"""What is Azure's own about delivery: shared access signatures, blocks, and its error codes."""

from __future__ import annotations

import pytest

from stepcoder.destinations import Sending
from stepcoder.destinations.azure import AzureDestination
from stepcoder.errors import OutputError
from stepcoder.storage import Place, Secret
from tests.core.sources.test_azure import signature
from tests.servers.azurite import AzuriteServer
from tests.servers.object_stores import Store


def quiet(count: int) -> None:
    pass


def opened(store: Store, sas: str) -> AzureDestination:
    return AzureDestination(Place("azure", store.home, "", sas=sas), Secret(store.login.user, ""), store.policy)


def test_a_shared_access_signature_lets_files_in(azurite: AzuriteServer, azure_container: Store) -> None:
    destination = opened(azure_container, signature(azurite, azure_container.home, "cwd"))
    destination.put("a.mp4", iter([b"film"]), Sending(), quiet)
    assert azure_container.container.get("a.mp4") == b"film"
    destination.delete("a.mp4")
    assert azure_container.container.names() == []


def test_a_signature_for_reading_does_not(azurite: AzuriteServer, azure_container: Store) -> None:
    sas = signature(azurite, azure_container.home, "r")
    with pytest.raises(OutputError) as caught:
        opened(azure_container, sas).put("a.mp4", iter([b"film"]), Sending(), quiet)
    assert caught.value.error_class == "UploadAccessDeniedError"
    assert sas.rpartition("sig=")[2] not in str(caught.value)


def test_what_is_no_signature_is_refused_at_once(azure_container: Store) -> None:
    with pytest.raises(OutputError) as caught:
        opened(azure_container, "sig=abc")
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"


def test_customers_headers_are_not_for_azure(azure_container: Store) -> None:
    sending = Sending(content_type="video/mp4", headers={"Content-Type": "video/x-own"})
    azure_container.destination().put("a.mp4", iter([b"film"]), sending, quiet)
    assert azure_container.container.content_type("a.mp4") == "video/mp4"
