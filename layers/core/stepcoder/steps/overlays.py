"""The pictures of watermarks as a worker needs them: files. How they came into the workspace: watermarks.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from stepcoder.plan.rendition import VideoRendition
from stepcoder.steps.workspace import Workspace


def download_pictures(renditions: Sequence[VideoRendition], workspace: Workspace, scratch: Path) -> Mapping[str, Path]:
    """The renditions' pictures as files in `scratch`, by their names in the workspace."""
    names = {overlay.image for rendition in renditions for overlay in rendition.watermarks}
    files = {name: scratch / Path(name).name for name in sorted(names)}
    for name, path in files.items():
        workspace.objects.download_file(workspace.bucket, workspace.key(name), path)
    return files
