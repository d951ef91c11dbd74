"""Lambda entry point for /jobs and /jobs/…. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder.api.paging import page_of
from stepcoder.api.paths import whole_number
from stepcoder.api.resolver import Answer, Api
from stepcoder.dialects.zencoder.dialect import Zencoder
from stepcoder.dialects.zencoder.jobs import created_job, job_details
from stepcoder.dialects.zencoder.parsing import job_request
from stepcoder.dialects.zencoder.progress import job_progress
from stepcoder.jobs import cancelling, creation, reading

app = Api(Zencoder())


@app.post("/jobs")
def create() -> Answer:
    account = app.caller()
    return app.answer(created_job(creation.create_job(account, job_request(app.json_body()))), 201)


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


# Any method cancels (zencoder-api 2.5); HEAD and OPTIONS are left out because they must change nothing.
@app.route("/jobs/<job_id>/cancel", method=["PUT", "POST", "GET", "DELETE", "PATCH"])
def cancel(job_id: str) -> Answer:
    cancelling.cancel_job(app.caller(), whole_number(job_id))
    return app.no_content()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
