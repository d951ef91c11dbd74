"""Share out the bits: from all first passes of a wave to each chunk's bitrate, written where the second passes look."""

from __future__ import annotations

from stepcoder.plan.bits import Measured, shares_by_rendition
from stepcoder.plan.model import Ladder, Plan
from stepcoder.steps.workspace import Workspace


def share_bits(job_id: int) -> dict[str, str]:
    """Write bits.json: ladder → rendition → kbps per chunk, or null where constant quality stays under the cap."""
    workspace = Workspace(job_id)
    plan = workspace.plan()
    shares = {ladder.id: _shares(workspace, plan, ladder) for ladder in plan.ladders if ladder.analyse}
    workspace.write_json("bits.json", shares)
    return {"outcome": "done"}


def _shares(workspace: Workspace, plan: Plan, ladder: Ladder) -> dict[str, list[int] | None]:
    results = [workspace.result(f"{ladder.id}-{chunk.index:05d}-analyse") for chunk in ladder.chunks]
    # A lost first pass has failed the outputs already; the others' chunks still get fair shares.
    nothing = Measured(frames=0, size_bytes=0)
    measured = {
        name: [Measured(**result["measured"][name]) if result else nothing for result in results]
        for name in ladder.renditions
    }
    controls = {name: plan.rendition(name).rate_control for name in ladder.renditions}
    return shares_by_rendition(controls, measured, ladder.timeline.frame_rate)
