from __future__ import annotations

import pytest

from stepcoder.errors import InputError
from stepcoder.sources import open_source
from tests.core.net.servers import WebServer, client, ranged
from tests.core.sources.fakes import FakeObjects


def test_opens_by_scheme() -> None:
    objects = FakeObjects("films")
    objects.buckets["films"]["a.mp4"] = b"12345"
    assert open_source(" S3://films/a.mp4", objects=objects, client=client()).size == 5
    with WebServer({"/a": ranged(b"123")}) as server:
        assert open_source(server.url("/a"), objects=objects, client=client()).size == 3


@pytest.mark.parametrize(
    "url", ["ftp://user:s3cret@h/a", "file:///etc/passwd", "/etc/passwd", "concat:a|b", "data:,x", ""]
)
def test_other_schemes_are_refused_without_showing_secrets(url: str) -> None:
    with pytest.raises(InputError) as caught:
        open_source(url, objects=FakeObjects(), client=client())
    assert caught.value.error_class == "InvalidFilePathError"
    assert "s3cret" not in caught.value.message


def test_the_services_own_buckets_can_be_closed() -> None:
    objects = FakeObjects("work")
    objects.buckets["work"]["jobs/1/plan.json"] = b"{}"
    for url in ("s3://work/jobs/1/plan.json", "s3+us-east-1://work/jobs/1/plan.json"):
        with pytest.raises(InputError) as caught:
            open_source(url, objects=objects, client=client(), closed_buckets=("work",))
        assert caught.value.error_class == "DownloadAccessDeniedError"
