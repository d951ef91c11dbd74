from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder import s3


@given(
    key=st.text(st.characters(codec="utf-8", exclude_characters="%"), min_size=1, max_size=200).filter(
        lambda key: key == key.strip()
    )
)
def test_a_key_survives_its_url(key: str) -> None:
    assert s3.parse(s3.S3Place("bucket", key).url) == ("bucket", key)


def test_only_question_mark_and_hash_are_encoded() -> None:
    assert s3.parse("s3://my.bucket/a b/%20/%3f%23+é") == ("my.bucket", "a b/%20/?#+é")
    assert s3.parse(" s3+eu-west-1://bucket/k ") == ("bucket", "k")


@pytest.mark.parametrize(
    "url",
    ["", "s3://", "s3://b", "s3://bucket", "s3://bucket/", "http://bucket/key", "s3://a_!/k", "s3://u:p/x@bucket/k"],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        s3.parse(url)


LOGIN = "s3+eu-west-1://AKIA1:se%2Fcr%2Bet%40@bucket/a@b/k"


def test_a_login_is_passed_over_where_only_the_place_matters() -> None:
    assert s3.parse(LOGIN) == ("bucket", "a@b/k")
    assert s3.without_login(LOGIN) == "s3+eu-west-1://bucket/a@b/k"
    assert s3.without_login("s3://bucket/a@b") == "s3://bucket/a@b"


def test_a_login_is_read_decoded() -> None:
    login = s3.login(LOGIN)
    assert login is not None
    assert (login.user, login.secret) == ("AKIA1", "se/cr+et@")
    assert s3.login("s3://bucket/a:b@c") is None


@pytest.mark.parametrize("login", ["", "AKIA1", "AKIA1:", ":secret", "AK IA:secret", "AK%0AIA:secret"])
def test_half_a_login_is_refused(login: str) -> None:
    with pytest.raises(ValueError, match="A login in an S3 URL has the form") as caught:
        s3.login(f"s3://{login}@bucket/k")
    assert "secret@" not in str(caught.value).replace("key:secret@bucket", "")


def test_a_login_goes_along_to_another_place() -> None:
    assert s3.with_login_of("s3://bucket/b", LOGIN) == "s3://AKIA1:se%2Fcr%2Bet%40@bucket/b"
    assert s3.with_login_of("s3://bucket/b", "s3://bucket/k") == "s3://bucket/b"


def test_keys_have_a_limit() -> None:
    assert s3.parse("s3://bucket/" + "k" * 1024)
    with pytest.raises(ValueError, match="1024"):
        s3.parse("s3://bucket/" + "é" * 513)
