"""Section 4.3, second part: when notifications are sent, to whom, how often, and what proves them."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.conformance.cast import CLIP, NOISE, SMALL
from tests.conformance.kinds import LIST, containing, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Call, Reply, answers, at, errors, get, mock, mock_output, put
from tests.core.net.servers import redirect
from tests.journeys.client import TERMINAL

S = Section("4.3", "Notifications: delivery")


@S.seen("trigger-output", "an output's targets are told when it is terminal, a job's when the job is")
def trigger(scene: Scene) -> None:
    assert scene.told("film-output").document["output"]["state"] == "finished"
    assert scene.told("film-json").document["job"]["state"] in TERMINAL


@S.seen("secret-account", "the secret is the account's")
def secret(scene: Scene) -> None:
    for hook in ("film-json", "film-xml", "film-output", "old"):
        assert scene.told(hook).headers["x-zencoder-notification-secret"] == scene.ready.notification_secret


@S.seen("signature-verified", "the signature is one of Standard Webhooks", ours=True)
def signature(scene: Scene) -> None:
    webhook = Webhook(scene.ready.signing_secret)
    for hook in ("film-json", "film-output"):
        reply = scene.told(hook)
        assert webhook.verify(reply.body, dict(reply.headers)) == reply.document  # raises if it is not
    reply = scene.told("film-xml")  # the package can only verify JSON, but sign anything
    sent_at = datetime.fromtimestamp(int(reply.headers["webhook-timestamp"]), UTC)
    assert webhook.sign(reply.headers["webhook-id"], sent_at, reply.text) == reply.headers["webhook-signature"]


@S.seen("order", "outputs are told of before their job")
def order(scene: Scene) -> None:
    output = {**SMALL, "notifications": [scene.hook("order").url]}
    scene.job({"input": scene.fill(CLIP), "output": output, "notifications": [scene.hook("order").url]})
    first, second = scene.told("order", 0).document, scene.told("order", 1).document
    assert "output" in first and "outputs" in second and second["job"]["state"] == "finished"


@S.seen("method", "by POST")
def method(scene: Scene) -> None:
    scene.told("film-json")
    assert {method for hook, method in scene.methods if hook == "film-json"} == {"POST"}


@S.seen("once", "a target that takes it is told once")
def once(scene: Scene) -> None:
    scene.told("film-json")
    assert len(scene.hook("film-json").calls) == 1


def _failing_hook(scene: Scene, name: str, *statuses: int) -> None:
    """A quick job whose target answers so."""
    scene.hook(name).statuses = list(statuses)
    scene.once(name, lambda: scene.job({"input": scene.fill(NOISE), "notifications": [scene.hook(name).url]}))


@S.seen("retry", "a target that does not is told again, after a few seconds, with the same bytes")
def retry(scene: Scene) -> None:
    _failing_hook(scene, "retry", 500, 200)
    first, second = scene.told("retry", 0), scene.told("retry", 1)
    assert first.body == second.body and first.headers["webhook-id"] == second.headers["webhook-id"]
    between = int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"])
    assert 3 <= between <= 30


@S.seen("retry-doubles", "the wait doubles each time")
def retry_doubles(scene: Scene) -> None:
    job = scene.details("vain")["id"]
    attempts = _logged(scene, job, lambda entry: len(entry["attempts"]) >= 3)["attempts"]
    moments = [_seconds(each["attempted_at"]) for each in attempts]
    waits = [after - before for before, after in itertools.pairwise(moments)]
    assert 3 <= waits[0] <= 15, waits
    assert all(1.4 <= after / before <= 3 for before, after in itertools.pairwise(waits)), waits


@S.seen("retry-same", "every attempt has the same id, and bytes")
def retry_same(scene: Scene) -> None:
    job = scene.details("vain")["id"]
    _logged(scene, job, lambda entry: len(entry["attempts"]) >= 3)
    attempts = scene.hook("vain").calls
    assert len(attempts) >= 3
    assert len({(each.headers["webhook-id"], each.body) for each in attempts}) == 1


@S.seen("redirect", "redirects are not followed: they are no success", ours=True)
def redirects(scene: Scene) -> None:
    scene.web.routes["/hooks/away"] = redirect(scene.hook("redirected").url)
    job = scene.job({"input": scene.fill(NOISE), "notifications": [scene.web.url("/hooks/away")]})
    entry = _logged(scene, job, lambda entry: entry["attempts"])
    assert entry["attempts"][0]["status"] == 302 and entry["state"] != "delivered"
    assert not scene.hook("redirected").calls


@S.seen("gone", "410 ends it", ours=True)
def gone(scene: Scene) -> None:
    _failing_hook(scene, "gone", 410, 200)
    scene.told("gone")
    job = scene.once("gone", lambda: 0)
    entry = _logged(scene, job, lambda entry: entry["attempts"])
    assert entry["next_attempt_at"] is None and len(entry["attempts"]) == 1


@S.seen("retry-after", "Retry-After is obeyed", ours=True)
def retry_after(scene: Scene) -> None:
    scene.web.routes["/hooks/busy"] = lambda handler: handler.answer(503, b"", {"Retry-After": "600"})
    job = scene.job({"input": scene.fill(NOISE), "notifications": [scene.web.url("/hooks/busy")]})
    entry = _logged(scene, job, lambda entry: entry["attempts"] and entry["next_attempt_at"])
    assert entry["next_attempt_at"] >= entry["attempts"][0]["attempted_at"][:15]
    assert _seconds(entry["next_attempt_at"]) - _seconds(entry["attempts"][0]["attempted_at"]) >= 590


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _logged(scene: Scene, job: int, fits: Any) -> Any:
    """The only entry of a job's delivery log, once it fits."""
    path = get(f"/jobs/{job}/notifications")
    reply = scene.until(path, lambda found: found["notifications"] and fits(found["notifications"][0]), 30)
    return reply.document["notifications"][0]


