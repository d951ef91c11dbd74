"""What every route is for, in words: one entry each. A new route needs a new entry here, or the build says so."""

from __future__ import annotations

from scripts.openapi.operation import Operation
from scripts.openapi.operations.accounts import ACCOUNTS
from scripts.openapi.operations.credentials import CREDENTIALS
from scripts.openapi.operations.jobs import JOBS
from scripts.openapi.operations.media import MEDIA
from scripts.openapi.operations.notifications import NOTIFICATIONS
from scripts.openapi.operations.reports import REPORTS

OPERATIONS: tuple[Operation, ...] = (*JOBS, *MEDIA, *ACCOUNTS, *CREDENTIALS, *REPORTS, *NOTIFICATIONS)
