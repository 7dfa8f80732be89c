"""When a household should be visited again.

Sources (practice.md § 3.1): 困难群众每季至少走访 1 次, so those households are named at half the quarter; coverage of
the others is counted over a year.
"""

from datetime import date

TAGGED_DAYS = 45
OTHER_DAYS = 365


def days_since(last_visit_on: str | None, today: date) -> int | None:
    """Return the days since a visit, or None where there was none."""
    return (today - date.fromisoformat(last_visit_on)).days if last_visit_on else None


def is_due(tags: str | None, last_visit_on: str | None, today: date) -> bool:
    """Tell whether a household should be visited again."""
    days = days_since(last_visit_on, today)
    return days is None or days > (TAGGED_DAYS if tags else OTHER_DAYS)


def how_long(last_visit_on: str | None, today: date) -> str:
    """Return the words for it: 48 天前走访过, 今天走访过, 还没有走访过."""
    days = days_since(last_visit_on, today)
    if days is None:
        return "还没有走访过"
    return "今天走访过" if days == 0 else f"{days} 天前走访过" if days > 0 else f"{-days} 天后有走访"
