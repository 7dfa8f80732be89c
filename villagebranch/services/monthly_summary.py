"""The monthly summary of issues: opening balance + new − resolved = closing balance, which opens the next month.

Source: 村民最新最需解决的问题和意见每月汇总一次，研究解决办法和措施，并落实责任人和时间节点 (practice.md). A frozen summary is a
snapshot: an issue recorded late for a month that is frozen counts as new in the month after.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from villagebranch.db.journal import Act
from villagebranch.domain import periods
from villagebranch.domain.errors import Refused
from villagebranch.domain.issues import Balance
from villagebranch.records.issue import Issue
from villagebranch.records.monthly_summary import MonthlySummary
from villagebranch.services import issues
from villagebranch.services.issues import IssueRow


@dataclass(frozen=True)
class Summary:
    """One month's summary. `rows` are the issues of the opening balance and the new ones, in the order collected."""

    period: str
    balance: Balance
    open_ids: tuple[str, ...]
    rows: tuple[IssueRow, ...]
    meeting_id: str | None = None
    frozen_at: str | None = None


def summary(conn: Connection, period: str, today: date) -> Summary:
    """Return the summary of a month: as it was frozen, or else as it stands today."""
    return frozen(conn, period) or _reckoned(conn, period, today)


def frozen(conn: Connection, period: str) -> Summary | None:
    """Return the frozen summary of a month, or None while it is not frozen."""
    query = select(MonthlySummary.snapshot).where(
        MonthlySummary.period == period, MonthlySummary.state == "frozen"
    )
    snapshot = conn.scalar(query.where(MonthlySummary.removed_at.is_(None)))
    return _from_snapshot(json.loads(snapshot)) if snapshot else None


def freeze(act: Act, period: str, today: date, meeting_id: str | None = None) -> str:
    """Freeze the summary of a month and return its id. Raises `Refused` for a month that is frozen or still ahead."""
    if frozen(act.conn, period):
        raise Refused(f"{periods.month_label(period)}的汇总已经定稿")
    if period > periods.month_of(today):
        raise Refused(f"{periods.month_label(period)}还没有到，不能定稿")
    made = _reckoned(act.conn, period, today)
    snapshot = asdict(made) | {"meeting_id": meeting_id, "frozen_at": act.at}
    draft = {
        "period": period,
        "state": "frozen",
        "meeting_id": meeting_id,
        "frozen_at": act.at[:16].replace("T", " "),
    }
    return act.add(
        MonthlySummary, draft | {"snapshot": json.dumps(snapshot, ensure_ascii=False, separators=(",", ":"))}
    )


def reopen(act: Act, period: str) -> None:
    """Take back that a month was frozen. Raises `Refused` where the month after it already builds on its balance."""
    after = periods.month_after(period)
    if frozen(act.conn, after):
        raise Refused(
            f"{periods.month_label(after)}已经按这个月的结转定稿，请先取消{periods.month_label(after)}的定稿"
        )
    kept = (MonthlySummary.period == period) & MonthlySummary.removed_at.is_(None)
    for id in act.conn.scalars(select(MonthlySummary.id).where(kept)).all():
        act.remove(MonthlySummary, id)


def frozen_periods(conn: Connection) -> list[str]:
    """Return the months whose summaries are frozen, latest first."""
    query = select(MonthlySummary.period).where(
        MonthlySummary.state == "frozen", MonthlySummary.removed_at.is_(None)
    )
    return list(conn.scalars(query.order_by(MonthlySummary.period.desc())))


def _reckoned(conn: Connection, period: str, today: date) -> Summary:
    first, last = periods.first_day(period).isoformat(), min(periods.last_day(period), today).isoformat()
    before = frozen(conn, periods.month_before(period))
    found = _of_month(conn, first, last, set(before.open_ids) if before else set())
    carried = before.open_ids if before else [row.id for row in found if row.collected_on < first]
    opening = set(carried)
    rows = sorted(found, key=lambda row: (row.collected_on, row.id))
    open_rows = [row for row in rows if not (row.resolved_on and row.resolved_on <= last)]
    balance = Balance(
        opening=len(opening),
        new=sum(row.id not in opening for row in rows),
        closed=len(rows) - len(open_rows),
        fed_back=sum(first <= row.fed_back_on <= last for row in rows),
        overdue=sum("" < row.due_on < last for row in open_rows),
        escalated=sum(row.stage == "escalated" for row in open_rows),
        withdrawn=len(opening - {row.id for row in rows}),
    )
    return Summary(period, balance, tuple(row.id for row in open_rows), tuple(rows))


def _of_month(conn: Connection, first: str, last: str, carried: Collection[str]) -> list[IssueRow]:
    """Return what is open at the start or comes in during the month, and what the month before handed on."""
    alive = Issue.removed_at.is_(None) & (Issue.collected_on <= last)
    still_open = Issue.resolved_on.is_(None) | (Issue.resolved_on >= first)
    in_month = Issue.collected_on >= first
    ids = set(conn.scalars(select(Issue.id).where(alive, still_open | in_month)))
    ids |= set(conn.scalars(select(Issue.id).where(alive, Issue.id.in_(carried)))) if carried else set()
    return issues.rows(conn, sorted(ids))


def _from_snapshot(kept: Mapping[str, Any]) -> Summary:
    """Read a snapshot; fields that a later program added to an issue are passed over."""
    rows = [{name: value for name, value in row.items() if name in _ROW_FIELDS} for row in kept["rows"]]
    return Summary(
        kept["period"],
        Balance(**kept["balance"]),
        tuple(kept["open_ids"]),
        tuple(IssueRow(**row) for row in rows),
        kept["meeting_id"],
        kept["frozen_at"],
    )


_ROW_FIELDS = frozenset(field.name for field in fields(IssueRow))
