"""Ending a live job at the customer's wish (zencoder-api 2, row 7). There are no live jobs any more."""

from __future__ import annotations

from typing import NoReturn

from stepcoder.errors import WrongState
from stepcoder.jobs.reading import job_of
from stepcoder.records.model import Account


def finish_live_job(account: Account, job_id: int) -> NoReturn:
    """Raises NotFound, and for every job there is WrongState, in the words clients know (zencoder-api 1.6)."""
    job_of(account, job_id)
    raise WrongState("Only Live streaming jobs can be finished.")
