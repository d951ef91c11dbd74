"""GET /reports/… (zencoder-api 2.11)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from stepcoder import runtime, usage
from tests.functions.api.world import World

MEASURES = {
    "tv": {"duration_in_ms": 100 * 60_000, "width": 1920, "height": 1080},
    None: {"duration_in_ms": 10_500, "width": 640, "height": 360},
}
LIVE = {
    "stream_hours": 0,
    "billable_stream_hours": 0,
    "encoded_hours": 0,
    "billable_encoded_hours": 0,
    "total_hours": 0,
    "total_billable_hours": 0,
}
PATHS = ("/reports/vod", "/reports/live", "/reports/all", "/reports/minutes")


def set_clock(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(runtime, "now", lambda: datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC))


@pytest.fixture
def used(world: World, key: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key on 2031-04-08, of an account that used something on the 5th and the 7th."""
    for day, grouping in (("2031-04-05", "tv"), ("2031-04-05", None), ("2031-04-07", "tv")):
        set_clock(monkeypatch, day)
        (output,) = world.job(key, grouping=grouping)["outputs"]
        for state in ("processing", "uploading"):
            world.records.move_output(output["id"], state)
        world.records.move_output(output["id"], "finished", facts=MEASURES[grouping])
        usage.count_output(output["id"])
    set_clock(monkeypatch, "2031-04-08")
    return key


def report(world: World, key: str, path: str) -> dict[str, Any]:
    reply = world.call("GET", path, key=key)
    assert reply.status == 200, reply.body
    document: dict[str, Any] = reply.document
    return document


@pytest.mark.parametrize("path", ["/reports/vod", "/reports/minutes", "/reports/vod.json", "/reports/vod/"])
def test_what_was_used_is_told_by_day_and_grouping(world: World, used: str, path: str) -> None:
    assert report(world, used, path) == {
        "total": {"encoded_minutes": 200.33, "billable_minutes": 400.33},
        "statistics": [
            {"grouping": "tv", "collected_on": "2031-04-05", "encoded_minutes": 100, "billable_minutes": 200},
            {"grouping": None, "collected_on": "2031-04-05", "encoded_minutes": 0.33, "billable_minutes": 0.33},
            {"grouping": "tv", "collected_on": "2031-04-07", "encoded_minutes": 100, "billable_minutes": 200},
        ],
    }


@pytest.mark.parametrize("prefix", ["/api/v2", "/api/v1", "/api"])
def test_every_version_has_reports(world: World, used: str, prefix: str) -> None:
    reply = world.call("GET", "/reports/vod", key=used, prefix=prefix)
    assert (reply.status, len(reply.document["statistics"])) == (200, 3)


def test_reports_come_in_xml_too(world: World, used: str) -> None:
    reply = world.call("GET", "/reports/vod.xml", key=used)
    assert reply.status == 200
    document = ElementTree.fromstring(reply.body)  # noqa: S314 - our own
    assert document.findtext("total/billable_minutes") == "400.33"
    lines = document.findall("statistics/*")
    assert [line.findtext("grouping") for line in lines] == ["tv", "", "tv"]
    assert [line.findtext("collected_on") for line in lines] == ["2031-04-05", "2031-04-05", "2031-04-07"]


def test_whole_minutes_are_integers(world: World, used: str) -> None:
    body = world.call("GET", "/reports/vod?grouping=tv", key=used).body
    assert '"total":{"encoded_minutes":200,"billable_minutes":400}' in body


def test_a_range_and_a_grouping_narrow_it(world: World, used: str) -> None:
    found = report(world, used, "/reports/vod?from=2031-04-05&to=2031-04-05&grouping=tv")
    assert found["total"] == {"encoded_minutes": 100, "billable_minutes": 200}
    assert [line["grouping"] for line in found["statistics"]] == ["tv"]
    assert report(world, used, "/reports/vod?from=2031-04-06&to=2031-04-06")["statistics"] == []
    assert len(report(world, used, "/reports/vod?grouping=")["statistics"]) == 3
    nothing = {"total": {"encoded_minutes": 0, "billable_minutes": 0}, "statistics": []}
    assert report(world, used, "/reports/vod?grouping=radio") == nothing


def test_today_is_left_out_until_tomorrow(world: World, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, "2031-04-07")
    assert len(report(world, used, "/reports/vod?from=2031-04-01&to=2031-04-07")["statistics"]) == 2
    set_clock(monkeypatch, "2031-04-08")
    assert len(report(world, used, "/reports/vod?from=2031-04-01&to=2031-04-07")["statistics"]) == 3


def test_live_is_all_zeros(world: World, used: str) -> None:
    assert report(world, used, "/reports/live") == {"total": LIVE, "statistics": []}


def test_all_is_both_side_by_side(world: World, used: str) -> None:
    vod = report(world, used, "/reports/vod")
    assert report(world, used, "/reports/all") == {
        "total": {"live": LIVE, "vod": vod["total"]},
        "statistics": {"live": [], "vod": vod["statistics"]},
    }


@pytest.mark.parametrize("path", PATHS)
def test_an_account_that_did_nothing_has_empty_reports(world: World, key: str, path: str) -> None:
    assert world.call("GET", path, key=key).status == 200


def test_reports_are_each_accounts_own(world: World, used: str) -> None:
    assert report(world, world.account("bob@example.com"), "/reports/vod")["statistics"] == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("from=2031-4-1", ["from"]),
        ("to=x", ["to"]),
        ("from=a&to=b", ["from", "to"]),
        ("from=2031-04-05&to=2031-04-01", ["from"]),
        ("from=2031-01-01&to=2031-04-01", ["from"]),
        ("from=2031-02-29", ["from"]),
    ],
)
def test_wrong_days_are_refused_in_sentences(
    world: World, key: str, monkeypatch: pytest.MonkeyPatch, path: str, query: str, named: list[str]
) -> None:
    set_clock(monkeypatch, "2031-04-08")
    reply = world.call("GET", f"{path}?{query}", key=key)
    assert reply.status == 422
    assert [sentence.split()[0] for sentence in reply.errors] == named


@pytest.mark.parametrize("path", PATHS)
def test_reports_are_not_for_read_only_keys_nor_for_nobody(world: World, key: str, path: str) -> None:
    read_only = world.records.create_key(1, "read_only")
    assert world.call("GET", path, key=read_only).status == 401
    assert world.call("GET", path).status == 401
    assert world.call("GET", f"{path}?from=x").status == 401


def test_what_is_no_report_is_not_found(world: World, key: str) -> None:
    assert world.call("GET", "/reports/audio", key=key).status == 404
    assert world.call("POST", "/reports/vod", {}, key=key).status == 405
