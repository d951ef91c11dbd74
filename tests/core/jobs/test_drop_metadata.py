"""Settings in an object's metadata, in every form that S3 gives them back in."""

from __future__ import annotations

import base64
import json
from email.header import Header
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.jobs.drop_metadata import metadata_settings

WISH = {"outputs": [{"label": "web", "width": 640}], "pass_through": "café ☕ 100%"}


def members(**metadata: str) -> dict[str, Any]:
    found, problems = metadata_settings({name.replace("_", "-"): value for name, value in metadata.items()})
    assert problems == []
    return found


def problem(**metadata: str) -> str:
    _, (sentence,) = metadata_settings({name.replace("_", "-"): value for name, value in metadata.items()})
    return sentence


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "value",
    [
        json.dumps(WISH),
        json.dumps(WISH, indent=1).replace("\n", " "),
        _base64(json.dumps(WISH)),
        _base64(json.dumps(WISH, ensure_ascii=False)).rstrip("="),
        base64.urlsafe_b64encode(json.dumps(WISH, ensure_ascii=False).encode()).decode(),
        # As its sender wrote it.
        Header(json.dumps(WISH, ensure_ascii=False), "utf-8", maxlinelen=10_000).encode(),
        # Raw UTF-8, as S3 gives it back: taken for Latin-1, and written by RFC 2047.
        Header(json.dumps(WISH, ensure_ascii=False).encode().decode("latin-1"), "utf-8", maxlinelen=10_000).encode(),
        # Raw UTF-8, as it arrives in a header.
        json.dumps(WISH, ensure_ascii=False).encode().decode("latin-1"),
        json.dumps(WISH, ensure_ascii=False),
    ],
)
def test_all_settings_at_once_in_every_form(value: str) -> None:
    assert members(stepcoder_settings=value) == WISH


def test_a_member_by_itself_is_text_or_json_and_wins() -> None:
    found = members(
        stepcoder_settings='{"test": false, "grouping": "g"}',
        stepcoder_pass_through="asset 7",
        stepcoder_outputs='[{"label": "web"}]',
        stepcoder_notifications="https://example.com/done",
        stepcoder_test="true",
        author="somebody",
    )
    assert found == {
        "pass_through": "asset 7",
        "outputs": [{"label": "web"}],
        "notifications": "https://example.com/done",
        "test": "true",
        "grouping": "g",
    }


def test_names_count_in_any_case() -> None:
    assert metadata_settings({"Stepcoder-Pass-Through": "a"}) == ({"pass_through": "a"}, [])


@pytest.mark.parametrize("value", ["[1]", '"text"', "{nonsense}", "%%%", '{"a": NaN}', "", _base64("[]"), _base64("x")])
def test_what_can_not_be_read_is_said(value: str) -> None:
    assert problem(stepcoder_settings=value).startswith("The metadata x-amz-meta-stepcoder-settings can't be used: ")


def test_a_broken_member_takes_nothing_else_along() -> None:
    found, problems = metadata_settings({"stepcoder-outputs": "[{]", "stepcoder-notifications": "a@example.com"})
    assert found == {"notifications": "a@example.com"}
    assert len(problems) == 1


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=80), max_size=5))
def test_no_metadata_break_anything(metadata: dict[str, str]) -> None:
    metadata_settings({f"stepcoder-{name}": value for name, value in metadata.items()})


@given(
    st.text(min_size=1, max_size=60)
    .map(str.strip)
    .filter(lambda text: text and text[0] not in "{[" and "=?" not in text)
)
def test_text_comes_through_as_utf_8(text: str) -> None:
    sent = text.encode(errors="replace").decode()
    found, _ = metadata_settings({"stepcoder-pass-through": sent.encode().decode("latin-1")})
    assert found["pass_through"].strip() == sent.strip()
