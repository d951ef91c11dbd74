"""The state machine's functions in containers: calls `sam local start-lambda`, and tells failures from results.

It doesn't tell them apart itself. It looks for errors by the names of their members, but Python's have one more than it
knows; and where a function ran out of time, it passes on a line of text as if that were the result. Both come with
status 200 and no X-Amz-Function-Error, so a state machine would go on as if all were well. How containers are started
is SAM's business, how functions run without containers lambda_pool.py's.
"""

from __future__ import annotations

import http.client
import json
import re
from typing import Any
from urllib.parse import urlsplit

from .lambda_pool import WAIT_SECONDS, UnknownFunction, function_name
from .sandbox import Answer, failure

# All that awslambdaric and SAM's runtime emulator put into an error. Anything else is in a result of ours.
_ERROR_MEMBERS = frozenset({"errorMessage", "errorType", "requestId", "stackTrace", "cause"})
_TIMED_OUT = re.compile(r"Task timed out after [0-9.]+ seconds")
_SHOWN = 300  # characters of an answer that nobody expected


class Unavailable(Exception):
    """The endpoint can't be reached or failed itself: Lambda's ServiceException. The message says which."""


class ContainerWorkers:
    """Functions behind another Lambda endpoint, such as http://127.0.0.1:3001. One call runs at a time in each."""

    def __init__(self, endpoint: str, wait_seconds: float = WAIT_SECONDS) -> None:
        self._address = endpoint_address(endpoint)
        self._wait_seconds = wait_seconds

    def invoke(self, name_or_arn: str, event: bytes) -> Answer:
        """RequestResponse. Raises UnknownFunction, Unavailable."""
        name = function_name(name_or_arn)
        status, error, body = self._post(name, event, "RequestResponse")
        if status == 404:
            raise UnknownFunction(name)
        if status != 200:
            raise Unavailable(f"{name}: the Lambda endpoint answered {status}: {_shown(body)}")
        return understood(body, error)

    def invoke_later(self, name_or_arn: str, event: bytes) -> None:
        """Event: returns at once. Raises UnknownFunction, Unavailable."""
        name = function_name(name_or_arn)
        status, _, body = self._post(name, event, "Event")
        if status == 404:
            raise UnknownFunction(name)
        if status != 202:
            raise Unavailable(f"{name}: the Lambda endpoint answered {status}: {_shown(body)}")

    def _post(self, name: str, event: bytes, kind: str) -> tuple[int, str | None, bytes]:
        connection = http.client.HTTPConnection(*self._address, timeout=self._wait_seconds)
        headers = {"Content-Type": "application/json", "X-Amz-Invocation-Type": kind}
        try:
            connection.request("POST", f"/2015-03-31/functions/{name}/invocations", event, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("X-Amz-Function-Error"), answer.read()
        except (OSError, http.client.HTTPException) as problem:
            where = ":".join(map(str, self._address))
            raise Unavailable(f"{name}: the Lambda endpoint {where} gave no answer: {problem!r}") from problem
        finally:
            connection.close()


def endpoint_address(endpoint: str) -> tuple[str, int]:
    """Host and port of a Lambda endpoint. Raises ValueError with a sentence where it isn't http://host:port."""
    parts = urlsplit(endpoint)
    if parts.scheme != "http" or not parts.hostname or not parts.port or parts.path not in ("", "/"):
        raise ValueError(f"{endpoint} is not the address of a Lambda endpoint, such as http://127.0.0.1:3001.")
    return parts.hostname, parts.port


def understood(body: bytes, function_error: str | None) -> Answer:
    """The body of an answer with status 200 as Lambda would have given it: errors marked as such, in Lambda's words."""
    try:
        content = json.loads(body)
    except ValueError:
        return Answer(_not_a_result(body.decode("utf-8", "replace")), "Unhandled")
    if function_error or _is_error(content):
        return Answer(body, function_error or "Unhandled")
    return Answer(body)


def _is_error(content: Any) -> bool:
    return (
        isinstance(content, dict)
        and isinstance(content.get("errorType"), str)
        and isinstance(content.get("errorMessage"), str)
        and content.keys() <= _ERROR_MEMBERS
    )


def _not_a_result(text: str) -> bytes:
    """Python's results are always JSON, so this is the emulator speaking: of a time-out, or of something worse."""
    if _TIMED_OUT.search(text):
        return failure("Sandbox.Timedout", text.strip())
    return failure("Runtime.ExitError", f"The worker answered without a result: {text[:_SHOWN]!r}")


def _shown(body: bytes) -> str:
    return body[:_SHOWN].decode("utf-8", "replace")
