"""Lambda entry point for /outputs/…. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder.api.paths import whole_number
from stepcoder.api.resolver import Answer, Api
from stepcoder.dialects.zencoder.dialect import Zencoder
from stepcoder.dialects.zencoder.media import output_details
from stepcoder.dialects.zencoder.progress import output_progress
from stepcoder.jobs import reading

app = Api(Zencoder())


@app.read("/outputs/<output_id>")
def details(output_id: str) -> Answer:
    return app.answer(output_details(reading.output_of(app.reader(), whole_number(output_id))))


@app.read("/outputs/<output_id>/progress")
def progress(output_id: str) -> Answer:
    return app.answer(output_progress(reading.output_of(app.reader(), whole_number(output_id))))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
