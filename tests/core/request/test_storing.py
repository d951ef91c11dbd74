"""Settings of how files are stored where they go."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.errors import InvalidRequest
from stepcoder.request.model import JobRequest, OutputRequest

EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
SOMEBODY = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


def output(**members: Any) -> OutputRequest:
    return JobRequest.from_body({"input": "s3://bucket/in.mov", "outputs": members}).outputs[0]


def sentence(**members: Any) -> str:
    with pytest.raises(InvalidRequest) as caught:
        output(**members)
    (said,) = caught.value.messages
    return said


def test_one_grantee_with_several_permissions() -> None:
    made = output(access_control={"permission": ["read", "READ_ACP", "READ"], "grantee": SOMEBODY})
    assert [(each.grantee, each.permission) for each in made.access_control] == [(SOMEBODY, ("READ", "READ_ACP"))]
    made = output(access_control=[{"permission": "FULL_CONTROL", "grantee": EVERYBODY}])
    assert made.access_control[0].permission == ("FULL_CONTROL",)


@pytest.mark.parametrize(
    ("access", "said"),
    [
        ({"grantee": EVERYBODY}, "outputs[0].access_control[0].permission is required"),
        ({"permission": "WRITE", "grantee": EVERYBODY}, 'permission is "WRITE": it must be one of READ, READ_ACP,'),
        ({"permission": "READ"}, "outputs[0].access_control[0].grantee is required"),
        ({"permission": "READ", "grantee": "nobody"}, 'grantee is "nobody": it must be the e-mail address or'),
        ({"permission": "READ", "grantee": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "it must be the e-mail"),
        ({"permission": "READ", "grantee": 'a@b.c", uri="x'}, "it must be the e-mail"),
    ],
)
def test_access_that_can_not_be_given(access: dict[str, Any], said: str) -> None:
    assert said in sentence(access_control=access)


def test_headers_that_storage_keeps() -> None:
    headers = {"cache-control": "max-age=1", "X-Amz-Meta-A": "b", "x-goog-meta-c": "d", "x-goog-acl": "private"}
    assert output(headers=headers).headers == headers
    assert "x-goog-acl" in sentence(headers={"X-Other": "1"})
    said = sentence(thumbnails={"headers": {"x-goog-meta-c": "d"}})
    assert "thumbnails[0].headers" in said
    assert "x-goog" not in said.partition("must be")[2]


@pytest.mark.parametrize("value", ["a\r\nb", "x" * 101])
def test_headers_that_could_break_the_request(value: str) -> None:
    assert "headers" in sentence(headers={"Cache-Control": value})


@pytest.mark.parametrize("limit", [0, 31, "many"])
def test_the_upload_limit_has_bounds(limit: object) -> None:
    assert "it must be a whole number from 1 to 30 (files)" in sentence(parallel_upload_limit=limit)
    assert output(parallel_upload_limit="30").parallel_upload_limit == 30


@pytest.mark.parametrize("level", ["outputs", "thumbnails", "job"])
def test_a_shared_access_signature_apart_from_its_url(level: str) -> None:
    good, bad = {"azure_sas": "?sv=2020&sig=a%2Bb"}, {"azure_sas": "sv=2020"}
    body: dict[str, Any] = {"input": "s3://bucket/in.mov"}

    def with_members(members: dict[str, str]) -> JobRequest:
        outputs = {"thumbnails": [members]} if level == "thumbnails" else members if level == "outputs" else {}
        return JobRequest.from_body({**body, **(members if level == "job" else {}), "outputs": [outputs]})

    made = with_members(good)
    holder: Any = {"job": made, "outputs": made.outputs[0], "thumbnails": (*made.outputs[0].thumbnails, None)[0]}[level]
    assert holder.azure_sas == "sv=2020&sig=a%2Bb"
    with pytest.raises(InvalidRequest, match="the query of a shared access signature, with sv and sig"):
        with_members(bad)
