"""Progress documents (zencoder-api 2.6, 2.7). The percentages are worked out in stepcoder.progress; rendering only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stepcoder import progress
from stepcoder.progress import Progress

if TYPE_CHECKING:
    from stepcoder.jobs.reading import WholeJob
    from stepcoder.records.model import Input, Output

Document = dict[str, Any]


def input_progress(source: Input) -> Document:
    """The answer to GET /inputs/:id/progress."""
    return _document(progress.input_progress(source))


def output_progress(output: Output) -> Document:
    """The answer to GET /outputs/:id/progress."""
    return _document(progress.output_progress(output))


def job_progress(whole: WholeJob) -> Document:
    """The answer to GET /jobs/:id/progress."""
    job = progress.job_progress(whole.job, whole.input, whole.outputs)
    return {
        **_document(job),
        "input": {"id": whole.input.id, **input_progress(whole.input)},
        "outputs": [{"id": output.id, **output_progress(output)} for output in whole.outputs],
    }


def _document(shown: Progress) -> Document:
    """State only, unless something runs: numbers are left out before and after, not null (4.2)."""
    members = {
        "state": shown.state,
        "current_event": shown.event,
        "current_event_progress": shown.event_percent,
        "progress": shown.percent,
    }
    return {name: value for name, value in members.items() if value is not None}
