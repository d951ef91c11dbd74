"""Section 1.4: CORS and the other headers of every answer."""

from __future__ import annotations

from tests.conformance.kinds import matches
from tests.conformance.rules import Section
from tests.conformance.wire import Call, answers, empty, get, header, mock, post, put

S = Section("1.4", "CORS and other headers")

ORIGIN = header("Access-Control-Allow-Origin", "*")
METHODS = header("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
KEY_ALLOWED = header("Access-Control-Allow-Headers", matches(".*Zencoder-Api-Key.*"))
MAX_AGE = header("Access-Control-Max-Age", "300")
ANSWERS = {
    "200": (get("/account"), 200),
    "201": (mock(), 201),
    "204": (put("/account/live", key="{key.toggler}"), 204),
    "400": (post("/jobs", b"{"), 400),
    "401": (get("/account", key="wrong"), 401),
    "404": (get("/jobs/1"), 404),
    "404-path": (get("/nothing"), 404),
    "405": (Call("PATCH", "/jobs"), 405),
    "409": (put("/jobs/{film}/cancel"), 409),
    "422": (post("/jobs", {"input": 7}), 422),
    "xml": (get("/account.xml"), 200),
    "jsonp": (get("/account.js"), 200),
}
for _name, (_call, _status) in ANSWERS.items():
    S.rule(f"origin-{_name}", f"Access-Control-Allow-Origin: * on {_name}", _call, answers(_status), ORIGIN)
S.rule("methods", "Access-Control-Allow-Methods", get("/account"), METHODS)
S.rule("headers", "Access-Control-Allow-Headers", get("/account"), KEY_ALLOWED)
S.rule("max-age", "Access-Control-Max-Age: 300", get("/account"), MAX_AGE)
S.rule("methods-error", "the same on errors: methods", get("/jobs/1"), METHODS)
S.rule("headers-error", "the same on errors: headers", get("/jobs/1"), KEY_ALLOWED)
S.rule("max-age-error", "the same on errors: max age", get("/jobs/1"), MAX_AGE)

PREFLIGHT = {
    "jobs": "/jobs",
    "progress": "/jobs/{film}/progress.json",
    "account": "/account",
    "reports": "/reports/vod",
    "notifications": "/notifications",
    "unknown": "/nothing",
}
S.each(
    "preflight",
    "OPTIONS needs no key and is answered with the same headers and Content-Type among the allowed ones",
    {
        name: Call(
            "OPTIONS", path, key=None, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
        )
        for name, path in PREFLIGHT.items()
    },
    answers(200, 204),
    ORIGIN,
    METHODS,
    KEY_ALLOWED,
    MAX_AGE,
    header("Access-Control-Allow-Headers", matches(".*Content-Type.*")),
)
S.rule(
    "remaining",
    "X-Zencoder-Rate-Remaining on answers",
    get("/account"),
    header("X-Zencoder-Rate-Remaining", matches(r"\d+")),
)
S.rule("etag", "ETag on answers", get("/jobs/{film}"), header("ETag", matches('(W/)?"[^"]+"')))
S.rule(
    "caching",
    "Cache-Control: private, max-age=0, must-revalidate on documents",
    get("/jobs/{film}"),
    header("Cache-Control", "private, max-age=0, must-revalidate"),
)
S.rule("caching-204", "Cache-Control: no-cache on 204", ANSWERS["204"][0], header("Cache-Control", "no-cache"))
S.rule(
    "transport",
    "Strict-Transport-Security: max-age=31536000",
    get("/account"),
    header("Strict-Transport-Security", "max-age=31536000"),
)
S.rule("204-empty", "a 204 has an empty body", ANSWERS["204"][0], answers(204), empty())
S.rule("204-type", "and does not claim to be HTML", ANSWERS["204"][0], answers(204), header("Content-Type", None))
S.rule("head", "HEAD is GET without the body", Call("HEAD", "/jobs/{film}"), answers(200), empty(), ORIGIN, ours=True)
S.rule("head-404", "HEAD tells the same status", Call("HEAD", "/jobs/1"), answers(404), empty(), ours=True)
