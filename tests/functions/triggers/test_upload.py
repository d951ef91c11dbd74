"""The rule's function, with the sample events of both shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stepcoder import runtime
from stepcoder.accounts import create_account
from stepcoder.records import credentials
from tests.architecture import house
from tests.cloud import Cloud
from triggers.upload import handler

KEY = "accounts/1/tapes/take 7 + credits 100%.mov"


def sample(name: str, etag: str) -> dict[str, Any]:
    text = (house.ROOT / "events" / "triggers" / f"{name}.json").read_text()
    text = text.replace("stepcoder-upload-bucket", "upload-bucket")
    for known in ("b1946ac92492d2347c6235b4d2611184-3", "b1946ac92492d2347c6235b4d2611184"):
        text = text.replace(known, etag)
    event: dict[str, Any] = json.loads(text)
    return event


@pytest.fixture
def etag(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of the samples' file, which is put here; the samples' account exists."""
    monkeypatch.setattr(credentials, "_N", 2)
    assert create_account({"email": "ada@example.com", "terms_of_service": "1"}).account.id == 1
    put = runtime.client("s3").put_object(Bucket="upload-bucket", Key=KEY, Body=b"film")
    return str(put["ETag"]).strip('"')


def test_the_samples_make_a_job(cloud: Cloud, etag: str) -> None:
    assert handler(sample("upload", etag), None) == {"created": 1}
    (job,) = cloud.records.jobs(1)
    assert cloud.records.input(job.input_id).url == f"s3://upload-bucket/{KEY}"


def test_both_shapes_of_one_put_make_one_job(cloud: Cloud, etag: str) -> None:
    other = sample("upload-s3-notification", etag)
    other["Records"][0]["s3"]["object"]["sequencer"] = "00617F08299329D189"
    assert handler(other, None) == {"created": 1}
    assert handler(sample("upload", etag), None) == {"repeated": 1}
    assert len(cloud.records.jobs(1)) == 1


def test_a_later_put_makes_another_and_an_earlier_one_then_none(cloud: Cloud, etag: str) -> None:
    assert handler(sample("upload", etag), None) == {"created": 1}
    assert handler(sample("upload-s3-notification", etag), None) == {"created": 1}
    assert handler(sample("upload", etag), None) == {"repeated": 1}


def test_news_that_is_not_about_a_put_is_passed_over(cloud: Cloud) -> None:
    assert handler({"Service": "Amazon S3", "Event": "s3:TestEvent"}, None) == {}
