"""Copying a source into the work bucket, over as many runs of the step as it takes. How bytes are read is sources/.

A Lambda function lives 15 minutes, and some files take longer. What has to be known from one run to the next is in
copy_state.py; a run that was killed loses nothing but the parts that were on their way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from stepcoder.aws.parts import PartedUpload, UploadGone
from stepcoder.errors import Cancelled, InputError, StepcoderError, TryAgain
from stepcoder.plan.model import SourceFile
from stepcoder.sources import RangedSource, failures
from stepcoder.sources.parts import Division, fetch_parts
from stepcoder.sources.staging import stage, verify_checksum
from stepcoder.steps.copy_state import COPY, CopyState, abandon, forget, remember, remembered, upload_of
from stepcoder.steps.opening import open_planned
from stepcoder.steps.workspace import Workspace


class StillFetching(StepcoderError):
    """This run's time is up, but it got further: the next one goes on."""


class _OutOfTime(StepcoderError):
    pass


@dataclass(frozen=True)
class Fetching:
    """What one run of the step knows: whose copy, how much time, and what the job asked of its input.

    `deadline` is a time.monotonic() after which nothing new is begun, or None. `on_progress(bytes so far)` says whether
    to go on. `as_sent` turns the copy's bytes into those of the source, where they differ.
    """

    workspace: Workspace
    attempt: int
    on_progress: Callable[[int], bool]
    deadline: float | None = None
    connections: int = 5
    expected_md5: str | None = None
    as_sent: Callable[[Iterator[bytes]], Iterator[bytes]] = iter

    def watch(self, done: int) -> bool:
        """For whoever reads: every second. Raises _OutOfTime."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise _OutOfTime
        return self.on_progress(done)


def copy_source(source: RangedSource, run: Fetching) -> SourceFile:
    """The copy in the work bucket, whole and with the right checksum. A repeat goes on where the last run ended.

    Raises InputError (DownloadTimeoutError for a run without progress, and for a source that is sent as a whole only
    and takes longer than a run; ChecksumMismatchError; a file that changed since the first run; what the source
    raises), StillFetching, Cancelled, TryAgain.
    """
    begun = _begin(source, run)
    moved = not begun.copied
    if moved:
        with _in_time(source, run):
            _copy(source, begun, run)
        remember(run.workspace, replace(begun, copied=True))
    copy = _copied(run)
    check_source(open_planned(copy), run, name=source.url, moved=moved)
    if moved and _is_late(run):
        raise StillFetching  # what follows deserves a whole run
    return copy


def _begin(source: RangedSource, run: Fetching) -> CopyState:
    earlier = remembered(run.workspace)
    if earlier is not None and earlier.attempt == run.attempt:
        same = (source.etag, source.size) == (earlier.etag, earlier.size)
        if earlier.upload_id and not same:
            raise failures.changed(source.url)
        # Without a version to tell by, a file that was sent as a whole may be another one now.
        if same and (source.supports_ranges if earlier.upload_id else source.etag):
            return earlier
    abandon(run.workspace)
    begun = CopyState(run.attempt, source.etag, source.size)
    if source.supports_ranges:
        upload = PartedUpload.begin(run.workspace.bucket, run.workspace.key(COPY))
        part_bytes = Division.of(source.size).part_bytes
        begun = replace(begun, upload_id=upload.upload_id, part_bytes=part_bytes)
        remember(run.workspace, begun)
    return begun


def _copy(source: RangedSource, begun: CopyState, run: Fetching) -> None:
    if begun.upload_id is None:
        stage(source, run.workspace.objects, run.workspace.bucket, run.workspace.key(COPY), run.watch)
        return
    try:
        _copy_parts(source, begun, upload_of(run.workspace, begun.upload_id), run)
    except UploadGone:
        # Completed by a run that died before it could say so, or by one that still lives.
        if not run.workspace.has(COPY):
            forget(run.workspace)
            raise TryAgain(f"The copy of {source.url} was given up and has to begin anew.") from None


def _copy_parts(source: RangedSource, begun: CopyState, upload: PartedUpload, run: Fetching) -> None:
    division = Division(begun.size, begun.part_bytes)
    before = upload.stored()
    there = {number for number, part in before.items() if part.size == division.place(number)[1]}
    done = sum(before[number].size for number in there)

    def watch(moved: int) -> None:
        if not run.watch(done + moved):
            raise Cancelled

    missing = [number for number in division.numbers if number not in there]
    try:
        fetch_parts(source, division, missing, upload.put, watch, connections=run.connections)
    except _OutOfTime:
        if len(upload.stored()) > len(before):
            raise StillFetching from None
        raise
    upload.complete(len(division.numbers))


@contextmanager
def _in_time(source: RangedSource, run: Fetching) -> Iterator[None]:
    try:
        yield
    except _OutOfTime:
        if source.supports_ranges:
            sentence = f"The server of {source.url} is too slow: hardly anything came in several minutes."
        else:
            sentence = (
                f"{source.url} could not be copied in the time there is, and its server sends it as a whole only, so"
                " that nothing can be resumed. Put it where parts of files can be asked for (S3, or a web server that"
                " answers range requests)."
            )
        raise InputError("DownloadTimeoutError", sentence) from None


def _copied(run: Fetching) -> SourceFile:
    found = run.workspace.objects.head(run.workspace.bucket, run.workspace.key(COPY))
    if found is None:
        raise TryAgain("The copy of the source is not there yet.")
    return SourceFile(url=run.workspace.url(COPY), size_bytes=found[0], etag=found[1])


def check_source(source: RangedSource, run: Fetching, *, name: str | None = None, moved: bool = False) -> None:
    """Compare the MD5 checksum, if one is expected; `name` is the URL of what `source` is a copy of.

    Raises as copy_source does, StillFetching only if the run has `moved` something already.
    """
    if run.expected_md5 is None:
        return
    shown = name or source.url
    try:
        verify_checksum(source, run.expected_md5, run.watch, name=shown, as_sent=run.as_sent)
    except _OutOfTime:
        if moved:
            raise StillFetching from None
        raise InputError(
            "DownloadTimeoutError",
            f"{shown} is too large for its MD5 checksum to be checked. Leave out expected_md5_checksum.",
        ) from None


def _is_late(run: Fetching) -> bool:
    return run.deadline is not None and time.monotonic() > run.deadline - 60
