"""What can be told of a job, and what each message about it is called. Names only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stepcoder.notifications.targets import channel_of
from stepcoder.records.model import Job, Output


def job_event(job: Job) -> str:
    """The end of the job's present attempt, as the ledger calls it."""
    return _named("job", job.attempt)


def output_event(output: Output) -> str:
    """The end of an output, in the attempt that last worked on it."""
    return _named(f"output-{output.id}", output.attempt)


def event_id(job_id: int, event: str, position: int) -> str:
    """A message's name: what happened and which of its targets is told. The same whenever it is sent again."""
    return f"msg_{job_id}_{event}_{position}"


def outputs_told(outputs: Sequence[Output]) -> list[str]:
    """The messages about how these outputs ended, without those kept for a fetcher."""
    return [
        event_id(output.job_id, output_event(output), position)
        for output in outputs
        for position, target in enumerate(output.notifications)
        if channel_of(target["url"]) != "fetcher"
    ]


def every_message(job: Job, outputs: Sequence[Output]) -> Iterator[str]:
    """The names of all messages there can be about a job, in all its attempts; not all of them need to exist."""
    for attempt in range(job.attempt + 1):
        for output in outputs:
            for position in range(len(output.notifications)):
                yield event_id(job.id, _named(f"output-{output.id}", attempt), position)
        for position in range(len(job.notifications)):
            yield event_id(job.id, _named("job", attempt), position)


def _named(what: str, attempt: int) -> str:
    """A later attempt's end is news of its own (zencoder-api 2.4)."""
    return f"{what}-{attempt}" if attempt else what
