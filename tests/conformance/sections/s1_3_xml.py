"""Section 1.3, second part: XML in and out, as XML clients rely on it, and XML that means harm."""

from __future__ import annotations

import time

from tests.conformance.kinds import TIME, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Call, answers, at, element, errors, get, post

S = Section("1.3", "Formats and content negotiation: XML")
NUMBER = matches(r"\d+")


def xml(inside: str, path: str = "/jobs.xml", root: str = "api-request") -> Call:
    body = f'<?xml version="1.0" encoding="UTF-8"?><{root}>{inside}</{root}>'
    return post(path, body, content_type="application/xml")


INPUT = "<input>s3://acme-in/tape7.mov</input><mock>true</mock>"
WEB = "<url>s3://acme-out/7/web.mp4</url><label>web</label>"


def _with(inside: str) -> Call:
    return xml(INPUT + inside)


def _output(inside: str) -> Call:
    return _with(f'<outputs type="array"><output>{WEB}{inside}</output></outputs>')


LABEL = "api-response/job/outputs/output/label"

S.rule("xml-request", "an XML body has the root api-request", _with(""), answers(201), element("api-response/job"))
S.rule("xml-json-answer", "an XML body may be answered in JSON", xml(INPUT, "/jobs.json"), answers(201), at("id", None))
S.rule(
    "xml-text-type",
    "text/xml is XML too",
    post("/jobs.xml", f"<api-request>{INPUT}</api-request>", content_type="text/xml; charset=utf-8"),
    answers(201),
    ours=True,
)
S.rule("xml-array", "members of an array are singular elements inside the plural", _output(""), element(LABEL, "web"))
S.rule(
    "xml-two",
    "as many as there are, in their order",
    _with(f"<outputs><output>{WEB}</output><output><label>sd</label></output></outputs>"),
    element("api-response/job/outputs/output[2]/label", "sd"),
)
S.rule(
    "xml-single",
    "a single output directly below the root is as output in JSON",
    _with(f"<output>{WEB}</output>"),
    element(LABEL, "web"),
)
S.rule(
    "xml-notifications",
    "notifications/notification",
    _with("<notifications><notification>nowhere</notification></notifications>"),
    answers(422),
    element("api-response/errors/error", matches(".*notifications.*")),
)
S.rule(
    "xml-notification-hash",
    "a notification may be a hash",
    _with(
        "<notifications><notification><url>http://a.example/x</url><format>xml</format></notification></notifications>"
    ),
    answers(201),
)
S.rule(
    "xml-watermarks",
    "watermarks/watermark is understood as watermarks",
    _output("<watermarks><watermark><url>s3://acme-in/logo.png</url><x>far</x></watermark></watermarks>"),
    answers(422),
    element("api-response/errors/error", matches(r".*watermarks\[0\]\.x.*")),
)
S.rule(
    "xml-times",
    "times/number",
    _output("<thumbnails><times><number>1</number><number>x</number></times></thumbnails>"),
    answers(422),
    element("api-response/errors/error", matches(".*times.*")),
)
S.rule(
    "xml-times-good",
    "times/number with numbers",
    _output("<thumbnails><times><number>1</number><number>2.5</number></times></thumbnails>"),
    answers(201),
)
S.rule(
    "xml-access-controls",
    "access-controls/access_control/permissions/permission is understood as access_control",
    _output(
        "<access-controls><access_control><grantee>x</grantee><permissions><permission>READ</permission></permissions>"
        "</access_control></access-controls>"
    ),
    answers(422),
    element("api-response/errors/error", matches(".*access_control.*")),
)
S.rule(
    "xml-boolean",
    "booleans are text",
    xml(INPUT + "<test>1</test>"),
    element("api-response/job/test", "true", type="boolean"),
)
S.rule("xml-number", "numbers are text", _output("<width>480</width>"), answers(201))
S.rule("xml-number-wrong", "and wrong ones are refused", _output("<width>wide</width>"), answers(422))
S.rule("xml-nil", 'nil="true" is null', _output('<height nil="true"/>'), answers(201), ours=True)
S.rule("xml-unknown", "unknown elements are ignored", _with("<colour>red</colour>"), answers(201))

