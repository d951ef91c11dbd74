"""Section 1.3, first part: which format is asked for and how, JSON, JSONP, and lenient reading."""

from __future__ import annotations

from tests.conformance.cast import FOREIGN_WORDS
from tests.conformance.kinds import INTEGER, TIME, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.table import FIRST_COPY
from tests.conformance.wire import (
    JSON,
    Call,
    answers,
    at,
    calls_back,
    empty,
    errors,
    get,
    header,
    mock,
    mock_output,
    post,
    put,
)

S = Section("1.3", "Formats and content negotiation: JSON, JSONP, leniency")
XML_TYPE = matches("application/xml(; *charset=utf-8)?")
SCRIPT_TYPE = matches("(application|text)/javascript(; *charset=utf-8)?")
DETAILS = "/jobs/{film}"

S.rule("json-default", "JSON is the default", get(DETAILS), answers(200), header("Content-Type", JSON))
S.rule("json-suffix", "suffix .json", get(DETAILS + ".json"), answers(200), header("Content-Type", JSON))
S.rule(
    "json-accept",
    "Accept: application/json",
    get(DETAILS, headers={"Accept": "application/json"}),
    answers(200),
    header("Content-Type", JSON),
)
S.rule("json-errors", "errors have the same type", get("/jobs/1"), answers(404), header("Content-Type", JSON))
S.rule("json-created", "so has what was created", mock(), answers(201), header("Content-Type", JSON))
S.rule("xml-suffix", "suffix .xml", get(DETAILS + ".xml"), answers(200), header("Content-Type", XML_TYPE))
S.rule("xml-format", "?format=xml", get(DETAILS + "?format=xml"), answers(200), header("Content-Type", XML_TYPE))
S.rule(
    "xml-accept",
    "Accept: application/xml",
    get(DETAILS, headers={"Accept": "application/xml"}),
    answers(200),
    header("Content-Type", XML_TYPE),
)
S.rule("jsonp-suffix", "suffix .js", get(DETAILS + ".js"), answers(200), header("Content-Type", SCRIPT_TYPE))
S.rule("accept-anything", "Accept: */*", get(DETAILS, headers={"Accept": "*/*"}), header("Content-Type", JSON))
S.rule(
    "accept-ruby",
    "Accept: */*, application/json",
    get(DETAILS, headers={"Accept": "*/*, application/json"}),
    header("Content-Type", JSON),
)
S.rule(
    "suffix-over-format",
    "the suffix wins over the parameter",
    get(DETAILS + ".json?format=xml"),
    header("Content-Type", JSON),
    ours=True,
)
S.rule(
    "suffix-over-accept",
    "the suffix wins over Accept",
    get(DETAILS + ".xml", headers={"Accept": "application/json"}),
    header("Content-Type", XML_TYPE),
    ours=True,
)
S.rule(
    "format-over-accept",
    "the parameter wins over Accept",
    get(DETAILS + "?format=xml", headers={"Accept": "application/json"}),
    header("Content-Type", XML_TYPE),
    ours=True,
)
S.rule(
    "format-json-over-accept",
    "also for JSON",
    get(DETAILS + "?format=json", headers={"Accept": "application/xml"}),
    header("Content-Type", JSON),
    ours=True,
)

# A suffix on every path.
READS = {
    "jobs": "/jobs",
    "job": "/jobs/{film}",
    "job-progress": "/jobs/{film}/progress",
    "input": "/inputs/{film.input}",
    "input-progress": "/inputs/{film.input}/progress",
    "output": "/outputs/{film.web}",
    "output-progress": "/outputs/{film.web}/progress",
    "account": "/account",
    "vod": "/reports/vod",
    "live": "/reports/live",
    "all": "/reports/all",
    "minutes": "/reports/minutes",
    "notifications": "/notifications",
}
ACTIONS = ("/jobs/{film}/cancel", "/jobs/{film}/resubmit", "/jobs/{film}/finish")
for _suffix, _type in ((".json", JSON), (".xml", XML_TYPE), (".js", SCRIPT_TYPE)):
    S.each(
        f"suffix{_suffix.replace('.', '-')}",
        f"the suffix {_suffix} on",
        {name: get(path + _suffix) for name, path in READS.items()},
        answers(200),
        header("Content-Type", _type),
    )
S.each("slash", "a slash at the end of", {n: get(p + "/") for n, p in READS.items()}, answers(200), ours=True)
for _suffix, _type in ((".json", JSON), (".xml", XML_TYPE)):
    S.each(
        f"action{_suffix.replace('.', '-')}",
        f"the suffix {_suffix} on an action",
        {path.rpartition("/")[2]: put(path + _suffix) for path in ACTIONS},
        answers(409),
        header("Content-Type", _type),
    )
