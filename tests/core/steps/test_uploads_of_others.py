"""What one account put into the upload bucket, no job of another reads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stepcoder import runtime
from stepcoder.errors import InputError
from stepcoder.steps.opening import open_file
from tests.cloud import Cloud, cloud_in_memory

KEYS = ("accounts/7/film.mp4", "accounts/8/film.mp4", "in/film.mp4")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with cloud_in_memory(monkeypatch) as made:
        for key in KEYS:
            runtime.client("s3").put_object(Bucket="upload-bucket", Key=key, Body=b"film")
        yield made


@pytest.mark.parametrize("key", ["accounts/7/film.mp4", "in/film.mp4"])
def test_an_account_reads_its_own_and_nobodys(aws: Cloud, key: str) -> None:
    assert open_file(f"s3://upload-bucket/{key}", 7, None).size == 4


@pytest.mark.parametrize(
    "url",
    [
        "s3://upload-bucket/accounts/8/film.mp4",
        "s3+us-east-1://upload-bucket/accounts/8/film.mp4",
        "S3://upload-bucket/accounts/8/film.mp4",
        "s3://AKIAEXAMPLE:secret@upload-bucket/accounts/8/film.mp4",
        "s3://upload-bucket//accounts/8/film.mp4",
        "s3://upload-bucket/in/../accounts/8/film.mp4",
        "s3://upload-bucket/accounts/7/../8/film.mp4",
        " s3://upload-bucket/accounts/8/film.mp4",
    ],
)
def test_an_account_does_not_read_anothers(aws: Cloud, url: str) -> None:
    with pytest.raises(InputError, match="was denied") as refused:
        open_file(url, 7, None)
    assert refused.value.error_class == "DownloadAccessDeniedError"
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["https://upload-bucket.s3.amazonaws.com/accounts/8/film.mp4"])
def test_nor_by_its_web_address_with_credentials(aws: Cloud, url: str) -> None:
    with pytest.raises(InputError, match="was denied"):
        open_file(url, 7, "archive")
