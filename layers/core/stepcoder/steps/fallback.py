"""Delivering to one place after the other until one takes the files (zencoder-api 4.4). V2 only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stepcoder import runtime
from stepcoder.errors import OutputError
from stepcoder.jobs.links import temporary_link
from stepcoder.plan.model import Destination, OutputPlan
from stepcoder.steps.workspace import Result

# Failures of a place. What is wrong with the output itself would be wrong anywhere.
UPLOAD_FAILURES = frozenset(
    {
        "AkamaiNetStorageFileSizeError",
        "InvalidAccessKeyIdError",
        "InvalidFilePathError",
        "InvalidUsernameOrPasswordError",
        "RemoteServerProblemError",
        "S3BucketNotFoundError",
        "TransferInvalidGranteeGroupUrlError",
        "TransferInvalidGranteeIdError",
        "UnexpectedUploadProblemError",
        "UploadAccessDeniedError",
        "UploadFailureError",
        "UploadServerNotFoundError",
        "UploadTimeoutError",
    }
)


def deliver_somewhere(output: OutputPlan, deliver_to: Callable[[OutputPlan], Result]) -> Result:
    """Deliver to the output's destination or its fallbacks; `deliver_to` gets the plan with the place to try.

    The result says in `backup` which place was used instead and why. Raises what the first place failed for when none
    took it, and whatever is no failure of a place.
    """
    failure: OutputError | None = None
    for chosen in (output.destination, *output.fallbacks):
        try:
            result = deliver_to(output.model_copy(update={"destination": chosen}))
        except OutputError as error:
            if error.error_class not in UPLOAD_FAILURES:
                raise
            runtime.logger().warning("not delivered", output_id=output.output_id, reason=error.message)
            failure = failure or error
            continue
        return result if failure is None else {**result, "backup": _backup(chosen, failure)}
    assert failure is not None  # noqa: S101 - there is at least one place
    raise failure


def _backup(chosen: Destination, failure: OutputError) -> dict[str, Any]:
    shown = temporary_link(chosen.url) if chosen.temporary else chosen.shown
    used = {"url": shown, "target": chosen.url, "temporary": chosen.temporary}
    return {"place": used, "failure": [failure.error_class, failure.message]}
