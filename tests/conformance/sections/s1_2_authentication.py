"""Section 1.2: where the key is read, what each kind of key may do, and what a stranger is told."""

from __future__ import annotations

from typing import Any

from tests.conformance.kinds import either, matches, member
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Call, answers, at, calls_back, delete, errors, get, lacks, mock, post, put

S = Section("1.2", "Authentication")
MOCK = {"input": "s3://acme-in/tape7.mov", "mock": True}
WRONG = "0" * 32

S.rule("header", "the key in the header Zencoder-Api-Key", get("/account"), answers(200))
S.rule(
    "header-case",
    "header names have no case",
    get("/account", key=None, headers={"ZENCODER-API-KEY": "{key}"}),
    answers(200),
)
S.rule("query", "the key in the query parameter api_key", get("/account?api_key={key}", key=None), answers(200))
S.rule(
    "query-put",
    "the query parameter also on PUT",
    put("/account/live?api_key={key.toggler}", key=None),
    answers(204),
)
S.rule(
    "body-post", "the key in the body of a POST", post("/jobs", {**MOCK, "api_key": "{key}"}, key=None), answers(201)
)
S.rule(
    "body-put",
    "the key in the body of a PUT",
    put("/account/live", {"api_key": "{key.toggler}"}, key=None),
    answers(204),
)
S.rule(
    "body-xml",
    "the key in an XML body",
    post(
        "/jobs",
        "<api-request><input>s3://acme-in/a.mov</input><mock>true</mock><api_key>{key}</api_key></api-request>",
        key=None,
        content_type="application/xml",
    ),
    answers(201),
)
S.rule("header-first", "the header wins over the query", get(f"/account?api_key={WRONG}"), answers(200))
S.rule("header-first-wrong", "even when the header is wrong", get("/account?api_key={key}", key=WRONG), answers(401))
S.rule(
    "query-second",
    "the query wins over the body",
    post("/jobs?api_key={key}", {**MOCK, "api_key": WRONG}, key=None),
    answers(201),
)
S.rule(
    "query-second-wrong",
    "even when the query is wrong",
    post(f"/jobs?api_key={WRONG}", {**MOCK, "api_key": "{key}"}, key=None),
    answers(401),
)


@S.seen("key-form", "a key has 32 characters of hexadecimal or base 36")
def key_form(scene: Scene) -> None:
    made = scene.send(post("/account", {"email": "form@example.com", "terms_of_service": "1"}, key=None))
    assert matches("[0-9a-z]{32}").fits(member(made.document, "api_key"))


S.rule(
    "account-needs-none",
    "creating an account needs no key",
    post("/account", {"email": "open@example.com", "terms_of_service": "1"}, key=None),
    answers(201),
)

# Every other endpoint wants one.
PROTECTED: dict[str, Call] = {
    "POST-jobs": post("/jobs", MOCK),
    "GET-jobs": get("/jobs"),
    "GET-job": get("/jobs/{film}"),
    "PUT-resubmit": put("/jobs/{film}/resubmit"),
    "PUT-cancel": put("/jobs/{film}/cancel"),
    "GET-job-progress": get("/jobs/{film}/progress"),
    "PUT-finish": put("/jobs/{film}/finish"),
    "GET-input": get("/inputs/{film.input}"),
    "GET-input-progress": get("/inputs/{film.input}/progress"),
    "GET-output": get("/outputs/{film.web}"),
    "GET-output-progress": get("/outputs/{film.web}/progress"),
    "GET-account": get("/account"),
    "PUT-integration": put("/account/integration"),
    "PUT-live": put("/account/live"),
    "GET-reports-vod": get("/reports/vod"),
    "GET-reports-live": get("/reports/live"),
    "GET-reports-all": get("/reports/all"),
    "GET-reports-minutes": get("/reports/minutes"),
    "GET-notifications": get("/notifications"),
    "DELETE-job": delete("/jobs/{film}"),
}


def _with_key(call: Call, key: str | None) -> Call:
    return Call(call.method, call.path, call.body, key)


S.each("missing", "without a key: 401", {n: _with_key(c, None) for n, c in PROTECTED.items()}, answers(401), errors())
S.each(
    "wrong", "with an unknown key: 401", {n: _with_key(c, WRONG) for n, c in PROTECTED.items()}, answers(401), errors()
)
S.rule("empty", "an empty key is no key", get("/account", key=""), answers(401), errors())

