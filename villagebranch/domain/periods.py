"""Months ('2026-11'), quarters and years: their first and last days, their names, what is left of them."""

from calendar import monthrange
from datetime import date
from typing import Literal

Rhythm = Literal["month", "quarter", "year"]

_MONTHS_IN: dict[Rhythm, int] = {"month": 1, "quarter": 3, "year": 12}


def month_of(day: date) -> str:
    """Return '2026-11' for a day of November 2026."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """Return the first day of a month."""
    return date(int(month[:4]), int(month[5:7]), 1)


def last_day(month: str) -> date:
    """Return the last day of a month."""
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def months_after(month: str, count: int) -> str:
    """Return the month `count` after `month`; a negative count goes back."""
    year, index = divmod(int(month[:4]) * 12 + int(month[5:7]) - 1 + count, 12)
    return f"{year:04}-{index + 1:02}"


def month_before(month: str) -> str:
    """Return the month before."""
    return months_after(month, -1)


def month_after(month: str) -> str:
    """Return the month after."""
    return months_after(month, 1)


def months_of(year: int) -> tuple[str, ...]:
    """Return the twelve months of a year."""
    return tuple(f"{year:04}-{number:02}" for number in range(1, 13))


def month_label(month: str) -> str:
    """Return 2026年11月."""
    return f"{int(month[:4])}年{int(month[5:7])}月"


def period_number(rhythm: Rhythm, day: date) -> int:
    """Return which month, quarter or year of its year a day lies in, counted from 1."""
    return (day.month - 1) // _MONTHS_IN[rhythm] + 1


def period_end(rhythm: Rhythm, day: date) -> date:
    """Return the last day of the month, quarter or year that `day` lies in."""
    return last_day(f"{day.year:04}-{period_number(rhythm, day) * _MONTHS_IN[rhythm]:02}")


def week_of_year(day: date) -> int:
    """Return the number of the week: weeks begin on Monday, the first is that of the year's first Thursday (ISO 8601)."""
    return day.isocalendar().week


def days_left_in_month(day: date) -> int:
    """Return how many days of the month follow `day`."""
    return (last_day(month_of(day)) - day).days
