"""Package one output and deliver it."""

from __future__ import annotations

from typing import Any

from stepcoder.steps.leftovers import clear_leftovers
from stepcoder.steps.package import package_output


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    clear_leftovers()
    return package_output(event["job_id"], event["output_id"])
