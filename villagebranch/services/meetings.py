"""Keeping a meeting: who is due, what is decided, and what contradicts the arithmetic of the rules.

What contradicts itself is refused; what is only unusual is saved and said as a warning, since the minutes tell what
happened and not what should have happened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, RowMapping, select

from villagebranch.db.journal import Act
from villagebranch.domain import meetings as rules
from villagebranch.domain.dayshow import day_short
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Kind
from villagebranch.domain.values import Stored
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.attendance import Attendance
from villagebranch.records.meeting import Meeting
from villagebranch.services import issues
from villagebranch.services.branch import branch
from villagebranch.services.meeting_view import (
    ITEM_FORM,
    KIND,
    SEAT_FORM,
    MeetingView,
    ballot_of,
    get,
    rows_of,
    viewed,
)
from villagebranch.services.people import MemberRow, members

AWAY = "流动在外"


@dataclass(frozen=True)
class Saved:
    """The id of a saved meeting, and what is unusual about it."""

    id: str
    warnings: tuple[str, ...]


def draft(conn: Connection, meeting_type: str, today: date, party_group: str = "") -> MeetingView:
    """Return a meeting not yet saved: everybody due is present but who is away or frail, the usual chair presides."""
    roster = members(conn)
    on = today.isoformat()
    due = [member for member in roster if _is_due(member, meeting_type, party_group, on)]
    chair, recorder = _by_post(due, rules.chair_post(meeting_type)), _by_post(roster, "组织委员")
    before = _latest(conn, meeting_type)
    values: dict[str, Stored] = {field.name: None for field in KIND.fields}
    values |= {
        "meeting_type": meeting_type,
        "starts_at": on + (before["starts_at"][10:] if before else ""),
        "place": (before and before["place"]) or branch(conn).place or None,
        "party_group": party_group or None,
        "chair_id": chair.person_id if chair else None,
        "recorder_id": before["recorder_id"] if before else recorder.person_id if recorder else None,
    }
    return viewed(conn, "", values, [_usual_seat(member, on) for member in due], [])


def _is_due(member: MemberRow, meeting_type: str, party_group: str, day: str) -> bool:
    """Whether somebody has to come; who joined the party after `day` had not to."""
    post, own_group, joined_on = (member.words(name) for name in ("post", "party_group", "joined_on"))
    if joined_on[:1].isdigit() and joined_on > day:
        return False
    return rules.is_due(meeting_type, post=post, party_group=own_group, meeting_group=party_group)


def _by_post(roster: Iterable[MemberRow], post: str) -> MemberRow | None:
    return next((member for member in roster if member.words("post").endswith(post)), None)


def _latest(conn: Connection, meeting_type: str) -> RowMapping | None:
    query = select(Meeting.starts_at, Meeting.place, Meeting.recorder_id)
    of_type = query.where(Meeting.meeting_type == meeting_type, Meeting.removed_at.is_(None))
    return conn.execute(of_type.order_by(Meeting.starts_at.desc()).limit(1)).mappings().first()


def _usual_seat(member: MemberRow, day: str) -> Draft:
    status = "exempt" if member["exempt"] else "leave" if member["away"] else "present"
    reason = AWAY if status == "leave" else None
    return {
        "person_id": member.person_id,
        "status": status,
        "reason": reason,
        "can_vote": _may_vote(member, day),
    }


def _may_vote(member: MemberRow, day: str) -> int:
    """Whether somebody had a vote on `day`: a full member did not before becoming one."""
    full_on = member.words("full_on")
    return int(rules.can_vote(str(member["status"])) and not (full_on[:1].isdigit() and full_on > day))


def save(
    act: Act,
    raw: Mapping[str, object],
    attendance: Sequence[Mapping[str, object]],
    agenda: Sequence[Mapping[str, object]],
    today: date,
    id: str = "",
) -> Saved:
    """Keep a meeting with its roll and its agenda, new or (`id`) changed, and return its id with what is unusual.

    An item of the agenda that exists bears its `id`; items without a title are passed over. Raises `Refused` with every
    problem at once; those of the second item have names like `agenda.1.votes_yes`. An issue is assigned by
    the item that settled what is done, by whom and until when.
    """
    meeting, seats, items = _checked(act.conn, raw, attendance, agenda, today)
    if id:
        act.set(Meeting, id, meeting)
    else:
        id = act.add(Meeting, meeting)
    _keep(act, Attendance, id, seats, by="person_id")
    _keep(act, AgendaItem, id, items, by="id")
    view = get(act.conn, id)
    if str(view["starts_at"])[:10] <= today.isoformat():
        _tell_issues(act, view)
        view = get(act.conn, id)
    return Saved(id, view.warnings)


def _checked(
    conn: Connection,
    raw: Mapping[str, object],
    attendance: Sequence[Mapping[str, object]],
    agenda: Sequence[Mapping[str, object]],
    today: date,
) -> tuple[Draft, list[Draft], list[Draft]]:
    problems: dict[str, str] = {}
    meeting = _read(KIND, raw, today, "", problems)
    seats = _read_seats(conn, attendance, str(meeting.get("starts_at") or today), problems)
    items = {
        n: _read(ITEM_FORM, row, today, f"agenda.{n}.", problems) | {"id": str(row.get("id") or "")}
        for n, row in enumerate(agenda)
        if any(row.get(name) for name in ("title", "discussion", "resolution", "issue_id"))
    }
    if not problems:
        roll = rules.call_roll((str(seat["status"]), bool(seat["can_vote"])) for seat in seats)
        for n, item in items.items():
            wrong = rules.ballot_problems(roll, ballot) if (ballot := ballot_of(item)) else {}
            problems |= {f"agenda.{n}.{name}": told for name, told in wrong.items()}
    if problems:
        raise Refused(problems)
    return meeting, seats, [item | {"position": place} for place, item in enumerate(items.values(), 1)]


def _read(kind: Kind, raw: Mapping[str, object], today: date, prefix: str, problems: dict[str, str]) -> Draft:
    """Return the draft; what is wrong goes into `problems` instead, under names with `prefix`."""
    try:
        return kind.draft(raw, today)
    except Refused as refused:
        problems |= {f"{prefix}{name}": problem for name, problem in refused.problems.items()}
        return {}


def _read_seats(
    conn: Connection, attendance: Sequence[Mapping[str, object]], day: str, problems: dict[str, str]
) -> list[Draft]:
    roster = {member.person_id: member for member in members(conn)}
    seats: dict[Stored, Draft] = {}
    for n, row in enumerate(attendance):
        seat = _read(SEAT_FORM, row, date.fromisoformat(day[:10]), f"attendance.{n}.", problems)
        if not seat:
            continue
        member, person = roster.get(str(seat["person_id"])), seat["person_id"]
        has_vote = _may_vote(member, day) if member else seat["can_vote"] or 0
        if told := rules.attendance_problem(str(seat["status"]), str(seat["reason"] or "")):
            problems[f"attendance.{n}.reason"] = told
        if person in seats:
            problems[f"attendance.{n}.person_id"] = "同一个人点了两次名"
        if seat["can_vote"] and not has_vote:
            problems[f"attendance.{n}.can_vote"] = "预备党员没有表决权"
        seats[person] = seat | {"can_vote": has_vote if seat["can_vote"] is None else seat["can_vote"]}
    return list(seats.values())


def _keep(
    act: Act, record: type[Attendance] | type[AgendaItem], meeting_id: str, drafts: Sequence[Draft], by: str
) -> None:
    """Make the rows of a meeting equal to `drafts`; a row that bears the same `by` is the same one."""
    present = {str(row[by]): str(row["id"]) for row in rows_of(act.conn, record, meeting_id)}
    new = []
    for draft in drafts:
        fields = {name: value for name, value in draft.items() if name != "id"}
        if known := present.pop(str(draft[by]), None):
            act.set(record, known, fields)
        else:
            new.append(fields | {"meeting_id": meeting_id})
    act.add_many(record, new)
    for id in present.values():
        act.remove(record, id)


def _tell_issues(act: Act, view: MeetingView) -> None:
    """Assign the issues that the meeting settled: what is done, by whom, until when."""
    on = date.fromisoformat(str(view["starts_at"])[:10])
    for item in view.items:
        if not (item.awaits and item.words("resolution") and (item.verdict is None or item.verdict.passed)):
            continue
        issue = issues.one(act.conn, str(item["issue_id"]))
        owner, due = item["owner_id"] or issue.owner_id, item["due_on"] or issue.due_on
        if not (owner and due):
            continue
        settled = {"measure": item["resolution"], "owner_id": owner, "due_on": due}
        try:
            issues.study(act, issue.id, settled, on, f"{view.words('meeting_type')}：{item['resolution']}")
        except Refused as refused:
            raise Refused(f"「{item['title']}」所议的问题：{refused}") from None


def agenda_from_issue(conn: Connection, issue_id: str) -> dict[str, Stored]:
    """Return an item of the agenda about an issue, ready for the form."""
    issue = issues.one(conn, issue_id)
    source = f"问题来自 {day_short(issue.collected_on)} {issue.shown('source')}".rstrip()
    return {
        "title": issue.words[:200],
        "discussion": source + (f"，拟办：{issue.measure}" if issue.measure else "。"),
        "owner_id": issue.owner_id or None,
        "due_on": issue.due_on or None,
        "issue_id": issue_id,
    }


def remove(act: Act, id: str) -> None:
    """Delete a meeting with its roll and its agenda."""
    for record in (Attendance, AgendaItem):
        _keep(act, record, id, [], by="id")
    act.remove(Meeting, id)
