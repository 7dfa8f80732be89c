"""Months, quarters and years."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagebranch.domain import periods

DAYS = st.dates(date(1900, 1, 1), date(2150, 1, 1))


def test_a_month_has_its_days_and_its_name():
    assert periods.month_of(date(2026, 2, 5)) == "2026-02"
    assert periods.first_day("2026-02") == date(2026, 2, 1)
    assert periods.last_day("2026-02") == date(2026, 2, 28)
    assert periods.last_day("2024-02") == date(2024, 2, 29)
    assert periods.month_label("2026-02") == "2026年2月"


def test_months_pass_over_the_new_year():
    assert periods.month_before("2026-01") == "2025-12"
    assert periods.month_after("2025-12") == "2026-01"
    assert periods.months_after("2026-11", -23) == "2024-12"
    assert periods.months_of(2026)[::11] == ("2026-01", "2026-12")


@given(DAYS, st.integers(-500, 500))
def test_going_ahead_and_back_returns(day, count):
    month = periods.month_of(day)
    assert periods.months_after(periods.months_after(month, count), -count) == month


@pytest.mark.parametrize(
    ("rhythm", "number", "end"),
    [("month", 11, date(2026, 11, 30)), ("quarter", 4, date(2026, 12, 31)), ("year", 1, date(2026, 12, 31))],
)
def test_a_day_lies_in_its_period(rhythm, number, end):
    assert periods.period_number(rhythm, date(2026, 11, 23)) == number
    assert periods.period_end(rhythm, date(2026, 11, 23)) == end


@given(DAYS, st.sampled_from(["month", "quarter", "year"]))
def test_the_day_after_a_period_begins_the_next(day, rhythm):
    following = date.fromordinal(periods.period_end(rhythm, day).toordinal() + 1)
    assert following.day == 1
    assert periods.period_number(rhythm, following) in {1, periods.period_number(rhythm, day) + 1}


def test_weeks_are_counted_as_calendars_print_them():
    assert periods.week_of_year(date(2026, 11, 23)) == 48
    assert periods.week_of_year(date(2027, 1, 1)) == 53


def test_what_is_left_of_a_month():
    assert periods.days_left_in_month(date(2026, 11, 23)) == 7
    assert periods.days_left_in_month(date(2026, 11, 30)) == 0