def log(scene: Scene) -> Reply:
    scene.told("film-json")
    return scene.send(get("/jobs/{film}/notifications"))


S.rule(
    "log", "GET /jobs/:id/notifications: what became of them", log, answers(200), at("notifications", LIST), ours=True
)
S.rule(
    "log-attempt",
    "with each attempt's status",
    log,
    at("notifications", containing({"attempts": containing({"status": 204})})),
    ours=True,
)
S.rule("log-mail", "mails too", log, at("notifications", containing({"target": "someone@example.com"})), ours=True)
S.rule(
    "log-password",
    "without passwords",
    log,
    at("notifications", containing({"target": matches("http://(?!.*lace).*film-basic")})),
    ours=True,
)


@S.seen("resend", "PUT /jobs/:id/notifications/:id/resend: the same once more", ours=True)
def resend(scene: Scene) -> None:
    _failing_hook(scene, "again-please", 204)
    first = scene.told("again-please")
    job = scene.once("again-please", lambda: 0)
    entry = _logged(scene, job, lambda entry: entry["state"] == "delivered")
    assert scene.send(put(f"/jobs/{job}/notifications/{entry['id']}/resend")).status in (202, 204)
    assert scene.told("again-please", 1).body == first.body


@S.seen("mail", "an address is sent a mail with a summary; here it is a file")
def mail(scene: Scene) -> None:
    job = scene.details("film")["id"]
    end = time.monotonic() + scene.patience
    while not (found := list(Path(scene.ready.data_dir).rglob("*someone@example.com.eml"))):
        assert time.monotonic() < end
        time.sleep(0.2)
    text = found[0].read_text()
    assert "To: someone@example.com" in text and str(job) in text and "finished" in text


S.rule(
    "forms",
    "a target may be an address, a URL or a hash",
    mock(notifications=["a@example.com", "http://a.example/", {"url": "http://b.example/"}]),
    answers(201),
)
S.rule("single-text", "a single text is enough", mock(notifications="http://a.example/"), answers(201))
S.rule(
    "single-hash",
    "so is a single hash",
    mock_output(notifications={"url": "http://a.example/", "format": "xml"}),
    answers(201),
)
S.rule(
    "format-wrong",
    "format is json or xml",
    mock(notifications=[{"url": "http://a.example/", "format": "yaml"}]),
    answers(422),
    errors("format"),
)
S.rule("url-missing", "a hash needs a url", mock(notifications=[{"format": "xml"}]), answers(422), errors("url"))
S.rule("url-wrong", "which must be one", mock(notifications=["nowhere"]), answers(422), errors("notifications"))
S.rule(
    "header-name",
    "a header's name begins with a letter",
    mock(notifications=[{"url": "http://a.example/", "headers": {"1-up": "x"}}]),
    answers(422),
    errors("headers"),
)
S.rule(
    "header-break",
    "a header has no line breaks",
    mock(notifications=[{"url": "http://a.example/", "headers": {"A": "x\r\nB: y"}}]),
    answers(422),
    errors("headers"),
    ours=True,
)
S.rule(
    "event",
    "event is for live outputs: without effect",
    mock(notifications=[{"url": "http://a.example/", "event": "seamless_playback"}]),
    answers(201),
)
S.rule(
    "log-foreign",
    "the log is the owner's",
    Call("GET", "/jobs/{film}/notifications", key="{key.other}"),
    answers(404),
    errors(),
    ours=True,
)


@S.seen("key-on", "receivers can key on job id and state")
def key_on(scene: Scene) -> None:
    found = scene.told("film-json").document["job"]
    assert (found["id"], found["state"]) == (scene.details("film")["id"], "finished")
