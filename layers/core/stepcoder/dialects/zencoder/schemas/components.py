"""All schemas of the dialect by their names. What they say is in the files beside this one."""

from __future__ import annotations

from collections.abc import Mapping

from stepcoder.dialects.zencoder.schemas.accounts import ACCOUNT_REQUESTS, ACCOUNTS
from stepcoder.dialects.zencoder.schemas.jobs import JOBS
from stepcoder.dialects.zencoder.schemas.media import MEDIA
from stepcoder.dialects.zencoder.schemas.notifications import NOTIFICATIONS
from stepcoder.dialects.zencoder.schemas.progress import PROGRESS
from stepcoder.dialects.zencoder.schemas.reports import REPORTS
from stepcoder.dialects.zencoder.schemas.shapes import TEXT, Schema, hash_of, list_of

_ERRORS: Mapping[str, Schema] = {
    "Errors": hash_of(
        {"errors": {**list_of(TEXT, "sentences that say what is wrong"), "minItems": 1}},
        "Without codes or pointers to members: sentences name the member themselves.",
    )
}

ANSWERS: Mapping[str, Schema] = {**JOBS, **MEDIA, **PROGRESS, **ACCOUNTS, **REPORTS, **NOTIFICATIONS, **_ERRORS}
REQUESTS: Mapping[str, Schema] = {**ACCOUNT_REQUESTS}
