"""Lambda entry point for /inputs/…. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder.api.paths import whole_number
from stepcoder.api.resolver import Answer, Api
from stepcoder.dialects.zencoder.dialect import Zencoder
from stepcoder.dialects.zencoder.media import input_details
from stepcoder.dialects.zencoder.progress import input_progress
from stepcoder.jobs import reading

app = Api(Zencoder())


@app.read("/inputs/<input_id>")
def details(input_id: str) -> Answer:
    return app.answer(input_details(reading.input_of(app.reader(), whole_number(input_id))))


@app.read("/inputs/<input_id>/progress")
def progress(input_id: str) -> Answer:
    return app.answer(input_progress(reading.input_of(app.reader(), whole_number(input_id))))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
