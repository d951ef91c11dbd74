"""What accounts use: counting finished outputs, the month's minutes, reports. Arithmetic: billing.py. HTTP: functions.

An output counts on the day (UTC) on which it finished, once, however often it is asked for: by the step that finished
it, and by the end of its job for those whose worker died in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stepcoder import runtime
from stepcoder.billing import NOTHING, Amount, UsageLine, amount_of, started_minutes
from stepcoder.errors import InvalidRequest
from stepcoder.records.model import Account, Output
from stepcoder.records.store import records

# Some 250 bytes each in XML; a function's answer holds 6 MB.
MOST_LINES = 10_000


def count_output(output_id: int) -> None:
    """Count an output if it is finished and was not counted yet. Raises TryAgain; then nothing was counted."""
    count_outputs([output_id])


def count_outputs(output_ids: Iterable[int]) -> None:
    """Count those of the outputs that are finished and were not counted yet. One read when there is nothing to do.

    Raises TryAgain; then some may have been counted, which asking again does not count twice.
    """
    store = records()
    for output in store.uncounted_outputs(output_ids):
        amount = _amount(output)
        if amount != NOTHING:
            store.count_usage(output, store.job(output.job_id).grouping, amount)


def minutes_used(account_id: int) -> int:
    """Billable minutes of the calendar month that now is (UTC), a started one as a whole one (zencoder-api 2.8)."""
    month = runtime.now().strftime("%Y-%m")
    return started_minutes(records().usage_of_month(account_id, month).billable)


def report(account: Account, days: Sequence[str], grouping: str | None = None) -> list[UsageLine]:
    """What an account used on these days, by day and then by grouping, outputs without one last.

    With a `grouping` only that one's lines. Raises InvalidRequest when there are too many lines for one answer.
    """
    lines = records().usage(account.id, days, grouping)
    if len(lines) > MOST_LINES:
        raise InvalidRequest(
            f"The report has {len(lines)} lines, from {days[0]} to {days[-1]}: at most {MOST_LINES} are given at once. "
            "Ask for fewer days, or for one grouping."
        )
    return sorted(lines, key=lambda line: (line.day, line.grouping is None, line.grouping or ""))


def _amount(output: Output) -> Amount:
    facts = output.facts
    return amount_of(
        kind=output.kind,
        test=output.test,
        duration_in_ms=facts.get("duration_in_ms") or 0,
        width=facts.get("width"),
        height=facts.get("height"),
    )
