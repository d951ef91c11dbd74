"""Sharing out bits: the average is what was asked, hard chunks get more, the ceiling holds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stepcoder.plan.bits import Measured, share_out, shares_by_rendition
from stepcoder.plan.rendition import RateControl

RATE = Fraction(25)


def measured(*chunks: tuple[int, int]) -> list[Measured]:
    """Pairs of seconds and kbps."""
    return [Measured(frames=seconds * 25, size_bytes=seconds * kbps * 125) for seconds, kbps in chunks]


def bitrate(kbps: int, ceiling: int | None = None) -> RateControl:
    return RateControl(mode="bitrate", bitrate_kbps=kbps, vbv_max_kbps=ceiling)


def capped(kbps: int) -> RateControl:
    return RateControl(mode="crf", crf=23, average_cap_kbps=kbps)


def test_equal_chunks_get_what_was_asked() -> None:
    assert share_out(bitrate(900), measured((10, 500), (10, 500), (5, 500)), RATE) == [900, 900, 900]


def test_a_hard_chunk_gets_more_but_less_than_in_proportion() -> None:
    easy, hard = share_out(bitrate(900), measured((10, 100), (10, 1600)), RATE) or []
    assert hard / easy == pytest.approx(8, rel=0.01)  # 16 to the power of 0.75
    assert easy + hard == pytest.approx(1800, abs=1)


def test_what_the_ceiling_cuts_off_goes_to_the_others() -> None:
    shares = share_out(bitrate(900, 1200), measured((10, 100), (10, 100), (10, 1600)), RATE)
    assert shares == [750, 750, 1200]


def test_a_ceiling_below_the_target_holds_everywhere() -> None:
    assert share_out(bitrate(900, 600), measured((10, 100), (10, 1600)), RATE) == [600, 600]


def test_chunks_without_frames_get_the_target_and_weigh_nothing() -> None:
    assert share_out(bitrate(900), [*measured((10, 500)), Measured(frames=0, size_bytes=0)], RATE) == [900, 900]
    assert share_out(bitrate(900), [Measured(frames=0, size_bytes=0)], RATE) == [900]
    assert share_out(bitrate(900), [], RATE) == []


@pytest.mark.parametrize(
    ("kbps", "shared"), [(900, None), (940, None), (960, [1000, 1000]), (1000, [1000, 1000]), (3000, [1000, 1000])]
)
def test_constant_quality_stays_unless_it_exceeds_its_cap(kbps: int, shared: list[int] | None) -> None:
    assert share_out(capped(1000), measured((10, kbps), (5, kbps)), RATE) == shared


def test_constant_quality_without_a_cap_or_without_frames_stays() -> None:
    assert share_out(RateControl(mode="crf", crf=23), measured((10, 9000)), RATE) is None
    assert share_out(capped(1000), [Measured(frames=0, size_bytes=0)], RATE) is None


def test_each_rendition_is_shared_out_by_its_own_measures() -> None:
    controls = {"v0": bitrate(900), "v1": capped(1000)}
    sizes = {"v0": measured((10, 500)), "v1": measured((10, 500))}
    assert shares_by_rendition(controls, sizes, RATE) == {"v0": [900], "v1": None}


CHUNKS = st.lists(
    st.builds(Measured, frames=st.integers(0, 1000), size_bytes=st.integers(0, 10**8)), min_size=1, max_size=20
)


@given(CHUNKS, st.integers(10, 100_000), st.none() | st.integers(10, 100_000))
def test_the_average_is_the_target_and_no_chunk_exceeds_the_ceiling(
    chunks: list[Measured], target: int, ceiling: int | None
) -> None:
    frames = sum(chunk.frames for chunk in chunks)
    assume(frames)
    shares = share_out(bitrate(target, ceiling), chunks, RATE)
    assert shares is not None and len(shares) == len(chunks)
    assert all(share >= 1 for share in shares)
    if ceiling:
        assert all(share <= ceiling for share, chunk in zip(shares, chunks, strict=True) if chunk.frames)
    average = sum(share * chunk.frames for share, chunk in zip(shares, chunks, strict=True)) / frames
    # Each share is rounded to a whole kbps, and is at least 1.
    assert average == pytest.approx(min(target, ceiling or target), abs=1.0)
