"""The year of probation. Source: 《中国共产党发展党员工作细则》: 预备党员的预备期为一年，从支部大会通过其为预备党员之日算起."""

from datetime import date

from villagebranch.domain.dayshow import first_day


def probation_ends(joined_on: str | None) -> date | None:
    """Return the day on which a year has passed; None where not even the month of joining is known.

    Of a month alone the first day counts, and a leap day ends on 28 February.
    """
    joined = first_day(joined_on)
    if joined is None or len(joined_on or "") < 7:
        return None
    leaps = (joined.month, joined.day) == (2, 29)
    return joined.replace(year=joined.year + 1, day=28 if leaps else joined.day)
