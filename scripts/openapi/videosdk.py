"""The description of the API for VideoSDK's clients: a document of its own, since its paths begin elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scripts.openapi.document import PROJECT
from scripts.openapi.operation import Json, Undocumented
from scripts.openapi.routes import Route
from scripts.openapi.videosdk_schemas import ID, SCHEMAS, page_of
from stepcoder.api.paging import VIDEOSDK
from stepcoder.dialects.zencoder.schemas.shapes import Schema, named
from stepcoder.files.uploading import LARGEST_UPLOAD

_INTRODUCTION = """\
Jobs and files for clients of VideoSDK's (formerly Zujo's) encoder. The same jobs as in the API at `/api/v2`: both ids
lead to a job, the integer and the one of 24 hexadecimal digits.

Every call needs a token, bare or after `Bearer`: a JWT signed by HS256 with the secret of a `videosdk` key, with
`apikey` and `exp`. Any path may end in a slash.
"""
_JOB_EXAMPLE = {
    "videoId": "64a1f0c2e4b0a1b2c3d4e5f6",
    "presets": [{"format": "hls", "resolutions": ["360", "720"]}],
    "thumbnails": [{"timestamp": "00:00:05", "resolutions": ["240"], "formats": ["webp"], "filters": ["none"]}],
    "webhookUrl": "https://app.example.net/hooks/vod",
    "userData": {"lesson": 12},
}


@dataclass(frozen=True)
class _Call:
    """One call: what it is called and for, what it answers, and when it is refused besides what holds for all."""

    id: str
    summary: str
    answers: Schema
    status: int = 200
    refusals: tuple[tuple[int, str], ...] = ()
    body: Json | None = None
    also: tuple[tuple[int, str, Schema], ...] = ()


_FORM: Json = {
    "description": "Without a body, the answer is an invitation.",
    "required": False,
    "content": {
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
        }
    },
}
_CALLS: dict[tuple[str, str], _Call] = {
    ("POST", "/encoder/jobs"): _Call(
        "createEncodingJob",
        "Create a job",
        named("Job"),
        201,
        ((400, "The body is wrong; errors say where."),),
        {
            "required": True,
            "content": {"application/json": {"schema": named("JobRequest"), "example": _JOB_EXAMPLE}},
        },
    ),
    ("GET", "/encoder/jobs"): _Call("listEncodingJobs", "List jobs, newest first", page_of("Job")),
    ("GET", "/encoder/jobs/{job_id}"): _Call("getEncodingJob", "Everything about a job", named("Job")),
    ("DELETE", "/encoder/jobs/{job_id}"): _Call(
        "deleteEncodingJob",
        "Delete a job that is queued",
        named("Job"),
        refusals=((409, "The job is not queued any more; status says what it is."),),
    ),
    ("POST", "/files"): _Call(
        "uploadFile",
        "Upload a file, or ask where to send one",
        named("Invitation"),
        refusals=(
            (400, "The form or the file in it can't be read."),
            (413, f"The form has more than {LARGEST_UPLOAD:,} bytes: send the file to uploadUrl."),
        ),
        body=_FORM,
        also=((201, "The file that came with the form, looked at.", named("File")),),
    ),
    ("GET", "/files"): _Call("listFiles", "List uploaded files, newest first", page_of("File")),
    ("GET", "/files/{file_id}"): _Call("getFile", "A file, uploaded or made by a job", named("File")),
    ("DELETE", "/files/{file_id}"): _Call(
        "deleteFile",
        "Delete a file",
        named("File"),
        refusals=((409, "A job that is not over needs it, or it lies in storage of the customer's."),),
    ),
}
_PAGES = [
    {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
    {
        "name": VIDEOSDK.name,
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": VIDEOSDK.largest, "default": VIDEOSDK.default},
    },
]
_ALWAYS = (
    (401, "The token is missing, broken, expired, or signed by nobody known."),
    (429, "Too many calls in this minute; Retry-After says how long to wait."),
    (503, "The service is busy."),
)


def document(routes: Iterable[Route]) -> Json:
    """The whole document. Raises Undocumented where routes and entries don't match."""
    known = {(route.method, route.path) for route in routes}
    if known != _CALLS.keys():
        odd = ", ".join(f"{method} {path}" for method, path in sorted(known ^ _CALLS.keys()))
        raise Undocumented(f"Routes and entries of scripts/openapi/videosdk.py don't match: {odd}.")
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), call in _CALLS.items():
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stepcoder for VideoSDK's clients",
            "version": tomllib.loads(PROJECT.read_text())["project"]["version"],
            "description": _INTRODUCTION,
        },
        "servers": [{"url": "/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": "Jobs"}, {"name": "Files"}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "Authorization"}},
        },
    }


def _operation(method: str, path: str, call: _Call) -> Json:
    named_one = path.endswith("}")
    refusals = [*_ALWAYS, *call.refusals, *([(404, "There is no such thing.")] if named_one else [])]
    lists = [(400, "A number of a page is none.")] if method == "GET" and not named_one else []
    success = [(call.status, "Done.", call.answers), *call.also]
    answers = [*success, *((status, sentence, named("Error")) for status, sentence in (*refusals, *lists))]
    in_path = [{"name": path.rpartition("{")[2][:-1], "in": "path", "required": True, "schema": ID}]
    return {
        "operationId": call.id,
        "tags": ["Jobs" if "jobs" in path else "Files"],
        "summary": call.summary,
        "parameters": in_path if named_one else _PAGES if method == "GET" else [],
        **({"requestBody": call.body} if call.body else {}),
        "responses": {
            str(status): {"description": sentence, "content": {"application/json": {"schema": schema}}}
            for status, sentence, schema in sorted(answers, key=lambda answer: answer[0])
        },
    }
