"""What a first pass leaves: x264's statistics files, their sums, and their way to the second pass."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from stepcoder.plan.bits import Measured
from stepcoder.plan.rendition import VideoRendition
from stepcoder.steps.task_run import TaskRun
from stepcoder.steps.workspace import passlog_name

# One line per frame of x264's statistics: "in:0 out:0 type:I dur:2 cpbdur:2 q:23.00 aq:20.30 tex:1234 mv:56 misc:78 …"
_BITS = re.compile(r"\b(?:tex|mv|misc):(\d+)")


def measure(scratch: Path, rendition: str) -> Measured:
    """Frames and bytes of a first pass, from the statistics x264 wrote."""
    frames, bits = 0, 0
    for path in scratch.glob(f"{rendition}-*.log"):
        for line in path.read_text().splitlines():
            if line.startswith("in:"):
                frames += 1
                bits += sum(int(value) for value in _BITS.findall(line))
    return Measured(frames=frames, size_bytes=bits // 8)


def save_passlogs(run: TaskRun, renditions: Sequence[VideoRendition], chunk: int) -> None:
    """Store the statistics of a chunk's first pass in the work bucket."""
    workspace = run.workspace
    for rendition in renditions:
        for path in run.scratch.glob(f"{rendition.id}-*.log*"):
            name = passlog_name(rendition.id, chunk, path.name)
            workspace.objects.upload_file(path, workspace.bucket, workspace.key(name))


def load_passlogs(run: TaskRun, renditions: Sequence[VideoRendition], chunk: int) -> None:
    """Bring the statistics of a chunk's first pass into the scratch directory."""
    workspace = run.workspace
    for rendition in renditions:
        prefix = workspace.key(passlog_name(rendition.id, chunk, ""))
        for key in workspace.objects.list(workspace.bucket, prefix):
            workspace.objects.download_file(workspace.bucket, key, run.scratch / key.removeprefix(prefix))
