"""From a Zencoder body to the job model. Single settings are read by request/, in Zencoder's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stepcoder.request.model import JobRequest


def job_request(body: Mapping[str, Any], version: str = "v2") -> tuple[JobRequest, tuple[str, ...]]:
    """The job a body asks for, and a sentence for everything in it that has no effect.

    Raises InvalidRequest with a sentence for each problem.
    """
    # Hundreds of settings as models: only the call that creates a job should pay for them.
    from stepcoder.request.model import JobRequest
    from stepcoder.request.warnings import warnings

    request, ignored = JobRequest.read(body, version)
    return request, warnings(request, ignored)
