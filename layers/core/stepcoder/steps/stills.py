"""One set of thumbnails: take the frames, check their number, store the pictures."""

from __future__ import annotations

from stepcoder.commands.source import PRE_ROLLS
from stepcoder.commands.stills import runs
from stepcoder.commands.stills import take_stills as take_stills_command
from stepcoder.errors import OutputError
from stepcoder.plan.model import ThumbnailSet
from stepcoder.steps.task_run import TaskRun
from stepcoder.steps.workspace import Result, still_name


def take_stills(run: TaskRun) -> Result:
    """The set's result: the stored pictures in order, each with its size in bytes."""
    stills = run.plan.thumbnail_set(run.task.target)
    pictures: list[Result] = []
    for frames in runs(stills.timeline, stills.frames):
        for path in _take(run, stills, frames):
            name = still_name(stills.id, len(pictures), stills.format)
            size = run.workspace.objects.upload_file(path, run.workspace.bucket, run.workspace.key(name))
            pictures.append({"name": name, "size_bytes": size})
            path.unlink()
        run.count(run.task.weight * len(pictures) // len(stills.frames))
    return {"pictures": pictures}


def _take(run: TaskRun, stills: ThumbnailSet, frames: tuple[int, ...]) -> list:  # type: ignore[type-arg]
    pattern = run.scratch / f"still-%05d.{stills.format}"
    for pre_roll in PRE_ROLLS:
        argv = take_stills_command(
            run.source_url,
            stills.timeline,
            frames,
            stills.geometries,
            stills.format,
            pattern,
            pre_roll=pre_roll,
            deinterlace=stills.deinterlace,
            blurred=stills.filter == "blur",
        )
        run.ffmpeg(argv, lambda _: 0)
        paths = sorted(run.scratch.glob(f"still-*.{stills.format}"))
        if len(paths) == len(frames):
            return paths
    # Where the film ends earlier than its headers say, the last stills don't exist; the others do.
    if paths:
        return paths
    raise OutputError("ThumbnailError", "No picture could be taken at the times asked for: the source ends earlier.")
