"""Notifications as their receivers see them: every channel and format, good and bad servers, and what the log says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from standardwebhooks import Webhook, WebhookVerificationError

from tests.core.net.servers import Handler, WebServer, in_turn, status
from tests.journeys.client import Customer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

FETCHER = "http://zencoderfetcher/"


@dataclass(frozen=True)
class Told:
    """A job that failed for want of its source, and all that was told of it."""

    customer: Customer
    web: WebServer
    job_id: int
    log: dict[str, dict[str, Any]]  # by target

    def calls(self, path: str) -> list[Handler]:
        return received(self.web, path)

    def of(self, path: str) -> dict[str, Any]:
        return next(entry for target, entry in self.log.items() if target.partition("?")[0].endswith(path))


def received(web: WebServer, path: str) -> list[Handler]:
    return [request for request in web.requests if request.path.partition("?")[0] == path]


def until(found: Callable[[], Any], seconds: float = 60) -> Any:
    """What is found, as soon as it is something."""
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)
    return result


def log_of(customer: Customer, job_id: int) -> list[dict[str, Any]]:
    code, found = customer.call("GET", f"/jobs/{job_id}/notifications")
    assert code == 200, found
    return list(found["notifications"])


def settled_log(customer: Customer, job_id: int, count: int) -> list[dict[str, Any]]:
    """The log, once so many messages are neither pending nor missing."""

    def settled() -> list[dict[str, Any]]:
        log = log_of(customer, job_id)
        over = len(log) >= count and all(entry["state"] != "pending" for entry in log)
        return log if over else []

    return list(until(settled))


def submit(customer: Customer, web: WebServer, **job: Any) -> int:
    """A job that fails at once: there is no such source."""
    return customer.submit(web.url("/no-such-film.mp4"), job.pop("output", {}), **job)


def new_customer(service: Customer, email: str) -> Customer:
    """The customer of another account of the same service."""
    code, made = service.call("POST", "/account", {"email": email, "terms_of_service": "1"})
    assert code == 201, made
    return replace(service, ready=replace(service.ready, api_key=made["api_key"]))


@pytest.fixture(scope="module")
def told(service: Customer, web: WebServer) -> Told:
    web.routes |= {
        "/n/flaky": in_turn(status(500), status(204)),
        "/n/busy": in_turn(status(503, {"Retry-After": "8"}), status(204)),
        "/n/gone": status(410),
        "/n/moved": in_turn(status(302, {"Location": web.url("/n/elsewhere")}), status(200)),
        "/n/elsewhere": status(204),
        "/n/xml": status(204),
        "/n/output": status(204),
    }
    job_id = submit(
        service,
        web,
        pass_through="asset-7 <&> é",
        notifications=[
            web.url("/n/flaky"),
            web.url("/n/busy"),
            {"url": web.url("/n/gone")},
            web.url("/n/moved"),
            {
                "url": web.url("/n/xml", userinfo="ada:p%40ss@") + "?token=t0ken",
                "format": "xml",
                "headers": {"X-Case": "42"},
            },
        ],
        output={
            "label": "web",
            "notifications": [
                web.url("/n/output"),
                "ada@example.org",
                {"url": FETCHER, "format": "json"},
                {"url": "mailto:bob@example.org"},
                "http://192.0.2.1/hook",
            ],
        },
    )
    log = settled_log(service, job_id, 10)
    return Told(service, web, job_id, {entry["target"]: entry for entry in log})


def tries(entry: dict[str, Any]) -> list[int | None]:
    return [attempt["status"] for attempt in entry["attempts"]]


def test_a_server_that_fails_is_tried_again_with_the_same_bytes(told: Told) -> None:
    first, second = told.calls("/n/flaky")
    assert (told.of("/n/flaky")["state"], tries(told.of("/n/flaky"))) == ("delivered", [500, 204])
    assert "500" in told.of("/n/flaky")["attempts"][0]["reason"]
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 4


def test_a_server_is_given_the_time_it_asks_for(told: Told) -> None:
    first, second = told.calls("/n/busy")
    assert (told.of("/n/busy")["state"], tries(told.of("/n/busy"))) == ("delivered", [503, 204])
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 7


def test_a_server_that_wants_no_more_gets_no_more(told: Told) -> None:
    assert len(told.calls("/n/gone")) == 1
    assert (told.of("/n/gone")["state"], tries(told.of("/n/gone"))) == ("gone", [410])


def test_a_redirect_is_not_followed_and_the_log_says_so(told: Told) -> None:
    assert told.calls("/n/elsewhere") == []
    assert (told.of("/n/moved")["state"], tries(told.of("/n/moved"))) == ("delivered", [302, 200])
    assert "redirects are not followed" in told.of("/n/moved")["attempts"][0]["reason"]


def test_a_private_address_is_refused_at_once(told: Told) -> None:
    entry = told.log["http://192.0.2.1/hook"]
    assert (entry["state"], tries(entry), entry["next_attempt_at"]) == ("refused", [None], None)
    assert "public internet address" in entry["attempts"][0]["reason"]


def test_xml_comes_with_its_type_its_password_and_the_customers_headers(told: Told) -> None:
    (call,) = told.calls("/n/xml")
    assert call.headers["Content-Type"] == "application/xml"
    assert call.headers["Authorization"] == "Basic YWRhOnBAc3M="
    assert call.headers["X-Case"] == "42"
    root = fromstring(call.body)
    assert root.tag == "notification"
    assert root.findtext("job/id") == str(told.job_id)
    assert root.findtext("job/pass_through") == "asset-7 <&> é"
    assert root.findtext("input/error_link") == "https://app.zencoder.com/docs/errors/FileNotFoundError"
    assert root.findtext("outputs/output/state") == "no_input"
    signature = Webhook(told.customer.ready.signing_secret)
    # The public library reads JSON; what it signs is any text.
    assert call.headers["webhook-signature"] == signature.sign(
        call.headers["webhook-id"], _sent_at(call), call.body.decode()
    )


def _sent_at(call: Handler) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(int(call.headers["webhook-timestamp"]), UTC)


def test_no_secret_of_a_target_is_shown_or_logged(told: Told) -> None:
    entry = told.of("/n/xml")
    assert entry["target"] == told.web.url("/n/xml", userinfo="***@") + "?token=***"
    logs = Path(told.customer.ready.data_dir) / "logs"
    for file in (*logs.iterdir(), Path(told.customer.ready.data_dir) / "serve.log"):
        text = file.read_text(errors="replace")
        assert "p%40ss" not in text, file
        assert "p@ss" not in text, file
        assert "YWRhOnBAc3M=" not in text, file
        assert "t0ken" not in text, file


def test_outputs_are_told_of_before_their_job(told: Told) -> None:
    requests = [request.path for request in told.web.requests if request.path.startswith("/n/")]
    assert requests[0] == "/n/output"
    output = json.loads(told.calls("/n/output")[0].body)
    assert output["output"]["state"] == "no_input"
    job = json.loads(told.calls("/n/flaky")[0].body)
    assert job["job"]["state"] == "failed"
    assert job["input"]["error_message"]
    assert "error_class" not in job["input"]


def test_mails_are_files_that_a_mail_program_reads(told: Told) -> None:
    mails = [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted((Path(told.customer.ready.data_dir) / "mail").glob("*.eml"))
    ]
    ours = [mail for mail in mails if f"job {told.job_id} " in mail["Subject"]]
    assert sorted(mail["To"] for mail in ours) == ["ada@example.org", "bob@example.org"]
    for mail in ours:
        assert mail["Subject"] == (
            f'Output {told.of("/n/output")["id"].split("-")[1].split("_")[0]} "web" of job {told.job_id}'
            " was not started, because its input failed (asset-7 <&> é)"
        )
        assert mail["From"].endswith("<stepcoder@localhost.localdomain>")
        assert "Error: FileNotFoundError" in mail.get_content()
    assert told.log["ada@example.org"]["state"] == "delivered"


def test_the_fetcher_finds_what_was_kept_for_it(told: Told) -> None:
    assert told.log[FETCHER]["state"] == "kept"
    key = told.customer.ready.api_key
    path = f"/notifications.json?api_key={key}&per_page=50&page=1&version=latest&since_id={told.job_id - 1}"
    code, found = told.customer.call("GET", path)
    assert code == 200
    (kept,) = [entry for entry in found["notifications"] if entry["job"]["id"] == told.job_id]
    assert kept.pop("format") == "json"
    assert kept == json.loads(told.calls("/n/output")[0].body)
    assert found["sent_at"].endswith("Z")


def test_notifications_are_sent_again_with_the_same_bytes(told: Told) -> None:
    (first,) = told.calls("/n/output")
    event_id = told.of("/n/output")["id"]
    code, _ = told.customer.call("PUT", f"/jobs/{told.job_id}/notifications/{event_id}/resend")
    assert code == 204
    _, again = until(lambda: len(told.calls("/n/output")) == 2 and told.calls("/n/output"))
    assert again.body == first.body
    assert again.headers["webhook-id"] == first.headers["webhook-id"] == event_id

    def logged() -> list[int | None] | None:
        entry = next(each for each in log_of(told.customer, told.job_id) if each["id"] == event_id)
        return tries(entry) if entry["state"] == "delivered" else None

    assert until(logged) == [204, 204]
    assert told.customer.call("PUT", f"/jobs/{told.job_id}/notifications/nonsense/resend")[0] == 404


def test_a_job_waits_for_an_output_whose_receiver_is_slow(service: Customer, web: WebServer) -> None:
    def slow(handler: Handler) -> None:
        time.sleep(3)
        handler.answer(204)

    web.routes |= {"/s/output": slow, "/s/job": status(204)}
    job_id = submit(service, web, notifications=web.url("/s/job"), output={"notifications": [web.url("/s/output")] * 3})
    log = settled_log(service, job_id, 4)
    job = next(entry for entry in log if entry["event"] == "job")
    assert len(job["attempts"]) == 1
    assert [request.path for request in web.requests if request.path.startswith("/s/")] == ["/s/output"] * 3 + [
        "/s/job"
    ]


def test_a_job_of_version_1_tells_of_its_outputs_in_few_words(service: Customer, web: WebServer) -> None:
    web.routes |= {"/v1/output": status(204), "/v1/typed": status(204), "/v1/job": status(204)}
    old = replace(service, ready=replace(service.ready, base_url=service.ready.base_url.replace("/v2", "/v1")))
    targets = [web.url("/v1/output"), {"url": web.url("/v1/typed"), "format": "json"}]
    job_id = submit(old, web, notifications=web.url("/v1/job"), output={"label": "web", "notifications": targets})
    settled_log(service, job_id, 2)
    (call,), (typed,) = received(web, "/v1/output"), received(web, "/v1/typed")
    assert "Content-Type" not in call.headers
    assert typed.headers["Content-Type"] == "application/json"
    document = json.loads(call.body)
    assert set(document) == {"job", "output"}
    assert set(document["job"]) == {"id", "state", "test"}
    assert set(document["output"]) == {"id", "label", "url", "state"}
    assert received(web, "/v1/job") == []


def test_secrets_can_be_rotated_without_a_gap(service: Customer, web: WebServer) -> None:
    web.routes["/r/hook"] = status(204)
    customer = new_customer(service, "rotating@example.com")

    def posted(count: int) -> Handler:
        submit(customer, web, notifications=web.url("/r/hook"))
        return list(until(lambda: len(received(web, "/r/hook")) >= count and received(web, "/r/hook")))[count - 1]

    def secrets(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, str]:
        code, found = customer.call(method, path, body)
        assert code == 200, found
        return dict(found)

    old = secrets("GET", "/account/secrets")
    new = secrets("POST", "/account/secrets/rotate", {"overlap_hours": 1})
    both = posted(1)
    for known in (old, new):
        Webhook(known["signing_secret"]).verify(both.body, dict(both.headers.items()))
    assert both.headers["X-Zencoder-Notification-Secret"] == old["notification_secret"]

    last = secrets("POST", "/account/secrets/rotate", {"overlap_hours": 0})
    only = posted(2)
    Webhook(last["signing_secret"]).verify(only.body, dict(only.headers.items()))
    with pytest.raises(WebhookVerificationError):
        Webhook(new["signing_secret"]).verify(only.body, dict(only.headers.items()))
    assert only.headers["X-Zencoder-Notification-Secret"] == last["notification_secret"]


def test_other_accounts_learn_nothing(told: Told) -> None:
    eve = new_customer(told.customer, "eve@example.com")
    assert eve.call("GET", f"/jobs/{told.job_id}/notifications")[0] == 404
    assert eve.call("PUT", f"/jobs/{told.job_id}/notifications/resend")[0] == 404
    code, found = eve.call("GET", "/notifications")
    assert (code, found["notifications"]) == (200, [])


def test_a_sixth_target_is_one_too_many(service: Customer, web: WebServer) -> None:
    hooks = [web.url("/n/output")] * 6
    source = web.url("/no-such-film.mp4")
    for members in ({"notifications": hooks}, {"output": {"notifications": hooks}}):
        code, found = service.call("POST", "/jobs", {"input": source, **members})
        assert code == 422
        assert "there is a limit of 5 notifications per job and per output" in found["errors"][0]
