"""Which format is answered in: suffix, then parameter, then Accept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.api.negotiation import format_name
from stepcoder.dialects.zencoder.dialect import Zencoder

DIALECT = Zencoder()


@pytest.mark.parametrize(
    ("suffix", "parameter", "accept", "name"),
    [
        ("", None, None, "json"),
        ("xml", "json", "application/json", "xml"),
        ("json", "xml", "application/xml", "json"),
        ("js", "xml", "application/xml", "js"),
        ("", "xml", "application/json", "xml"),
        ("", "json", "application/xml", "json"),
        ("", "js", None, "js"),
        ("", " XML ", None, "xml"),
        ("", "yaml", None, "json"),
        ("", "yaml", "application/xml", "json"),
        ("", "xml,json", None, "json"),
        ("", "", "application/xml", "xml"),
    ],
)
def test_suffix_beats_parameter_beats_accept(suffix: str, parameter: str | None, accept: str | None, name: str) -> None:
    assert format_name(DIALECT, suffix, parameter, accept) == name


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("*/*", "json"),
        ("", "json"),
        ("application/json", "json"),
        ("application/xml", "xml"),
        ("text/xml", "xml"),
        ("Text/XML; charset=utf-8", "xml"),
        # Ruby, jQuery for JSON and for XML, curl, Java's URLConnection, a browser's address line, an image tag.
        ("*/*, application/json", "json"),
        ("application/json, text/javascript, */*; q=0.01", "json"),
        ("application/xml, text/xml, */*; q=0.01", "xml"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "json"),
        ("application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5", "json"),
        ("image/avif,image/webp,*/*;q=0.8", "json"),
        # Preference is more weight, and a name against a wildcard.
        ("application/xml, application/json", "json"),
        ("application/json;q=0.9, application/xml", "xml"),
        ("application/json, application/xml;q=0.9", "json"),
        ("application/xml;q=0.2, application/json;q=0.1", "xml"),
        ("application/xml, */*", "xml"),
        ("application/xml;q=0.5, */*", "json"),
        ("application/xml;q=0.5, application/*;q=0.4", "xml"),
        ("application/json;q=0, text/xml;q=0.1", "xml"),
        ("application/xml;q=0", "json"),
        ("application/xml;q=0, */*", "json"),
        # What can't be had, and what can't be read.
        ("application/yaml", "json"),
        ("text/html", "json"),
        ("application/javascript", "json"),
        ("application/xml;q=much", "json"),
        ("application/xml;q=", "json"),
        ("application/xml;q=5", "json"),
        (",,;;=;q", "json"),
        ("\u00e9/\u0661;q=\u0661", "json"),
    ],
)
def test_only_who_prefers_xml_gets_it_by_accept(accept: str, name: str) -> None:
    assert format_name(DIALECT, "", None, accept) == name


@given(st.text(max_size=80), st.lists(st.sampled_from([*"*/,;=q.01 ", "application", "xml", "json"])).map("".join))
def test_any_header_gives_a_format(text: str, made: str) -> None:
    for accept in (text, made):
        assert format_name(DIALECT, "", None, accept) in ("json", "xml")
    assert format_name(DIALECT, "", text, made) in DIALECT.formats
