"""ETags: what the client has is not sent again."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.api.conditional import with_etag


def response(status: int = 200, body: str = "{}") -> dict[str, Any]:
    headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "private"}
    return {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}


TAG = with_etag(response(), None)["headers"]["ETag"]


def test_the_tag_is_strong_and_of_the_body_alone() -> None:
    assert TAG.startswith('"') and TAG.endswith('"') and len(TAG) == 34
    assert with_etag(response(), None)["headers"]["ETag"] == TAG
    assert with_etag(response(body="[]"), None)["headers"]["ETag"] != TAG


@pytest.mark.parametrize("asked", [TAG, f"W/{TAG}", f'"x", {TAG}', f" {TAG} ,", "*"])
def test_a_known_body_is_not_sent_again(asked: str) -> None:
    assert with_etag(response(), asked) == {
        "statusCode": 304,
        "headers": {"Cache-Control": "private", "ETag": TAG},
        "body": "",
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize("asked", [None, "", '"x"', TAG.strip('"'), TAG.upper(), '"', "W/"])
def test_an_unknown_body_is_sent(asked: str | None) -> None:
    found = with_etag(response(), asked)
    assert (found["statusCode"], found["body"]) == (200, "{}")


@pytest.mark.parametrize("status", [201, 204, 401, 404, 500])
def test_only_what_was_read_well_has_a_tag(status: int) -> None:
    assert with_etag(response(status), "*") == response(status)
