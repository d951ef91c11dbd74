"""Deleting files, uploaded or made (videosdk-encoder-api 8, F5): never under a job that is not over."""

from __future__ import annotations

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.dialects.videosdk.files import MadeFile
from stepcoder.errors import TryAgain, WrongState
from stepcoder.jobs.reading import WholeJob
from stepcoder.records.model import File
from stepcoder.records.store import records
from stepcoder.states import TERMINAL_JOB


def delete_upload(file: File) -> None:
    """Raises WrongState while a job that was made of it is not over."""
    store = records()
    paths = store.jobs_by_id(file.users)
    busy = [job.id for job in paths.values() if job.state not in TERMINAL_JOB]
    if busy:
        raise WrongState(f"The file is the source of {len(busy)} job(s) that are queued or processing.")
    if not store.delete_file(file):
        raise TryAgain("The file is being changed by others just now.")
    Objects().delete(runtime.settings().upload_bucket, file.key)


def delete_made(whole: WholeJob, made: MadeFile) -> None:
    """The file goes, and its entry in the job. Raises WrongState while the job is not over, or where it isn't ours."""
    if whole.job.state not in TERMINAL_JOB:
        raise WrongState(f"The file belongs to a job that is {whole.job.state}.")
    if made.key is None or made.output.fallback.get("upload"):
        raise WrongState("The file was delivered to a place of its own: delete it there.")
    bucket = runtime.settings().output_bucket
    if made.key.endswith("/"):
        Objects().delete_prefix(bucket, made.key)
    else:
        Objects().delete(bucket, made.key)
    records().remove_file(made.output, made.position)
