"""from and to of a report (zencoder-api 2.11)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.api.days import days_of
from stepcoder.errors import InvalidRequest

TODAY = date(2031, 4, 5)


def days(today=TODAY, **given):
    given = {name.rstrip("_"): text for name, text in given.items()}
    return days_of(given.get, today)


def test_by_default_the_last_thirty_days_ending_yesterday():
    found = days()
    assert (len(found), found[0], found[-1]) == (30, "2031-03-06", "2031-04-04")
    assert days(from_="", to="") == found


def test_both_ends_are_included():
    assert days(from_="2031-03-30", to="2031-04-01") == ["2031-03-30", "2031-03-31", "2031-04-01"]
    assert days(from_="2031-03-30", to="2031-03-30") == ["2031-03-30"]


@pytest.mark.parametrize("zone", ["UTC", "CEST", "GMT+02:00", "GMT 02:00", "GMT-03:00"])
def test_a_zone_behind_the_day_is_passed_over(zone):
    assert days(from_=f"2031-03-30 {zone}", to=f"2031-03-31 {zone}") == ["2031-03-30", "2031-03-31"]


def test_without_an_end_they_end_yesterday_and_without_a_beginning_they_are_thirty():
    assert days(from_="2031-04-03") == ["2031-04-03", "2031-04-04"]
    found = days(to="2031-02-28")
    assert (len(found), found[0], found[-1]) == (30, "2031-01-30", "2031-02-28")


@pytest.mark.parametrize("to", ["2031-04-05", "2031-04-06", "2099-12-31", "9999-12-31"])
def test_today_and_later_are_left_out(to):
    assert days(from_="2031-04-03", to=to) == ["2031-04-03", "2031-04-04"]
    assert days(to=to) == days()
    assert days(from_="2031-04-05", to=to) == []


def test_two_months_are_allowed_and_a_day_more_is_not():
    assert len(days(from_="2031-01-15", to="2031-03-15")) == 60
    assert days(from_="2030-12-31", to="2031-02-28")[-1] == "2031-02-28"
    with pytest.raises(InvalidRequest, match=r"from is 2031-01-15 and to is 2031-03-16: .*2 months"):
        days(from_="2031-01-15", to="2031-03-16")
    with pytest.raises(InvalidRequest, match="2 months"):
        days(from_="2030-12-31", to="2031-03-01")


@pytest.mark.parametrize(
    "text",
    [
        *("2031-4-5", "20310405", "2031-02-29", "2031-13-01", "2031-00-10", "05-04-2031", "2031/04/05", "yesterday"),
        *("2031-04-05T00:00:00Z", " 2031-04-05", "2031-04-05\n", "٢٠٣١-٠٤-٠٥", "0000-01-01", "2031-W14-6", "-", "1"),
        *("2031-03-01,2031-03-02", "NaN", "\x00", "2031-03-01 ", "2031-03-01 12:00", "2031-03-01 UTC; x"),
    ],
)
def test_what_is_not_a_day_is_refused_in_a_sentence(text):
    for name in ("from", "to"):
        with pytest.raises(InvalidRequest) as refused:
            days_of({name: text}.get, TODAY)
        (sentence,) = refused.value.messages
        assert sentence.startswith(f"{name} is {text[:40]!r}: it must be a day") and "YYYY-MM-DD" in sentence


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(InvalidRequest) as refused:
        days(from_="now", to="later")
    assert [sentence.split()[0] for sentence in refused.value.messages] == ["from", "to"]


def test_an_end_before_the_beginning_is_refused():
    with pytest.raises(InvalidRequest, match="from is 2031-03-02: it must not be later than to, 2031-03-01"):
        days(from_="2031-03-02", to="2031-03-01")
    with pytest.raises(InvalidRequest, match="from is 2031-04-05: it must not be later than yesterday, 2031-04-04"):
        days(from_="2031-04-05")


@pytest.mark.parametrize(("from_", "to"), [(None, "0001-01-01"), ("0001-01-01", "0001-02-28"), ("0001-01-01", None)])
def test_the_beginning_of_the_calendar_is_not_stepped_over(from_, to):
    given = {"from": from_, "to": to}
    try:
        assert days_of(given.get, TODAY)[0] == "0001-01-01"
    except InvalidRequest:
        assert to is None


_any_day = st.dates().map(str)


@given(st.none() | _any_day, st.none() | _any_day, st.dates(min_value=date(2, 1, 1)))
def test_any_days_are_a_range_up_to_yesterday_or_a_refusal(from_, to, today):
    try:
        found = days_of({"from": from_, "to": to}.get, today)
    except InvalidRequest:
        return
    assert found == sorted(set(found))
    assert len(found) <= 63
    if found:
        assert found[-1] == min(to or str(today), str(today - timedelta(days=1)))
        assert from_ is None or found[0] == from_


@given(st.text(max_size=60))
def test_any_text_is_a_day_or_a_refusal(text):
    try:
        days_of({"from": text}.get, TODAY)
    except InvalidRequest as refused:
        assert len(refused.messages) == 1
