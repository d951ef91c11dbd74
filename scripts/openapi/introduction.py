"""What holds for every call, said once at the top of the document: formats, keys, leniency, limits."""

from __future__ import annotations

from scripts.openapi.operation import Json

DESCRIPTION = """\
Video encoding behind Zencoder's API, version 2: a client written for it works after a change of its base URL.

**Formats.** Answers are JSON, or XML (`.xml` at the end of the path, `?format=xml`, or `Accept: application/xml`), or
for reads JSONP (`.js` and `?callback=`). Any path may end in `.json`, `.xml`, `.js` or a slash. In XML the names are
those of JSON below `<api-response>`, with Rails' `type` attributes. Bodies of requests are JSON, whatever their
Content-Type says, or XML below `<api-request>`.

**Leniency.** Numbers and flags may be sent as text, one hash where a list of hashes is meant, null or an empty text for
nothing. Members that nobody knows are ignored; the job's `warnings` name them. Schemas show the proper form only.

**Versions.** The same paths are served below `/api/v1` and `/api`. Jobs made through `/api/v1` are told about in fewer
words. Every GET can be a HEAD. A method that a path doesn't take is answered with 405 and an `Allow` header, an
unknown path with 404.

**Rate limits** hold for each account, method and kind of resource, for a minute from the first call. Every answer to a
known key says what is left in `X-Zencoder-Rate-Remaining`; beyond it the answer is 403, in plain text, with
`Retry-After`.

**Errors** are `{"errors": ["a sentence", …]}`.
"""

TAGS: tuple[Json, ...] = (
    {"name": "Jobs", "description": "What is to be encoded, and how far it is."},
    {"name": "Inputs and outputs", "description": "The files of a job, one by one."},
    {"name": "Account", "description": "The account itself, its keys and its secrets."},
    {"name": "Credentials", "description": "Logins to storage, for jobs to name. A Stepcoder extension."},
    {"name": "Reports", "description": "What was encoded."},
    {"name": "Notifications", "description": "What was told to whom."},
    {"name": "Documentation", "description": "This description."},
)

SERVERS: tuple[Json, ...] = (
    {"url": "/api/v2", "description": "Version 2"},
    {"url": "/api/v1", "description": "Version 1, for old clients"},
    {"url": "/api", "description": "Without a version, for old clients: version 2"},
)

SECURITY: Json = {
    "header": {"type": "apiKey", "in": "header", "name": "Zencoder-Api-Key", "description": "The proper place."},
    "query": {
        "type": "apiKey",
        "in": "query",
        "name": "api_key",
        "description": "For JSONP and old clients. A member `api_key` of the body is taken as well.",
    },
    "login": {"type": "http", "scheme": "basic", "description": "The account's e-mail address and password."},
}
