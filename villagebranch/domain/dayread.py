"""Reading the ways in which people write a day: 1987.7, 1987年7月1日, 19870701, 65.3.12, 11-23, 昨天."""

import re
from datetime import date, datetime, timedelta

from villagebranch.domain.errors import Unreadable

_EARLIEST, _LATEST = 1850, 2150
_NEAR = {"今天": 0, "今": 0, "昨天": -1, "昨": -1, "前天": -2, "大前天": -3, "明天": 1, "后天": 2}
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_TIDY = str.maketrans({**dict.fromkeys("年月./／．。－—", "-"), **dict.fromkeys("份日号 ", None)})


def of_date(day: date) -> str:
    """Return the day of a date cell; a formula that points at an empty cell gives Excel's day 0."""
    if day.year < 1900:
        raise Unreadable("这一格的日期是 0，多半是公式引用了空格，请重新填写")
    return (day.date() if isinstance(day, datetime) else day).isoformat()


def of_number(number: float) -> str | None:
    """Return the day that Excel means by a serial number; None for a number that is a written year or day."""
    if not _LATEST < number < 80_000:
        return None
    return (date(1899, 12, 30) + timedelta(days=int(number))).isoformat()


def read_day(text: str, today: date | None, *, full: bool) -> str:
    """Return '1978-02-11', '1978-02' or '1978' for `text`; raise `Unreadable` where it names no real day.

    Where a `full` day is asked for, two numbers are a month and a day near `today`; elsewhere 87.7 is a year
    and its month.
    """
    if today is not None and text in _NEAR:
        return (today + timedelta(days=_NEAR[text])).isoformat()
    written = _CLOCK.sub("", text)
    numbers = written.translate(_TIDY).strip("-")
    if solid := re.fullmatch(r"(\d{4})(\d\d)?(\d\d)?", numbers):
        year, month, day = _solid(solid, today)
    elif parts := re.fullmatch(r"(\d{4}|\d\d)-(\d{1,2})-(\d{1,2})|(\d{4})-(\d{1,2})", numbers):
        year, month, day = (*(int(n) for n in parts.groups() if n), 0)[:3]
        year = _century(year, today) if len(parts[1] or parts[4]) == 2 else year
    elif pair := re.fullmatch(r"(\d{1,2})-(\d{1,2})", numbers):
        year, month, day = _pair(pair, written, today, full)
    else:
        raise Unreadable(f"看不懂日期「{text}」，可写成 1987-7-1、1987.7 或 1987")
    return _stored(year, month, day, text)


def _solid(found: re.Match[str], today: date | None) -> tuple[int, int, int]:
    """Read unbroken digits; 650312 cannot be a year and a month, so it is a short year with its day."""
    year, month, day = (int(n or 0) for n in found.groups())
    if found[2] and not found[3] and not _EARLIEST <= year <= _LATEST:
        return _century(year // 100, today), year % 100, month
    return year, month, day


def _century(year: int, today: date | None) -> int:
    latest = (today.year if today else 2049) % 100 + 1
    return year + (2000 if year <= latest else 1900)


def _pair(found: re.Match[str], written: str, today: date | None, full: bool) -> tuple[int, int, int]:
    first, second = int(found[1]), int(found[2])
    may_be_year = len(found[1]) == 2 and not full and "月" not in written
    if "年" in written or (may_be_year and first > 12):
        return _century(first, today), second, 0
    if may_be_year and second <= 12:
        year = _century(first, today)
        either = f"{year} 年 {second} 月还是 {first} 月 {second} 日"
        raise Unreadable(f"看不出「{written}」是 {either}，请写成 {year}-{second:02} 这样")
    if today is None:
        raise Unreadable(f"日期「{written}」缺年份，请写成 2026-11-23 这样")
    half_a_year_ahead = (first - today.month) * 31 + second - today.day > 186
    return today.year - 1 if half_a_year_ahead else today.year, first, second


def _stored(year: int, month: int, day: int, text: str) -> str:
    """Party software writes 00 for a month or a day that nobody knows: the part before it is kept."""
    try:
        whole = date(year, month or 1, day if month and day else 1)
    except ValueError:
        whole = date.min
    if not _EARLIEST <= whole.year <= _LATEST:
        raise Unreadable(f"没有「{text}」这一天，请改成真实的日期")
    return whole.isoformat()[: 10 if month and day else 7 if month else 4]
