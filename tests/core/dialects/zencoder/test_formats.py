"""JSON, XML and JSONP bodies, and who gets which."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.dialects.zencoder.dialect import Zencoder
from stepcoder.dialects.zencoder.formats import Json, Jsonp, Xml
from stepcoder.dialects.zencoder.jsonp import callback_named
from stepcoder.errors import InvalidRequest


def test_json_is_compact_ascii_and_has_no_root() -> None:
    assert Json().body({"job": {"pass_through": "é\u2028"}}, "job") == '{"job":{"pass_through":"\\u00e9\\u2028"}}'


def test_jsonp_is_the_reference_s_bytes() -> None:
    document = {"state": "processing", "current_event": "Downloading", "progress": 41.2}
    body = Jsonp("progress").body(document)
    assert body == 'progress({"state":"processing","current_event":"Downloading","progress":41.2})'


def test_jsonp_can_neither_end_a_script_nor_a_line() -> None:
    body = Jsonp("f").body({"a": "</script><!--\u2028\u2029\n"})
    assert not re.search("[<\u2028\u2029\n]", body)
    assert json.loads(body.removeprefix("f(").removesuffix(")")) == {"a": "</script><!--\u2028\u2029\n"}


def test_xml_has_the_root_that_json_has_not() -> None:
    assert "<api-response>\n  <job>\n" in Xml().body({"id": 1}, "job")
    assert "<job>" not in Xml().body({"id": 1})


@pytest.mark.parametrize(
    "name", ["f", "_", "$", "jQuery1113_42", "angular.callbacks._0", "a.b.c", "a1", "$.f", "x" * 128]
)
def test_a_callback_is_a_name_or_names_with_dots(name: str) -> None:
    assert callback_named(name) == name


@pytest.mark.parametrize("absent", [None, ""])
def test_the_callback_is_progress_where_none_is_named(absent: str | None) -> None:
    assert callback_named(absent) == "progress"


@pytest.mark.parametrize(
    "name",
    ["1a", "a b", "a-b", "alert(1)", "a;b", "a.", ".a", "a..b", "a[0]", "a,b", "é", "a\n", "<script>", "x" * 129, " ",
     "a\u2028", "/**/a", "a//", "a=b", "'a'", "`a`", "a\\u0028"],
)  # fmt: skip
def test_anything_else_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^callback must be the name of a JavaScript function"):
        callback_named(name)


@given(st.text(max_size=20))
def test_no_callback_can_be_a_script(name: str) -> None:
    try:
        assert re.fullmatch(r"[\w$.]+", callback_named(name), re.ASCII)
    except InvalidRequest as refused:
        assert refused.status == 422


@pytest.mark.parametrize(
    ("name", "reads", "kind"),
    [
        ("json", True, Json),
        ("xml", True, Xml),
        ("xml", False, Xml),
        ("js", True, Jsonp),
        ("js", False, Json),
    ],
)
def test_only_reading_is_answered_with_a_script(name: str, reads: bool, kind: Any) -> None:
    assert isinstance(Zencoder().format(name, reads, {"callback": "f"}.get), kind)


def test_a_write_s_callback_is_not_even_looked_at() -> None:
    assert isinstance(Zencoder().format("js", False, {"callback": "1;"}.get), Json)
