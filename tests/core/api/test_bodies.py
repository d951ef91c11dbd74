"""Request bodies: whatever arrives, either a JSON object or a refusal, never another exception."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.api.bodies import LARGEST_BODY, hash_in, json_object, raw_body
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


BODY = {"input": "https://h.example/a b.mov?x=1&y=2+3", "pass_through": "é=%7B+✓"}
TEXT = json.dumps(BODY, ensure_ascii=False)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        f"\ufeff{TEXT}".encode(),
        f"\r\n {TEXT} \n".encode(),
        f"{TEXT}=".encode(),
        quote_plus(TEXT).encode(),
        quote(TEXT, safe="").encode(),
        f"{quote_plus(TEXT)}=".encode(),
        f" {quote_plus(TEXT)}=\r\n".encode(),
        f"%7b{quote_plus(TEXT[1:-1])}%7d=".encode(),
        quote_plus(f"\ufeff{TEXT}").encode(),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-32"),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("content_type", ["", "application/x-www-form-urlencoded", "application/xml", "nonsense"])
def test_json_is_found_however_it_was_packed(content: bytes, content_type: str) -> None:
    if content_type != "application/xml" or content.lstrip()[:1] == b"{":
        assert hash_in(content, content_type, refuse) == BODY


@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO-8859-1", '"windows-1252"', "latin1"])
def test_a_declared_charset_is_believed_where_the_bytes_are_not_unicode(charset: str) -> None:
    content = '{"label": "é"}'.encode("latin-1")
    assert hash_in(content, f"application/json; charset={charset}", refuse) == {"label": "é"}
    assert hash_in('{"label": "é"}'.encode(), f"application/json; charset={charset}", refuse) == {"label": "é"}


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=unicode_escape", "; charset=zip", "; charset="])
def test_other_charsets_are_unicode_or_nothing(charset: str) -> None:
    with pytest.raises(MalformedBody):
        hash_in('{"label": "é"}'.encode("latin-1"), f"application/json{charset}", refuse)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"<api-request/>", "application/xml"),
        (b"<api-request/>", "text/xml; charset=utf-8"),
        (b"<api-request/>", "application/vnd.acme+xml"),
        (b"<api-request/>", "application/json"),
        (b"<api-request/>", ""),
        (b"\xef\xbb\xbf\n <api-request/>", ""),
        (b"nonsense", " Application/XML ;charset=utf-8"),
    ],
)
def test_xml_is_known_by_its_type_or_its_first_character(content: bytes, content_type: str) -> None:
    assert hash_in(content, content_type, lambda xml: {"xml": xml}) == {"xml": content}


def test_a_body_that_begins_like_json_is_json_whatever_its_type() -> None:
    assert hash_in(b' {"a": 1}', "application/xml", refuse) == {"a": 1}


@pytest.mark.parametrize("content_type", ["application/xml", "application/json", ""])
def test_no_body_at_all_is_said_to_be_none(content_type: str) -> None:
    with pytest.raises(MalformedBody, match="has no body"):
        hash_in(b" \n", content_type, refuse)


@pytest.mark.parametrize(
    "content", [b"%7B%22a%22", b"%7B&a=b", b"%7B%FF%7D", b"%257B%257D", b"a=%7B%7D", b"%", b"{}=="]
)
def test_a_form_that_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedBody):
        hash_in(content, "application/x-www-form-urlencoded", refuse)


@given(st.binary(max_size=100), st.text(max_size=30))
def test_any_bytes_under_any_type_are_a_hash_or_refused(content: bytes, content_type: str) -> None:
    for body in (content, b"%7B" + content, b"<" + content):
        try:
            assert isinstance(hash_in(body, content_type, lambda _: {}), dict)
        except MalformedBody as refusal:
            assert refusal.messages[0].endswith(".")


def refuse(_: bytes) -> dict[str, Any]:
    raise AssertionError("taken for XML")
