"""Job documents: created, details, list (zencoder-api 2.1–2.3). Rendering only: no storage, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stepcoder.dialects.zencoder.media import flat_thumbnails, input_media_file, output_media_file
from stepcoder.states import TERMINAL_JOB

if TYPE_CHECKING:
    from stepcoder.jobs.creation import CreatedJob
    from stepcoder.jobs.reading import WholeJob

Document = dict[str, Any]


def created_job(created: CreatedJob) -> Document:
    """The answer to POST /jobs. `test` is there only when true."""
    outputs = [{"id": output.id, "label": output.label, "url": output.url} for output in created.outputs]
    test = {"test": True} if created.test else {}
    return {**test, "id": created.id, "outputs": outputs}


def job_details(whole: WholeJob) -> Document:
    """The answer to GET /jobs/:id, and one element of the list."""
    job = whole.job
    # Empty until the job is complete (2.2): a set may still be growing.
    complete = whole.outputs if job.state in TERMINAL_JOB else ()
    return {
        "job": {
            "created_at": job.created_at,
            "submitted_at": job.submitted_at,
            "updated_at": job.updated_at,
            "finished_at": job.finished_at,
            "id": job.id,
            "pass_through": job.pass_through,
            "privacy": job.private,
            "state": job.state,
            "test": job.test,
            "input_media_file": input_media_file(whole.input),
            "output_media_files": [output_media_file(output) for output in whole.outputs],
            "thumbnails": [still for output in complete for still in flat_thumbnails(output)],
            # An extension: what of the request had no effect.
            "warnings": job.warnings,
        }
    }
