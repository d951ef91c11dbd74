"""Lambda entry point for /notifications, which the developers' fetcher polls. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder.api.paging import page_of
from stepcoder.api.resolver import Answer, Api
from stepcoder.dialects.zencoder.dialect import Zencoder
from stepcoder.dialects.zencoder.notifications import fetched_notifications
from stepcoder.notifications.fetching import fetch

app = Api(Zencoder())


@app.read("/notifications")
def listing() -> Answer:
    account, page = app.caller(), page_of(app.parameter)
    return app.answer(fetched_notifications(fetch(account, page, app.parameter("since"), app.parameter("since_id"))))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
