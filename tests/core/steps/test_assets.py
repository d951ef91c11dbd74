from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.errors import InputError
from stepcoder.steps import assets, opening
from stepcoder.steps.assets import fetch_asset
from tests.cloud import Cloud
from tests.core.net.servers import Handler, WebServer, ranged, redirect, whole
from tests.core.sources.fakes import FakeSource

KEY = bytes(range(16))


@pytest.fixture
def web(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with WebServer() as server:
        monkeypatch.setenv("STEPCODER_ALLOW_PRIVATE_HOSTS", f"127.0.0.1:{server.server_port}")
        runtime.settings.cache_clear()
        opening.guarded_client.cache_clear()
        yield server
    opening.guarded_client.cache_clear()


@pytest.mark.parametrize("serve", [ranged, whole])
def test_a_file_on_the_web(web: WebServer, serve: Callable[[bytes], Callable[[Handler], None]]) -> None:
    web.routes["/key"] = serve(KEY)
    web.routes["/moved"] = redirect(web.url("/key"))
    assert fetch_asset(web.url("/key"), 7, None, 16) == KEY
    assert fetch_asset(web.url("/moved"), 7, None, 16) == KEY


def test_a_file_in_s3(cloud: Cloud) -> None:
    Objects().put("upload-bucket", "keys/one", KEY)
    assert fetch_asset("s3://upload-bucket/keys/one", 7, None, 16) == KEY


def test_the_service_keeps_its_own_files_to_itself(cloud: Cloud) -> None:
    Objects().put("work-bucket", "jobs/1/plan.json", b"{}")
    with pytest.raises(InputError) as caught:
        fetch_asset("s3://work-bucket/jobs/1/plan.json", 7, None, 16)
    assert caught.value.error_class == "DownloadAccessDeniedError"


def test_hosts_that_are_not_public_are_refused(cloud: Cloud) -> None:
    opening.guarded_client.cache_clear()
    with pytest.raises(InputError, match="not public"):
        fetch_asset("http://127.0.0.1:9/key", 7, None, 16)


@pytest.mark.parametrize("serve", [ranged, whole])
def test_a_larger_file_is_refused_by_name(web: WebServer, serve: Callable[[bytes], Callable[[Handler], None]]) -> None:
    web.routes["/key"] = serve(bytes(20_000))
    with pytest.raises(InputError) as caught:
        fetch_asset(web.url("/key").replace("http://", "http://ada:hidden@"), 7, None, 17)
    assert caught.value.error_class == "DownloadFailureError"
    assert "/key is too large: it may have at most 17 bytes." in caught.value.message
    assert "hidden" not in caught.value.message


class Endless(FakeSource):
    """Does not say how long it is, and never ends."""

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        while True:
            yield bytes(1000)


def test_a_file_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "open_file", lambda *_: Endless(b"", ranges=False, size=-1))
    with pytest.raises(InputError, match="at most 5000 bytes"):
        fetch_asset("http://media.example/key", 7, None, 5000)


def test_a_slow_file_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "open_file", lambda *_: Endless(b"", ranges=False, size=-1))
    monkeypatch.setattr(assets, "_MOST_SECONDS", -1.0)
    with pytest.raises(InputError) as caught:
        fetch_asset("http://media.example/key", 7, None, 5000)
    assert caught.value.error_class == "DownloadTimeoutError"
