"""Links to temporary storage stay good for as long as the file does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from stepcoder import runtime
from stepcoder.jobs.links import temporary_link, with_fresh_link
from stepcoder.records.model import Output
from stepcoder.storage import Place
from tests.functions.api.world import World

OUTPUT = Output(
    id=3,
    job_id=1,
    account_id=1,
    index=0,
    url="https://old.example.com/",
    target="s3://stepcoder-output/o/20310405/ab/name %231.mp4",
    temporary=True,
    created_at="2031-04-05T06:00:00Z",
)
CREATED = datetime(2031, 4, 5, 6, tzinfo=UTC)


def test_a_link_reads_the_raw_key_for_a_day(world: World) -> None:
    link = urlsplit(temporary_link(OUTPUT.target))
    assert link.scheme == "https"
    assert link.path.endswith("/o/20310405/ab/name%20%231.mp4")
    assert parse_qs(link.query)["X-Amz-Expires"] == ["86399"]


@pytest.mark.parametrize(("age", "kept"), [(timedelta(minutes=59), True), (timedelta(hours=2), False)])
def test_an_old_link_is_signed_again(world: World, monkeypatch: pytest.MonkeyPatch, age: timedelta, kept: bool) -> None:
    monkeypatch.setattr(runtime, "now", lambda: CREATED + age)
    assert (with_fresh_link(OUTPUT).url == OUTPUT.url) is kept


def test_other_urls_are_left_alone(world: World) -> None:
    elsewhere = replace(OUTPUT, temporary=False)
    assert with_fresh_link(elsewhere) is elsewhere


def test_a_link_leads_to_the_file_whatever_its_name(world: World) -> None:
    place = Place("s3", "output-bucket", "o/20310405/x/what?#100%3F.mp4")
    link = urlsplit(temporary_link(place.target))
    assert unquote(link.path).endswith(f"/{place.path}")
