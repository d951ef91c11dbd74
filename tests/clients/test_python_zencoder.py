"""The Python client from PyPI, unchanged but for its base URL: every call it has, and its own mistakes."""

from __future__ import annotations

import datetime
import itertools
import time
from collections.abc import Callable
from typing import Any

import pytest
from zencoder import Zencoder, ZencoderResponseError
from zencoder.core import Job, Report, Response

from tests.clients.conftest import FAST, Finished
from tests.conformance.scene import Scene

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]
_numbers = itertools.count(1)


@pytest.fixture
def client(scene: Scene) -> Any:
    # It concatenates, so its base URL ends in a slash.
    return Zencoder(scene.ready.api_key, base_url=scene.ready.base_url + "/", timeout=30)


@pytest.fixture
def newcomer(scene: Scene, client: Any) -> Any:
    """A client with an account of its own."""
    created = client.account.create(f"python{next(_numbers)}@example.com")
    return Zencoder(created.body["api_key"], base_url=scene.ready.base_url + "/")


def test_a_job_from_its_creation_to_its_file(client: Any, scene: Scene, clip: str) -> None:
    url = f"s3://{scene.ready.output_bucket}/python/a.mp4"
    created = client.job.create(clip, outputs=[{**FAST, "url": url}], options={"pass_through": "python"})
    assert created.code == 201
    assert "test" not in created.body  # it sends "test": false
    job = created.body["id"]
    end = time.monotonic() + 60
    while client.job.progress(job).body["state"] != "finished":
        assert time.monotonic() < end, client.job.details(job).body
        time.sleep(0.1)
    details = client.job.details(job)
    assert (details.code, details.body["job"]["state"], details.body["job"]["pass_through"]) == (
        200,
        "finished",
        "python",
    )
    assert scene.customer.s3.head_object(Bucket=scene.ready.output_bucket, Key="python/a.mp4")["ContentLength"] > 1000


def test_outputs_may_be_a_tuple(client: Any, clip: str) -> None:
    created = client.job.create(clip, outputs=({"label": "a"},), options={"mock": True})
    assert (created.code, created.body["outputs"][0]["label"]) == (201, "a")


def test_its_test_mode(scene: Scene, clip: str) -> None:
    client = Zencoder(scene.ready.api_key, base_url=scene.ready.base_url + "/", test=True)
    assert client.job.create(clip, options={"mock": True}).body["test"] is True


def test_a_live_job_is_refused_in_json(client: Any) -> None:
    refused = client.job.create(live_stream=True)  # with "input": null
    assert refused.code == 422
    assert any("live_stream" in sentence for sentence in refused.body["errors"])


def test_listing(client: Any, finished: Finished) -> None:
    listed = client.job.list()
    assert listed.code == 200
    assert finished.id in [each["job"]["id"] for each in listed.body]
    assert len(client.job.list(page=1, per_page=1).body) == 1
    assert client.job.list(page=1000).body == []


def test_progress(client: Any, finished: Finished) -> None:
    assert client.job.progress(finished.id).body["state"] == "finished"
    assert client.output.progress(finished.output_id).body == {"state": "finished"}
    assert client.input.progress(finished.input_id).body == {"state": "finished"}


def test_output_details(client: Any, finished: Finished) -> None:
    found = client.output.details(finished.output_id)
    assert (found.code, found.body["label"], found.body["job_id"]) == (200, "web", finished.id)


def test_input_details_asks_for_the_wrong_thing_and_is_told_so_in_json(client: Any, finished: Finished) -> None:
    found = client.input.details(finished.input_id)  # its URL holds Python's own input function, not the id
    assert (found.code, list(found.body)) == (404, ["errors"])


def test_resubmit(client: Any, finished: Finished, fail: Callable[[], int], scene: Scene) -> None:
    failed = fail()
    assert _said(client.job.resubmit(finished.id)) == (409, ["errors"])
    assert _said(client.job.resubmit(failed)) == (204, None)
    scene.ended(failed)


