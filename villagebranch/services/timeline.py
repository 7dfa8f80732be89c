"""What happened with a household, latest first: the visits, and what became of the issues that were raised."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from villagebranch.services import issues, visits
from villagebranch.services.issues import IssueRow


@dataclass(frozen=True)
class Happening:
    """One line: `tag` is how far an issue has come, '' for a visit."""

    on: str
    kind: Literal["visit", "issue"]
    id: str
    words: str
    tag: str = ""


def timeline(conn: Connection, household_id: str, limit: int = 20) -> list[Happening]:
    """Return the latest visits to a household and the issues that it raised, each issue on the day of its last step."""
    found = [
        Happening(row.occurred_on, "visit", row.id, " · ".join(filter(None, (row.type_words, row.account))))
        for row in visits.visits_at(conn, household_id, limit)
    ]
    found += _raised(issues.rows(conn, issues.ids(conn, issues.Wanted(household_id=household_id))[:limit]))
    return sorted(found, key=lambda one: (one.on, one.kind == "issue"), reverse=True)[:limit]


def _raised(rows: list[IssueRow]) -> Iterator[Happening]:
    for row in rows:
        on = max(row.collected_on, row.resolved_on, row.fed_back_on, row.escalated_on)
        told = row.result or row.words
        yield Happening(on, "issue", row.id, told, row.shown("stage"))
