"""The pictures of a job's watermarks: each fetched once, read, and stored where the workers look.

What is decided about them is plan/watermarks.py; how workers get them, overlays.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from stepcoder import runtime
from stepcoder.errors import InputError
from stepcoder.net import redact
from stepcoder.plan.assets import Images, Picture, Unusable
from stepcoder.plan.planner import OutputWish
from stepcoder.steps.named_files import NamedFiles
from stepcoder.steps.workspace import Workspace, watermark_name

_MOST_BYTES = 20_000_000


def fetch_pictures(wanted: Sequence[OutputWish], files: NamedFiles, workspace: Workspace) -> Images:
    """Every picture that an output with video asks for, by URL, once. Raises TryAgain."""
    asked = [mark.url for wish in wanted if not wish.wishes.skip_video for mark in wish.wishes.watermarks]
    return {url: _picture(url, files, workspace) for url in dict.fromkeys(asked)}


def _picture(url: str, files: NamedFiles, workspace: Workspace) -> Picture | Unusable:
    # Loaded here: PyAV is in this step's layer only.
    from stepcoder.probe.pictures import read_picture

    try:
        still = read_picture(files.fetch(url, _MOST_BYTES), redact(url))
    except InputError as error:
        runtime.logger().warning(
            "watermark unusable", job_id=workspace.job_id, error_class=error.error_class, reason=error.message
        )
        return Unusable(error_class=error.error_class, message=f"A watermark can't be had: {error.message}")
    # By what it holds: the same picture at two addresses is one, and renditions with it are alike.
    name = watermark_name(hashlib.sha256(still.png).hexdigest()[:32])
    workspace.objects.put(workspace.bucket, workspace.key(name), still.png, "image/png")
    return Picture(name=name, width=still.width, height=still.height)
