"""Cutting the timeline: covered exactly, on the grid, no task too long or too short."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.plan.chunks import ChunkLength, common_grid, cut, wished_length
from tests.core.plan.films import NTSC_30, spans, timeline


def length(target: int, longest: int = 300) -> ChunkLength:
    return ChunkLength(target_seconds=Fraction(target), longest_seconds=Fraction(longest))


@pytest.mark.parametrize(
    ("duration", "slow", "seconds"),
    [(30, False, 12), (599, True, 12), (600, False, 20), (7200, False, 20), (7200, True, 30)],
)
def test_the_wish_follows_the_film_s_length(duration: int, slow: bool, seconds: int) -> None:
    assert wished_length(Fraction(duration), slow) == seconds


@pytest.mark.parametrize(
    ("frames", "grid", "longest", "expected"),
    [
        (250, 1, 300, [(0, None)]),
        (1500, 1, 300, [(0, 300), (300, 600), (600, 900), (900, 1200), (1200, None)]),
        (1500, 250, 300, [(0, 250), (250, 500), (500, 750), (750, 1000), (1000, 1250), (1250, None)]),
        (1500, 400, 300, [(0, 400), (400, 800), (800, 1200), (1200, None)]),
        (740, 1, 300, [(0, 300), (300, None)]),
        (760, 1, 300, [(0, 300), (300, 600), (600, None)]),
        (740, 1, 12, [(0, 300), (300, 600), (600, None)]),
        (301, 1, 300, [(0, None)]),
        (700, 1, 4, [(0, 100), (100, 200), (200, 300), (300, 400), (400, 500), (500, 600), (600, None)]),
    ],
)
def test_cuts_of_twelve_seconds(frames: int, grid: int, longest: int, expected: list[tuple[int, int | None]]) -> None:
    assert spans(cut(timeline(frames), grid, length(12, longest))) == expected


def test_a_clipped_film_ends_where_it_was_clipped() -> None:
    assert spans(cut(timeline(400, clipped=True), 1, length(12))) == [(0, 400)]
    assert spans(cut(timeline(500, clipped=True), 1, length(12))) == [(0, 300), (300, 500)]


def test_whole_is_one_chunk_however_long() -> None:
    assert spans(cut(timeline(100_000), 250, length(12), whole=True)) == [(0, None)]
    assert spans(cut(timeline(100_000, clipped=True), 250, length(12), whole=True)) == [(0, 100_000)]


@pytest.mark.parametrize(
    ("units", "grid"), [([], 1), ([1], 1), ([50, 100], 100), ([60, 90], 180), ([7, 750], None), ([751], None)]
)
def test_a_grid_is_kept_up_to_half_a_minute(units: list[int], grid: int | None) -> None:
    assert common_grid(units, Fraction(25)) == grid


@given(
    frames=st.integers(0, 200_000),
    rate=st.sampled_from((Fraction(10), Fraction(25), NTSC_30, Fraction(60000, 1001))),
    grid=st.integers(1, 900),
    target=st.fractions(1, 60, max_denominator=10),
    longest=st.fractions(1, 600, max_denominator=10),
    clipped=st.booleans(),
    whole=st.booleans(),
)
def test_chunks_cover_the_film_once_on_the_grid(
    frames: int, rate: Fraction, grid: int, target: Fraction, longest: Fraction, clipped: bool, whole: bool
) -> None:
    bounds = ChunkLength(target_seconds=min(target, longest), longest_seconds=longest)
    chunks = cut(timeline(frames, rate, clipped=clipped), grid, bounds, whole=whole)
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert chunks[0].start == 0
    assert [chunk.end for chunk in chunks[:-1]] == [chunk.start for chunk in chunks[1:]]
    assert chunks[-1].end == (frames if clipped else None)
    assert all(chunk.start % grid == 0 for chunk in chunks)
    if whole:
        assert len(chunks) == 1
        return
    sizes = [(frames if chunk.end is None else chunk.end) - chunk.start for chunk in chunks]
    assert max(sizes) <= max(grid, longest * rate)
    assert len(set(sizes[:-1])) <= 1
    if len(sizes) > 1:
        assert sizes[-1] >= sizes[0] / 2 or sizes[0] + sizes[-1] > longest * rate // grid * grid