S.rule("suffix-create", "the suffix .json on POST /jobs", Call("POST", "/jobs.json", mock().body), answers(201))
S.rule("suffix-account", "and on POST /account", post("/account.json", {}, key=None), answers(422), errors())
S.rule(
    "suffix-integration",
    "and on PUT /account/integration",
    put("/account/live.json", key="{key.toggler}"),
    answers(204),
    empty(),
)
S.rule("suffix-unknown", "another suffix is not a format", get("/jobs/{film}.yaml"), answers(404), errors(), ours=True)

# JSONP.
PROGRESS = "/jobs/{film}/progress.js"
DONE = {"state": "finished", "outputs": [{"state": "finished"}] * 4}
S.rule("jsonp-default", "the function's default name is progress", get(PROGRESS), calls_back("progress", DONE))
S.rule("jsonp-callback", "?callback= names it", get(PROGRESS + "?callback=show"), calls_back("show", DONE))
S.rule(
    "jsonp-dotted", "also an object's", get(PROGRESS + "?callback=a.b_2.$c"), calls_back("a.b_2.$c", DONE), ours=True
)
S.rule("jsonp-details", "on details too", get("/inputs/{film.input}.js"), calls_back("progress", {"state": "finished"}))
S.rule(
    "jsonp-errors", "and on errors", get("/jobs/1.js", key="{key}"), calls_back("progress", {"errors": [matches(".+")]})
)


@S.seen("jsonp-injection", "a callback that is no function name is not echoed", ours=True)
def jsonp_injection(scene: Scene) -> None:
    for name in ("alert(1);//", "<script>", "a b", "a;b", "x=1,y"):
        quoted = "".join(f"%{byte:02X}" for byte in name.encode())
        reply = scene.send(get(f"{PROGRESS}?callback={quoted}"))
        assert reply.status in (200, 400, 422), reply
        assert name.encode() not in reply.body.partition(b"{")[0], reply


# What else is said about requests and values.
S.rule("unknown-ignored", "unknown members are ignored", mock(colour="red", output={"tint": 3}), answers(201))
S.rule("width-text", 'numbers may be text: "width": "480"', mock_output(width="480"), answers(201))
S.rule("number-text", 'fractions too: "frame_rate": "12.5"', mock_output(frame_rate="12.5"), answers(201))
S.rule("bitrate-float", "whole numbers may be written as fractions", mock_output(video_bitrate=800.0), answers(201))
S.rule("boolean-text", 'booleans may be text: "test": "true"', mock(test="true"), answers(201), at("test", True))
S.rule("boolean-number", "booleans may be numbers: test: 1", mock(test=1), answers(201), at("test", True))
S.rule("boolean-number-text", 'or both: "test": "1"', mock(test="1"), answers(201), at("test", True))
S.rule("text-still-wrong", "what is no number stays wrong", mock_output(width="wide"), answers(422), errors("width"))
S.rule(
    "form-type",
    "JSON under a form's Content-Type",
    post("/jobs", mock().body, content_type="application/x-www-form-urlencoded"),
    answers(201),
)
S.rule("no-type", "JSON without a Content-Type", post("/jobs", mock().body, content_type=None), answers(201))
S.rule("charset-type", "JSON with a charset", post("/jobs", mock().body, content_type=JSON), answers(201))


@S.seen("ids-64-bit", "ids beyond 2^31 work everywhere")
def ids_64_bit(scene: Scene) -> None:
    ids = scene.once("large-ids", lambda: scene.copy("film"))
    assert ids["job"] >= FIRST_COPY > 2**31
    job = scene.send(get(f"/jobs/{ids['job']}")).document["job"]
    assert (job["id"], job["input_media_file"]["id"]) == (ids["job"], ids["input"])
    for path in (f"/inputs/{ids['input']}", f"/outputs/{ids['output']}"):
        assert scene.send(get(path)).document["job_id"] == ids["job"]


S.rule("ids-integers", "ids are integers", get(DETAILS), at("job.output_media_files.0.id", INTEGER))
S.rule("times", "times are ISO 8601, UTC, with seconds", get(DETAILS), at("job.created_at", TIME))
S.rule(
    "unicode",
    "text of any language comes back as it went",
    get("/jobs/{cut}"),
    at("job.pass_through", FOREIGN_WORDS),
)
