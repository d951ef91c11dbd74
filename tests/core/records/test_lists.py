from __future__ import annotations

from typing import Any

import pytest

from stepcoder.aws.expressions import exists
from stepcoder.aws.table import Put, Update
from stepcoder.errors import NotFound, TryAgain
from stepcoder.records.lists import change_list, read_list
from tests.cloud import Cloud, at_once


def plus(number: int) -> Any:
    return lambda entries: [*entries, {"n": number}]


def test_a_list_begins_with_its_first_change(cloud: Cloud) -> None:
    table = cloud.records.table
    assert read_list(table, "a/list") == []
    assert change_list(table, "a/list", plus(1)) == [{"n": 1}]
    assert change_list(table, "a/list", plus(2)) == read_list(table, "a/list") == [{"n": 1}, {"n": 2}]


def test_no_change_is_lost_when_many_write_at_once(cloud: Cloud) -> None:
    table = cloud.records.table
    results = at_once(*[lambda n=n: change_list(table, "a/list", plus(n)) for n in range(6)])
    assert not [result for result in results if isinstance(result, Exception)]
    assert sorted(entry["n"] for entry in read_list(table, "a/list")) == list(range(6))


def test_what_the_change_raises_leaves_everything_as_it_was(cloud: Cloud) -> None:
    table = cloud.records.table

    def refuse(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        raise NotFound("no")

    with pytest.raises(NotFound):
        change_list(table, "a/list", refuse, [Put(path="b", item={})])
    assert (table.get("a/list"), table.get("b")) == (None, None)


def test_both_or_nothing_is_written(cloud: Cloud) -> None:
    table = cloud.records.table
    change_list(table, "a/list", plus(1), [Put(path="b", item={"x": 1})])
    assert table.get("b") == {"path": "b", "x": 1}
    with pytest.raises(TryAgain):
        change_list(table, "a/list", plus(2), [Update(path="c", set_={"x": 1}, when=exists("path"))])
    assert read_list(table, "a/list") == [{"n": 1}]