@pytest.mark.parametrize("call", ["cancel", "delete"])
def test_cancel_and_its_alias(client: Any, scene: Scene, call: str) -> None:
    with scene.downloading() as source:
        job = client.job.create(source).body["id"]
        assert _said(getattr(client.job, call)(job)) == (204, None)
    assert client.job.details(job).body["job"]["state"] == "cancelled"
    assert _said(getattr(client.job, call)(job)) == (409, ["errors"])


def test_cancel_in_version_1_is_a_get(scene: Scene, finished: Finished) -> None:
    jobs = Job(scene.ready.base_url.replace("v2", "v1") + "/", scene.ready.api_key, version="v1")
    assert _said(jobs.cancel(finished.id)) == (409, ["errors"])


def test_finish(client: Any, finished: Finished) -> None:
    refused = client.job.finish(finished.id)
    assert (refused.code, refused.body) == (409, {"errors": ["Only Live streaming jobs can be finished."]})


def test_an_account(client: Any, newcomer: Any) -> None:
    assert newcomer.account.details().body["integration_mode"] is False
    assert _said(newcomer.account.integration()) == (204, None)
    assert newcomer.account.details().body["integration_mode"] is True
    assert _said(newcomer.account.live()) == (204, None)
    assert newcomer.account.details().body["integration_mode"] is False
    assert newcomer.job.list().body == []


def test_an_account_with_options(client: Any) -> None:
    options = {"password": "lovelace", "password_confirmation": "lovelace", "newsletter": "0"}
    created = client.account.create("python-options@example.com", options=options)  # terms_of_service is the text "1"
    assert (created.code, list(created.body)) == (201, ["api_key"])
    assert _said(client.account.create("python-options@example.com")) == (422, ["errors"])
    assert _said(client.account.create("python-terms@example.com", tos=0)) == (422, ["errors"])


@pytest.mark.parametrize("name", ["minutes", "vod", "live", "all"])
def test_reports(scene: Scene, client: Any, name: str) -> None:
    assert client.report is None  # it has reports only without a base URL, so they are reached as patches reach them
    report = Report(scene.ready.base_url + "/", scene.ready.api_key)
    today = datetime.date.today()
    month = today - datetime.timedelta(days=30)
    for arguments in ((), (month,), (month, today)):
        found = getattr(report, name)(*arguments)
        assert (found.code, sorted(found.body)) == (200, ["statistics", "total"])
    assert getattr(report, name)(month, today, "tv").code == 200
    assert _said(getattr(report, name)(datetime.date(2020, 1, 1), datetime.date(2020, 6, 1))) == (422, ["errors"])


def test_every_failure_is_json(scene: Scene, client: Any, finished: Finished) -> None:
    """Its process() raises for any answer but 204 that is not JSON."""
    base = scene.ready.base_url
    stranger = Zencoder("0" * 32, base_url=base + "/")
    assert _said(stranger.job.list()) == (401, ["errors"])
    assert _said(stranger.job.create("s3://a/b.mp4")) == (401, ["errors"])
    assert _said(client.job.details(1)) == (404, ["errors"])
    assert _said(client.job.create("film.mp4")) == (422, ["errors"])
    without_slash = Zencoder(scene.ready.api_key, base_url=base)  # asks for /api/v2jobs
    assert _said(without_slash.job.list()) == (404, ["errors"])


def test_the_recorded_rate_limit_is_what_it_cannot_read(client: Any) -> None:
    """Plain text by the reference (1.6), so this is how users of this client know it."""
    import requests

    answer = requests.Response()
    answer.status_code, answer._content = 403, b"403 Forbidden (Rate Limit Exceeded)"
    with pytest.raises(ZencoderResponseError):
        client.job.process(answer)


def test_the_key_from_the_environment(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENCODER_API_KEY", scene.ready.api_key)
    assert Zencoder(base_url=scene.ready.base_url + "/").account.details().code == 200


def _said(response: Response) -> tuple[int, Any]:
    return response.code, response.body if response.body is None else list(response.body)
