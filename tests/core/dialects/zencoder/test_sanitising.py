"""What a read-only key may not see."""

from __future__ import annotations

from stepcoder.dialects.zencoder.sanitising import sanitised


def test_sensitive_members_become_null_wherever_they_are() -> None:
    document = {"job": {"id": 1, "url": "x", "outputs": [{"url": "y", "error_message": "z", "error_class": "C"}]}}
    assert sanitised(document) == {
        "job": {"id": 1, "url": None, "outputs": [{"url": None, "error_message": None, "error_class": "C"}]}
    }


def test_the_original_is_left_alone() -> None:
    document = {"url": "x"}
    sanitised(document)
    assert document == {"url": "x"}
