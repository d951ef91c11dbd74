"""What a master playlist says of an output that is one of its streams, kept on the output's record.

Kept there, because the playlist may be made by a later attempt, when plan and results of the earlier one are gone.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from stepcoder.plan.model import OutputPlan, Plan


def variant_of(plan: Plan, output: OutputPlan, result: dict[str, Any]) -> dict[str, Any]:
    """`peak_bps`, `average_bps`, `codecs`; with video also `resolution` ("1280x720") and `frame_rate` ("24000/1001");
    with segments `tar_bytes`, what its files take in a tar.

    `result` is what packaging the output left. A playlist or captions are nobody's stream: an empty dict.
    """
    if not output.has_media:
        return {}
    packed = {"tar_bytes": result["tar_bytes"]} if "tar_bytes" in result else {}
    return {**_rates(result), **_picture(plan, output.video), **packed}


def _rates(result: dict[str, Any]) -> dict[str, Any]:
    codecs = {"codecs": result.get("codecs")}
    if "peak_bps" in result:
        return {"peak_bps": int(result["peak_bps"]), "average_bps": result.get("average_bps"), **codecs}
    seconds = Fraction(result["duration"])
    rate = round(Fraction(result["size_bytes"] * 8) / seconds) if seconds else 0
    return {"peak_bps": rate, "average_bps": rate, **codecs}


def _picture(plan: Plan, video: str | None) -> dict[str, Any]:
    if video is None:
        return {}
    frame = plan.rendition(video).geometry.frame
    rate = plan.ladder_of(video).timeline.frame_rate
    return {"resolution": f"{frame.width}x{frame.height}", "frame_rate": str(rate)}