# What is answered.
REAL = "/jobs/{film}.xml"
S.rule("xml-root", "the root is api-response", get("/account.xml"), element("api-response"))
S.rule("xml-integer", 'integers say type="integer"', get(REAL), element("api-response/job/id", NUMBER, type="integer"))
S.rule("xml-false", 'booleans say type="boolean"', get(REAL), element("api-response/job/test", "false", type="boolean"))
S.rule("xml-list", 'arrays say type="array"', get(REAL), element("api-response/job/output_media_files", type="array"))
S.rule(
    "xml-time", 'times say type="datetime"', get(REAL), element("api-response/job/created_at", TIME, type="datetime")
)
S.rule(
    "xml-null",
    'null is nil="true"',
    get(REAL),
    element("api-response/job/input_media_file/error_class", "", nil="true"),
)
S.rule("xml-text", "text has no type", get(REAL), element("api-response/job/state", "finished"))
S.rule(
    "xml-escaped",
    "text is escaped",
    get("/jobs/{cut}.xml"),
    element("api-response/job/pass_through", "Überfahrt · 日本 · 😀 <&>"),
)
S.rule(
    "xml-created-id",
    "what was created stands in job: /api-response/job/id",
    _with(""),
    element("api-response/job/id", "", nil="true"),
)
S.rule("xml-created-outputs", "and its outputs", _output(""), element("api-response/job/outputs", type="array"))
S.rule(
    "xml-created-url",
    "each with its url",
    _output(""),
    element("api-response/job/outputs/output/url", "http://acme-out.s3.amazonaws.com/7/web.mp4"),
)
S.rule(
    "xml-progress",
    "progress is directly under the root",
    get("/jobs/{film}/progress.xml"),
    element("api-response/state", "finished"),
)
S.rule(
    "xml-progress-outputs",
    "with its outputs",
    get("/jobs/{film}/progress.xml"),
    element("api-response/outputs/output/state", "finished"),
)
S.rule(
    "xml-errors",
    "errors are errors/error",
    get("/jobs/1.xml"),
    answers(404),
    element("api-response/errors", type="array"),
)
S.rule(
    "xml-error",
    "one element for each sentence",
    get("/jobs/1.xml"),
    element("api-response/errors/error", matches(".+")),
)
S.rule(
    "xml-list-jobs",
    "a list of jobs is an XML document too",
    get("/jobs.xml?per_page=1"),
    answers(200),
    element("api-response"),
)
for _name, _path, _inside in (
    ("input", "/inputs/{film.input}.xml", "duration_in_ms"),
    ("output", "/outputs/{film.web}.xml", "video_bitrate_in_kbps"),
    ("job", REAL, "job/input_media_file/video_bitrate_in_kbps"),
):
    S.rule(
        f"xml-underscores-{_name}",
        f"element names have underscores: {_name}",
        get(_path),
        answers(200),
        element(f"api-response/{_inside}", NUMBER, type="integer"),
        ours=True,
    )

# XML that means harm.
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY a{n} "&a{n - 1 or ""};&a{n - 1 or ""};&a{n - 1 or ""};&a{n - 1 or ""};">' for n in range(1, 16)
    )
    + "]><api-request><input>&a15;</input></api-request>"
)
SPY = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<api-request><input>s3://acme-in/a.mov</input><mock>1</mock><output><label>&a;</label></output></api-request>"
)
for _name, _body in (("bomb", BOMB), ("spy", SPY)):
    S.rule(
        f"xml-{_name}",
        f"entities are refused: {_name}",
        post("/jobs", _body.encode(), content_type="application/xml"),
        answers(400),
        errors(),
        ours=True,
    )
S.rule(
    "xml-broken",
    "XML that is broken is not parseable",
    post("/jobs", "<api-request><input>", content_type="application/xml"),
    answers(400),
    errors(),
)
S.rule(
    "xml-deep",
    "XML without end in depth neither",
    post("/jobs", b"<a>" * 20_000, content_type="application/xml"),
    answers(400),
    errors(),
    ours=True,
)


@S.seen("xml-unclosed-memory", "and refusing costs no time", ours=True)
def xml_is_refused_quickly(scene: Scene) -> None:
    began = time.monotonic()
    assert scene.send(post("/jobs", BOMB.encode(), content_type="application/xml")).status == 400
    assert time.monotonic() - began < 5
