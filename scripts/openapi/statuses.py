"""Which statuses a call can answer with besides its success, and what those answers look like.

Most follow from the route: a key can be missing, an id unknown, a body broken. Entries add the rest.
"""

from __future__ import annotations

from scripts.openapi.operation import Json, Operation
from scripts.openapi.routes import Route
from stepcoder.dialects.zencoder.dialect import Zencoder
from stepcoder.dialects.zencoder.schemas.shapes import Schema, named

RATE_HEADER = Zencoder.rate_header
REMAINING: Json = {
    "description": "Calls left in this minute.",
    "required": True,
    "schema": {"type": "integer", "minimum": 0},
}
_RETRY: Json = {"description": "Seconds.", "required": True, "schema": {"type": "integer", "minimum": 1}}
_ERRORS = named("Errors")

# What follows from a route, by status: a name and when it occurs.
_FOLLOWING: dict[int, tuple[str, str]] = {
    304: ("NotModified", "The client has it already: If-None-Match named its ETag."),
    400: ("MalformedBody", "The body can't be read."),
    401: ("Unauthorized", "The API key is missing or unknown, or it may not do this."),
    403: ("TooManyCalls", "The account has used up its calls of this kind for this minute."),
    404: ("NotFound", "There is no such thing, or it is another account's."),
    413: ("BodyTooLarge", "The body is larger than 1 MiB."),
    422: ("WrongCallback", "callback is no name of a function."),
    503: ("Busy", "The service is busy."),
}
_ONLY_READS = frozenset({304, 422})
_ONLY_WRITES = frozenset({400, 413})


def refusals(route: Route, operation: Operation) -> dict[str, Json]:
    """The answers that are not the success, by status; the usual ones by reference."""
    reads = route.method == "GET"
    own = {status: _own(status, sentence, reads) for status, sentence in operation.refusals.items()}
    usual = {status: _reference(status, reads) for status in _following(route, operation)}
    return {str(status): answer for status, answer in sorted({**usual, **own}.items())}


def usual_answers() -> dict[str, Json]:
    """What the references point to."""
    return {
        _name(status, reads): _answer(status, _FOLLOWING[status][1], reads)
        for status in _FOLLOWING
        for reads in (False, True)
        if status not in (_ONLY_WRITES if reads else _ONLY_READS)
    }


def documents(schema: Schema, *, reads: bool, example: object = None) -> Json:
    """A document in every format it can be had in. Only reads can be had as JSONP."""
    as_json: Json = {"schema": schema} if example is None else {"schema": schema, "example": example}
    formats = {"application/json": as_json, "application/xml": {"schema": schema}}
    return {**formats, **({"application/javascript": {"schema": {"type": "string"}}} if reads else {})}


def _following(route: Route, operation: Operation) -> set[int]:
    reads = route.method == "GET"
    found = {503}
    if route.key:
        found |= {401, 403}
    if "{" in route.path:
        found.add(404)
    if route.has_body or (route.key and not reads):
        found |= {400, 413}
    if reads:
        found.add(422)
    if reads and operation.answer:
        found.add(304)
    return found


def _name(status: int, reads: bool) -> str:
    name = _FOLLOWING[status][0]
    return f"{name}OnRead" if reads and status in (401, 404, 503) else name


def _reference(status: int, reads: bool) -> Json:
    return {"$ref": f"#/components/responses/{_name(status, reads)}"}


def _own(status: int, sentence: str, reads: bool) -> Json:
    """An answer with the entry's own reason. A 403 can be for too many calls all the same, and says so differently."""
    answer = _answer(status, sentence, reads)
    if status != 403:
        return answer
    content = {**answer["content"], **documents(_ERRORS, reads=reads)}
    headers = {name: {**header, "required": False} for name, header in answer["headers"].items()}
    return {"description": f"{_FOLLOWING[403][1]} Or: {sentence}", "headers": headers, "content": content}


def _answer(status: int, sentence: str, reads: bool) -> Json:
    if status == 304:
        return {"description": sentence}
    if status == 403:
        headers = {RATE_HEADER: REMAINING, "Retry-After": _RETRY}
        return {"description": sentence, "headers": headers, "content": _PLAIN}
    answer: Json = {"description": sentence, "content": documents(_ERRORS, reads=reads)}
    if status in (404, 409):
        # Not required: where no route takes the path, it is not asked who calls.
        answer["headers"] = {RATE_HEADER: {**REMAINING, "required": status == 409}}
    if status == 503:
        answer["headers"] = {"Retry-After": _RETRY}
    return answer


_PLAIN: Json = {"text/plain": {"schema": {"type": "string", "const": Zencoder.rate_exceeded}}}
