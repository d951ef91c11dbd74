"""Page numbers from query parameters (zencoder-api 2.2, videosdk-encoder-api 5). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from stepcoder.errors import InvalidRequest

LARGEST_PAGE = 50


class Sizes(NamedTuple):
    """What the parameter for the size of pages is called, and what it means when it is missing or too large."""

    name: str
    default: int
    largest: int


ZENCODER = Sizes("per_page", LARGEST_PAGE, LARGEST_PAGE)
VIDEOSDK = Sizes("perPage", 20, 100)  # videosdk-encoder-api 5


@dataclass(frozen=True)
class Page:
    """`number` counts from 1; `size` is at most what the dialect allows."""

    number: int = 1
    size: int = LARGEST_PAGE


def page_of(parameter: Callable[[str], str | None], rule: Sizes = ZENCODER) -> Page:
    """The page asked for with `page` and, as Zencoder says, `per_page`; too many to a page are the most there may be.

    Raises InvalidRequest.
    """
    number = _positive("page", parameter("page"), 1)
    return Page(number, min(_positive(rule.name, parameter(rule.name), rule.default), rule.largest))


def _positive(name: str, text: str | None, default: int) -> int:
    if not text:
        return default
    if not re.fullmatch("0*[1-9][0-9]{0,8}", text):
        raise InvalidRequest(f"{name} must be a whole number of at least 1.")
    return int(text)
