"""The sample events are real: each is answered as its name promises."""

from __future__ import annotations

import pytest

from tests.functions.api.videosdk import client_of
from tests.functions.api.world import SAMPLES, World, sample

EXPECTED = {
    "create_account": 201,
    "account_details": 200,
    "create_key": 201,
    "list_credentials": 200,
    "create_job": 201,
    "create_mock_job": 201,
    "list_jobs": 200,
    "list_notifications": 200,
    "job_details": 200,
    "job_progress": 200,
    "cancel_job": 204,
    "input_details": 200,
    "input_progress": 200,
    "output_details": 200,
    "output_progress": 200,
    "vod_report": 200,
    "openapi": 200,
    "list_encoder_jobs": 200,
    "list_files": 200,
    "create_encoding_job": 201,
    "fetch_file": 302,
    "preflight": 204,
    "unknown_path": 404,
}


def test_every_sample_is_listed_here() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize(("name", "status"), EXPECTED.items())
def test_a_sample_event_is_answered(world: World, name: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    key = world.send(sample("create_account")).document["api_key"]
    if name == "create_account":
        assert len(key) == 32
        return
    assert world.send(sample("create_job", key)).document["id"] == 1001
    event = sample(name, key)
    if "authorization" in event["headers"]:
        event["headers"]["authorization"] = client_of(world, monkeypatch).token()
    assert world.send(event).status == status
