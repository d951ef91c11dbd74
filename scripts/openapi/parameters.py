"""Parameters that several routes share, and those that stand in paths."""

from __future__ import annotations

from collections.abc import Mapping

from scripts.openapi.operation import Query
from stepcoder.api.paging import LARGEST_PAGE
from stepcoder.dialects.zencoder.schemas.accounts import NICKNAME
from stepcoder.dialects.zencoder.schemas.shapes import TEXT, Schema

PAGES = (
    Query("page", "Counted from 1.", {"type": "integer", "minimum": 1, "maximum": 999_999_999, "default": 1}),
    Query(
        "per_page",
        f"How many to a page; more than {LARGEST_PAGE} is {LARGEST_PAGE}.",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": LARGEST_PAGE},
    ),
)

# What every call that answers with a document takes.
FORMAT = Query(
    "format",
    "The format of the answer. A suffix of the path wins over it, and it over the Accept header.",
    {"type": "string", "enum": ["json", "xml"], "default": "json"},
)
READ_FORMAT = Query(
    "format",
    "The format of the answer; js is JSONP. A suffix of the path wins over it, and it over the Accept header.",
    {"type": "string", "enum": ["json", "xml", "js"], "default": "json"},
)
CALLBACK = Query(
    "callback",
    "For JSONP: the function to call.",
    {"type": "string", "maxLength": 128, "pattern": r"^[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*$"},
)

_ID: Schema = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 10**18 - 1}
IN_PATHS: Mapping[str, tuple[str, Schema]] = {
    "job_id": ("The job's id.", _ID),
    "input_id": ("The input's id, from the details of its job.", _ID),
    "output_id": ("The output's id.", _ID),
    "key_id": ("The key's id, from the list of keys.", _ID),
    "nickname": ("What the credentials are called, in whatever case.", NICKNAME),
    "event_id": ("The notification's id, from the job's log.", {**TEXT, "minLength": 1, "maxLength": 128}),
}
