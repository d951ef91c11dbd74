"""Section 2: the 22 rows of endpoints, each with its method, path and success."""

from __future__ import annotations

from tests.conformance.kinds import INTEGER, LIST, TEXT
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.sections.repeats import failed_again, interrupted
from tests.conformance.wire import Call, answers, at, delete, empty, errors, get, post, put

S = Section("2", "Endpoints")

S.rule("01-create", "POST /jobs: 201", lambda scene: scene.created("film"), answers(201), at("id", INTEGER))
S.rule("02-list", "GET /jobs: 200", get("/jobs"), answers(200), at("", LIST))
S.rule("03-details", "GET /jobs/:id: 200", get("/jobs/{film}"), answers(200), at("job.id", INTEGER))
S.rule(
    "04-resubmit", "PUT /jobs/:id/resubmit: 204", lambda scene: failed_again(scene).replies[0], answers(204), empty()
)
S.rule("05-cancel", "PUT /jobs/:id/cancel: 204", lambda scene: interrupted(scene).cancel, answers(204), empty())
S.rule("06-progress", "GET /jobs/:id/progress: 200", get("/jobs/{film}/progress"), answers(200), at("state", TEXT))
S.rule("07-finish", "PUT /jobs/:id/finish: live only, so 409 here", put("/jobs/{film}/finish"), answers(409), errors())
S.rule("08-input", "GET /inputs/:id: 200", get("/inputs/{film.input}"), answers(200), at("id", INTEGER))
S.rule(
    "09-input-progress",
    "GET /inputs/:id/progress: 200",
    get("/inputs/{film.input}/progress"),
    answers(200),
    at("state", TEXT),
)
S.rule("10-output", "GET /outputs/:id: 200", get("/outputs/{film.web}"), answers(200), at("id", INTEGER))
S.rule(
    "11-output-progress",
    "GET /outputs/:id/progress: 200",
    get("/outputs/{film.web}/progress"),
    answers(200),
    at("state", TEXT),
)
S.rule(
    "12-account",
    "POST /account: 201, without a key",
    post("/account", {"email": "twelve@example.com", "terms_of_service": "1"}, key=None),
    answers(201),
    at("api_key", TEXT),
)
S.rule("13-account", "GET /account: 200", get("/account"), answers(200), at("account_state", TEXT))
S.rule(
    "14-integration",
    "PUT /account/integration: 204",
    put("/account/integration", key="{key.toggler}"),
    answers(204),
    empty(),
)
S.rule("15-live", "PUT /account/live: 204", put("/account/live", key="{key.toggler}"), answers(204), empty())
S.rule("16-vod", "GET /reports/vod: 200", get("/reports/vod"), answers(200), at("statistics", LIST))
S.rule("17-live", "GET /reports/live: 200", get("/reports/live"), answers(200), at("statistics", LIST))
S.rule("18-all", "GET /reports/all: 200", get("/reports/all"), answers(200), at("statistics.vod", LIST))
S.rule("19-minutes", "GET /reports/minutes: 200", get("/reports/minutes"), answers(200), at("statistics", LIST))
S.rule("20-notifications", "GET /notifications: 200", get("/notifications"), answers(200), at("notifications", LIST))


@S.seen("21-delete", "DELETE /jobs/:id: 204, an alias of cancel")
def delete_is_cancel(scene: Scene) -> None:
    with scene.downloading() as url:
        job = scene.job({"input": url})
        reply = scene.send(delete(f"/jobs/{job}"))
    assert (reply.status, reply.body) == (204, b""), reply
    assert scene.send(get(f"/jobs/{job}")).document["job"]["state"] == "cancelled"


S.rule("21-delete-late", "and like cancel too late for a finished job", delete("/jobs/{film}"), answers(409), errors())
S.rule("22-credentials", "credentials have routes of ours", get("/credentials"), answers(200), ours=True)

BODILESS = {
    "resubmit": put("/jobs/{film}/resubmit", {"api_key": "{key}"}, key=None),
    "cancel": put("/jobs/{film}/cancel", {"api_key": "{key}"}, key=None),
    "finish": put("/jobs/{film}/finish", {"api_key": "{key}"}, key=None),
}
S.each("api-key-body", "a body with api_key is allowed", BODILESS, answers(409), errors())
for _name in ("integration", "live"):
    S.rule(
        f"api-key-body-{_name}",
        f"a body with api_key is allowed: {_name}",
        put(f"/account/{_name}", {"api_key": "{key.toggler}"}, key=None),
        answers(204),
    )
S.rule("no-body", "and none is needed", Call("PUT", "/jobs/{film}/cancel", content_type=None), answers(409), errors())
S.rule(
    "empty-body",
    "an empty one with a JSON type neither",
    Call("PUT", "/jobs/{film}/cancel", ""),
    answers(409),
    errors(),
    ours=True,
)
S.rule("suffix-xml-read", "every path also exists as .xml", get("/reports/vod.xml"), answers(200))
S.rule("suffix-js-read", "reads also as .js", get("/reports/vod.js"), answers(200))
S.rule(
    "suffix-js-write",
    "on what changes something it makes no difference, or is unknown",
    put("/jobs/{film}/resubmit.js"),
    answers(404, 405, 409),
)
