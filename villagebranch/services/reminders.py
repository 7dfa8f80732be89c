"""What is due this month, most urgent first, and the month in four figures.

Reminders are about duties of the branch, never about people: nothing here judges or ranks a household or a cadre.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, select
from sqlalchemy.orm import InstrumentedAttribute

from villagebranch.domain import codes, issues, periods, visits
from villagebranch.domain.dayshow import day_short, day_words, days_between, first_day
from villagebranch.domain.duties import Duty
from villagebranch.domain.probation import probation_ends
from villagebranch.records.household import Household
from villagebranch.records.issue import Issue
from villagebranch.records.kept import HouseholdState, living
from villagebranch.services import cadres, from_township, monthly_summary
from villagebranch.services.branch import branch
from villagebranch.services.disputed import disputed
from villagebranch.services.meeting_year import year_duties
from villagebranch.services.people import LISTED, members, names

Tone = Literal["amber", "red", "blue"]

# How many days ahead a reminder comes; the branch's own choice where no rule says it.
_ISSUE_AHEAD = 7
_FEEDBACK_WITHIN = 7
_MONTH_END = 7
_PROBATION_AHEAD = 60
_TERM_AHEAD_MONTHS = 6  # 届满前 6 个月提醒换届 (practice.md § 3.1)
_MEETING_AHEAD: Mapping[str, int] = {"month": 15, "quarter": 31, "year": 61}
_SHOWN = 6  # of one sort; a last row says how many more there are
_LONG_AGO = -30  # what is later than this is no more urgent for it


@dataclass(frozen=True)
class Reminder:
    """One thing to do. `days_left` is negative once it is late; `page` and `what` open the place to do it."""

    tag: str
    title: str
    detail: str
    when: str
    tone: Tone
    days_left: int
    page: str
    what: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MonthFigures:
    """The month so far. Visits count per cadre against the quotas; coverage is over a year, satisfaction over the
    quarter (`satisfied` in percent, None where nobody was asked)."""

    visited: int
    quota: int
    households: int
    covered: int
    new_issues: int
    resolved: int
    in_hand: int
    overdue: int
    longest_overdue: int
    satisfied: int | None
    asked: int


def due(conn: Connection, today: date, duties: Iterable[Duty]) -> tuple[Reminder, ...]:
    """Return what is due, most urgent first."""
    found = chain(
        _disputed(conn),
        _households(conn, today),
        _issues(conn, today),
        _answered(conn, today),
        _instructions(conn, today),
        _meetings(conn, today, duties),
        _summaries(conn, today),
        _quotas(conn, today),
        _probation(conn, today),
        _term(conn, today),
    )
    return tuple(sorted(found, key=lambda reminder: max(reminder.days_left, _LONG_AGO)))


def _left(days: int) -> str:
    return f"还剩 {days} 天" if days > 0 else "就在今天" if days == 0 else f"已过 {-days} 天"


def _disputed(conn: Connection) -> Iterator[Reminder]:
    """Say how much two computers changed that nobody has decided."""
    if found := disputed(conn):
        labels = list(dict.fromkeys(one.label for one in found))
        detail = "、".join(labels[:3]) + ("等" if len(labels) > 3 else "")
        title, what = f"{len(found)} 处两边都改过", {"view": "conflicts"}
        yield Reminder("交换", title, detail, "等您定夺", "amber", 0, "exchange", what)


def _households(conn: Connection, today: date) -> Iterator[Reminder]:
    """Name the households with a tag that have waited longest; the others are a number."""
    query = select(
        Household.id,
        Household.villager_group,
        Household.tags,
        HouseholdState.head_name,
        HouseholdState.last_visit_on,
    ).outerjoin(HouseholdState, HouseholdState.household_id == Household.id)
    rows = [
        row
        for row in conn.execute(query.where(living(Household)))
        if visits.is_due(row.tags, row.last_visit_on, today)
    ]
    named = sorted((row for row in rows if row.tags), key=lambda row: row.last_visit_on or "")[:_SHOWN]
    for id, group, tags, head, last in named:
        days = visits.days_since(last, today)
        detail = " · ".join(part for part in (group, codes.TAGS.show(tags)) if part)
        when = f"已 {days} 天未走访" if days is not None else visits.how_long(None, today)
        late = _LONG_AGO if days is None else visits.TAGGED_DAYS - days
        yield Reminder(
            "走访", f"{head or '（户主未填）'} 户", detail, when, "amber", late, "visit", {"household_id": id}
        )
    if more := len(rows) - len(named):
        yield Reminder(
            "走访", f"另有 {more} 户该走访了", "按多久没有走访排列", f"{more} 户", "amber", 0, "households"
        )


def _issues(conn: Connection, today: date) -> Iterator[Reminder]:
    """Name the issues whose deadline has passed or is near, and those whose villager has not been told yet."""
    near = (today + timedelta(days=_ISSUE_AHEAD)).isoformat()
    running = Issue.stage.in_(issues.OPEN_STAGES) & (Issue.due_on <= near)
    waiting = Issue.stage == "resolved"
    first = _first_issues(conn, running, Issue.due_on)
    owners = names(conn, {row.owner_id for row in first})
    for row in first:
        late = days_between(row.due_on, today) or 0
        when, _ = issues.card_tag(row.stage, row.due_on, None, today)
        owner = f"责任人 {owners[row.owner_id]}" if row.owner_id in owners else "还没有责任人"
        yield _issue(row, owner, when, "red" if late > 0 else "blue", -late)
    for row in _first_issues(conn, waiting, Issue.resolved_on):
        since = days_between(row.resolved_on, today) or 0
        yield _issue(row, f"{day_short(row.resolved_on)} 办结", "待回访", "amber", _FEEDBACK_WITHIN - since)
    for words, which in (("办理期限已到或快到", running), ("办结后待回访", waiting)):
        if (more := _count(conn, which) - _SHOWN) > 0:
            yield Reminder("问题", f"另有 {more} 件", words, f"{more} 件", "amber", 0, "issues")


def _answered(conn: Connection, today: date) -> Iterator[Reminder]:
    """Name the issues that the township has answered, and that wait for somebody to go on with them."""
    for words, reply in from_township.unheeded(conn)[:_SHOWN]:
        since = days_between(reply.replied_on, today) or 0
        left = _FEEDBACK_WITHIN - since
        yield Reminder(
            "答复", words, reply.sentence, "镇里已答复", "blue", left, "issues", {"id": reply.issue_id}
        )


def _instructions(conn: Connection, today: date) -> Iterator[Reminder]:
    for one in from_township.instructions(conn, open_only=True)[:_SHOWN]:
        left = -(days_between(one.due_on, today) or 0) if one.due_on else _MONTH_END
        when = _left(left) if one.due_on else f"{day_short(one.issued_on)} 下发"
        tone: Tone = "red" if left < 0 else "blue"
        what = {"id": one.id}
        yield Reminder("通知", one.title, one.issued_by, when, tone, left, "instructions", what)


def _first_issues(
    conn: Connection, which: ColumnElement[bool], by: InstrumentedAttribute[str | None]
) -> Sequence[Row[Any]]:
    columns = (Issue.id, Issue.words, Issue.stage, Issue.due_on, Issue.resolved_on, Issue.owner_id)
    alive = select(*columns).where(Issue.removed_at.is_(None), which)
    return conn.execute(alive.order_by(by, Issue.id).limit(_SHOWN)).all()


def _issue(row: Row[Any], detail: str, when: str, tone: Tone, days_left: int) -> Reminder:
    return Reminder("问题", row.words, detail, when, tone, days_left, "issues", {"id": row.id})


def _meetings(conn: Connection, today: date, duties: Iterable[Duty]) -> Iterator[Reminder]:
    for told in year_duties(conn, today.year, today, duties):
        duty, left = told.duty, (told.standing.deadline - today).days
        if not told.standing.held_now and left <= _MEETING_AHEAD[duty.rhythm]:
            title = f"{duty.label}（{told.group}）" if told.group else duty.label
            what = {"meeting_type": duty.meeting_type, "party_group": told.group}
            yield Reminder(
                "会议", title, duty.rhythm_label, told.standing.reminder, "amber", left, "meeting", what
            )


def _summaries(conn: Connection, today: date) -> Iterator[Reminder]:
    """Remind of this month's summary at its end, and of last month's where issues came in that nobody summed up."""
    frozen = set(monthly_summary.frozen_periods(conn))
    this_month, left = periods.month_of(today), periods.days_left_in_month(today)
    last_month = periods.month_before(this_month)
    if this_month not in frozen and left <= _MONTH_END:
        waiting = _count(conn, Issue.stage.in_(("collected", "sorted")))
        yield _summary(this_month, f"{waiting} 件待研究定责", _left(left), left)
    if last_month not in frozen and (new := _collected(conn, last_month)):
        yield _summary(last_month, f"当月新收 {new} 件", "还没有定稿", -today.day)


def _summary(month: str, detail: str, when: str, days_left: int) -> Reminder:
    return Reminder(
        "汇总", f"{int(month[5:])}月问题汇总", detail, when, "amber", days_left, "study", {"month": month}
    )


def _count(conn: Connection, which: ColumnElement[bool]) -> int:
    return conn.scalar(select(func.count(Issue.id)).where(Issue.removed_at.is_(None), which)) or 0


def _collected(conn: Connection, month: str) -> int:
    return _count(conn, Issue.collected_on.between(month, f"{month}~"))


def _quotas(conn: Connection, today: date) -> Iterator[Reminder]:
    """Say in the last week which households are still to be visited, all cadres in one row."""
    left = periods.days_left_in_month(today)
    behind = [one for one in cadres.progress(conn, periods.month_of(today), today) if one.behind]
    if behind and left <= _MONTH_END:
        total = sum(one.behind for one in behind)
        named = "、".join(one.name for one in behind[:3])
        detail = f"{named}等 {len(behind)} 人" if len(behind) > 3 else named
        yield Reminder("走访", f"本月还要走访 {total} 户", detail, _left(left), "blue", left, "visit")


def _probation(conn: Connection, today: date) -> Iterator[Reminder]:
    for member in members(conn, fields=LISTED):
        ends = probation_ends(member.words("joined_on")) if member["status"] == "probationary" else None
        if ends and (left := (ends - today).days) <= _PROBATION_AHEAD:
            tone: Tone = "blue" if left >= 0 else "amber"
            title = f"{member.words('name')} 预备期满"
            yield Reminder(
                "转正", title, ends.isoformat(), _left(left), tone, left, "members", {"id": member.id}
            )


def _term(conn: Connection, today: date) -> Iterator[Reminder]:
    told = branch(conn).term_ends_on
    ends = first_day(told)
    if ends and periods.month_of(today) >= periods.months_after(periods.month_of(ends), -_TERM_AHEAD_MONTHS):
        left = (ends - today).days
        tone: Tone = "blue" if left >= 0 else "amber"
        yield Reminder("任期", "支委会任期届满", day_words(told), _left(left), tone, left, "settings")


def month_figures(conn: Connection, today: date) -> MonthFigures:
    """Return the four figures of the month, with what stands below them."""
    month = periods.month_of(today)
    done = cadres.progress(conn, month, today)
    households, covered = _coverage(conn, today)
    overdue, longest = _overdue(conn, today)
    answers = _answers(conn, today)
    return MonthFigures(
        visited=sum(one.done for one in done),
        quota=sum(one.quota for one in done),
        households=households,
        covered=covered,
        new_issues=_collected(conn, month),
        resolved=_count(conn, Issue.resolved_on.between(month, f"{month}~")),
        in_hand=_count(conn, Issue.stage.in_(issues.OPEN_STAGES)),
        overdue=overdue,
        longest_overdue=longest,
        satisfied=issues.satisfied_percent(answers),
        asked=sum(answer is not None for answer in answers),
    )


def _coverage(conn: Connection, today: date) -> tuple[int, int]:
    """Return how many households there are, and how many were visited within a year."""
    since = (today - timedelta(days=visits.OTHER_DAYS)).isoformat()
    query = select(
        func.count(Household.id), func.count(Household.id).filter(HouseholdState.last_visit_on >= since)
    )
    of_state = query.outerjoin(HouseholdState, HouseholdState.household_id == Household.id)
    row = conn.execute(of_state.where(living(Household))).one()
    return row[0], row[1]


def _overdue(conn: Connection, today: date) -> tuple[int, int]:
    """Return how many open issues are late, and by how many days the latest of them."""
    late = select(func.count(Issue.id), func.min(Issue.due_on)).where(
        Issue.removed_at.is_(None), Issue.stage.in_(issues.OPEN_STAGES), Issue.due_on < today.isoformat()
    )
    count, oldest = conn.execute(late).one()
    return count, days_between(oldest, today) or 0


def _answers(conn: Connection, today: date) -> Sequence[str | None]:
    """Return what the villagers said who were told the outcome this quarter."""
    last = periods.month_of(periods.period_end("quarter", today))
    told = Issue.fed_back_on.between(periods.months_after(last, -2), f"{last}~")
    return conn.scalars(select(Issue.satisfaction).where(Issue.removed_at.is_(None), told)).all()
