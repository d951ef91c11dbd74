"""Page numbers from query parameters (zencoder-api 2.2). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from stepcoder.errors import InvalidRequest

LARGEST_PAGE = 50


@dataclass(frozen=True)
class Page:
    """`number` counts from 1; `size` is at most 50."""

    number: int = 1
    size: int = LARGEST_PAGE


def page_of(parameter: Callable[[str], str | None]) -> Page:
    """The page asked for with `page` and `per_page`. More than 50 per page is 50. Raises InvalidRequest."""
    number = _positive("page", parameter("page"), 1)
    return Page(number, min(_positive("per_page", parameter("per_page"), LARGEST_PAGE), LARGEST_PAGE))


def _positive(name: str, text: str | None, default: int) -> int:
    if not text:
        return default
    if not re.fullmatch("0*[1-9][0-9]{0,8}", text):
        raise InvalidRequest(f"{name} must be a whole number of at least 1.")
    return int(text)
