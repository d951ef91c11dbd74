"""Entries of /reports."""

from __future__ import annotations

from scripts.openapi.operation import Operation, Query
from stepcoder.dialects.zencoder.schemas.shapes import DAY, TEXT

_DAYS = (
    Query("from", "The first day, in UTC. Not given: 30 days, ending yesterday.", DAY),
    Query("to", "The last day; today is never included. At most two months after `from`.", DAY),
)
_GROUPING = Query("grouping", "Only jobs of this grouping.", TEXT)
_WRONG_DAYS = {422: "A day is wrong, or the days are more than two months apart, or callback is wrong."}
_VOD = {
    "total": {"encoded_minutes": 210, "billable_minutes": 260},
    "statistics": [
        {"grouping": "tv", "collected_on": "2031-04-05", "encoded_minutes": 200, "billable_minutes": 250},
        {"grouping": None, "collected_on": "2031-04-05", "encoded_minutes": 10, "billable_minutes": 10},
    ],
}

REPORTS: tuple[Operation, ...] = (
    Operation(
        id="getVodReport",
        method="GET",
        path="/reports/vod",
        tag="Reports",
        summary="Minutes encoded, by day and grouping",
        answer="VodReport",
        example=_VOD,
        queries=(*_DAYS, _GROUPING),
        refusals=_WRONG_DAYS,
    ),
    Operation(
        id="getMinutesReport",
        method="GET",
        path="/reports/minutes",
        tag="Reports",
        summary="The same under its older name",
        answer="VodReport",
        queries=(*_DAYS, _GROUPING),
        refusals=_WRONG_DAYS,
    ),
    Operation(
        id="getLiveReport",
        method="GET",
        path="/reports/live",
        tag="Reports",
        summary="Hours of live streams",
        description="There are none here.",
        answer="LiveReport",
        queries=_DAYS,
        refusals=_WRONG_DAYS,
    ),
    Operation(
        id="getWholeReport",
        method="GET",
        path="/reports/all",
        tag="Reports",
        summary="Both reports in one",
        answer="WholeReport",
        queries=(*_DAYS, _GROUPING),
        refusals=_WRONG_DAYS,
    ),
)
