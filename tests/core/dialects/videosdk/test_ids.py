"""Ids of 24 hexadecimal digits lead back to what they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.dialects.videosdk.ids import Kind, Parts, object_id, parts_of

CREATED = "2031-04-05T06:07:08Z"
KINDS: tuple[Kind, ...] = ("job", "preset", "thumbnail", "made", "uploaded")


@given(st.sampled_from(KINDS), st.integers(1, 2**40 - 1), st.integers(0, 2**16 - 1))
def test_an_id_says_what_it_was_made_of(kind: Kind, number: int, position: int) -> None:
    made = object_id(Parts(kind, number, position), CREATED)
    assert len(made) == 24
    assert parts_of(made) == parts_of(made.upper()) == Parts(kind, number, position)


def test_ids_begin_with_the_time_as_those_of_mongo_do() -> None:
    assert int(object_id(Parts("job", 1001), CREATED)[:8], 16) == 1933135628


@pytest.mark.parametrize("text", ["", "1001", "x" * 24, "64a1f0c2e4b0a1b2c3d4e5f6", "0" * 24, "a" * 25, "0" * 23 + "g"])
def test_nothing_else_is_one(text: str) -> None:
    assert parts_of(text) is None
