"""Opening files by their places and URLs. Each scheme's own behaviour: the tests named after it."""

from __future__ import annotations

import pytest

from stepcoder.errors import InputError
from stepcoder.net import AddressPolicy
from stepcoder.sources import open_http, open_place
from stepcoder.storage import Place, Secret
from tests.core.net.servers import WebServer, client, ranged
from tests.core.sources.fakes import FakeObjects


def test_a_web_page_is_opened_by_its_url() -> None:
    with WebServer({"/a": ranged(b"123")}) as server:
        assert open_http(server.url("/a"), client()).size == 3


@pytest.mark.parametrize("scheme", ["s3", "s3+eu-west-1", "gcs"])
def test_buckets_are_opened_as_the_login_sees_them(scheme: str) -> None:
    objects, asked = FakeObjects("films"), []
    objects.buckets["films"]["a.mp4"] = b"12345"
    place, login = Place(scheme, "films", "a.mp4"), Secret("KEY", "s3cret")

    def as_seen(place: Place, login: Secret | None) -> FakeObjects:
        asked.append((place, login))
        return objects

    assert open_place(place, login, objects=as_seen, policy=AddressPolicy()).size == 5
    assert asked == [(place, login)]


@pytest.mark.parametrize(
    "url", ["ftp://user:s3cret@h/a", "file:///etc/passwd", "/etc/passwd", "concat:a|b", "data:,x", ""]
)
def test_other_urls_are_refused_without_showing_secrets(url: str) -> None:
    with pytest.raises(InputError) as caught:
        open_http(url, client())
    assert caught.value.error_class == "InvalidFilePathError"
    assert "s3cret" not in caught.value.message
