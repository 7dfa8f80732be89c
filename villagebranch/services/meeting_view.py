"""One meeting as its page and its printed record show it, with the arithmetic of the rules and what is unusual."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from sqlalchemy import Connection, select

from villagebranch.domain import issues
from villagebranch.domain import meetings as rules
from villagebranch.domain.fields import Draft, Kind
from villagebranch.domain.meetings import Ballot, Roll, Verdict
from villagebranch.domain.values import Stored
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.attendance import Attendance
from villagebranch.records.issue import Issue
from villagebranch.records.meeting import Meeting
from villagebranch.records.person import Person
from villagebranch.services.meeting_year import number
from villagebranch.services.people import LISTED, members, names

KIND = Meeting.kind()
SEAT_FORM = Kind(
    "attendance", "到会情况", tuple(f for f in Attendance.kind().fields if f.name != "meeting_id")
)
ITEM_FORM = Kind(
    "agenda_item",
    "议题",
    tuple(f for f in AgendaItem.kind().fields if f.name not in ("meeting_id", "position")),
    AgendaItem.rule,
)


@dataclass(frozen=True)
class Attendee:
    """One member on the roll of a meeting; `known_by` is what tells one apart who shares the name with another, else ''."""

    person_id: str
    name: str
    status: str
    reason: str
    can_vote: bool
    known_by: str = ""


@dataclass(frozen=True)
class _Filled:
    """A filled-in form: `values` holds every field of `form` by name."""

    form: ClassVar[Kind]
    id: str
    values: Mapping[str, Stored]

    def __getitem__(self, name: str) -> Stored:
        return self.values[name]

    def words(self, name: str) -> str:
        """Return one field as people read it."""
        return self.form.field(name).value.show(self.values[name])


@dataclass(frozen=True)
class Item(_Filled):
    """One item of the agenda, with the words for its links; `verdict` is None where nobody voted.

    Its issue `awaits` the meeting while it has not been assigned to anybody.
    """

    form = ITEM_FORM
    reporter: str
    owner: str
    issue: str
    awaits: bool
    earlier: str
    verdict: Verdict | None


@dataclass(frozen=True)
class MeetingView(_Filled):
    """A meeting as its page and its record show it; `id` and `number` (2026年第4次) are '' for a draft."""

    form = KIND
    chair: str
    recorder: str
    seats: tuple[Attendee, ...]
    items: tuple[Item, ...] = ()
    number: str = ""

    @property
    def meeting_type(self) -> str:
        """The type's code."""
        return str(self.values["meeting_type"])

    @property
    def roll(self) -> Roll:
        """How many are due and how many came."""
        return rules.call_roll((seat.status, seat.can_vote) for seat in self.seats)

    @property
    def quorum(self) -> Verdict:
        """Whether the meeting can do its business, an election included where one is on the agenda."""
        return rules.quorum(
            self.meeting_type, self.roll, election=any(item["election"] for item in self.items)
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is unusual about the meeting, a sentence each."""
        return tuple(_warnings(self))


def get(conn: Connection, id: str) -> MeetingView:
    """Return a saved meeting; raise KeyError where there is none."""
    row = (
        conn.execute(select(Meeting.table()).where(Meeting.id == id, Meeting.removed_at.is_(None)))
        .mappings()
        .first()
    )
    if row is None:
        raise KeyError(f"meeting {id}")
    order = {member.person_id: place for place, member in enumerate(members(conn, fields=LISTED))}
    seats = sorted(
        rows_of(conn, Attendance, id), key=lambda seat: order.get(str(seat["person_id"]), len(order))
    )
    items = sorted(rows_of(conn, AgendaItem, id), key=lambda item: int(item["position"] or 0))
    found = viewed(conn, id, {field.name: row[field.name] for field in KIND.fields}, seats, items)
    return replace(found, number=number(conn, id))


def rows_of(conn: Connection, record: type[Attendance] | type[AgendaItem], meeting_id: str) -> list[Draft]:
    """Return the seats or the agenda of a meeting, as they are stored."""
    alive = select(record.table()).where(record.meeting_id == meeting_id, record.removed_at.is_(None))
    return [dict(row) for row in conn.execute(alive).mappings()]


def viewed(
    conn: Connection, id: str, values: Draft, seats: Sequence[Draft], items: Sequence[Draft]
) -> MeetingView:
    """Return the view of a meeting whose fields, seats and agenda are at hand, stored or not."""
    linked = [values["chair_id"], values["recorder_id"], *(seat["person_id"] for seat in seats)]
    linked += [item[name] for item in items for name in ("reporter_id", "owner_id")]
    people = names(conn, (str(id) for id in linked if id))
    known_by = _told_apart(
        conn, {str(seat["person_id"]): people.get(str(seat["person_id"]), "") for seat in seats}
    )
    called = tuple(
        Attendee(
            str(seat["person_id"]),
            people.get(str(seat["person_id"]), ""),
            str(seat["status"]),
            str(seat["reason"] or ""),
            bool(seat["can_vote"]),
            known_by.get(str(seat["person_id"]), ""),
        )
        for seat in seats
    )
    chair, recorder = (people.get(str(values[name]), "") for name in ("chair_id", "recorder_id"))
    view = MeetingView(id, values, chair, recorder, called)
    return replace(view, items=tuple(_item(conn, view, item, people) for item in items))


def _told_apart(conn: Connection, people: Mapping[str, str]) -> dict[str, str]:
    """Return for those who share their name with another when they were born."""
    count = Counter(people.values())
    shared = [id for id, name in people.items() if count[name] > 1]
    born = conn.execute(select(Person.id, Person.born_on).where(Person.id.in_(shared))) if shared else ()
    return {id: f"{born_on[2:4]}年生" for id, born_on in born if born_on}


def _item(conn: Connection, view: MeetingView, row: Draft, people: Mapping[str, str]) -> Item:
    values = {field.name: row[field.name] for field in ITEM_FORM.fields}
    reporter, owner = (people.get(str(row[name]), "") for name in ("reporter_id", "owner_id"))
    cited = (Issue.id == row["issue_id"]) & Issue.removed_at.is_(None)
    issue = conn.execute(select(Issue.words, Issue.stage).where(cited)).first()
    earlier = conn.scalar(select(AgendaItem.title).where(AgendaItem.id == row["earlier_id"])) or ""
    verdict = _verdict(view.meeting_type, view.roll, row)
    words, awaits = (issue.words, issue.stage in issues.UNSETTLED) if issue else ("", False)
    return Item(str(row["id"]), values, reporter, owner, words, awaits, earlier, verdict)


def ballot_of(item: Mapping[str, Stored]) -> Ballot | None:
    """Return the votes on an item, None where nobody voted."""
    votes = [item[name] for name in ("votes_yes", "votes_no", "votes_abstain", "votes_written")]
    return None if votes[:3] == [None] * 3 else Ballot(*(int(number or 0) for number in votes))


def _verdict(meeting_type: str, roll: Roll, item: Mapping[str, Stored]) -> Verdict | None:
    if (ballot := ballot_of(item)) is None:
        return None
    return rules.vote(meeting_type, roll, ballot, election=bool(item["election"]))


def _warnings(view: MeetingView) -> Iterator[str]:
    if not view.seats:
        yield "还没有点名，到会情况是空的"
    elif not view.quorum.passed:
        yield view.quorum.sentence
    chairing = next((seat for seat in view.seats if seat.person_id == view["chair_id"]), None)
    if chairing and chairing.status != "present":
        yield f"主持人{chairing.name}没有记为到会，请核对"
    for item in view.items:
        title = f"「{item.words('title')}」"
        if item.verdict and not item.verdict.passed and view.quorum.passed and _says_passed(item):
            yield f"{title}：{item.verdict.sentence}决议写的是通过，请核对"
        if item.awaits and item["resolution"]:
            yield f"{title}：所议的问题还没有交办，请定责任人和完成时限"
        major, earlier = bool(item["major"]), item.words("earlier_id")
        if told := rules.agenda_warning(view.meeting_type, major=major, earlier_id=earlier):
            yield f"{title}：{told}"


def _says_passed(item: Item) -> bool:
    return "通过" in re.sub("(未获?|不予?|没有)通过", "", item.words("resolution"))
