"""How sentences show values, and what they never show."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.errors import InvalidRequest
from stepcoder.request.model import JobRequest

INPUT = "https://media.example/in.mov"


def about_output(**members: Any) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        JobRequest.from_body({"input": INPUT, "outputs": [{"label": "first"}, members]})
    return caught.value.messages


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("ftp://joe:se/cr@t@host.example/a", '"ftp://***@host.example/a"'),
        ("ftp://joe:se?cret@host.example/a", '"ftp://***@host.example/a"'),
        ("joe:secret@host.example/a", '"***@host.example/a"'),
        ("http://bucket/a?Signature=abc", '"http://bucket/a?…"'),
        ("http://" + "x" * 100, f'"http://{"x" * 52}…"'),
        ("\ud800\x00\u202e", '"?��"'),
        (10**400, "a very large number"),
        (-3, "-3"),
        (False, "false"),
    ],
)
def test_values_are_shown_short_printable_and_without_credentials(value: object, shown: str) -> None:
    (sentence,) = about_output(url=value)
    assert sentence.startswith(f"outputs[1].url is {shown}")
