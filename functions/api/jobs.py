"""Lambda entry point for /jobs and /jobs/…. No decisions here."""

from __future__ import annotations

from typing import Any

from api import job_actions, job_notifications
from stepcoder.api.paging import page_of
from stepcoder.api.paths import whole_number
from stepcoder.api.resolver import Answer, Api
from stepcoder.dialects.zencoder.dialect import Zencoder
from stepcoder.dialects.zencoder.jobs import created_job, job_details
from stepcoder.dialects.zencoder.parsing import job_request
from stepcoder.dialects.zencoder.progress import job_progress
from stepcoder.jobs import creation, reading
from stepcoder.jobs.drafting import Origin

app = Api(Zencoder())
job_actions.add_routes(app)
job_notifications.add_routes(app)


@app.post("/jobs")
def create() -> Answer:
    account = app.caller()
    request, warnings = job_request(app.body(), app.version)
    origin = Origin(app.version, app.header("Idempotency-Key"), warnings)
    return app.answer(created_job(creation.create_job(account, request, origin)), 201, root="job")


@app.read("/jobs")
def listing() -> Answer:
    account, page = app.caller(), page_of(app.parameter)
    jobs = reading.list_jobs(account, page.number, page.size, app.parameter("state"))
    return app.answer([job_details(job) for job in jobs])


@app.read("/jobs/<job_id>")
def details(job_id: str) -> Answer:
    return app.answer(job_details(reading.whole_job(app.reader(), whole_number(job_id))))


@app.read("/jobs/<job_id>/progress")
def progress(job_id: str) -> Answer:
    return app.answer(job_progress(reading.whole_job(app.reader(), whole_number(job_id))))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