OWNED = {name: call for name, call in PROTECTED.items() if "{film" in call.path}
S.each(
    "foreign",
    "somebody else's resource: 404, not 403",
    {name: _with_key(call, "{key.other}") for name, call in OWNED.items()},
    answers(404),
    errors(),
)

READ_ONLY = {
    "job-details": get("/jobs/{film}", key="{key.read_only}"),
    "job-progress": get("/jobs/{film}/progress", key="{key.read_only}"),
    "input-details": get("/inputs/{film.input}", key="{key.read_only}"),
    "input-progress": get("/inputs/{film.input}/progress", key="{key.read_only}"),
    "output-details": get("/outputs/{film.web}", key="{key.read_only}"),
    "output-progress": get("/outputs/{film.web}/progress", key="{key.read_only}"),
}
S.each("read-only", "a read-only key may see", READ_ONLY, answers(200))
S.each(
    "read-only-not",
    "a read-only key may not",
    {
        name: _with_key(call, "{key.read_only}")
        for name, call in PROTECTED.items()
        if call.path not in {each.path for each in READ_ONLY.values()}
    },
    answers(401, 403),
    errors(),
)
GONE = either(None, "")
for _name, _call, _path in (
    ("input", READ_ONLY["job-details"], "job.input_media_file.url"),
    ("output", READ_ONLY["job-details"], "job.output_media_files.0.url"),
    ("thumbnail", READ_ONLY["job-details"], "job.thumbnails.0.url"),
    ("input-details", READ_ONLY["input-details"], "url"),
    ("output-details", READ_ONLY["output-details"], "url"),
    ("image", READ_ONLY["output-details"], "thumbnails.0.images.0.url"),
):

    def _no_url(scene: Scene, call: Call = _call, path: str = _path) -> None:
        reply = scene.send(call)
        assert reply.status == 200, reply
        parent, _, name = path.rpartition(".")
        assert not member(reply.document, parent).get(name), reply
        assert b"://" not in reply.body, reply

    S.seen(f"read-only-url-{_name}", f"a read-only key sees no URL of the {_name}")(_no_url)

S.rule(
    "read-only-message",
    "a read-only key sees no specific error message",
    get("/inputs/{broken.input}", key="{key.read_only}"),
    answers(200),
    at("state", "failed"),
    at("error_class", "NoMediaError"),
)


@S.seen("read-only-message-hidden", "the sentence that a full key sees is not in the read-only answer")
def read_only_message(scene: Scene) -> None:
    for path in ("/jobs/{broken}", "/inputs/{broken.input}"):
        full: Any = scene.send(get(path)).document
        sentence = full.get("job", {}).get("input_media_file", full)["error_message"]
        assert sentence
        hidden = scene.send(get(path, key="{key.read_only}"))
        assert hidden.status == 200 and sentence.encode() not in hidden.body, hidden


S.rule(
    "read-only-pass-through",
    "other sensitive values are removed too: pass_through",
    READ_ONLY["job-details"],
    at("job.pass_through", GONE),
    ours=True,
)
S.rule(
    "read-only-jsonp",
    "a read-only key works from a browser: JSONP with the key in the query",
    get("/jobs/{film}/progress.js?api_key={key.read_only}&callback=show", key=None),
    answers(200),
    calls_back("show", {"state": "finished"}),
)

S.rule(
    "integration-creates",
    "an integration-only key creates jobs",
    Call(**{**mock().__dict__, "key": "{key.integration}"}),
    answers(201),
    at("test", True),
)
S.rule(
    "integration-forced",
    "test: false does not help with an integration-only key",
    post("/jobs", {**MOCK, "test": False}, key="{key.integration}"),
    answers(201),
    at("test", True),
)
S.rule("integration-details", "its jobs are test jobs", get("/jobs/{practised}"), at("job.test", True))
S.rule(
    "integration-five-seconds",
    "its jobs are processed, and cut to 5 seconds",
    get("/outputs/{practised.0}"),
    at("state", "finished"),
    at("duration_in_ms", either(*range(4900, 5101))),
)
S.rule("full-is-no-test", "with a full key a job is no test", mock(), answers(201), lacks("test"))
