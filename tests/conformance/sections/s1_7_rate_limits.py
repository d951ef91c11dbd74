"""Section 1.7: how often an account may call. Acted out on a service with the limits as they are by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.conformance.kinds import matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Call, Reply, answers, get, header, mock, text

S = Section("1.7", "Rate limits")
MOST = 61
REMAINING = "x-zencoder-rate-remaining"


def _remaining(reply: Reply) -> int:
    assert REMAINING in reply.headers, reply
    return int(reply.headers[REMAINING])


@dataclass
class Flood:
    """The last call that was allowed, the one after it, and how many were allowed in between two minutes' marks."""

    first: Reply
    last: Reply
    refused: Reply
    allowed: int


def flood(scene: Scene, key: str, path: str) -> Flood:
    """Call until it is refused. A new minute may begin meanwhile, so twice the limit may be needed."""

    def run() -> Flood:
        first = last = scene.strict.send(get(path, key=key))
        for allowed in range(1, 2 * MOST):
            reply = scene.strict.send(get(path, key=key))
            if reply.status == 403:
                return Flood(first, last, reply, allowed)
            last = reply
        raise AssertionError(f"{path} was never refused: {last}")

    found: Flood = scene.once(f"flood-{key}-{path}", run)
    return found


DEFAULT = partial(flood, key="{key.eager}", path="/jobs")


def _refused(scene: Scene) -> Reply:
    return DEFAULT(scene).refused


def strictly(call: Call) -> Callable[[Scene], Reply]:
    return lambda scene: scene.strict.send(call)


@S.seen("default", "60 calls a minute by default")
def sixty(scene: Scene) -> None:
    found = DEFAULT(scene)
    assert found.first.status != 403 and _remaining(found.first) == 59, found.first
    assert 60 <= found.allowed <= 120


@S.seen("counts-down", "X-Zencoder-Rate-Remaining counts down to 0")
def counts_down(scene: Scene) -> None:
    assert _remaining(DEFAULT(scene).last) == 0


S.rule("over", "over the limit: 403", _refused, answers(403))
S.rule("over-text", "with the recorded text", _refused, text("403 Forbidden (Rate Limit Exceeded)"))
S.rule("over-plain", "which is no JSON", _refused, header("Content-Type", matches("text/plain.*")))
S.rule(
    "over-retry", "and seconds to wait in Retry-After", _refused, header("Retry-After", matches("[1-9]|[1-5][0-9]|60"))
)
S.rule("over-remaining", "nothing remains", _refused, header("X-Zencoder-Rate-Remaining", "0"))
S.rule("over-cors", "browsers may read it", _refused, header("Access-Control-Allow-Origin", "*"))


@S.seen("per-account", "another account's calls count apart")
def per_account(scene: Scene) -> None:
    DEFAULT(scene)
    reply = scene.strict.send(get("/jobs", key="{key.calm}"))
    assert reply.status == 200 and _remaining(reply) == 59, reply


@S.seen("per-group", "each method and group of resources counts apart")
def per_group(scene: Scene) -> None:
    DEFAULT(scene)
    for call in (get("/reports/vod", key="{key.eager}"), get("/account", key="{key.eager}"), _creating("{key.eager}")):
        assert scene.strict.send(call).status in (200, 201), call.path


def _creating(key: str) -> Call:
    return Call("POST", "/jobs", mock().body, key)


S.rule(
    "create",
    "POST /jobs: 1000",
    strictly(_creating("{key.busy}")),
    answers(201),
    header("X-Zencoder-Rate-Remaining", "999"),
)


@S.seen("details-share", "job details and output details share one counter")
def details_share(scene: Scene) -> None:
    left = [
        _remaining(scene.strict.send(get(path, key="{key.sharer}"))) for path in ("/jobs/1", "/outputs/1", "/jobs/2")
    ]
    assert left in ([59, 58, 57], [59, 59, 58], [59, 58, 59]), left  # a new minute may begin in between


@S.seen("output-progress", "GET /outputs/:id/progress: 60 for each output id")
def output_progress(scene: Scene) -> None:
    key = "{key.watcher}"
    found = flood(scene, key, "/outputs/1234/progress")
    assert found.refused.status == 403 and 60 <= found.allowed <= 120
    other = scene.strict.send(get("/outputs/1235/progress", key=key))
    assert other.status == 404 and _remaining(other) == 59, other


@S.seen("job-progress", "job progress has a counter of its own, with more room")
def job_progress(scene: Scene) -> None:
    reply = scene.strict.send(get("/jobs/1/progress", key="{key.watcher}"))
    assert _remaining(reply) >= 60


@S.seen("account-calls", "account calls are recorded with more room")
def account_calls(scene: Scene) -> None:
    assert _remaining(scene.strict.send(get("/account", key="{key.watcher}"))) >= 60


S.rule(
    "header-errors",
    "also errors tell what remains",
    strictly(get("/jobs/1", key="{key.calm}")),
    answers(404),
    header("X-Zencoder-Rate-Remaining", matches(r"\d+")),
)
S.rule(
    "header-204",
    "and answers without a body",
    strictly(Call("PUT", "/account/live", key="{key.calm}")),
    answers(204),
    header("X-Zencoder-Rate-Remaining", matches(r"\d+")),
)
S.rule(
    "header-created",
    "and what was created",
    strictly(_creating("{key.calm}")),
    header("X-Zencoder-Rate-Remaining", matches(r"\d+")),
)
S.rule(
    "configurable",
    "the limits are configurable: the other service has higher ones",
    get("/jobs"),
    header("X-Zencoder-Rate-Remaining", matches(r"\d{5,}")),
    ours=True,
)
