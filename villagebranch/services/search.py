"""Finding people, households, issues and meetings at each keystroke: by 汉字, pinyin, initials, last four digits, door.

The catalogue lies in memory. It is built once and then keeps up by the journal: only what acts have changed since is
read again.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Integer, Select, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

from villagebranch.db.journal import SyncChange
from villagebranch.domain import codes, issues, visits
from villagebranch.domain.dayshow import day_words
from villagebranch.domain.names import Index, Pinyin
from villagebranch.domain.values import plain
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.kept import HouseholdState, living
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.person import Person

KINDS = ("member", "household", "person", "issue", "meeting")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: 陆根发 · 5组 18号 · 低保户 · 48 天前走访过. `kind` is one of `KINDS`, `id` the record's."""

    kind: str
    id: str
    title: str
    detail: str = ""
    tag: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Somebody:
    id: str
    name: str
    member_id: str | None
    party: str
    tag: str
    household_id: str | None
    is_head: bool


@dataclass(frozen=True, slots=True)
class _Home:
    id: str
    head: str
    place: str
    tag: str


@dataclass(frozen=True, slots=True)
class _Matter:
    id: str
    words: str
    stage: str
    household_id: str | None


Entry = TypeVar("Entry")
_Query = TypeVar("_Query", bound=Select[Any])
_Text = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
Read = Callable[[Connection, Pinyin, Collection[str] | None], Iterator[tuple[str, str, Entry]]]


class _Shelf(Generic[Entry]):
    """The entries of one kind, with the index that finds them; `read` yields id, key and entry of all or of some."""

    def __init__(self, read: Read[Entry], conn: Connection, pinyin: Pinyin) -> None:
        self._read, self._pinyin = read, pinyin
        self.entries: dict[str, Entry] = {}
        self._index = Index(self._taken(conn, None))

    def renew(self, conn: Connection, ids: Collection[str]) -> None:
        """Read these entries again; those that are gone are forgotten."""
        for id in ids:
            self.entries.pop(id, None)
            self._index.drop(id)
        for id, key in self._taken(conn, ids):
            self._index.put(id, key)

    def search(self, query: str, limit: int) -> list[Entry]:
        """Return at most `limit` entries, the best first."""
        return [self.entries[id] for id in self._index.search(query, limit)]

    def _taken(self, conn: Connection, ids: Collection[str] | None) -> Iterator[tuple[str, str]]:
        for id, key, entry in self._read(conn, self._pinyin, ids):
            self.entries[id] = entry
            yield id, key


