"""Stored days in words, and the years and days reckoned from them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagebranch.domain.dayshow import (
    age,
    day_near,
    day_short,
    day_words,
    days_between,
    first_day,
    party_years,
)
from villagebranch.domain.values import Day, Moment

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("stored", "words", "short"),
    [
        ("2026-11-03", "2026年11月3日", "11-03"),
        ("1978-02", "1978年2月", "1978-02"),
        ("1978", "1978年", "1978"),
        ("无", "无", "无"),
        ("不详", "不详", "不详"),
        (None, "", ""),
    ],
)
def test_a_day_is_shown_in_two_ways(stored, words, short):
    assert (day_words(stored), day_short(stored)) == (words, short)


def test_a_moment_is_shown_with_its_clock():
    assert day_words("2026-11-20 14:00") == "2026年11月20日 14:00"
    assert day_short("2026-11-20 14:00") == "11-20"


@pytest.mark.parametrize(
    ("born_on", "years"),
    [
        ("1978-11-23", 48),
        ("1978-11-24", 47),
        ("1978-11", 48),
        ("1978", 48),
        ("2000-02-29", 26),
        ("2027", None),
        ("不详", None),
        (None, None),
    ],
)
def test_age_counts_full_years(born_on, years):
    assert age(born_on, TODAY) == years


def test_party_standing_begins_with_full_membership():
    assert party_years("2009-03", TODAY) == 17
    assert party_years(None, TODAY) is None


@pytest.mark.parametrize(
    ("earlier", "days"),
    [
        ("2026-10-06", 48),
        ("2026-11-23", 0),
        ("2026-11-25", -2),
        ("2026-11", None),
        ("无", None),
        (None, None),
    ],
)
def test_days_are_counted_between_whole_days_only(earlier, days):
    assert days_between(earlier, TODAY) == days


def test_the_first_day_of_what_is_known():
    assert first_day("1978-02") == date(1978, 2, 1)
    assert first_day("无") is None


@given(st.dates(date(1900, 1, 1), date(2150, 12, 31)), st.sampled_from([4, 7, 10]))
def test_the_words_for_a_day_are_read_as_that_day(day, length):
    stored = day.isoformat()[:length]
    assert Day().parse(day_words(stored)) == stored


@given(st.datetimes())
def test_the_words_for_a_moment_are_read_as_that_moment(moment):
    stored = f"2026-11-20 {moment:%H:%M}"
    assert Moment().parse(day_words(stored)) == stored


def test_the_year_is_said_where_it_is_not_this_one():
    assert day_near("2026-11-03", date(2026, 11, 23)) == "11-03"
    assert day_near("2025-11-03", date(2026, 11, 23)) == "2025-11-03"
    assert day_near(None, date(2026, 11, 23)) == ""
