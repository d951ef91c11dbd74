"""Request bodies: whatever arrives, either a JSON object or a refusal, never another exception."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.api.bodies import LARGEST_BODY, json_object, raw_body
from stepcoder.errors import BodyTooLarge, MalformedBody

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON_VALUES, max_size=4))
def test_every_json_object_is_read_back(body: dict[str, object]) -> None:
    assert json_object(json.dumps(body).encode()) == body
    assert json_object(json.dumps(body, ensure_ascii=False).encode()) == body


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_refused(content: bytes) -> None:
    try:
        assert isinstance(json_object(content), dict)
    except MalformedBody as refusal:
        assert refusal.messages[0].endswith(".")


@given(st.text(max_size=100), st.booleans())
def test_any_event_body_is_bytes_or_refused(text: str, encoded: bool) -> None:
    try:
        assert isinstance(raw_body({"body": text, "isBase64Encoded": encoded}), bytes)
    except MalformedBody:
        assert encoded


@pytest.mark.parametrize("event", [{}, {"body": None}, {"body": ""}, {"body": None, "isBase64Encoded": True}])
def test_no_body_is_no_bytes(event: dict[str, object]) -> None:
    assert raw_body(event) == b""


def test_the_limit_is_on_decoded_bytes() -> None:
    content = b"x" * LARGEST_BODY
    assert raw_body({"body": base64.b64encode(content).decode(), "isBase64Encoded": True}) == content
    with pytest.raises(BodyTooLarge):
        raw_body({"body": base64.b64encode(content + b"x").decode(), "isBase64Encoded": True})
