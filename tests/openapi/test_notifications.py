"""What is posted to customers is what the description's webhooks say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scripts.openapi.webhooks import webhooks
from stepcoder.notifications.payloads import job_payload, minimal_output_payload, output_payload
from stepcoder.records.model import Output
from tests.core.notifications.test_payloads import DONE, FAILED, JOB, SOURCE
from tests.openapi.strict import problems

ELSEWHERE = replace(DONE, fallback={"upload": ["UploadTimeoutError", "The place took nothing."]})
UNKNOWN = replace(SOURCE, facts={}, state="failed", error_class="FileNotFoundError", error_message="It is not there.")


@pytest.mark.parametrize("output", [DONE, FAILED, ELSEWHERE], ids=["done", "failed", "elsewhere"])
def test_notifications_are_as_described(output: Output) -> None:
    assert problems("JobNotification", job_payload(JOB, SOURCE, [output, output])) == []
    assert problems("JobNotification", job_payload(JOB, UNKNOWN, [])) == []
    assert problems("OutputNotification", output_payload(JOB, SOURCE, output)) == []
    assert problems("V1OutputNotification", minimal_output_payload(JOB, output)) == []


def test_what_is_not_described_is_noticed() -> None:
    said = job_payload(JOB, SOURCE, [DONE])
    assert problems("JobNotification", {**said, "more": 1}) == [
        "$: Additional properties are not allowed ('more' was unexpected)"
    ]
    said["job"].pop("id")
    assert problems("JobNotification", said) == ["$.job: 'id' is a required property"]


@pytest.mark.parametrize(
    "name", ["X-Zencoder-Notification-Secret", "webhook-id", "webhook-timestamp", "webhook-signature"]
)
def test_the_headers_that_prove_a_notification_are_described(name: str) -> None:
    headers = [each["name"] for each in webhooks()["jobEnded"]["post"]["parameters"]]
    assert name in headers
    assert json.dumps(webhooks()).count(f'"{name}"') == 2