class Catalogue:
    """All that can be searched for. It belongs to one open store; `refresh` it before a `find` that must be fresh."""

    def __init__(self, conn: Connection, pinyin: Pinyin) -> None:
        self._pinyin = pinyin
        self._build(conn)

    def refresh(self, conn: Connection) -> None:
        """Catch up with the acts since the last time; that costs next to nothing where there were none."""
        changed = self._changed(conn)
        if sum(map(len, changed.values())) > _MANY:
            self._build(conn)
            return
        people = changed["person"] | _ids(conn, Member.person_id, Member.id, changed["member"])
        people |= _ids(conn, HouseholdMember.person_id, HouseholdMember.id, changed["household_member"])
        homes = changed["household"] | _ids(
            conn, HouseholdMember.household_id, HouseholdMember.person_id, people
        )
        meetings = changed["meeting"] | _ids(
            conn, AgendaItem.meeting_id, AgendaItem.id, changed["agenda_item"]
        )
        self._people.renew(conn, people)
        self._homes.renew(conn, homes)
        self._issues.renew(conn, changed["issue"])
        self._meetings.renew(conn, meetings)
        if changed["visit"]:
            self._last_visits = _last_visits(conn)

    def find(self, query: str, today: date, kinds: Collection[str] = KINDS, limit: int = 8) -> list[Hit]:
        """Return at most `limit` hits of these kinds, people first; each kind that was found has a place among them."""
        query = plain(query)
        hits = [
            hit for one in self._people.search(query, 3 * limit) for hit in self._of_person(one, kinds, today)
        ]
        if "household" in kinds:
            hits += [self._at_home(home, today) for home in self._homes.search(query, limit)]
        if "issue" in kinds:
            hits += [self._of_issue(matter) for matter in self._issues.search(query, limit)]
        if "meeting" in kinds:
            hits += self._meetings.search(query, limit)
        return _shared(hits, limit)

    def _build(self, conn: Connection) -> None:
        self._seen = conn.scalar(select(func.max(_row)).select_from(SyncChange)) or 0
        self._people = _Shelf(_people, conn, self._pinyin)
        self._homes = _Shelf(_homes, conn, self._pinyin)
        self._issues = _Shelf(_issues, conn, self._pinyin)
        self._meetings = _Shelf(_meetings, conn, self._pinyin)
        self._last_visits = _last_visits(conn)

    def _changed(self, conn: Connection) -> dict[str, set[str]]:
        """Return the records that acts have changed since the last call, by kind."""
        changed: dict[str, set[str]] = defaultdict(set)
        news = select(_row, SyncChange.kind, SyncChange.record).where(_row > self._seen)
        for row, kind, record in conn.execute(news):
            self._seen = max(self._seen, row)
            changed[kind].add(record)
        return changed

    def _of_person(self, one: _Somebody, kinds: Collection[str], today: date) -> Iterator[Hit]:
        """Yield a person as what can be opened: the member, the household where it bears the name, else the person."""
        home = self._homes.entries.get(one.household_id or "")
        where = _words(f"{home.head} 户" if home.head and not one.is_head else "", home.place) if home else ""
        is_member = one.member_id is not None and "member" in kinds
        if one.member_id is not None and is_member:
            yield Hit("member", one.member_id, one.name, one.party or where, one.tag)
        if home and "household" in kinds and (one.is_head or not is_member):
            yield Hit("household", home.id, one.name, where, home.tag, self._note(home, today))
        elif "person" in kinds and not is_member:
            yield Hit("person", one.id, one.name, where or one.party)

    def _at_home(self, home: _Home, today: date) -> Hit:
        return Hit("household", home.id, home.head, home.place, home.tag, self._note(home, today))

    def _note(self, home: _Home, today: date) -> str:
        return visits.how_long(self._last_visits.get(home.id), today)

    def _of_issue(self, matter: _Matter) -> Hit:
        home = self._homes.entries.get(matter.household_id or "")
        detail = _words(f"{home.head} 户" if home.head else "", home.place) if home else ""
        return Hit("issue", matter.id, matter.words, detail, codes.ISSUE_STAGE.show(matter.stage))


_MANY = 500  # changes after which everything is read anew
_AT_LEAST = 2  # hits that each kind may have before others take their place
_row: ColumnElement[int] = literal_column(
    "sync_change.rowid", Integer
)  # grows with each change, merged ones too


def _shared(hits: Iterable[Hit], limit: int) -> list[Hit]:
    unique: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        unique.setdefault((hit.kind, hit.id), hit)
    counted: Counter[str] = Counter()
    ranked = []
    for place, hit in enumerate(unique.values()):
        ranked.append((counted[hit.kind] >= _AT_LEAST, place, hit))
        counted[hit.kind] += 1
    return [hit for _, _, hit in sorted(sorted(ranked)[:limit], key=itemgetter(1))]


