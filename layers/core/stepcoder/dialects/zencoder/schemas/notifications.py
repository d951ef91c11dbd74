"""Schemas of notifications: what is posted, what the fetcher gets, the log (zencoder-api 2.10, 4.3).

Their documents are made by stepcoder.notifications.payloads and ../notifications.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from stepcoder.dialects.zencoder.schemas.media import FACTS, FAILURE, FALLBACK
from stepcoder.dialects.zencoder.schemas.shapes import (
    COUNT,
    ID,
    TEXT,
    TIME,
    YES_NO,
    Schema,
    hash_of,
    list_of,
    named,
    one_of,
    or_null,
    told,
)
from stepcoder.states import INPUT_STATES, JOB_STATES, OUTPUT_STATES

_FAILURE = {name: schema for name, schema in FAILURE.items() if name != "error_class"}
_STATE_OF_JOB = one_of(JOB_STATES)
_SAID_OF_A_JOB: Mapping[str, Schema] = {
    "job": named("NotifiedJob"),
    "input": named("NotifiedInput"),
    "outputs": list_of(named("NotifiedOutput")),
}
_SAID_OF_AN_OUTPUT: Mapping[str, Schema] = {
    "job": told(
        named("NotifiedJob"), "its state may lag behind: only the notification of the job says that it is over"
    ),
    "input": named("NotifiedInput"),
    "output": named("NotifiedOutput"),
}
_SAID_IN_V1: Mapping[str, Schema] = {
    "job": hash_of({"id": ID, "state": _STATE_OF_JOB, "test": YES_NO}),
    "output": hash_of({"id": ID, "label": or_null(TEXT), "url": TEXT, "state": one_of(OUTPUT_STATES)}),
}
_FORMAT: Mapping[str, Schema] = {"format": one_of(("json", "xml"), "how the target wants it")}

NOTIFICATIONS: Mapping[str, Schema] = {
    "NotifiedJob": hash_of(
        {
            "id": ID,
            "state": _STATE_OF_JOB,
            "pass_through": or_null(TEXT),
            "test": YES_NO,
            "created_at": TIME,
            "submitted_at": TIME,
            "updated_at": TIME,
        }
    ),
    "NotifiedInput": hash_of({"id": ID, "state": one_of(INPUT_STATES), **FACTS, **_FAILURE}, optional=_FAILURE),
    "NotifiedOutput": hash_of(
        {
            "id": ID,
            "label": or_null(TEXT),
            "state": one_of(OUTPUT_STATES),
            "url": TEXT,
            **FACTS,
            "thumbnails": list_of(named("ThumbnailSet")),
            **_FAILURE,
            **FALLBACK,
        },
        optional={**_FAILURE, **FALLBACK},
    ),
    "JobNotification": hash_of(_SAID_OF_A_JOB, "Posted to the job's targets when the job is over."),
    "OutputNotification": hash_of(_SAID_OF_AN_OUTPUT, "Posted to an output's targets when the output is over."),
    "V1OutputNotification": hash_of(_SAID_IN_V1, "The same, of a job that was made through version 1."),
    "FetchedNotifications": hash_of(
        {
            "notifications": list_of(
                {
                    "anyOf": [
                        hash_of({**_SAID_OF_A_JOB, **_FORMAT}),
                        hash_of({**_SAID_OF_AN_OUTPUT, **_FORMAT}),
                        hash_of({**_SAID_IN_V1, **_FORMAT}),
                    ]
                },
                "oldest first",
            ),
            "sent_at": told(TIME, "the next question's `since`"),
        }
    ),
    "Delivery": hash_of(
        {
            "id": TEXT,
            "event": one_of(("job", "output")),
            "target": told(TEXT, "without its password"),
            "format": one_of(("json", "xml", "text")),
            "state": one_of(
                ("pending", "kept", "delivered", "gone", "refused", "given_up"),
                "kept: for the fetcher, sent to nobody; gone: the target answered 410; refused: it can't be sent there",
            ),
            "queued_at": TIME,
            "next_attempt_at": or_null(TIME),
            "attempts": list_of(
                hash_of(
                    {
                        "attempted_at": TIME,
                        "status": told(or_null(COUNT), "of the HTTP answer, if there was one"),
                        "reason": or_null(TEXT),
                        "milliseconds": COUNT,
                    }
                )
            ),
        },
        "One notification to one target.",
    ),
    "DeliveryLog": hash_of({"notifications": list_of(named("Delivery"), "oldest first")}),
}
