"""What is wrong with a request, in the shape of videosdk-encoder-api 10. Statuses of other errors are the tree's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from stepcoder.errors import InvalidRequest, RequestError, WrongState

Code = Literal["required", "invalid", "conflict", "too_many", "unknown"]


@dataclass(frozen=True)
class Problem:
    """`path` as in presets[0].format; `message` is a sentence."""

    path: str
    code: Code
    message: str


class InvalidBody(InvalidRequest):
    """The body fails validation."""

    status = 400

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*(problem.message for problem in problems))
        self.problems = tuple(problems)


class NotQueued(WrongState):
    """A job that has begun can't be deleted."""

    def __init__(self, job_status: str) -> None:
        super().__init__(f"Only a job that is queued can be deleted; this one is {job_status}.")
        self.job_status = job_status


def status_of(refusal: RequestError) -> int:
    """What Zencoder refuses as 422 and its clients know so is 400 here; too many calls are 429."""
    return {422: 400}.get(refusal.status, refusal.status)


def document(status: int, messages: Sequence[str], refusal: RequestError | None = None) -> dict[str, Any]:
    """The body of a refusal, with what the error knows besides."""
    found: dict[str, Any] = {"message": " ".join(messages), "statusCode": status}
    if isinstance(refusal, InvalidBody):
        found["errors"] = [{"path": each.path, "code": each.code, "message": each.message} for each in refusal.problems]
    if isinstance(refusal, NotQueued):
        found["status"] = refusal.job_status
    return found
