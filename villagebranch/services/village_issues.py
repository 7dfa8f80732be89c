"""The issues that the villages reported: which of them are wanted, and what is known of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select

from villagebranch.db.among import among
from villagebranch.domain import issues
from villagebranch.domain.dayshow import days_between
from villagebranch.domain.names import collation
from villagebranch.records.reported import VillageIssue
from villagebranch.records.township_reply import TownshipReply
from villagebranch.records.village import Village


@dataclass(frozen=True)
class IssueOfVillage:
    """An issue of a village with its latest answer from the township; ISO dates, '' for what is not there."""

    id: str
    source: str
    village_id: str
    village: str
    words: str
    villager_group: str
    source_way: str
    category: str
    collected_on: str
    stage: str
    measure: str
    lead: str
    owner: str
    due_on: str
    resolved_on: str
    result: str
    fed_back_on: str
    satisfaction: str
    escalated_on: str
    asked: str
    replied_on: str = ""
    disposition: str = ""
    reply: str = ""

    @property
    def is_unanswered(self) -> bool:
        """Whether it came up to the township and has no answer since."""
        return self.stage == "escalated" and self.replied_on < self.escalated_on

    def shown(self, name: str) -> str:
        """Return a coded field as people read it."""
        return VillageIssue.kind().field(name).value.show(getattr(self, name) or None)


def states(today: date) -> Mapping[str, ColumnElement[bool]]:
    """Return the conditions that an issue is in hand ('open'), beyond its deadline ('overdue'), that it came up to the
    township at some time ('escalated'), and that it did and has no answer since ('unanswered')."""
    running = VillageIssue.stage.in_(issues.OPEN_STAGES)
    answers = select(TownshipReply.id).where(
        TownshipReply.issue_id == VillageIssue.source,
        TownshipReply.removed_at.is_(None),
        TownshipReply.replied_on >= VillageIssue.escalated_on,
    )
    return {
        "open": running,
        "overdue": running & (VillageIssue.due_on < today.isoformat()),
        "escalated": VillageIssue.escalated_on.is_not(None),
        "unanswered": (VillageIssue.stage == "escalated") & ~answers.exists(),
    }


def unanswered(conn: Connection, today: date) -> int:
    """Return how many issues came up to the township and have no answer since."""
    waiting = select(func.count()).where(VillageIssue.removed_at.is_(None), states(today)["unanswered"])
    return conn.scalar(waiting) or 0


@dataclass(frozen=True)
class Wanted:
    """Which issues to list: of a village, of a category, in one of the `states`, with these `words` in what was raised."""

    village_id: str = ""
    category: str = ""
    state: str = ""
    words: str = ""


def ids(conn: Connection, wanted: Wanted, today: date) -> Sequence[str]:
    """Return the ids that issues have in their villages' books, the oldest first."""
    query = select(VillageIssue.source).join(Village, Village.id == VillageIssue.village_id)
    query = query.where(VillageIssue.removed_at.is_(None), Village.removed_at.is_(None))
    if wanted.state:
        query = query.where(states(today)[wanted.state])
    if wanted.village_id:
        query = query.where(VillageIssue.village_id == wanted.village_id)
    if wanted.category:
        query = query.where(VillageIssue.category == wanted.category)
    if wanted.words:
        query = query.where(VillageIssue.words.contains(wanted.words, autoescape=True))
    return conn.scalars(query.order_by(VillageIssue.collected_on, VillageIssue.source)).all()


def rows(conn: Connection, ids: Sequence[str]) -> list[IssueOfVillage]:
    """Return the issues that have these ids in their villages' books, in this order."""
    told = {row["source"]: row for row in conn.execute(_ROWS, {"ids": ids}).mappings().all()}
    answers = _answers(conn, ids)
    return [
        IssueOfVillage(**{name: told[id][name] or "" for name in _COPIED}, **answers.get(id, {}))
        for id in ids
        if id in told
    ]


def found(conn: Connection, wanted: Wanted, today: date) -> list[IssueOfVillage]:
    """Return the issues that are wanted, the oldest first."""
    return rows(conn, ids(conn, wanted, today))


_ANSWER = ("replied_on", "disposition", "reply")
_COPIED = tuple(name for name in IssueOfVillage.__dataclass_fields__ if name not in _ANSWER)
_ROWS = (
    select(
        *(getattr(VillageIssue, name) for name in _COPIED if name != "village"), Village.name.label("village")
    )
    .join(Village, Village.id == VillageIssue.village_id)
    .where(among(VillageIssue.source), VillageIssue.removed_at.is_(None), Village.removed_at.is_(None))
)


def _answers(conn: Connection, ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    told = select(
        TownshipReply.issue_id, TownshipReply.replied_on, TownshipReply.disposition, TownshipReply.words
    ).where(among(TownshipReply.issue_id, ids), TownshipReply.removed_at.is_(None))
    ordered = told.order_by(TownshipReply.replied_on, TownshipReply.id)
    return {
        issue: dict(zip(_ANSWER, (on, disposition, words or ""), strict=True))
        for issue, on, disposition, words in conn.execute(ordered)
    }


def years(conn: Connection) -> list[int]:
    """Return the years in which villages took something up to the township, latest first."""
    year = func.substr(VillageIssue.escalated_on, 1, 4)
    told = select(year).where(VillageIssue.escalated_on.is_not(None), VillageIssue.removed_at.is_(None))
    return sorted(map(int, conn.scalars(told.distinct())), reverse=True)


@dataclass(frozen=True)
class AgeRow:
    """How many open issues of a village stand in a category, by how long ago they were collected (days)."""

    village: str
    category: str
    within_30: int
    within_90: int
    older: int

    @property
    def total(self) -> int:
        return self.within_30 + self.within_90 + self.older


def by_age(conn: Connection, today: date, village: str = "") -> list[AgeRow]:
    """Return the open issues of a village ('' for all) by village, category and age."""
    counts: dict[tuple[str, str], list[int]] = {}
    for one in found(conn, Wanted(village_id=village, state="open"), today):
        days = days_between(one.collected_on, today) or 0
        age = 0 if days <= 30 else 1 if days <= 90 else 2
        counts.setdefault((one.village, one.category), [0, 0, 0])[age] += 1
    ordered = sorted(counts.items(), key=lambda item: (collation(item[0][0]), item[0][1]))
    return [AgeRow(village, category, *ages) for (village, category), ages in ordered]
