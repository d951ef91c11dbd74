"""What a job used is counted when it is over, once: seen in the account at once, in reports from tomorrow on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from stepcoder.aws.table import Table
from stepcoder.billing import Amount, started_minutes
from stepcoder.records.store import Records
from tests.clips import source
from tests.journeys.client import Customer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


def books(customer: Customer) -> Records:
    """The service's own records."""
    ready = customer.ready
    client = boto3.client(
        "dynamodb",
        endpoint_url=ready.s3_endpoint,
        region_name=ready.region,
        aws_access_key_id=ready.access_key_id,
        aws_secret_access_key=ready.secret_access_key,
    )
    (name,) = client.list_tables()["TableNames"]
    return Records(Table(name, client))


def used(customer: Customer, grouping: str) -> Amount:
    today = datetime.now(UTC).date().isoformat()
    account_id = 1  # the ready-made one
    return sum((line.amount for line in books(customer).usage(account_id, [today], grouping)), Amount())


def billed(customer: Customer) -> int:
    """Units of this month."""
    return books(customer).usage_of_month(1, datetime.now(UTC).strftime("%Y-%m")).billable


def get(customer: Customer, path: str) -> dict[str, Any]:
    status, found = customer.call("GET", path)
    assert status == 200, found
    return dict(found)


def test_finished_outputs_are_counted_by_what_they_are(service: Customer) -> None:
    before, folder = billed(service), service.folder()
    clip = service.put(source("cfr_25"))
    outputs: list[dict[str, Any]] = [
        {"label": "film", "url": f"{folder}film.mp4", "width": 160, "speed": 5},
        {"label": "sound", "url": f"{folder}sound.mp4", "skip_video": True},
        {"label": "list", "type": "playlist", "url": f"{folder}l.m3u8", "streams": [{"path": "a", "bandwidth": 500}]},
    ]
    tried = {**outputs[0], "url": f"{folder}tried.mp4"}
    jobs = [service.submit(clip, *outputs, grouping="paid"), service.submit(clip, tried, grouping="t", test=True)]
    for job in jobs:
        ended = service.wait(job)
        assert ended["state"] == "finished", ended
    # 12 seconds are two steps; of sound a quarter is billed, of five test seconds nothing.
    assert used(service, "paid") == Amount(8 + 8, 8 + 2)
    assert used(service, "t") == Amount(4, 0)
    assert billed(service) >= before + 8 + 2
    assert get(service, "/account")["minutes_used"] == started_minutes(billed(service))


def test_a_failed_job_uses_nothing(service: Customer) -> None:
    job = service.submit(f"s3://{service.ready.upload_bucket}/nothing-here.mov", {}, grouping="failed")
    assert service.wait(job)["state"] == "failed"
    assert used(service, "failed") == Amount()


def test_reports_are_served_without_today(service: Customer) -> None:
    today = datetime.now(UTC).date().isoformat()
    for path in ("/reports/vod", "/reports/minutes.json", f"/reports/vod?from={today}&to={today}"):
        found = get(service, path)
        assert found == {"total": {"encoded_minutes": 0, "billable_minutes": 0}, "statistics": []}
    assert set(get(service, "/reports/all")["total"]) == {"live", "vod"}
    status, refused = service.call("GET", "/reports/live?from=soon")
    assert (status, refused["errors"][0][:15]) == (422, "from is 'soon':")
