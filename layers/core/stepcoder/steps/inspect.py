"""Inspect: find out what the source is, plan the job, write the plan where the workers look."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from stepcoder.credentials.opening_settings import opened_request
from stepcoder.errors import Cancelled, InputError, OutputError
from stepcoder.media import MediaInfo
from stepcoder.media_facts import facts
from stepcoder.plan.assets import Assets
from stepcoder.plan.model import Plan, SourceFile
from stepcoder.plan.planner import plan_job
from stepcoder.records.model import Job
from stepcoder.records.store import Records, records
from stepcoder.sources.file import SourceFile as OpenFile
from stepcoder.steps.captions import fetch_captions
from stepcoder.steps.failing import fail_output, refuse_input, skip_output
from stepcoder.steps.fetching import StillFetching
from stepcoder.steps.input_file import readable_source, wishes_of
from stepcoder.steps.named_files import NamedFiles
from stepcoder.steps.wanted import capacity, wanted_outputs
from stepcoder.steps.watermarks import fetch_pictures
from stepcoder.steps.workspace import Workspace

Outcome = dict[str, Any]

# A worker whose time is up must still stop its readers, ask S3 what arrived, and answer.
_SECONDS_TO_END = 60.0


def inspect_input(job_id: int, attempt: int, seconds_left: float | None = None) -> Outcome:
    """Outcome planned (with the waves), failed (the input is recorded as unusable), stopped (the job is over) or
    fetching (the source is still being copied: call again).

    `seconds_left`: how long this worker will live, None for as long as it takes. A repeat finds the plan and answers
    alike. Raises TryAgain where the network or AWS had a moment.
    """
    deadline = None if seconds_left is None else time.monotonic() + seconds_left - _SECONDS_TO_END
    workspace, store = Workspace(job_id), records()
    job = store.job(job_id)
    if not store.move_job(job_id, "processing", attempt=attempt) and not _under_way(store.job(job_id), attempt):
        return _outcome(job_id, "stopped")
    if (plan := _earlier_plan(workspace, attempt)) is not None:
        return _planned(workspace, store, plan)
    try:
        source, media = _look_at(job, store, workspace, deadline)
    except Cancelled:
        return _outcome(job_id, "stopped")
    except StillFetching:
        return _outcome(job_id, "fetching")
    except InputError as error:
        refuse_input(store, job, error)
        return _outcome(job_id, "failed")
    wanted = wanted_outputs(store, job)
    files = NamedFiles(job.account_id)
    assets = Assets(
        images=fetch_pictures(wanted, files, workspace) if media.video else {},
        captions=fetch_captions(wanted, files, workspace),
    )
    plan = plan_job(job_id, source, media, wanted, capacity(), assets)
    plan = plan.model_copy(update={"attempt": attempt})
    workspace.save_plan(plan)
    return _planned(workspace, store, plan)


def _under_way(job: Job, attempt: int) -> bool:
    return job.state == "processing" and job.attempt == attempt


def _earlier_plan(workspace: Workspace, attempt: int) -> Plan | None:
    """What an earlier run of this step planned. An earlier attempt's plan goes, with all that was made by it."""
    if not workspace.has("plan.json"):
        return None
    plan = workspace.plan()
    if plan.attempt != attempt:
        workspace.clear()
        return None
    return plan


def _outcome(job_id: int, outcome: str, waves: list[dict[str, Any]] | None = None) -> Outcome:
    return {"job_id": job_id, "outcome": outcome, "waves": waves or []}


def _look_at(job: Job, store: Records, workspace: Workspace, deadline: float | None) -> tuple[SourceFile, MediaInfo]:
    # Loaded here: PyAV is in this step's layer only.
    from stepcoder.probe import probe

    given = store.input(job.input_id)
    store.move_input(given.id, "processing", event="Downloading")
    wishes = wishes_of(opened_request(store.request(job.id), job.account_id, job.id))
    source, opened = readable_source(given, wishes, workspace, job.attempt, _downloading(store, given.id), deadline)
    if not store.set_input_progress(given.id, "Inspecting", 0):
        raise Cancelled(f"Job {job.id} was cancelled.")
    media = probe(OpenFile(opened), size=opened.size)
    found = {**facts(media), "md5_checksum": wishes.expected_md5}
    if not store.move_input(given.id, "finished", facts=found) and store.input(given.id).state != "finished":
        raise Cancelled(f"Job {job.id} was cancelled.")
    return source, media


def _downloading(store: Records, input_id: int) -> Callable[[float], bool]:
    """Told which share is read, in percent; says whether to go on."""
    return lambda percent: store.set_input_progress(input_id, "Downloading", min(99.0, percent))


def _planned(workspace: Workspace, store: Records, plan: Plan) -> Outcome:
    store.add_warnings(plan.job_id, plan.warnings)
    for output_id in plan.skipped:
        skip_output(store, output_id)
    for rejection in plan.rejections:
        fail_output(store, rejection.output_id, OutputError(rejection.error_class, rejection.message))
    for output_id, total in _work(plan).items():
        store.set_output_totals(output_id, total)
        store.move_output(output_id, "queued")
    return _outcome(plan.job_id, "planned", [workspace.write_tasks(wave) for wave in plan.waves])


def _work(plan: Plan) -> dict[int, int]:
    """The sum of the weights of each output's tasks."""
    totals = {output.output_id: 0 for output in plan.outputs}
    for wave in plan.waves:
        for task in (*wave.analysis, *wave.tasks):
            for output_id in task.output_ids:
                totals[output_id] += task.weight
    return totals
