"""What the log may not say."""

from __future__ import annotations

import pytest

from stepcoder.api.faults import trace_of, without_passwords


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bad URL 'https://user:secret@host/a.mov'", "bad URL 'https://user:***@host/a.mov'"),
        ("ftp://a:b@h and sftp://c:d@e@h", "ftp://a:***@h and sftp://c:***@h"),
        ("https://host:8080/a@b", "https://host:8080/a@b"),
        ("nothing: to@hide", "nothing: to@hide"),
    ],
)
def test_passwords_are_hidden_anywhere_in_a_text(text: str, shown: str) -> None:
    assert without_passwords(text) == shown


def test_a_trace_says_where_but_not_the_password() -> None:
    try:
        raise ValueError("could not read https://user:secret@host/a.mov")
    except ValueError as error:
        trace = trace_of(error)
    assert "test_faults.py" in trace
    assert "https://user:***@host/a.mov" in trace
