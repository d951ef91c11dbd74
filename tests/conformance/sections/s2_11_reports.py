"""Section 2.11: reports. The account `spender` used this: yesterday tv and nothing, today something more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from stepcoder import runtime
from tests.conformance.cast import CLIP
from tests.conformance.kinds import DATE, HASH, LIST, NUMBER, array_of, containing
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Reply, answers, at, errors, get, only, post

S = Section("2.11", "Reports")
SPENDER = "{key.spender}"


def _day(back: int) -> date:
    return runtime.now().date() - timedelta(days=back)


def spent(scene: Scene) -> None:
    """Encode, and make today's counters yesterday's as well: the reports show no today."""
    scene.once("spent", lambda: _spend(scene))


def _spend(scene: Scene) -> bool:
    output = {"speed": 5, "width": 96, "skip_audio": True}
    wide = {"speed": 5, "width": 1280, "height": 720, "aspect_mode": "stretch", "upscale": True, "clip_length": 1}
    sound = {"skip_video": True}
    segments = {**output, "type": "segmented", "label": "a", "clip_length": 1}
    listed = {"type": "playlist", "streams": [{"source": "a", "path": "a.m3u8"}]}
    asked: list[dict[str, Any]] = [
        {"grouping": "tv", "outputs": [output, sound]},
        {"outputs": [wide]},
        {"test": True, "grouping": "tests", "outputs": [output]},
        {"grouping": "lists", "outputs": [segments, listed]},
    ]
    jobs = [scene.job({"input": scene.fill(CLIP), **body}, key=SPENDER) for body in asked]
    for job in jobs:
        assert scene.ended(job, SPENDER)["state"] == "finished"
    owner = scene.table.item("emails/spender@example.com")["account_id"]
    today, yesterday = f"usage/{owner}/{_day(0)}/", f"usage/{owner}/{_day(1)}/"
    counted = scene.table.items(today)
    assert counted, "nothing was counted"
    for item in counted:
        scene.table.write({**item, "path": item["path"].replace(today, yesterday)})
    return True


def report(path: str) -> object:
    def send(scene: Scene) -> Reply:
        spent(scene)
        return scene.send(get(path, key=SPENDER))

    return send


VOD, LIVE, ALL = report("/reports/vod"), report("/reports/live"), report("/reports/all")
LIVE_MEMBERS = [
    "stream_hours",
    "billable_stream_hours",
    "encoded_hours",
    "billable_encoded_hours",
    "total_hours",
    "total_billable_hours",
]


def _rule(name: str, says: str, source: object, *expected: object, ours: bool = False) -> None:
    S.rule(name, says, source, *expected, ours=ours)


_rule("vod", "GET /reports/vod", VOD, answers(200), only("total", "statistics"))
_rule("vod-total", "total.encoded_minutes", VOD, at("total.encoded_minutes", NUMBER))
_rule("vod-billable", "total.billable_minutes", VOD, at("total.billable_minutes", NUMBER))
_rule("vod-total-members", "total has nothing else", VOD, only("encoded_minutes", "billable_minutes", inside="total"))
_rule("vod-statistics", "statistics: records", VOD, at("statistics", array_of(HASH)))
_rule(
    "vod-record",
    "a record's members",
    VOD,
    only("grouping", "collected_on", "encoded_minutes", "billable_minutes", inside="statistics.0"),
)
_rule("vod-grouping", "grouping", VOD, at("statistics", containing({"grouping": "tv"})))
_rule("vod-grouping-null", "grouping is null without one", VOD, at("statistics", containing({"grouping": None})))
_rule("vod-day", "collected_on: a date", VOD, at("statistics.0.collected_on", DATE))
_rule("vod-encoded", "encoded_minutes", VOD, at("statistics.0.encoded_minutes", NUMBER))
_rule("vod-minutes", "billable_minutes", VOD, at("statistics.0.billable_minutes", NUMBER))
_rule("live", "GET /reports/live", LIVE, answers(200), only("total", "statistics"))
for _member in LIVE_MEMBERS:
    _rule(f"live-{_member}", f"total.{_member}: nothing is streamed here", LIVE, at(f"total.{_member}", 0))
_rule("live-empty", "statistics: none", LIVE, at("statistics", []))
_rule("all", "GET /reports/all", ALL, answers(200), only("total", "statistics"))
_rule("all-vod", "total.vod", ALL, at("total.vod", {"encoded_minutes": NUMBER, "billable_minutes": NUMBER}))
_rule("all-live", "total.live", ALL, at("total.live", dict.fromkeys(LIVE_MEMBERS, NUMBER)))
_rule("all-statistics-vod", "statistics.vod", ALL, at("statistics.vod", array_of(HASH)))
_rule("all-statistics-live", "statistics.live", ALL, at("statistics.live", LIST))


@S.seen("minutes", "GET /reports/minutes is the older name of vod")
def minutes(scene: Scene) -> None:
    spent(scene)
    old, new = (scene.send(get(f"/reports/{name}", key=SPENDER)).document for name in ("minutes", "vod"))
    assert old == new and old["statistics"]


@S.seen("today", "today is never included")
def today(scene: Scene) -> None:
    spent(scene)
    found = scene.send(get(f"/reports/vod?from={_day(1)}&to={_day(0)}", key=SPENDER)).document
    assert {each["collected_on"] for each in found["statistics"]} == {str(_day(1))}


@S.seen("default-range", "by default the last 30 days, ending yesterday")
def default_range(scene: Scene) -> None:
    spent(scene)
    owner = scene.table.item("emails/spender@example.com")["account_id"]
    item = scene.table.items(f"usage/{owner}/{_day(1)}/")[0]
    for back in (29, 45):
        path = item["path"].replace(str(_day(1)), str(_day(back)))
        scene.table.write({**item, "path": path})
    found = scene.send(get("/reports/vod", key=SPENDER)).document
    days = {each["collected_on"] for each in found["statistics"]}
    assert str(_day(29)) in days and str(_day(45)) not in days and str(_day(0)) not in days


_rule(
    "from-to",
    "from and to",
    report(f"/reports/vod?from={_day(1)}&to={_day(1)}"),
    at("statistics", array_of({"collected_on": str(_day(1))})),
)
_rule("before", "nothing before", report("/reports/vod?from=2020-01-01&to=2020-01-31"), at("statistics", []))
_rule(
    "grouping",
    "grouping: only that one",
    report(f"/reports/vod?grouping=tv&from={_day(1)}"),
    at("statistics", [{"grouping": "tv"}]),
)
_rule("grouping-unknown", "an unknown one: nothing", report("/reports/vod?grouping=radio"), at("statistics", []))
_rule("grouping-all", "all has the same parameters", report("/reports/all?grouping=radio"), at("statistics.vod", []))
_rule("range", "more than 2 months: 422", get("/reports/vod?from=2020-01-01&to=2020-03-02"), answers(422), errors())
_rule("range-live", "also of live", get("/reports/live?from=2020-01-01&to=2020-03-02"), answers(422), errors())
_rule("range-ok", "2 months are allowed", get("/reports/vod?from=2020-01-01&to=2020-02-28"), answers(200))
for _name, _query in (
    ("word", "from=yesterday"),
    ("order", "from=01-02-2031"),
    ("day", "to=2031-02-30"),
    ("time", "from=2031-01-01T00:00:00Z"),
):
    _rule(
        f"date-{_name}",
        f"a date that is none: {_query}",
        get(f"/reports/vod?{_query}"),
        answers(422),
        errors(_query[:2]),
    )
_rule(
    "backwards",
    "from after to: 422",
    get("/reports/vod?from=2031-02-01&to=2031-01-01"),
    answers(422),
    errors(),
    ours=True,
)
_rule(
    "java",
    "the Java client adds the zone: 2031-01-01 UTC",
    get("/reports/vod?from=2020-01-01%20UTC&to=2020-01-31%20UTC"),
    answers(200),
    ours=True,
)
_rule("unknown", "there is no other report", get("/reports/audio"), answers(404), errors())
_rule("post", "reports are read", post("/reports/vod", {}), answers(404, 405), errors())
_rule("foreign", "of one's own account only", get("/reports/vod", key="{key.nobody}"), at("statistics", []))


@S.seen("one-record", "one record for each day and grouping")
def one_record(scene: Scene) -> None:
    spent(scene)
    found = scene.send(get("/reports/vod", key=SPENDER)).document["statistics"]
    keys = [(each["collected_on"], each["grouping"]) for each in found]
    assert len(keys) == len(set(keys))


# What is billed, in minutes: steps of 10 seconds per output.
def billed(name: str, says: str, grouping: str | None, encoded: float, billable: float) -> None:
    expected = {"grouping": grouping, "encoded_minutes": encoded, "billable_minutes": billable}
    _rule(name, says, report(f"/reports/vod?from={_day(1)}"), at("statistics", containing(expected)))


billed("steps", "12 s of video are 20 s, 12 s of sound alone a quarter of that", "tv", 0.67, 0.42)
billed("hd", "HD counts double", None, 0.17, 0.33)
billed("tests", "test outputs are free", "tests", 0.17, 0)
billed("playlists", "playlists are free", "lists", 0.17, 0.17)


@S.seen("failed", "failed outputs are free")
def failed(scene: Scene) -> None:
    job = scene.job(scene.fill_all({"input": CLIP, "output": {"start_clip": 600}}), key="{key.unlucky}")
    scene.ended(job, "{key.unlucky}")
    assert scene.send(get("/account", key="{key.unlucky}")).document["minutes_used"] == 0