def _words(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _ids(conn: Connection, wanted: _Text, given: _Text, ids: Collection[str]) -> set[str]:
    """Return what stands in `wanted` where `given` is one of `ids`."""
    return {id for id in conn.scalars(select(wanted).where(given.in_(ids))) if id} if ids else set()


def _some(query: _Query, id: _Text, ids: Collection[str] | None) -> _Query:
    """Return the query for some records, or for all; those that fit equally well are found in this order."""
    return (query if ids is None else query.where(id.in_(ids))).order_by(id)


def _last_visits(conn: Connection) -> dict[str, str | None]:
    visited = select(HouseholdState.household_id, HouseholdState.last_visit_on)
    return dict(conn.execute(visited.where(HouseholdState.last_visit_on.is_not(None))).tuples().all())


def _people(
    conn: Connection, pinyin: Pinyin, ids: Collection[str] | None
) -> Iterator[tuple[str, str, _Somebody]]:
    party = (Member.id.label("member_id"), Member.status, Member.party_group, Member.post, Member.away)
    home = (HouseholdMember.household_id, HouseholdMember.relation)
    query = (
        select(Person.id, Person.name, Person.phone, Person.id_number, *party, *home)
        .outerjoin(Member, (Member.person_id == Person.id) & Member.removed_at.is_(None))
        .outerjoin(
            HouseholdMember, (HouseholdMember.person_id == Person.id) & HouseholdMember.removed_at.is_(None)
        )
        .where(living(Person))
    )
    for row in conn.execute(_some(query, Person.id, ids)):
        key = pinyin.search_key(row.name, *_last_four(row.phone, row.id_number))
        tag = "流动" if row.away else codes.MEMBER_STATUS.show(row.status)
        words = _words(row.party_group or "", row.post or "")
        is_head = row.relation == "head"
        yield row.id, key, _Somebody(row.id, row.name, row.member_id, words, tag, row.household_id, is_head)


def _last_four(*numbers: str | None) -> list[str]:
    return [number[-4:] for number in numbers if number and len(number) >= 7]


def _homes(
    conn: Connection, _pinyin: Pinyin, ids: Collection[str] | None
) -> Iterator[tuple[str, str, _Home]]:
    columns = (Household.id, Household.villager_group, Household.door, Household.phone, Household.tags)
    query = (
        select(*columns, HouseholdState.head_name)
        .outerjoin(HouseholdState, HouseholdState.household_id == Household.id)
        .where(living(Household))
    )
    for id, group, door, phone, tags, head in conn.execute(_some(query, Household.id, ids)):
        group, door = group or "", door or ""
        short = "-".join(re.findall(r"\d+", f"{group} {door}"))
        key = " ".join((f"{group}{door}", door, short, *_last_four(phone)))
        tag = codes.TAGS.show(tags).partition("、")[0]
        yield id, key, _Home(id, head or "", _words(f"{group} {door}".strip()), tag)


def _issues(
    conn: Connection, pinyin: Pinyin, ids: Collection[str] | None
) -> Iterator[tuple[str, str, _Matter]]:
    """Yield issues; the spelling is kept for the beginning of open ones, which are the ones that people look for."""
    query = select(Issue.id, Issue.words, Issue.stage, Issue.household_id).where(Issue.removed_at.is_(None))
    for id, words, stage, household in conn.execute(_some(query, Issue.id, ids)):
        spelled = pinyin.spellings(words[:8], 2) if issues.is_open(stage) else ()
        yield id, " ".join((re.sub(r"\s+", "", words), *spelled)), _Matter(id, words, stage, household)


def _meetings(
    conn: Connection, pinyin: Pinyin, ids: Collection[str] | None
) -> Iterator[tuple[str, str, Hit]]:
    query = select(Meeting.id, Meeting.meeting_type, Meeting.starts_at, Meeting.title)
    titles: dict[str, list[str]] = defaultdict(list)
    agenda = select(AgendaItem.meeting_id, AgendaItem.title).where(AgendaItem.removed_at.is_(None))
    for meeting, title in conn.execute(_some(agenda, AgendaItem.meeting_id, ids).order_by(AgendaItem.id)):
        titles[meeting].append(title)
    for id, meeting_type, starts_at, title in conn.execute(
        _some(query.where(Meeting.removed_at.is_(None)), Meeting.id, ids)
    ):
        label, day = codes.MEETING_TYPE.show(meeting_type), starts_at[:10]
        told = [title] if title else titles[id]
        key = pinyin.search_key(
            label, day, day[5:], re.sub(r"\s+", "", "，".join([title or "", *titles[id]]))
        )
        yield id, key, Hit("meeting", id, label, _words(day_words(day), "、".join(told)))
