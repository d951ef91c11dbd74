"""What Stepcoder posts to the targets of a job's notifications, as the document's webhooks."""

from __future__ import annotations

from scripts.openapi.operation import Json
from stepcoder.dialects.zencoder.schemas.shapes import TEXT, named

_HEADERS = {
    "X-Zencoder-Notification-Secret": "The account's notification secret.",
    "webhook-id": "The same for every try of this notification, so duplicates can be told.",
    "webhook-timestamp": "Seconds since 1970, of this try.",
    "webhook-signature": "Signatures by the account's signing secrets (Standard Webhooks).",
}


def webhooks() -> Json:
    """One for jobs, one for outputs."""
    return {
        "jobEnded": {"post": _posted("A job is over", "jobEnded", [named("JobNotification")])},
        "outputEnded": {
            "post": _posted(
                "An output is over", "outputEnded", [named("OutputNotification"), named("V1OutputNotification")]
            )
        },
    }


def _posted(summary: str, operation: str, schemas: list[Json]) -> Json:
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {
        "operationId": operation,
        "tags": ["Notifications"],
        "summary": summary,
        "description": "Redirects are not followed. What is not answered with 2xx is sent again, up to 20 times.",
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": meaning, "schema": TEXT}
            for name, meaning in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema}, "application/xml": {"schema": schema}},
        },
        "responses": {
            "2XX": {"description": "It was taken."},
            "410": {"description": "The target wants no more of these."},
        },
    }
