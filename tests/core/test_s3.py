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
    "url", ["", "s3://", "s3://b", "s3://bucket", "s3://bucket/", "http://bucket/key", "s3://a_!/k", "s3://u:p@b/k"]
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        s3.parse(url)


def test_keys_have_a_limit() -> None:
    assert s3.parse("s3://bucket/" + "k" * 1024)
    with pytest.raises(ValueError, match="1024"):
        s3.parse("s3://bucket/" + "é" * 513)
