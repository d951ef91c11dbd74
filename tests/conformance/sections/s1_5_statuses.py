"""Section 1.5: every status, and when."""

from __future__ import annotations

from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.sections.repeats import failed_again, interrupted
from tests.conformance.sections.s1_7_rate_limits import DEFAULT
from tests.conformance.wire import Call, answers, empty, errors, get, header, mock, mock_output, post, put

S = Section("1.5", "Status codes")

S.rule("200", "a read that succeeded", get("/jobs/{film}"), answers(200))
S.rule("201-job", "a job was created", lambda scene: scene.created("film"), answers(201))
S.rule(
    "201-account",
    "an account was created",
    post("/account", {"email": "created@example.com", "terms_of_service": "1"}, key=None),
    answers(201),
)
S.rule(
    "204-integration", "integration: no body", put("/account/integration", key="{key.toggler}"), answers(204), empty()
)
S.rule("204-live", "live: no body", put("/account/live", key="{key.toggler}"), answers(204), empty())
S.rule("400-json", "a body that is not parseable JSON", post("/jobs", b'{"input": '), answers(400), errors())
S.rule("400-text", "text that is no JSON at all", post("/jobs", "input=a.mov"), answers(400), errors())
S.rule("400-array", "JSON that is no object", post("/jobs", [1, 2]), answers(400, 422), errors(), ours=True)
S.rule("400-nothing", "no body where one is needed", post("/jobs"), answers(400), errors(), ours=True)
S.rule("400-nan", "numbers that JSON has not", post("/jobs", b'{"input": NaN}'), answers(400), errors(), ours=True)
S.rule("401-missing", "no key", get("/jobs", key=None), answers(401), errors())
S.rule("401-wrong", "an invalid key", get("/jobs", key="nonsense"), answers(401), errors())
S.rule(
    "402",
    "leaving integration mode never asks for money here: nobody is billed",
    put("/account/live", key="{key.toggler}"),
    answers(204),
    ours=True,
)
S.rule("404-path", "an unknown path", get("/nothing"), answers(404), errors())
S.rule("404-action", "an unknown action", put("/jobs/{film}/dance"), answers(404), errors())
S.rule("404-job", "an unknown job", get("/jobs/999999999"), answers(404), errors())
S.rule("404-input", "an unknown input", get("/inputs/999999999"), answers(404), errors())
S.rule("404-output", "an unknown output", get("/outputs/999999999"), answers(404), errors())
S.rule("404-kind", "an id of another kind of thing", get("/inputs/{film}"), answers(404), errors())
S.rule("404-no-id", "something that is no id", get("/jobs/tape"), answers(404), errors())
S.rule("404-huge", "an id beyond 64 bits", get("/jobs/99999999999999999999999"), answers(404), errors())
S.rule("404-foreign", "somebody else's id", get("/jobs/{film}", key="{key.other}"), answers(404), errors())


@S.seen("404-expired", "an id whose 60 days are over")
def expired(scene: Scene) -> None:
    ids = scene.copy("film")
    assert scene.send(get(f"/jobs/{ids['job']}")).status == 200
    for path in (f"jobs/{ids['job']}", f"inputs/{ids['input']}", f"outputs/{ids['output']}"):
        scene.table.change(path, expires_at=1_000_000_000)
    for path in (f"/jobs/{ids['job']}", f"/inputs/{ids['input']}", f"/outputs/{ids['output']}"):
        assert scene.send(get(path)).status == 404, path


