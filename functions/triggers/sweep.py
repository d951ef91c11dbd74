"""Lambda entry point of the schedule: looks after every unfinished job. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder import runtime
from stepcoder.jobs.sweeping import sweep


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    findings = sweep()
    runtime.logger().info("swept", findings=findings)
    return findings
