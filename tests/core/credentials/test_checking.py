from __future__ import annotations

from typing import Any

import pytest

from stepcoder.credentials import saving
from stepcoder.credentials.checking import check_credentials
from stepcoder.errors import InvalidRequest
from stepcoder.records.model import Account
from stepcoder.request.model import JobRequest

S3, TEMPORARY = {"url": "s3://out/a.mp4"}, dict[str, Any]()


@pytest.fixture
def owner(ada: Account) -> Account:
    for nickname, kind in (("Archive", "s3"), ("server", "ftp")):
        saving.create(ada, {"nickname": nickname, "type": kind, "user": "AKIAEXAMPLE", "secret": "s3cret"})
    return ada


def request(job: dict[str, Any] | None = None, *outputs: dict[str, Any]) -> JobRequest:
    body = {"input": "s3://tapes/a.mov", "outputs": list(outputs) or [S3]}
    return JobRequest.from_body({**body, **(job or {})})


def problems(account: Account, asked: JobRequest) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        check_credentials(account, asked)
    return caught.value.messages


@pytest.mark.parametrize(
    "asked",
    [
        request(),
        request({"credentials": "ARCHIVE"}),
        request({"credentials": "archive", "input": "https://s3.amazonaws.com/tapes/a.mov"}),
        request({}, {**S3, "credentials": "archive"}),
        request({}, {"credentials": "archive", "url": "https://out.s3.eu-west-1.amazonaws.com/a.mp4"}),
        request({}, {"credentials": "archive", "base_url": "s3+eu-west-1://out/dir", "filename": "a.mp4"}),
        # Temporary storage is the service's own: there is nothing to open.
        request({}, {"credentials": "server"}),
        request({}, {**S3, "thumbnails": {"credentials": "archive", "base_url": "s3://out/stills"}}),
        request({}, {**S3, "thumbnails": {"credentials": "server"}}),
    ],
)
def test_credentials_that_exist_and_fit(owner: Account, asked: JobRequest) -> None:
    check_credentials(owner, asked)


def test_unknown_names_are_told_with_their_places(owner: Account) -> None:
    stills = {"credentials": "c", "base_url": "s3://out/stills"}
    asked = request({"credentials": "a"}, S3, {"url": "s3://out/b.mp4", "credentials": "b", "thumbnails": [stills]})
    assert problems(owner, asked) == [
        'credentials is "a": this account has no saved credentials of that name.',
        'outputs[1].credentials is "b": this account has no saved credentials of that name.',
        'outputs[1].thumbnails[0].credentials is "c": this account has no saved credentials of that name.',
    ]


def test_a_type_that_does_not_open_the_url(owner: Account) -> None:
    stills = {"credentials": "server", "base_url": "s3://out/stills"}
    asked = request(
        {"credentials": "archive", "input": "https://web.example/a.mov"},
        {**S3, "credentials": "Server", "thumbnails": [stills]},
    )
    assert problems(owner, asked) == [
        'credentials is "archive": those are of type s3, but https URLs carry their user and password themselves.',
        'outputs[0].credentials is "Server": those are of type ftp, but the URL they are for needs s3.',
        'outputs[0].thumbnails[0].credentials is "server": those are of type ftp, but the URL they are for needs s3.',
    ]


def test_without_names_the_table_is_left_alone(ada: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stepcoder.credentials.checking.records", None)
    check_credentials(ada, request())
