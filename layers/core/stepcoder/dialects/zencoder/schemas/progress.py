"""Schemas of progress (zencoder-api 2.6, 2.7, 4.2). Their documents are made by ../progress.py."""

from __future__ import annotations

from collections.abc import Mapping

from stepcoder.dialects.zencoder.schemas.shapes import ID, PERCENT, Schema, hash_of, list_of, one_of, told
from stepcoder.states import INPUT_STATES, JOB_STATES, OUTPUT_STATES

_PERCENT = told(PERCENT, "percent of all of it; only while it runs")
_INPUT: Mapping[str, Schema] = {
    "state": one_of(INPUT_STATES),
    "current_event": one_of(("Downloading", "Inspecting"), "only while it runs"),
    "current_event_progress": told(PERCENT, "percent of that event; only while it runs"),
    "progress": _PERCENT,
}
_OUTPUT: Mapping[str, Schema] = {
    **_INPUT,
    "state": one_of(OUTPUT_STATES),
    "current_event": one_of(("Downloading", "Transcoding", "Uploading"), "only while it runs"),
}
_WHILE_RUNNING = ("current_event", "current_event_progress", "progress")

PROGRESS: Mapping[str, Schema] = {
    "InputProgress": hash_of(_INPUT, optional=_WHILE_RUNNING),
    "OutputProgress": hash_of(_OUTPUT, optional=_WHILE_RUNNING),
    "JobProgress": hash_of(
        {
            "state": one_of(JOB_STATES),
            "progress": _PERCENT,
            "input": hash_of({"id": ID, **_INPUT}, optional=_WHILE_RUNNING),
            "outputs": list_of(hash_of({"id": ID, **_OUTPUT}, optional=_WHILE_RUNNING)),
        },
        "10 % of a job is its input, 90 % its outputs. It never goes back, and is not 100 before the job is over.",
        optional=("progress",),
    ),
}
