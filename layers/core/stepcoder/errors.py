"""Every error Stepcoder raises on purpose, and what each means to the outside. No formatting, no logging here.

StepcoderError
├── RequestError                 the client asked for something we won't do; carries an HTTP status
│   ├── MalformedBody      400   the body is not JSON (or not an object)
│   ├── Unauthorized       401   key missing or unknown
│   ├── RateLimited        403   too many calls in a minute
│   ├── Forbidden          403   not any more, e.g. a sixth resubmit
│   ├── NotFound           404   unknown path or id, or somebody else's
│   ├── MethodNotAllowed   405
│   ├── WrongState         409   e.g. cancel of a finished job
│   ├── BodyTooLarge       413
│   └── InvalidRequest     422   understood, but a value is wrong: one sentence per problem
├── EncodingError                a job, input or output failed; carries the reference's error class (section 4.8)
│   ├── InputError               blames the source
│   └── OutputError              blames one output
├── Cancelled                    the customer cancelled: stop, clean up, report nothing
└── TryAgain                     a passing fault (network, throttling): Step Functions retries the task

Messages are sentences a customer can act on. What ffmpeg said goes to the log, never into a message.
"""

from __future__ import annotations


class StepcoderError(Exception):
    """Root of the tree."""


class RequestError(StepcoderError):
    """The request is refused. `status` is the HTTP status, `messages` the sentences of the error body."""

    status = 400

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = list(messages)


class MalformedBody(RequestError):
    status = 400


class Unauthorized(RequestError):
    status = 401


class RateLimited(RequestError):
    """`retry_after`: seconds until calls are taken again."""

    status = 403

    def __init__(self, retry_after: int) -> None:
        super().__init__("The rate limit is exceeded.")
        self.retry_after = retry_after


class Forbidden(RequestError):
    status = 403


class NotFound(RequestError):
    status = 404


class MethodNotAllowed(RequestError):
    status = 405


class WrongState(RequestError):
    status = 409


class BodyTooLarge(RequestError):
    status = 413


class InvalidRequest(RequestError):
    status = 422


class EncodingError(StepcoderError):
    """A failure with one of the reference's error classes (zencoder-api 4.8), e.g. `FileNotFoundError`."""

    def __init__(self, error_class: str, message: str) -> None:
        super().__init__(f"{error_class}: {message}")
        self.error_class = error_class
        self.message = message


class InputError(EncodingError):
    """The source can't be used."""


class OutputError(EncodingError):
    """One output can't be made or delivered."""


class Cancelled(StepcoderError):
    """The customer cancelled the job while this task ran."""


class TryAgain(StepcoderError):
    """A fault that a retry may cure. The state machine retries errors of this name."""
