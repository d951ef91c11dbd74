"""Section 2.10: the list that the fetcher tool polls. The job `film` has a target on the host zencoderfetcher."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from stepcoder import runtime
from tests.conformance.kinds import HASH, INTEGER, LIST, TIME, Kind, array_of, containing
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import JSON, Call, Reply, answers, at, errors, get, header, only

S = Section("2.10", "GET /notifications")
KEY = "api_key={key}"


def polled(query: str = "", path: str = "/notifications.json") -> Callable[[Scene], Reply]:
    """The answer once the notification of `film` is in the list."""

    def send(scene: Scene) -> Reply:
        scene.once("the fetcher's list", lambda: _listed(scene))
        return scene.send(get(f"{path}?{KEY}&{query}", key=None))

    return send


def _listed(scene: Scene) -> Reply:
    job = scene.details("film")["id"]
    return scene.until(get("/notifications"), lambda found: job in _jobs(found))


def _jobs(found: Any) -> list[int]:
    return [each["job"]["id"] for each in found["notifications"]]


FIRST = polled("per_page=50&page=1")
S.rule("200", "GET /notifications.json", FIRST, answers(200), header("Content-Type", JSON))
S.rule("key-query", "the key comes as api_key", FIRST, at("notifications", LIST))
S.rule("members", "notifications and sent_at", FIRST, only("notifications", "sent_at"))
S.rule("sent-at", "sent_at: a time", FIRST, at("sent_at", TIME))
S.rule(
    "payload", "each is a notification's payload", FIRST, at("notifications", array_of({"job": HASH, "input": HASH}))
)
S.rule("format", 'with "format"', FIRST, at("notifications", array_of({"format": "json"})))
S.rule(
    "own-outputs",
    "a job's has its outputs",
    FIRST,
    at("notifications", containing({"outputs": array_of({"id": INTEGER})})),
)
S.rule(
    "edge",
    "the tool asks at /api/notifications.json",
    lambda scene: scene.send(Call("GET", f"/notifications.json?{KEY}", key=None, base="/api")),
    answers(200),
)
S.rule("version", "version=latest is accepted", polled("version=latest"), answers(200))
S.rule("per-page", "per_page", polled("per_page=1"), at("notifications", Kind("one", lambda found: len(found) == 1)))
S.rule("page", "page: past the end there is nothing", polled("page=50"), at("notifications", []))
S.rule("bad-page", "a page that is none", polled("page=x"), answers(422), errors("page"), ours=True)
S.rule(
    "since-past",
    "since: what came after",
    polled("since=2020-01-01T00:00:00Z"),
    at("notifications", array_of({"job": HASH})),
)
S.rule("since-future", "and nothing before", polled("since=2199-01-01T00:00:00Z"), at("notifications", []))
S.rule(
    "since-zone",
    "since as Ruby writes it, its + unescaped",
    polled("since=2020-01-01T00:00:00+02:00"),
    answers(200),
    at("notifications", array_of({"job": HASH})),
)
S.rule("since-wrong", "a since that is no time", polled("since=yesterday"), answers(422), errors("since"), ours=True)
S.rule(
    "since-id-0", "since_id: of jobs after that one", polled("since_id=1"), at("notifications", array_of({"job": HASH}))
)
S.rule("since-id-last", "and of none before", polled("since_id=4000000000"), at("notifications", []))
S.rule(
    "fetcher-header",
    "the tool's own header does no harm",
    get("/notifications.json", headers={"HTTP_X_FETCHER_VERSION": "0.2.3"}),
    answers(200),
)
S.rule("ruby", "the Ruby client's call", get("/notifications?page=1&per_page=50"), answers(200))
S.rule(
    "error",
    "errors are told in errors",
    get(f"/notifications.json?api_key={'0' * 32}", key=None),
    answers(401),
    errors(),
)
S.rule(
    "foreign",
    "another account's list has nothing of it",
    get("/notifications", key="{key.other}"),
    at("notifications", []),
)
S.rule(
    "read-only", "a read-only key may not", get("/notifications", key="{key.read_only}"), answers(401, 403), errors()
)


@S.seen("replay", "without format, what is listed is what a webhook was sent")
def replay(scene: Scene) -> None:
    listed = FIRST(scene).document["notifications"]
    job = scene.details("film")["id"]
    (payload,) = [each for each in listed if each["job"]["id"] == job and "outputs" in each]
    sent = scene.told("film-json").document
    assert {name: value for name, value in payload.items() if name != "format"} == sent


@S.seen("next", "sent_at as the next since misses nothing: it is not after now")
def next_since(scene: Scene) -> None:
    sent_at = FIRST(scene).document["sent_at"]
    assert sent_at <= runtime.timestamp(runtime.now() + timedelta(seconds=1))
    assert scene.send(get(f"/notifications?since={sent_at}")).status == 200


@S.seen("not-posted", "what goes to the fetcher is posted nowhere")
def not_posted(scene: Scene) -> None:
    log = scene.send(get("/jobs/{film}/notifications")).document["notifications"]
    (entry,) = [each for each in log if "zencoderfetcher" in each["target"]]
    assert not [each for each in entry["attempts"] if each["status"]], entry
