"""Share out a requested bitrate over the chunks of a wave."""

from __future__ import annotations

from typing import Any

from stepcoder.steps.bits import share_bits


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return share_bits(event["job_id"])
