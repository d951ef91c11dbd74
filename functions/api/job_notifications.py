"""The routes below /jobs/…/notifications: what became of them, and sending them again. No decisions here."""

from __future__ import annotations

from stepcoder.api.paths import whole_number
from stepcoder.api.resolver import Answer, Api
from stepcoder.dialects.zencoder.notifications import delivery_log
from stepcoder.notifications import resending
from stepcoder.notifications.targets import shown


def add_routes(app: Api) -> None:
    """Add them to the API function of jobs."""

    @app.read("/jobs/<job_id>/notifications")
    def log(job_id: str) -> Answer:
        return app.answer(delivery_log(resending.notifications_of(app.caller(), whole_number(job_id)), shown))

    @app.route("/jobs/<job_id>/notifications/resend", method=["PUT", "POST"])
    def resend_all(job_id: str) -> Answer:
        resending.resend_all(app.owner(), whole_number(job_id))
        return app.no_content()

    @app.route("/jobs/<job_id>/notifications/<event_id>/resend", method=["PUT", "POST"])
    def resend(job_id: str, event_id: str) -> Answer:
        resending.resend(app.owner(), whole_number(job_id), event_id)
        return app.no_content()
