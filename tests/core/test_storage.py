from __future__ import annotations

import pytest

from stepcoder.storage import TYPES, Secret, is_access_key, types_for


def test_a_secret_is_not_printed() -> None:
    secret = Secret("AKIAEXAMPLE", "s3cret")
    assert "s3cret" not in f"{secret} {secret!r} {[secret]} {secret=}"


@pytest.mark.parametrize(
    ("scheme", "types"),
    [
        ("s3", ("s3",)),
        ("s3+eu-west-1", ("s3",)),
        ("S3", ("s3",)),
        ("cf+uk", ("cf",)),
        ("ftp", ("ftp",)),
        ("ftps", ("ftps", "ftp")),
        ("sftp", ("sftp",)),
        ("https", ()),
        ("", ()),
        ("rtmp", ()),
    ],
)
def test_which_credentials_open_which_urls(scheme: str, types: tuple[str, ...]) -> None:
    assert types_for(scheme) == types
    assert set(types) <= set(TYPES)


@pytest.mark.parametrize(("user", "good"), [("AKIA1234", True), ("a b", False), ("a\nb", False), ("", False)])
def test_access_keys_fit_into_a_header(user: str, good: bool) -> None:
    assert is_access_key(user) is good
