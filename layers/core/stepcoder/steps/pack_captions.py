"""Delivers a captions output. Where its file comes from: captions.py."""

from __future__ import annotations

from collections.abc import Mapping

from stepcoder.plan.model import OutputPlan, Plan
from stepcoder.steps.delivery import Delivery
from stepcoder.steps.file_set import FileSet, deliver
from stepcoder.steps.made_file import MadeFile
from stepcoder.steps.workspace import Result

_CONTENT_TYPES: Mapping[str, str] = {
    "webvtt": "text/vtt; charset=utf-8",
    "dfxp": "application/ttml+xml; charset=utf-8",
    "scc": "text/plain; charset=us-ascii",  # there is none of its own
}


def pack_captions(plan: Plan, output: OutputPlan, delivery: Delivery) -> Result:
    """The written file, as it is."""
    workspace = delivery.workspace
    text = workspace.objects.get(workspace.bucket, workspace.key(output.captions or ""))
    file = MadeFile(delivery.name, len(text), _CONTENT_TYPES[output.container], lambda: iter([text]))
    deliver(FileSet(file), [], delivery)
    return {"size_bytes": len(text), "duration": None, "thumbnails": []}
