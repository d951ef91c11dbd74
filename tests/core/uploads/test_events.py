"""Both shapes in which S3 tells of a file that was put."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.uploads.events import Upload, uploads_in
from tests.architecture import house

KEYS = st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable() or "\n" in text)
HEX = st.text("0123456789abcdefABCDEF", min_size=1, max_size=20)
TAPE = "accounts/1/tapes/take 7 + credits 100%.mov"


def bridged(key: str, sequencer: str = "00A1", etag: str = "e1", reason: str = "PutObject") -> dict:
    found = {"key": key, "size": 5, "etag": etag, "sequencer": sequencer}
    detail = {"version": "0", "bucket": {"name": "up"}, "object": found, "reason": reason}
    return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}


def notified(key: str, sequencer: str = "00A1", etag: str = "e1", name: str = "ObjectCreated:Put") -> dict:
    found = {"key": quote_plus(key), "size": 5, "eTag": etag, "sequencer": sequencer}
    return {"Records": [{"eventName": name, "s3": {"bucket": {"name": "up"}, "object": found}}]}


@given(KEYS, HEX)
def test_both_shapes_tell_the_same(key: str, sequencer: str) -> None:
    (one,), (other,) = uploads_in(bridged(key, sequencer)), uploads_in(notified(key, sequencer))
    assert one == other == Upload("up", key, "e1", "", sequencer)


@pytest.mark.parametrize("name", ["upload", "upload-s3-notification"])
def test_the_samples_are_read(name: str) -> None:
    event = json.loads((house.ROOT / "events" / "triggers" / f"{name}.json").read_text())
    (upload,) = uploads_in(event)
    assert (upload.bucket, upload.key) == ("stepcoder-upload-bucket", TAPE)
    assert upload.etag.startswith("b1946ac9") and upload.version and upload.order


@pytest.mark.parametrize(
    "event",
    [
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "up"},
        {"source": "aws.s3", "detail-type": "Object Deleted", "detail": {}},
        notified("a", name="ObjectRemoved:Delete"),
        {"Records": []},
    ],
)
def test_other_news_of_s3_tells_of_no_file(event: dict) -> None:
    assert uploads_in(event) == []


@pytest.mark.parametrize("name", ["s3:ObjectCreated:Copy", "ObjectCreated:CompleteMultipartUpload"])
def test_every_way_of_putting_counts(name: str) -> None:
    assert len(uploads_in(notified("a", name=name))) == 1


def test_an_event_of_somebody_else_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        uploads_in({"source": "aws.states", "detail": {}})


def test_quotes_around_an_etag_are_not_part_of_it() -> None:
    assert uploads_in(notified("a", etag='"e1"'))[0].etag == "e1"


@given(HEX, HEX)
def test_sequencers_compare_as_s3_says(one: str, other: str) -> None:
    """The shorter one is filled up with zeros on the right."""
    first, second = Upload("b", "k", sequencer=one).order, Upload("b", "k", sequencer=other).order
    width = max(len(one), len(other))
    values = [int(text.ljust(width, "0"), 16) for text in (one, other)]
    assert (first < second) == (values[0] < values[1])
    assert (first == second) == (values[0] == values[1])


def test_without_a_sequencer_there_is_no_order() -> None:
    assert Upload("b", "k").order == ""
