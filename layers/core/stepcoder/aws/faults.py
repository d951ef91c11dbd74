"""Which AWS faults pass by themselves. One place, so that every adapter means the same by "try again"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stepcoder.errors import TryAgain

_PASSING_CODES = frozenset(
    {
        "InternalError",
        "InternalServerError",
        "LimitExceededException",
        "OperationAborted",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


def error_code(error: BaseException) -> str:
    """The AWS error code of a botocore ClientError ("NoSuchKey", "404", …); "" for any other exception."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def is_passing(error: BaseException) -> bool:
    """True for throttling, 5xx, timeouts and broken connections: what the same call may not meet a second time."""
    from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError, IncompleteReadError
    from urllib3.exceptions import HTTPError

    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return status >= 500 or status == 429 or error_code(error) in _PASSING_CODES
    if isinstance(error, BotoCoreError):
        return isinstance(error, ConnectionError | HTTPClientError | IncompleteReadError)
    return isinstance(error, HTTPError | TimeoutError | ConnectionResetError | BrokenPipeError)


@contextmanager
def passing_faults(doing: str) -> Iterator[None]:
    """Raise TryAgain for a passing fault inside the block; let everything else through. `doing` names the action."""
    try:
        yield
    except Exception as error:
        if is_passing(error):
            raise TryAgain(
                f"AWS could not complete {doing} just now ({error_code(error) or type(error).__name__})."
            ) from error
        raise
