"""Estimates keep their proportions; threads are settled for every rung."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stepcoder.plan.cost import chunk_seconds, threads_for
from stepcoder.plan.geometry import Box
from stepcoder.plan.model import Capacity
from stepcoder.plan.video import PRESET_OF_SPEED
from tests.core.plan.films import CAPACITY, rendition

HD = rendition(size="1920x1080")


def seconds(*renditions: object, length: int = 10, capacity: Capacity = CAPACITY) -> float:
    return float(chunk_seconds(renditions, Fraction(25), Fraction(length), capacity))  # type: ignore[arg-type]


def test_every_speed_has_a_cost_and_slower_costs_more() -> None:
    costs = [seconds(rendition(size="1920x1080", speed=speed)) for speed in sorted(PRESET_OF_SPEED)]
    assert costs == sorted(costs, reverse=True)
    assert len(set(costs)) == 5


def test_cost_grows_with_length_and_falls_with_cores() -> None:
    assert seconds(HD, length=20) == pytest.approx(2 * seconds(HD), rel=0.01)
    assert seconds(HD, capacity=Capacity(vcpus=12)) == pytest.approx(seconds(HD) / 2, rel=0.01)


def test_a_second_rendition_costs_less_than_a_second_decode() -> None:
    small = rendition("v1", "640x360")
    assert seconds(HD) < seconds(HD, small) < seconds(HD) + seconds(small)


def test_two_passes_cost_more() -> None:
    assert seconds(rendition(bitrate_kbps=900)) > seconds(rendition(crf=23))


def test_a_ladder_of_nothing_costs_nothing() -> None:
    assert seconds() == 0


@pytest.mark.parametrize(
    ("widths", "vcpus", "threads"),
    [((1920,), 6, [9]), ((1920, 1280, 640), 6, [6, 3, 1]), ((3840, 320), 2, [3, 1]), ((1280, 1280), 6, [4, 4])],
)
def test_threads_go_by_pixels_and_nobody_has_none(widths: tuple[int, ...], vcpus: int, threads: list[int]) -> None:
    frames = [Box(width=width, height=width * 9 // 16) for width in widths]
    assert [threads_for(frame, frames, vcpus) for frame in frames] == threads
