"""How old the last backup is, in words, and when the next one is due on a stick."""

from datetime import date

from villagebranch.domain.dayshow import days_between

STICK_DAYS = 7  # a backup goes onto a stick once a week


def days_since(at: str | None, today: date) -> int | None:
    """Return how many days ago the ISO time `at` was, None for never; a clock that was wrong then makes it no less than 0."""
    return None if at is None else max(0, days_between(at[:10], today) or 0)


def last_backup(carried: str | None, backed_up: str | None, today: date) -> str:
    """Return where the last backup is and how old: 'U 盘，3 天前'. Both are ISO times, on a stick and on this computer."""
    if (days := days_since(carried, today)) is not None:
        return f"U 盘，{_ago(days)}"
    if (days := days_since(backed_up, today)) is not None:
        return f"{_ago(days)}，还没有存到 U 盘"
    return "还没有"


def _ago(days: int) -> str:
    return ("今天", "昨天", "前天")[days] if days < 3 else f"{days} 天前"
