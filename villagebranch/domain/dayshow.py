"""Words for stored days (partial ones, 「无」 and 「不详」 too), and what is reckoned from them."""

from datetime import date


def day_words(stored: str | None) -> str:
    """Return 1978年2月11日, 1978年2月 or 1978年, with the clock where there is one; else `stored` as it stands."""
    day, _, clock = (stored or "").partition(" ")
    words = "".join(f"{number}{unit}" for number, unit in zip(_numbers(day), "年月日", strict=False))
    return f"{words} {clock}".strip() if words else stored or ""


def day_short(stored: str | None) -> str:
    """Return 11-23 for a whole day, whose year stands elsewhere; anything less stays as it is."""
    return stored[5:10] if stored and len(_numbers(stored)) == 3 else stored or ""


def day_near(stored: str | None, today: date) -> str:
    """Return 11-23 for a day of this year, which goes without saying; any other day in full."""
    return day_short(stored) if stored and stored.startswith(str(today.year)) else stored or ""


def age(born_on: str | None, today: date) -> int | None:
    """Return the full years lived, None where the day of birth is not known.

    A month or a year alone counts from its first day: whoever was born in 1978 is 48 during all of 2026.
    """
    born = first_day(born_on)
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def party_years(full_on: str | None, today: date) -> int | None:
    """Return the party standing (党龄) in full years, None for a probationary member.

    Source: 《中国共产党章程》 article 7: it is counted from the day a probationary member becomes a full one.
    """
    return age(full_on, today)


def days_between(earlier: str | None, later: date) -> int | None:
    """Return the days from `earlier` to `later`, negative where it lies ahead; None where no whole day is known."""
    day = first_day(earlier)
    return (later - day).days if day and len(_numbers(earlier)) == 3 else None


def first_day(stored: str | None) -> date | None:
    """Return the first day of what is known; None for 「无」, 「不详」 and None."""
    numbers = _numbers(stored)
    return date(*(*numbers, 1, 1)[:3]) if numbers else None


def _numbers(stored: str | None) -> list[int]:
    if not stored or not stored[0].isdigit():
        return []
    return [int(part) for part in stored[:10].split("-")]
