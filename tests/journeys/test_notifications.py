"""Notifications as their receivers see them: every channel and format, good and bad servers, and what the log says."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from standardwebhooks import Webhook, WebhookVerificationError

from tests.core.net.servers import Handler, WebServer, in_turn, redirect, status
from tests.journeys.client import Customer
from tests.journeys.conftest import Call
from tests.journeys.receivers import Receivers, log_of, new_customer, settled_log, submit_hopeless, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

FETCHER = "http://zencoderfetcher/"


@dataclass(frozen=True)
class Told:
    """A job that failed for want of its source, and all that was told of it."""

    customer: Customer
    receivers: Receivers
    job_id: int
    log: dict[str, dict[str, Any]]  # by target

    def calls(self, name: str) -> list[Call]:
        return self.receivers.of(name)

    def entry(self, name: str) -> dict[str, Any]:
        return next(entry for target, entry in self.log.items() if target.partition("?")[0].endswith(f"/{name}"))

    def outcome(self, name: str) -> tuple[str, list[int | None]]:
        """The state in the log, and the statuses of all tries."""
        return self.entry(name)["state"], tries(self.entry(name))


def tries(entry: dict[str, Any]) -> list[int | None]:
    return [attempt["status"] for attempt in entry["attempts"]]


@pytest.fixture(scope="module")
def told(service: Customer, web: WebServer) -> Told:
    receivers = Receivers(
        web,
        flaky=in_turn(status(500), status(204)),
        busy=in_turn(status(503, {"Retry-After": "8"}), status(204)),
        gone=status(410),
        moved=in_turn(lambda handler: redirect(receivers.url("elsewhere"))(handler), status(200)),
        elsewhere=status(204),
        xml=status(204),
        output=status(204),
    )
    with_password = receivers.url("xml", userinfo="ada:p%40ss@") + "?token=t0ken"
    job_id = submit_hopeless(
        service,
        web,
        pass_through="asset-7 <&> é",
        notifications=[
            receivers.url("flaky"),
            receivers.url("busy"),
            {"url": receivers.url("gone")},
            receivers.url("moved"),
            {"url": with_password, "format": "xml", "headers": {"X-Case": "42"}},
        ],
        output={
            "label": "web",
            "notifications": [
                receivers.url("output"),
                "ada@example.org",
                {"url": "mailto:bob@example.org"},
                {"url": FETCHER, "format": "json"},
                "http://192.0.2.1/hook",
            ],
        },
    )
    log = settled_log(service, job_id, 10)
    return Told(service, receivers, job_id, {entry["target"]: entry for entry in log})


def test_a_server_that_fails_is_tried_again_with_the_same_bytes(told: Told) -> None:
    first, second = told.calls("flaky")
    assert told.outcome("flaky") == ("delivered", [500, 204])
    assert "answered 500" in told.entry("flaky")["attempts"][0]["reason"]
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 4


def test_a_server_is_given_the_time_it_asks_for(told: Told) -> None:
    first, second = told.calls("busy")
    assert told.outcome("busy") == ("delivered", [503, 204])
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 7


def test_a_server_that_wants_no_more_gets_no_more(told: Told) -> None:
    assert len(told.calls("gone")) == 1
    assert told.outcome("gone") == ("gone", [410])


def test_a_redirect_is_not_followed_and_the_log_says_so(told: Told) -> None:
    assert told.calls("elsewhere") == []
    assert told.outcome("moved") == ("delivered", [302, 200])
    assert "redirects are not followed" in told.entry("moved")["attempts"][0]["reason"]


def test_a_private_address_is_refused_at_once(told: Told) -> None:
    entry = told.log["http://192.0.2.1/hook"]
    assert (entry["state"], tries(entry), entry["next_attempt_at"]) == ("refused", [None], None)
    assert "public internet address" in entry["attempts"][0]["reason"]


def test_xml_comes_with_its_type_its_password_and_the_customers_headers(told: Told) -> None:
    (call,) = told.calls("xml")
    assert call.headers["content-type"] == "application/xml"
    assert call.headers["authorization"] == "Basic YWRhOnBAc3M="
    assert call.headers["x-case"] == "42"
    root = fromstring(call.body)
    assert root.tag == "notification"
    assert root.findtext("job/id") == str(told.job_id)
    assert root.findtext("job/pass_through") == "asset-7 <&> é"
    assert root.findtext("input/error_link") == "https://app.zencoder.com/docs/errors/FileNotFoundError"
    assert root.findtext("outputs/output/state") == "no_input"
    Webhook(told.customer.ready.signing_secret).verify(call.body, call.headers, json_parse=False)


def test_no_secret_of_a_target_is_shown_or_logged(told: Told) -> None:
    assert told.entry("xml")["target"] == told.receivers.url("xml", userinfo="***@") + "?token=***"
    data = Path(told.customer.ready.data_dir)
    for file in (*(data / "logs").iterdir(), data / "serve.log"):
        text = file.read_text(errors="replace")
        for secret in ("p%40ss", "p@ss", "YWRhOnBAc3M=", "t0ken"):
            assert secret not in text, file


def test_outputs_are_told_of_before_their_job(told: Told) -> None:
    assert told.receivers.calls[0][0] == "output"
    assert told.calls("output")[0].document["output"]["state"] == "no_input"
    job = told.calls("flaky")[0].document
    assert job["job"]["state"] == "failed"
    assert job["input"]["error_message"]
    assert "error_class" not in job["input"]


def test_mails_are_files_that_a_mail_program_reads(told: Told) -> None:
    files = (Path(told.customer.ready.data_dir) / "mail").glob("*.eml")
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in files]
    ours = [mail for mail in mails if f"job {told.job_id} " in mail["Subject"]]
    output_id = told.calls("output")[0].document["output"]["id"]
    assert sorted(mail["To"] for mail in ours) == ["ada@example.org", "bob@example.org"]
    for mail in ours:
        assert mail["Subject"] == (
            f'Output {output_id} "web" of job {told.job_id} was not started, because its input failed (asset-7 <&> é)'
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
    assert kept == told.calls("output")[0].document
    assert found["sent_at"].endswith("Z")


def test_notifications_are_sent_again_with_the_same_bytes(told: Told) -> None:
    (first,) = told.calls("output")
    event_id = told.entry("output")["id"]
    assert told.customer.call("PUT", f"/jobs/{told.job_id}/notifications/{event_id}/resend")[0] == 204
    until(lambda: len(told.calls("output")) == 2)
    again = told.calls("output")[1]
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

    receivers = Receivers(web, output=slow, job=status(204))
    output = {"notifications": [receivers.url("output")] * 3}
    job_id = submit_hopeless(service, web, notifications=receivers.url("job"), output=output)
    log = settled_log(service, job_id, 4)
    assert [name for name, _ in receivers.calls] == ["output"] * 3 + ["job"]
    assert [len(entry["attempts"]) for entry in log] == [1, 1, 1, 1]


def test_a_job_of_version_1_tells_of_its_outputs_in_few_words(service: Customer, web: WebServer) -> None:
    receivers = Receivers(web, output=status(204), typed=status(204), job=status(204))
    old = replace(service, ready=replace(service.ready, base_url=service.ready.base_url.replace("/v2", "/v1")))
    targets = [receivers.url("output"), {"url": receivers.url("typed"), "format": "json"}]
    output = {"label": "web", "notifications": targets}
    settled_log(service, submit_hopeless(old, web, notifications=receivers.url("job"), output=output), 2)
    (call,), (typed,) = receivers.of("output"), receivers.of("typed")
    assert "content-type" not in call.headers
    assert typed.headers["content-type"] == "application/json"
    assert {name: set(part) for name, part in call.document.items()} == {
        "job": {"id", "state", "test"},
        "output": {"id", "label", "url", "state"},
    }
    assert receivers.of("job") == []


def test_secrets_can_be_rotated_without_a_gap(service: Customer, web: WebServer) -> None:
    receivers = Receivers(web, hook=status(204))
    customer = new_customer(service, "rotating@example.com")

    def posted() -> Call:
        count = len(receivers.calls) + 1
        submit_hopeless(customer, web, notifications=receivers.url("hook"))
        until(lambda: len(receivers.calls) == count)
        return receivers.of("hook")[-1]

    def secrets(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, str]:
        code, found = customer.call(method, path, body)
        assert code == 200, found
        return dict(found)

    old = secrets("GET", "/account/secrets")
    new = secrets("POST", "/account/secrets/rotate", {"overlap_hours": 1})
    both = posted()
    for known in (old, new):
        Webhook(known["signing_secret"]).verify(both.body, both.headers)
    assert both.headers["x-zencoder-notification-secret"] == old["notification_secret"]

    last = secrets("POST", "/account/secrets/rotate", {"overlap_hours": 0})
    only = posted()
    Webhook(last["signing_secret"]).verify(only.body, only.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new["signing_secret"]).verify(only.body, only.headers)
    assert only.headers["x-zencoder-notification-secret"] == last["notification_secret"]


def test_other_accounts_learn_nothing(told: Told) -> None:
    eve = new_customer(told.customer, "eve@example.com")
    assert eve.call("GET", f"/jobs/{told.job_id}/notifications")[0] == 404
    assert eve.call("PUT", f"/jobs/{told.job_id}/notifications/resend")[0] == 404
    code, found = eve.call("GET", "/notifications")
    assert (code, found["notifications"]) == (200, [])


def test_a_sixth_target_is_one_too_many(service: Customer, web: WebServer) -> None:
    hooks = [web.url("/hook")] * 6
    for members in ({"notifications": hooks}, {"output": {"notifications": hooks}}):
        code, found = service.call("POST", "/jobs", {"input": web.url("/no-such-film.mp4"), **members})
        assert code == 422
        assert "there is a limit of 5 notifications per job and per output" in found["errors"][0]
