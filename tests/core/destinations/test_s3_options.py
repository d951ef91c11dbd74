"""What goes into the calls that store an object."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.destinations.protocol import Grant, Sending
from stepcoder.destinations.s3_options import access_options, file_options

EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"


@pytest.mark.parametrize(
    ("sending", "options"),
    [
        (Sending("video/mp4"), {}),
        (Sending(reduced_redundancy=True), {"StorageClass": "REDUCED_REDUNDANCY"}),
        (
            Sending(headers={"cache-control": "max-age=5", "Content-Type": "x/y", "Expires": "0"}),
            {"CacheControl": "max-age=5", "ContentType": "x/y", "Expires": "0"},
        ),
        (
            Sending(headers={"x-amz-storage-class": "STANDARD_IA", "X-Amz-Meta-Film": "7"}, reduced_redundancy=True),
            {"StorageClass": "STANDARD_IA", "Metadata": {"film": "7"}},
        ),
        (Sending(headers={"x-goog-meta-film": "7"}), {}),
        (Sending(headers={"Cache-Control": "no-store"}, plain=True), {}),
    ],
)
def test_headers_and_storage_class(sending: Sending, options: dict[str, Any]) -> None:
    assert file_options(sending, "s3") == options


def test_google_takes_its_own_headers() -> None:
    sending = Sending(
        headers={"x-goog-meta-film": "7", "x-amz-storage-class": "STANDARD_IA", "x-goog-acl": "public-read"},
        reduced_redundancy=True,
    )
    assert file_options(sending, "gcs") == {"Metadata": {"film": "7"}}
    assert access_options(sending, "gcs") == {"ACL": "public-read"}
    assert access_options(Sending(), "gcs") == {}


@pytest.mark.parametrize(
    ("sending", "options"),
    [
        (Sending(), {"ACL": "bucket-owner-full-control"}),
        (Sending(public=True), {"ACL": "public-read"}),
        (Sending(headers={"x-amz-acl": "private"}), {"ACL": "private"}),
        (
            Sending(
                public=True,
                grants=(
                    Grant("READ", EVERYBODY),
                    Grant("READ", "ada@example.org"),
                    Grant("FULL_CONTROL", "79a59d"),
                ),
            ),
            {
                "GrantRead": f'uri="{EVERYBODY}", emailAddress="ada@example.org"',
                "GrantFullControl": 'id="79a59d"',
            },
        ),
        (Sending(public=True, plain=True), {}),
    ],
)
def test_the_access_list(sending: Sending, options: dict[str, str]) -> None:
    assert access_options(sending, "s3") == options
