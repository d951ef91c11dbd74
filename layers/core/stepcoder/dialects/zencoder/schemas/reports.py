"""Schemas of reports (zencoder-api 2.11). Their documents are made by ../reports.py."""

from __future__ import annotations

from collections.abc import Mapping

from stepcoder.dialects.zencoder.schemas.shapes import DAY, TEXT, Schema, hash_of, list_of, named, or_null, told

_AMOUNT: Schema = {"type": "number", "minimum": 0}
_MINUTES: Mapping[str, Schema] = {
    "encoded_minutes": _AMOUNT,
    "billable_minutes": told(_AMOUNT, "by Zencoder's arithmetic; here nothing is billed"),
}
_HOURS: Mapping[str, Schema] = {
    "stream_hours": _AMOUNT,
    "billable_stream_hours": _AMOUNT,
    "encoded_hours": _AMOUNT,
    "billable_encoded_hours": _AMOUNT,
    "total_hours": _AMOUNT,
    "total_billable_hours": _AMOUNT,
}
_RECORD: Mapping[str, Schema] = {"grouping": or_null(TEXT), "collected_on": DAY}

REPORTS: Mapping[str, Schema] = {
    "VodTotal": hash_of(_MINUTES),
    "VodRecord": hash_of({**_RECORD, **_MINUTES}, "One day of one grouping."),
    "VodReport": hash_of({"total": named("VodTotal"), "statistics": list_of(named("VodRecord"))}),
    "LiveTotal": hash_of(_HOURS),
    "LiveRecord": hash_of({**_RECORD, **_HOURS}),
    "LiveReport": hash_of(
        {"total": named("LiveTotal"), "statistics": list_of(named("LiveRecord"))},
        "There are no live streams here: everything is zero.",
    ),
    "WholeReport": hash_of(
        {
            "total": hash_of({"live": named("LiveTotal"), "vod": named("VodTotal")}),
            "statistics": hash_of({"live": list_of(named("LiveRecord")), "vod": list_of(named("VodRecord"))}),
        }
    ),
}
