"""Inspect: find out what the source is, plan the job, write the plan where the workers look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stepcoder.aws.objects import Objects
from stepcoder.errors import Cancelled, InputError, OutputError
from stepcoder.media import MediaInfo
from stepcoder.media_facts import facts
from stepcoder.plan.model import Plan, SourceFile
from stepcoder.plan.planner import plan_job
from stepcoder.records.model import Input, Job
from stepcoder.records.store import Records, records
from stepcoder.sources import RangedSource, refuse_non_media
from stepcoder.sources.file import SourceFile as OpenFile
from stepcoder.sources.staging import stage, verify_checksum
from stepcoder.steps.failing import fail_output, refuse_input
from stepcoder.steps.opening import open_input, open_planned
from stepcoder.steps.wanted import capacity, wanted_outputs
from stepcoder.steps.workspace import Workspace

Outcome = dict[str, Any]


def inspect_input(job_id: int, attempt: int) -> Outcome:
    """Outcome planned (with the waves), failed (the input is recorded as unusable) or stopped (the job is over).

    A repeat finds the plan and answers alike. Raises TryAgain where the network or AWS had a moment.
    """
    workspace, store = Workspace(job_id), records()
    job = store.job(job_id)
    if not store.move_job(job_id, "processing", attempt=attempt) and not _under_way(store.job(job_id), attempt):
        return _outcome(job_id, "stopped")
    if (plan := _earlier_plan(workspace, attempt)) is not None:
        return _planned(workspace, store, plan)
    try:
        source, media = _look_at(job, store, workspace)
    except Cancelled:
        return _outcome(job_id, "stopped")
    except InputError as error:
        refuse_input(store, job, error)
        return _outcome(job_id, "failed")
    plan = plan_job(job_id, source, media, wanted_outputs(store, job), capacity())
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


def _look_at(job: Job, store: Records, workspace: Workspace) -> tuple[SourceFile, MediaInfo]:
    # Loaded here: PyAV is in this step's layer only.
    from stepcoder.probe import probe

    given = store.input(job.input_id)
    store.move_input(given.id, "processing", event="Downloading")
    opened = open_input(given)
    refuse_non_media(opened)
    source = SourceFile(
        url=given.url,
        size_bytes=opened.size,
        etag=opened.etag,
        account_id=given.account_id,
        credentials=given.credentials,
    )
    expected_md5 = store.request(job.id).get("expected_md5_checksum")
    if not opened.supports_ranges:
        source = _stage(opened, given, store, workspace, expected_md5)
        opened = open_planned(source)
    elif expected_md5:
        verify_checksum(opened, expected_md5, _downloading(opened, given, store))
    if not store.set_input_progress(given.id, "Inspecting", 0):
        raise Cancelled(f"Job {job.id} was cancelled.")
    media = probe(OpenFile(opened), size=opened.size)
    found = {**facts(media), "md5_checksum": expected_md5}
    if not store.move_input(given.id, "finished", facts=found) and store.input(given.id).state != "finished":
        raise Cancelled(f"Job {job.id} was cancelled.")
    return source, media


def _downloading(opened: RangedSource, given: Input, store: Records) -> Callable[[int], bool]:
    """Told how many bytes are read, says whether to go on."""

    def on_progress(done: int) -> bool:
        share = 100 * done / opened.size if opened.size > 0 else 0.0
        return store.set_input_progress(given.id, "Downloading", min(99.0, share))

    return on_progress


def _stage(
    opened: RangedSource, given: Input, store: Records, workspace: Workspace, expected_md5: str | None
) -> SourceFile:
    """Copy a source that can't be read in ranges into the work bucket: every chunk needs its own place in it."""
    key = workspace.key("source")
    on_progress = _downloading(opened, given, store)
    stage(opened, workspace.objects, workspace.bucket, key, on_progress, expected_md5=expected_md5)
    found = Objects().head(workspace.bucket, key)
    assert found is not None  # noqa: S101 - just written
    return SourceFile(url=workspace.url("source"), size_bytes=found[0], etag=found[1])


def _planned(workspace: Workspace, store: Records, plan: Plan) -> Outcome:
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
