"""Finish: settle the job's state from its outputs', leave nothing of failed ones behind, clear the work objects."""

from __future__ import annotations

from stepcoder.jobs.ending import fail_unfinished, finish_job
from stepcoder.records.store import records
from stepcoder.steps.copy_state import abandon
from stepcoder.steps.withdrawal import withdraw
from stepcoder.steps.workspace import Workspace


def finish(job_id: int, attempt: int) -> dict[str, str]:
    """Every output that is still open by now has been lost on the way, and fails; returns the job's state.

    A job that was resubmitted meanwhile keeps its state; only what the attempt left behind is cleared.
    """
    store, workspace = records(), Workspace(job_id)
    if not finish_job(job_id, attempt):
        fail_unfinished(job_id, attempt)
    job = store.job(job_id)
    for output in store.outputs(job):
        if output.state != "finished":
            withdraw(workspace, output.id)
    abandon(workspace)
    workspace.clear()
    return {"state": store.job(job_id).state}
