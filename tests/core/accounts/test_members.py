from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stepcoder.accounts.members import choice, flag, text, whole_number
from stepcoder.errors import InvalidRequest

ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.text(), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize(
    ("value", "read"), [("a b", "a b"), ("  a ", "a"), ("", None), (" ", None), (None, None), (5, "5"), ("ä", "ä")]
)
def test_text(value: object, read: str | None) -> None:
    assert text({"label": value}, "label") == read


@pytest.mark.parametrize("value", ["x" * 256, "a\nb", "a\x00", ["a"], {"a": 1}, True, 1.5])
def test_what_is_no_line_of_text(value: object) -> None:
    with pytest.raises(InvalidRequest, match="label must be text of at most 255 characters on one line"):
        text({"label": value}, "label")


def test_a_text_that_is_refused_is_not_repeated() -> None:
    with pytest.raises(InvalidRequest) as caught:
        text({"secret": "s3cret\n" + "x"}, "secret")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "read"),
    [(True, True), ("1", True), (1, True), ("TRUE", True), (0, False), ("false", False), ("", None), (None, None)],
)
def test_flags(value: object, read: bool | None) -> None:
    assert flag({"default": value}, "default") is read


@pytest.mark.parametrize("value", ["yes", 2, -1, 1.5, [], {}])
def test_what_is_no_flag(value: object) -> None:
    with pytest.raises(InvalidRequest, match=r"default is .*: it must be true or false"):
        flag({"default": value}, "default")


@pytest.mark.parametrize(("value", "read"), [(0, 0), ("24", 24), (168, 168), (24.0, 24), ("", None), (None, None)])
def test_whole_numbers(value: object, read: int | None) -> None:
    assert whole_number({"overlap_hours": value}, "overlap_hours", 0, 168) == read


@pytest.mark.parametrize("value", [-1, 169, 1.5, "a day", True, [24], {}, "٣", "1e2", 10**400])
def test_what_is_no_whole_number_in_range(value: object) -> None:
    with pytest.raises(InvalidRequest, match=r"overlap_hours is .*: it must be a whole number from 0 to 168"):
        whole_number({"overlap_hours": value}, "overlap_hours", 0, 168)


@pytest.mark.parametrize(("value", "read"), [("full", "full"), (" Read-Only ", "read_only"), ("", None), (None, None)])
def test_choices(value: object, read: str | None) -> None:
    assert choice({"kind": value}, "kind", ("full", "read_only")) == read


@pytest.mark.parametrize("value", ["admin", 1, ["full"], {}, True])
def test_what_is_no_choice(value: object) -> None:
    with pytest.raises(InvalidRequest, match=r"kind is .*: it must be one of full or read_only"):
        choice({"kind": value}, "kind", ("full", "read_only"))


@given(ANYTHING)
def test_nothing_but_a_sentence_comes_of_a_wrong_value(value: object) -> None:
    body = {"a": value}
    for read in (
        lambda: text(body, "a"),
        lambda: flag(body, "a"),
        lambda: whole_number(body, "a", 0, 9),
        lambda: choice(body, "a", ("x", "y")),
    ):
        try:
            read()
        except InvalidRequest as problem:
            assert problem.messages[0].startswith("a ")
            assert problem.messages[0].endswith(".")
