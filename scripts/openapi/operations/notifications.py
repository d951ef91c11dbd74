"""Entries of /notifications and /jobs/:id/notifications."""

from __future__ import annotations

from scripts.openapi.operation import Operation, Query
from scripts.openapi.parameters import PAGES
from stepcoder.dialects.zencoder.schemas.shapes import ID, TIME

NOTIFICATIONS: tuple[Operation, ...] = (
    Operation(
        id="fetchNotifications",
        method="GET",
        path="/notifications",
        tag="Notifications",
        summary="Notifications kept for the fetcher",
        description="Those of jobs whose target is on the host `zencoderfetcher`; a tool polls and replays them.",
        answer="FetchedNotifications",
        queries=(
            *PAGES,
            Query("since", "Only newer ones: the `sent_at` of the answer before.", TIME),
            Query("since_id", "Only of jobs created after this one.", ID),
        ),
        refusals={422: "page, per_page, since, since_id or callback is wrong."},
    ),
    Operation(
        id="getDeliveryLog",
        method="GET",
        path="/jobs/{job_id}/notifications",
        tag="Notifications",
        summary="What became of a job's notifications",
        answer="DeliveryLog",
        extension=True,
    ),
    Operation(
        id="resendNotifications",
        method="PUT",
        also=("POST",),
        path="/jobs/{job_id}/notifications/resend",
        tag="Notifications",
        summary="Send a job's notifications again",
        description="Except for those that are still being delivered, and those kept for the fetcher.",
        status=204,
        refusals={409: "One is too old: what it said is no longer kept."},
        extension=True,
    ),
    Operation(
        id="resendNotification",
        method="PUT",
        also=("POST",),
        path="/jobs/{job_id}/notifications/{event_id}/resend",
        tag="Notifications",
        summary="Send one notification again",
        description="The same bytes, with 20 fresh attempts.",
        status=204,
        refusals={409: "It is still being delivered, kept for the fetcher, or too old."},
        extension=True,
    ),
)
