"""The routes of JobsFunction that change a job: cancel, resubmit, finish. No decisions here."""

from __future__ import annotations

from stepcoder.api.paths import whole_number
from stepcoder.api.resolver import Answer, Api
from stepcoder.jobs import cancelling, finishing, resubmitting


def add_routes(app: Api) -> None:
    """Register them on the function's app."""

    # Any method cancels (zencoder-api 2.5), as does DELETE on the job itself; HEAD and OPTIONS must change nothing.
    @app.delete("/jobs/<job_id>")
    @app.route("/jobs/<job_id>/cancel", method=["PUT", "POST", "GET", "DELETE", "PATCH"])
    def cancel(job_id: str) -> Answer:
        cancelling.cancel_job(app.caller(), whole_number(job_id))
        return app.no_content()

    # Version 1 resubmits by GET, and old clients still do (zencoder-api 1.9).
    @app.route("/jobs/<job_id>/resubmit", method=["PUT", "POST", "GET"])
    def resubmit(job_id: str) -> Answer:
        resubmitting.resubmit_job(app.caller(), whole_number(job_id))
        return app.no_content()

    @app.route("/jobs/<job_id>/finish", method=["PUT", "POST", "GET"])
    def finish(job_id: str) -> Answer:
        finishing.finish_live_job(app.caller(), whole_number(job_id))
        return app.no_content()
