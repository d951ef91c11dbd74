"""The bodies of notifications as Zencoder's clients expect them (zencoder-api 4.3), or the dialect's that made the job.

Rendering only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stepcoder.dialects.videosdk.jobs import job_document
from stepcoder.dialects.zencoder.media import DETAIL_FACTS, backup, facts_of, failure, grouped_thumbnails

if TYPE_CHECKING:
    from stepcoder.records.model import Input, Job, Output

Document = dict[str, Any]


def job_payload(job: Job, source: Input, outputs: Sequence[Output]) -> Document:
    """What the job's own targets are told when it has ended."""
    return {"job": _job(job), "input": _input(source), "outputs": [_output(output) for output in outputs]}


def encoder_payload(job: Job, source: Input, outputs: Sequence[Output]) -> Document:
    """The same of a job made through VideoSDK's API: what its own details say (videosdk-encoder-api 9)."""
    base = str(job.wire["base"])
    return job_document(job, source, outputs, lambda key: f"{base}/{key}")


def output_payload(job: Job, source: Input, output: Output) -> Document:
    """What an output's targets are told when it has ended. The job's state in it may lag behind."""
    return {"job": _job(job), "input": _input(source), "output": _output(output)}


def minimal_output_payload(job: Job, output: Output) -> Document:
    """What an output's targets are told of a job made through version 1 of the API (1.9)."""
    told = {"id": output.id, "label": output.label, "url": output.url, "state": output.state}
    return {"job": {"id": job.id, "state": job.state, "test": job.test}, "output": told}


def _job(job: Job) -> Document:
    return {
        "id": job.id,
        "state": job.state,
        "pass_through": job.pass_through,
        "test": job.test,
        "created_at": job.created_at,
        "submitted_at": job.submitted_at,
        "updated_at": job.updated_at,
    }


def _input(source: Input) -> Document:
    # Without the URL: it may hold credentials that a webhook's receiver should not see.
    return {"id": source.id, "state": source.state, **facts_of(source, DETAIL_FACTS), **_failure(source)}


def _output(output: Output) -> Document:
    return {
        "id": output.id,
        "label": output.label,
        "state": output.state,
        "url": output.url,
        **facts_of(output, DETAIL_FACTS),
        "thumbnails": grouped_thumbnails(output),
        **_failure(output),
        **backup(output),
    }


def _failure(medium: Input | Output) -> Document:
    """The two members of 4.3. The class is not one of them: it is the last segment of the link."""
    return {name: value for name, value in failure(medium).items() if name != "error_class"}
