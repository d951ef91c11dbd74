"""How the figures of the API are reckoned."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from benchmarks.api import percentile
from benchmarks.api_clients import Load


@pytest.mark.parametrize(("percent", "value"), [(50, 50.0), (99, 99.0), (100, 100.0), (1, 1.0)])
def test_a_percentile_is_a_value_that_was_met(percent: int, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], percent) == value


def test_few_values_have_percentiles_too() -> None:
    assert percentile([3.0], 50) == percentile([3.0], 99) == 3.0
    assert math.isnan(percentile([], 50))


def test_only_what_succeeded_counts() -> None:
    load = Load(seconds=2.0, times=[1.0, 2.0, 3.0], refusals=Counter({"503": 4}))
    assert load.per_second == 1.5
    assert Load().per_second == 0.0
