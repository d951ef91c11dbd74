"""Section 1.8: hard limits."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from stepcoder import runtime
from tests.conformance.kinds import TEXT, Kind, array_of, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.sections.repeats import failed_again
from tests.conformance.wire import Call, answers, at, element, errors, get, mock, mock_output, post, put

S = Section("1.8", "Hard limits")
HOOKS = [f"http://hooks.example/{number}" for number in range(6)]

S.rule(
    "inputs", "one input per job", post("/jobs", {"input": ["s3://a-bucket/a.mov"] * 2}), answers(422), errors("nput")
)
S.rule("outputs-20", "20 outputs", mock(outputs=[{}] * 20), answers(201))
S.rule("outputs-21", "not 21", mock(outputs=[{}] * 21), answers(422), errors("20 outputs"))
S.rule("notifications-5", "5 notifications per job", mock(notifications=HOOKS[:5]), answers(201))
S.rule("notifications-6", "not 6", mock(notifications=HOOKS), answers(422), errors("notifications"))
S.rule("output-notifications-5", "5 notifications per output", mock_output(notifications=HOOKS[:5]), answers(201))
S.rule("output-notifications-6", "not 6", mock_output(notifications=HOOKS), answers(422), errors("notifications"))
S.rule(
    "notifications-apart",
    "counted separately",
    mock(notifications=HOOKS[:5], outputs=[{"notifications": HOOKS[:5]}, {"notifications": HOOKS[:5]}]),
    answers(201),
)
S.rule("thumbnails-100", "100 thumbnails per set", mock_output(thumbnails={"number": 100}), answers(201))
S.rule("thumbnails-101", "more are not refused: capture stops", mock_output(thumbnails={"number": 101}), answers(201))
S.rule(
    "thumbnails-stop",
    "at the hundredth",
    get("/jobs/{many}"),
    at("job.thumbnails", Kind("100 thumbnails", lambda found: len(found) == 100)),
)
S.rule(
    "watermarks",
    "4 watermarks: there are none yet",
    mock_output(watermarks=[{"url": "s3://acme-in/logo.png"}] * 5),
    answers(422),
    errors("watermarks"),
)
S.rule("pass-through-255", "255 characters of pass_through", mock(pass_through="é" * 255), answers(201))
S.rule("pass-through-256", "not 256", mock(pass_through="é" * 256), answers(422), errors("pass_through", "255"))


def _headed(length: int) -> Call:
    return mock(notifications=[{"url": HOOKS[0], "headers": {"X-Case": "x" * (length - len("X-Case: "))}}])


S.rule("header-short", "100 characters of a notification's header", _headed(90), answers(201))
S.rule("header-101", "not more", _headed(150), answers(422), errors("headers"))
S.rule(
    "duration",
    "a source of more than 24 hours is refused",
    get("/jobs/{endless}"),
    at("job.state", "failed"),
    at("job.input_media_file.error_message", matches(".*25.* hours.*24.*")),
)
S.rule(
    "per-page-default",
    "50 entries to a page, if not asked otherwise",
    get("/jobs", key="{key.keeper}"),
    at("", array_of({"job": {}}, least=50)),
    at("49.job.state", TEXT),
)
S.rule("history", "60 days of history: see 404-expired; what is younger is there", get("/jobs/{film}"), answers(200))


@S.seen("temporary", "temporary storage: links are good for 24 hours less a second")
def temporary(scene: Scene) -> None:
    url = scene.send(get("/outputs/{film.3}")).document["url"]
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["86399"], url


@S.seen("resubmits", "5 resubmits per job")
def resubmits(scene: Scene) -> None:
    assert [reply.status for reply in failed_again(scene).replies] == [204] * 5 + [403]


@S.seen("resubmit-days", "within 7 days")
def resubmit_days(scene: Scene) -> None:
    for days, status in ((6.9, 204), (7.1, 409)):
        moment = runtime.timestamp(runtime.now() - timedelta(days=days))
        ids = scene.copy("broken", of_job={"created_at": moment, "submitted_at": moment, "updated_at": moment})
        reply = scene.send(put(f"/jobs/{ids['job']}/resubmit"))
        assert reply.status == status, (days, reply)


S.rule("frame-rate-300", "300 frames a second", mock_output(frame_rate=300), answers(201))
S.rule("frame-rate-301", "not more", mock_output(frame_rate=301), answers(422), errors("frame_rate"))
S.rule(
    "live",
    "live jobs are not made: refused with a sentence",
    post("/jobs.xml", {"live_stream": 1}),
    answers(422),
    element("api-response/errors/error"),
)
