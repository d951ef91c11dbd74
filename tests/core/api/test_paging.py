"""Pages of a list."""

from __future__ import annotations

import pytest

from stepcoder.api.paging import Page, page_of
from stepcoder.errors import InvalidRequest


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ({}, Page(1, 50)),
        ({"page": "3"}, Page(3, 50)),
        ({"per_page": "7"}, Page(1, 7)),
        ({"per_page": "51"}, Page(1, 50)),
        ({"page": "02", "per_page": "010"}, Page(2, 10)),
    ],
)
def test_a_page_is_counted_from_one_and_holds_at_most_50(query: dict[str, str], page: Page) -> None:
    assert page_of(query.get) == page


@pytest.mark.parametrize("text", ["0", "00", "-1", "x", "1.5", "1e1", " 1", "9" * 30, "٣"])
@pytest.mark.parametrize("name", ["page", "per_page"])
def test_what_is_no_page_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^{name} must"):
        page_of({name: text}.get)
