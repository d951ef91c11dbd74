"""Passwords in URLs that are shown."""

from __future__ import annotations

import pytest

from stepcoder.dialects.zencoder.urls import without_password


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@host/a.mov", "https://user:***@host/a.mov"),
        ("https://user:secret@host:8443/a@b.mov", "https://user:***@host:8443/a@b.mov"),
        ("ftp://:secret@host/a.mov", "ftp://:***@host/a.mov"),
        ("sftp://user:@host/a.mov", "sftp://user:***@host/a.mov"),
        ("sftp://user:a:b@host/a.mov", "sftp://user:***@host/a.mov"),
        ("sftp://user:a@b@host/a.mov", "sftp://user:***@host/a.mov"),
        ("gcs://access:se/cr/et@bucket/a.mov", "gcs://access:***@bucket/a.mov"),
        ("cf+uk://user:key@container/a.mov", "cf+uk://user:***@container/a.mov"),
        ("HTTPS://user:secret@host/a.mov", "HTTPS://user:***@host/a.mov"),
    ],
)
def test_a_password_is_replaced(url: str, shown: str) -> None:
    assert without_password(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "https://host/a.mov",
        "https://user@host/a.mov",
        "https://host:8080/a@b.mov",
        "https://host:8080",
        "https://host/a:b@c.mov",
        "https://host/a.mov?x=a:b@c",
        "s3://bucket/key:with@signs.mov",
        "",
        "no url at all: a@b",
    ],
)
def test_a_url_without_one_stays_as_it_is(url: str) -> None:
    assert without_password(url) == url
