"""What every API function's routes hang on: authentication, errors to statuses, headers. No endpoint here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from stepcoder import runtime
from stepcoder.accounts import account_for_key
from stepcoder.api.bodies import json_object, raw_body
from stepcoder.api.faults import trace_of
from stepcoder.api.paths import locate
from stepcoder.dialects.wire import Dialect, Format
from stepcoder.errors import MethodNotAllowed, NotFound, RequestError, TryAgain, Unauthorized
from stepcoder.records.model import Account

Answer = Response[Any]
Route = TypeVar("Route", bound=Callable[..., Answer])

_NO_KEY = "An API key is required: send it in the Zencoder-Api-Key header, or as api_key in the query or the body."
_CACHING = "private, max-age=0, must-revalidate"


class Api(APIGatewayHttpResolver):
    """One API function's routes, in one dialect. Handlers return `answer(...)` and raise errors of the tree.

    Powertools keeps the current event on the class, so a process answers one call at a time (Lambda does).
    """

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect
        self._format: Format = dialect.formats[""]
        self._read_only = False
        self.exception_handler(NotFoundError)(self._unrouted)
        self.exception_handler(RequestError)(self._refused)
        self.exception_handler(TryAgain)(self._overloaded)
        self.exception_handler(Exception)(self._failed)
        self.use([_refuse_large_body])

    def resolve(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Answer one HTTP API event (payload format 2.0)."""
        request = event["requestContext"]
        address = locate(event.get("rawPath", ""), request.get("stage", ""), self.dialect)
        self._format, self._read_only = address.format, False
        method = request["http"]["method"].upper()
        if method == "OPTIONS":
            # Also for unknown paths: a browser that may not ask never sees the real 404.
            return {"statusCode": 204, "headers": dict(self.dialect.headers), "body": "", "isBase64Encoded": False}
        response = super().resolve(_readdressed(event, address.path), context)
        response["headers"].update(self.dialect.headers)
        if method == "HEAD":
            response["body"] = ""
        return response

    def read(self, rule: str) -> Callable[[Route], Route]:
        """Register a route that only reads: GET, and HEAD, which is GET without the body."""
        return self.route(rule, method=["GET", "HEAD"])

    def answer(self, document: object, status: int = 200) -> Answer:
        """`document` in the format the request asked for, and as far as the caller's key may see it."""
        document = self.dialect.sanitised(document) if self._read_only else document
        return Response(status, self._format.content_type, self._format.body(document), {"Cache-Control": _CACHING})

    def no_content(self) -> Answer:
        """204: done, nothing to say."""
        return Response(204, None, "", {"Cache-Control": "no-cache"})

    def json_body(self) -> dict[str, Any]:
        """The request's JSON object. Raises MalformedBody or BodyTooLarge."""
        return json_object(raw_body(self.current_event.raw_event))

    def parameter(self, name: str) -> str | None:
        """A query parameter, None when absent."""
        return (self.current_event.raw_event.get("queryStringParameters") or {}).get(name)

    def reader(self) -> Account:
        """The account whose key came with the request: header, then query, then body (zencoder-api 1.2).

        Raises Unauthorized, and MalformedBody when the key could only be in a body that can't be read.
        """
        key = self._key()
        if not key:
            raise Unauthorized(_NO_KEY)
        account = account_for_key(key)
        self._read_only = account.key_kind == "read_only"
        return account

    def caller(self) -> Account:
        """Like `reader`, for what a read-only key may not do: it is refused as Unauthorized."""
        account = self.reader()
        if self._read_only:
            raise Unauthorized("This API key is read-only: it can only see the details and the progress of jobs.")
        return account

    def _key(self) -> object:
        event = self.current_event.raw_event
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        key = headers.get(self.dialect.key_header) or self.parameter(self.dialect.key_parameter)
        if key or not raw_body(event).strip():
            return key
        return self.json_body().get(self.dialect.key_parameter)

    def _refused(self, refusal: RequestError) -> Answer:
        return self.answer(self.dialect.errors(refusal.messages), refusal.status)

    def _unrouted(self, _: NotFoundError) -> Answer:
        path = self.current_event.raw_event["rawPath"]
        allowed = {route.method for route in (*self._static_routes, *self._dynamic_routes) if route.rule.match(path)}
        if not allowed:
            return self._refused(NotFound("There is nothing at this address."))
        methods = ", ".join(sorted(allowed))
        response = self._refused(MethodNotAllowed(f"This address does not take that method, only: {methods}."))
        response.headers["Allow"] = methods
        return response

    def _overloaded(self, fault: TryAgain) -> Answer:
        runtime.logger().warning("a passing fault reached the client", trace=trace_of(fault))
        response = self.answer(self.dialect.errors(["The service is busy. Please try again in a few seconds."]), 503)
        response.headers["Retry-After"] = "5"
        return response

    def _failed(self, error: Exception) -> Answer:
        runtime.logger().error("unexpected error", trace=trace_of(error))
        return self.answer(self.dialect.errors(["Something went wrong on our side. Please try again later."]), 500)


def _refuse_large_body(app: Api, next_middleware: Any) -> Any:
    raw_body(app.current_event.raw_event)
    return next_middleware(app)


def _readdressed(event: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The event as routes expect it, however it was addressed."""
    request = event["requestContext"]
    http = {**request["http"], "path": path}
    return {**event, "rawPath": path, "requestContext": {**request, "stage": "$default", "http": http}}