S.rule("405", "a method that the address does not take", Call("PATCH", "/jobs"), answers(405), errors(), ours=True)
S.rule(
    "405-allow",
    "says which it takes",
    Call("DELETE", "/account"),
    answers(405),
    header("Allow", "GET, HEAD, POST"),
    ours=True,
)
S.rule("405-progress", "progress is GET", put("/jobs/{film}/progress"), answers(404, 405), errors())
S.rule(
    "406",
    "credentials that are not for AWS can be saved too, so nothing is answered with 406",
    post(
        "/credentials",
        {"nickname": "tapes", "type": "ftp", "user": "ada", "secret": "lovelace"},
        key="{key.archivist}",
    ),
    answers(201),
    ours=True,
)
S.rule("409-resubmit", "resubmitting a finished job", put("/jobs/{film}/resubmit"), answers(409), errors())
S.rule("409-cancel", "cancelling a finished job", put("/jobs/{film}/cancel"), answers(409), errors())
S.rule("409-cancel-failed", "cancelling a failed job", put("/jobs/{half}/cancel"), answers(409), errors())
S.rule("409-finish", "finishing a job that is not live", put("/jobs/{film}/finish"), answers(409), errors())


@S.seen("409-old", "resubmitting a job older than 7 days")
def too_old(scene: Scene) -> None:
    long_ago = {"created_at": "2020-01-01T00:00:00Z", "submitted_at": "2020-01-01T00:00:00Z"}
    ids = scene.copy("half", of_job={**long_ago, "updated_at": long_ago["created_at"]})
    reply = scene.send(put(f"/jobs/{ids['job']}/resubmit"))
    assert reply.status == 409, reply
    errors()(reply)


S.rule("403-rate", "the rate limit is exceeded", lambda scene: DEFAULT(scene).refused, answers(403))


@S.seen("403-resubmits", "the sixth resubmit of a job")
def sixth_resubmit(scene: Scene) -> None:
    reply = failed_again(scene).replies[5]
    assert reply.status == 403, reply
    errors()(reply)


@S.seen("204-resubmit", "resubmit: no body")
def resubmit(scene: Scene) -> None:
    reply = failed_again(scene).replies[0]
    assert (reply.status, reply.body) == (204, b""), reply


S.rule("204-cancel", "cancel: no body", lambda scene: interrupted(scene).cancel, answers(204), empty())
S.rule("413", "a body that is too large", post("/jobs", b" " * (2 << 20)), answers(413), errors(), ours=True)
S.rule("422-input", "no input", post("/jobs", {}), answers(422), errors("nput"))
S.rule("422-url", "a bad URL", post("/jobs", {"input": "film.mp4"}), answers(422), errors())
S.rule("422-option", "a bad value of an option", mock_output(video_codec="vcr"), answers(422), errors("video_codec"))
S.rule("422-date", "a bad date of a report", get("/reports/vod?from=yesterday"), answers(422), errors("from"))
S.rule(
    "422-range",
    "a report of more than two months",
    get("/reports/vod?from=2020-01-01&to=2020-03-05"),
    answers(422),
    errors(),
)
S.rule(
    "422-several",
    "one sentence for each problem",
    mock_output(width="wide", frame_rate="fast"),
    answers(422),
    errors("width", "frame_rate"),
)

# Bad input is never our fault.
BAD = {
    "null": b"null",
    "deep": b"[" * 20_000,
    "not-utf8": b'{"input": "\xff\xfe"}',
    "surrogate": b'{"input": "s3://a/\\ud800"}',
    "nul": b'{"input": "s3://bucket/a\\u0000"}',
    "huge-number": b'{"input": "s3://acme-in/a.mov", "output": {"width": 1e400}}',
    "bool-outputs": b'{"input": "s3://acme-in/a.mov", "outputs": true}',
    "list-of-numbers": b'{"input": "s3://acme-in/a.mov", "outputs": [7]}',
    "hash-input": b'{"input": {"url": 1}}',
    "pass-through-hash": b'{"input": "s3://acme-in/a.mov", "pass_through": {"a": 1}, "mock": true}',
}
S.each(
    "no-500",
    "bad input is refused, never a server's fault",
    {name: post("/jobs", body) for name, body in BAD.items()},
    answers(400, 422),
    errors(),
    ours=True,
)
S.rule(
    "no-500-query", "nor are strange parameters", get("/jobs?page=-1&per_page=%00"), answers(422), errors(), ours=True
)
S.rule("success", "success is 200 to 299", mock(), answers(201))
