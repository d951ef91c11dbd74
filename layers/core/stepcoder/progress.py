"""How far inputs, outputs and jobs are, in percent, from what was counted (zencoder-api 4.2). Pure.

Weights: an output is 90 % transcoding and 10 % uploading; an input likewise 90 % downloading and 10 % inspecting; a job
is 10 % input and 90 % the mean of its outputs. As long as counts only rise and states only advance, no percentage ever
falls, and none is 100 before its object is terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepcoder.states import TERMINAL_INPUT, TERMINAL_OUTPUT

if TYPE_CHECKING:
    from stepcoder.records.model import Input, Job, Output

_FIRST_EVENT, _SECOND_EVENT = 0.9, 0.1
_INPUT, _OUTPUTS = 0.1, 0.9
_ALMOST = 99.99


@dataclass(frozen=True)
class Progress:
    """What may be shown. Percentages and event are None unless it runs: before and after, only the state is."""

    state: str
    percent: float | None = None  # of the whole object
    event: str | None = None  # Downloading, Inspecting, Transcoding or Uploading
    event_percent: float | None = None  # of the event alone


def input_progress(source: Input) -> Progress:
    if source.state != "processing":
        return Progress(source.state)
    event = source.event or "Downloading"
    return Progress(source.state, _shown(_input_share(source)), event, _rounded(_fraction(source.event_progress, 100)))


def output_progress(output: Output) -> Progress:
    if output.state not in ("processing", "uploading"):
        return Progress(output.state)
    if output.state == "uploading":
        event, done = "Uploading", _fraction(output.upload_done, output.upload_total)
    else:
        event, done = output.event or "Transcoding", _fraction(output.work_done, output.work_total)
    return Progress(output.state, _shown(_output_share(output)), event, _rounded(done))


def job_progress(job: Job, source: Input, outputs: Sequence[Output]) -> Progress:
    """The job's own progress; its input's and outputs' are shown beside it."""
    if job.state != "processing":
        return Progress(job.state)
    mean = sum(_output_share(output) for output in outputs) / len(outputs) if outputs else 0.0
    return Progress(job.state, _shown(_INPUT * _input_share(source) + _OUTPUTS * mean))


def _input_share(source: Input) -> float:
    if source.state in TERMINAL_INPUT:
        return 1.0
    if source.state != "processing":
        return 0.0
    done = _fraction(source.event_progress, 100)
    return _FIRST_EVENT + _SECOND_EVENT * done if source.event == "Inspecting" else _FIRST_EVENT * done


def _output_share(output: Output) -> float:
    if output.state in TERMINAL_OUTPUT:
        return 1.0
    if output.state == "uploading":
        # Transcoding is over, whatever was counted: a lost count must not hold the bar back.
        return _FIRST_EVENT + _SECOND_EVENT * _fraction(output.upload_done, output.upload_total)
    if output.state == "processing":
        return _FIRST_EVENT * _fraction(output.work_done, output.work_total)
    return 0.0


def _fraction(done: float, total: float) -> float:
    return min(1.0, max(0.0, done / total)) if total > 0 else 0.0


def _rounded(share: float) -> float:
    return round(100 * share, 2)


def _shown(share: float) -> float:
    return min(_ALMOST, _rounded(share))
