"""The arithmetic of zencoder-api 2.11."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.billing import NOTHING, Amount, amount_of, minutes, started_minutes

MINUTE = 60_000


def amount(duration_in_ms=MINUTE, *, kind="standard", test=False, size=(640, 360), copied=False):
    width, height = size
    return amount_of(kind=kind, test=test, duration_in_ms=duration_in_ms, width=width, height=height, copied=copied)


def in_minutes(counted):
    return minutes(counted.encoded), minutes(counted.billable)


@pytest.mark.parametrize(
    ("duration_in_ms", "counted"),
    [(1, 10), (9_999, 10), (10_000, 10), (10_001, 20), (60_000, 60), (61_060, 70), (86_400_000, 86_400)],
)
def test_time_is_counted_in_steps_of_ten_seconds(duration_in_ms, counted):
    assert amount(duration_in_ms) == Amount(counted * 2 // 5, counted * 2 // 5)


@pytest.mark.parametrize("duration_in_ms", [0])
def test_what_has_no_length_counts_nothing(duration_in_ms):
    assert amount(duration_in_ms) == NOTHING


@pytest.mark.parametrize(
    ("size", "billed"),
    [
        ((1278, 718), 1),
        ((1280, 544), 2),
        ((960, 720), 2),
        ((720, 1280), 2),  # upright: 720 wide is not HD, 1280 high is
        ((718, 718), 1),
        ((3840, 2160), 2),
        ((None, None), 0.25),
    ],
)
def test_hd_is_billed_double_and_sound_alone_a_quarter(size, billed):
    assert in_minutes(amount(size=size)) == (1, billed)


@pytest.mark.parametrize("size", [(640, 360), (1920, 1080), (None, None)])
def test_what_is_not_encoded_anew_is_billed_a_quarter(size):
    assert in_minutes(amount(kind="transfer-only", size=size)) == (1, 0.25)
    assert in_minutes(amount(copied=True, size=size)) == (1, 0.25)
    assert in_minutes(amount(kind="segmented", copied=True, size=size)) == (1, 0.25)


@pytest.mark.parametrize("kind", ["playlist", "captions"])
def test_playlists_and_captions_have_no_time(kind):
    assert amount(kind=kind) == NOTHING


@pytest.mark.parametrize("size", [(640, 360), (1920, 1080), (None, None)])
def test_test_outputs_are_encoded_but_not_billed(size):
    assert amount(5_000, test=True, size=size) == Amount(4, 0)


@pytest.mark.parametrize(("units", "shown"), [(0, 0), (24, 1), (4, 0.17), (1, 0.04), (23, 0.96), (24 * 210, 210)])
def test_minutes_are_integers_where_whole(units, shown):
    assert minutes(units) == shown
    assert isinstance(minutes(units), int) == (units % 24 == 0)


@pytest.mark.parametrize(("units", "shown"), [(0, 0), (1, 1), (24, 1), (25, 2)])
def test_a_started_minute_is_a_minute(units, shown):
    assert started_minutes(units) == shown


@given(st.integers(0, 10**8), st.sampled_from(["standard", "segmented", "transfer-only"]), st.booleans(), st.booleans())
def test_billed_time_is_a_plain_multiple_of_encoded_time_and_never_short(duration_in_ms, kind, test, copied):
    counted = amount(duration_in_ms, kind=kind, test=test, copied=copied)
    assert counted.encoded * 2_500 >= duration_in_ms > (counted.encoded - 4) * 2_500
    assert counted.billable * 4 in {counted.encoded * weight for weight in (0, 1, 4, 8)}
