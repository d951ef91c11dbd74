"""The secret settings of a job: sealed before its request is stored, opened only as what they are of which job."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stepcoder import runtime
from stepcoder.credentials.opening_settings import opened_request
from stepcoder.credentials.sealing_settings import sealed_request
from stepcoder.jobs.creation import create_job
from stepcoder.records.model import Account
from stepcoder.request.model import JobRequest
from tests.cloud import Cloud

KEY, PASSWORD = "0123456789abcdef" * 2, "s\u00e9same"
REQUEST: dict[str, Any] = {"input": "s3://bucket/a.mp4", "decryption_key": KEY, "decryption_password": PASSWORD}


def test_what_is_stored_shows_no_secret_and_still_reads_as_a_request(cloud: Cloud, ada: Account) -> None:
    created = create_job(ada, JobRequest.from_body(REQUEST))
    assert created.id is not None
    stored = cloud.records.request(created.id)
    assert KEY not in json.dumps(stored)
    assert PASSWORD not in json.dumps(stored, ensure_ascii=False)
    assert JobRequest.model_validate(stored).input == "s3://bucket/a.mp4"
    opened = opened_request(stored, ada.id, created.id)
    assert (opened["decryption_key"], opened["decryption_password"]) == (KEY, PASSWORD)


@pytest.mark.parametrize(("account_id", "job_id"), [(8, 1001), (7, 1002)])
def test_secrets_open_for_their_job_alone(cloud: Cloud, ada: Account, account_id: int, job_id: int) -> None:
    sealed = sealed_request(REQUEST, 7, 1001)
    with pytest.raises(ClientError):
        opened_request(sealed, account_id, job_id)


def test_a_secret_does_not_open_as_another(cloud: Cloud, ada: Account) -> None:
    sealed = sealed_request(REQUEST, 7, 1001)
    sealed["sealed"]["decryption_key"] = sealed["sealed"]["decryption_password"]
    with pytest.raises(ClientError):
        opened_request(sealed, 7, 1001)


def test_without_secrets_nobody_asks_for_a_key(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    request = {"input": "s3://bucket/a.mp4", "decryption_key_url": "https://media.example/key"}
    monkeypatch.setattr(runtime, "client", None)
    assert sealed_request(request, 7, 1001) == request
    assert opened_request(request, 7, 1001) == request
