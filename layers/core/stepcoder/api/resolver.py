"""What every API function's routes hang on: authentication, errors to statuses, headers. No endpoint here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from stepcoder import runtime
from stepcoder.accounts import account_for_key
from stepcoder.accounts.keys import account_for_login
from stepcoder.api.bodies import LARGEST_BODY, TOO_LARGE, hash_in, raw_body
from stepcoder.api.conditional import with_etag
from stepcoder.api.faults import trace_of
from stepcoder.api.negotiation import format_name
from stepcoder.api.paths import locate
from stepcoder.dialects.wire import Address, Dialect, Format
from stepcoder.errors import (
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    RateLimited,
    RequestError,
    TryAgain,
    Unauthorized,
)
from stepcoder.rates import count_call
from stepcoder.records.model import Account

Answer = Response[Any]
Route = TypeVar("Route", bound=Callable[..., Answer])

_NO_KEY = "An API key is required: send it in the Zencoder-Api-Key header, or as api_key in the query or the body."
_READS = ("GET", "HEAD")
_CACHING = "private, max-age=0, must-revalidate"


class Api(APIGatewayHttpResolver):
    """One API function's routes, in one dialect. Handlers return `answer(...)` and raise errors of the tree.

    Powertools keeps the current event on the class, so a process answers one call at a time (Lambda does).
    """

    largest_body, too_large = LARGEST_BODY, TOO_LARGE

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect = dialect
        self._format: Format
        self._unheard: RequestError | None = None  # refused before any route has heard of it
        self._version = "v2"
        self._read_only = False
        self._calls_left: int | None = None  # None until the caller is known
        self.exception_handler(NotFoundError)(self._unrouted)
        self.exception_handler(RateLimited)(self._too_many)
        self.exception_handler(RequestError)(self._refused)
        self.exception_handler(TryAgain)(self._overloaded)
        self.exception_handler(Exception)(self._failed)
        self.use([_refuse_unheard])

    def resolve(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Answer one HTTP API event (payload format 2.0)."""
        request = event["requestContext"]
        address = locate(event.get("rawPath", ""), request.get("stage", ""), self.dialect)
        method = request["http"]["method"].upper()
        if method == "OPTIONS":
            # Also for unknown paths: a browser that may not ask never sees the real 404.
            return {"statusCode": 204, "headers": dict(self.dialect.headers), "body": "", "isBase64Encoded": False}
        event = _readdressed(event, address.path)
        self._begin(event, address, reads=method in _READS)
        response: dict[str, Any] = super().resolve(event, context)
        response["headers"].update(self.dialect.headers)
        if self._calls_left is not None:
            response["headers"][self.dialect.rate_header] = str(self._calls_left)
        if method in _READS:
            response = with_etag(response, _header(event, "if-none-match"))
        if method == "HEAD":
            response["body"] = ""
        return response

    def read(self, rule: str) -> Callable[[Route], Route]:
        """Register a route that only reads: GET, and HEAD, which is GET without the body."""
        return self.route(rule, method=["GET", "HEAD"])

    def answer(self, document: object, status: int = 200, *, root: str | None = None) -> Answer:
        """`document` in the format the request asked for, and as far as the caller's key may see it.

        `root` is the element that XML puts around the document's members and JSON does not (zencoder-api 1.3).
        """
        document = self.dialect.sanitised(document) if self._read_only else document
        body = self._format.body(document, root)
        return Response(status, self._format.content_type, body, {"Cache-Control": _CACHING})

    def no_content(self) -> Answer:
        """204: done, nothing to say."""
        return Response(204, None, "", {"Cache-Control": "no-cache"})

    @property
    def version(self) -> str:
        """The version of the API that was called: "v2" or "v1". The path without a version counts as v2."""
        return self._version

    def raw_body(self) -> bytes:
        """The request's body as it came. Raises MalformedBody or BodyTooLarge."""
        return raw_body(self.current_event.raw_event, self.largest_body, self.too_large)

    def body(self) -> dict[str, Any]:
        """The request's body as an object, whether it came as JSON or as XML. Raises MalformedBody or BodyTooLarge."""
        return hash_in(self.raw_body(), self.header("content-type") or "", self.dialect.xml_hash)

    def optional_body(self) -> dict[str, Any]:
        """Like `body`, and empty where the request has none."""
        return self.body() if self.raw_body().strip() else {}

    def header(self, name: str) -> str | None:
        """A header of the request, by its name in any case; None when absent."""
        return _header(self.current_event.raw_event, name)

    def parameter(self, name: str) -> str | None:
        """A query parameter, None when absent."""
        return _parameter(self.current_event.raw_event, name)

    def reader(self) -> Account:
        """The account whose key came with the request: header, then query, then body (zencoder-api 1.2).

        Raises Unauthorized, RateLimited, and MalformedBody when the key could only be in a body that can't be read.
        """
        key = self._key()
        if not key:
            raise Unauthorized(_NO_KEY)
        account = account_for_key(key)
        self._count(account)
        self._read_only = account.key_kind == "read_only"
        return account

    def caller(self) -> Account:
        """Like `reader`, for what a read-only key may not do: it is refused as Unauthorized."""
        account = self.reader()
        if self._read_only:
            raise Unauthorized("This API key is read-only: it can only see the details and the progress of jobs.")
        return account

    def owner(self) -> Account:
        """Like `caller`, for what is about the account itself: an integration-only key is refused as well."""
        account = self.caller()
        if account.key_kind == "integration":
            raise Unauthorized("This API key can only create test jobs and see jobs: use a full key.")
        return account

    def owner_or_login(self) -> Account:
        """Like `owner`; without a key, whoever sends the account's e-mail address and password by HTTP Basic."""
        authorization = self.header("authorization")
        if not authorization or self._key():
            return self.owner()
        account = account_for_login(authorization)
        self._count(account)
        return account

    def _begin(self, event: Mapping[str, Any], address: Address, *, reads: bool) -> None:
        """Forget the last request; find out how this one is to be answered."""
        self._version, self._read_only, self._calls_left, self._unheard = address.version, False, None, None
        asked = _parameter(event, self.dialect.format_parameter)
        name = format_name(self.dialect, address.suffix, asked, _header(event, "accept"))
        try:
            self._format = self.dialect.format(name, reads, lambda parameter: _parameter(event, parameter))
        except RequestError as refusal:
            self._format = self.dialect.format(self.dialect.default_format, reads, lambda _: None)
            self._unheard = refusal

    def _key(self) -> object:
        event = self.current_event.raw_event
        key = self.header(self.dialect.key_header) or self.parameter(self.dialect.key_parameter)
        # What a GET carries as its body means nothing, be it a key or nonsense.
        if key or event["requestContext"]["http"]["method"].upper() in _READS or not raw_body(event).strip():
            return key
        return self.body().get(self.dialect.key_parameter)

    def _count(self, account: Account) -> None:
        """Count this request once, however often its handler asks who calls. Raises RateLimited."""
        if self._calls_left is None:
            event = self.current_event.raw_event
            allowance = count_call(account.id, event["requestContext"]["http"]["method"], event["rawPath"])
            self._calls_left = allowance.remaining
            if not allowance.allowed:
                raise RateLimited(allowance.retry_after)

    def _too_many(self, refusal: RateLimited) -> Answer:
        headers = {"Cache-Control": "no-cache", "Retry-After": str(refusal.retry_after)}
        return Response(refusal.status, "text/plain; charset=utf-8", self.dialect.rate_exceeded, headers)

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


def _refuse_unheard(app: Api, next_middleware: Any) -> Any:
    """Refuse what is wrong with any route. A body that can't be decoded only matters to routes that read it."""
    if app._unheard is not None:
        raise app._unheard
    with suppress(MalformedBody):
        app.raw_body()
    return next_middleware(app)


def _header(event: Mapping[str, Any], name: str) -> str | None:
    headers = event.get("headers") or {}
    return {known.lower(): value for known, value in headers.items()}.get(name.lower())


def _parameter(event: Mapping[str, Any], name: str) -> str | None:
    return (event.get("queryStringParameters") or {}).get(name)


def _readdressed(event: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The event as routes expect it, however it was addressed."""
    request = event["requestContext"]
    http = {**request["http"], "path": path}
    return {**event, "rawPath": path, "requestContext": {**request, "stage": "$default", "http": http}}
