"""What a record of any kind is called, removed ones too: for the history, and for what was removed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import InstrumentedAttribute

from villagebranch.db.among import among
from villagebranch.db.record import Record
from villagebranch.domain.dayshow import day_words
from villagebranch.records.cadre import Cadre
from villagebranch.records.household_link import HouseholdLink
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.member import Member
from villagebranch.records.visit import Visit
from villagebranch.services import households, people
from villagebranch.services.meeting_year import meeting_words

Titles = Callable[[Connection, Sequence[str]], Mapping[str, str]]


def titles(conn: Connection, kind: str, ids: Iterable[str | None]) -> Mapping[str, str]:
    """Return what these records of a kind are called, by id; nothing for a kind that nobody calls by a name."""
    wanted = sorted({id for id in ids if id})
    ask = _TITLES.get(kind)
    return ask(conn, wanted) if ask and wanted else {}


def _rows(
    conn: Connection, record: type[Record], ids: Sequence[str], *columns: InstrumentedAttribute[Any]
) -> Sequence[Row[Any]]:
    return conn.execute(select(record.id, *columns).where(among(record.id)), {"ids": ids}).all()


def _behind(record: type[Record], person_id: InstrumentedAttribute[str]) -> Titles:
    """Return how to call records that stand for a person."""

    def ask(conn: Connection, ids: Sequence[str]) -> Mapping[str, str]:
        person_of = {id: person for id, person in _rows(conn, record, ids, person_id)}
        names = people.names(conn, person_of.values())
        return {id: names.get(person, "") for id, person in person_of.items()}

    return ask


def _links(conn: Connection, ids: Sequence[str]) -> Mapping[str, str]:
    cadre_of = {id: cadre for id, cadre in _rows(conn, HouseholdLink, ids, HouseholdLink.cadre_id)}
    names = titles(conn, "cadre", cadre_of.values())
    return {id: names.get(cadre, "") for id, cadre in cadre_of.items()}


def _visits(conn: Connection, ids: Sequence[str]) -> Mapping[str, str]:
    rows = _rows(conn, Visit, ids, Visit.occurred_on, Visit.household_id, Visit.place)
    homes = households.words_of(conn, (row.household_id for row in rows))
    return {
        row.id: f"{day_words(row.occurred_on)} {homes.get(row.household_id) or row.place or ''}".strip()
        for row in rows
    }


def _issues(conn: Connection, ids: Sequence[str]) -> Mapping[str, str]:
    return {id: words for id, words in _rows(conn, Issue, ids, Issue.words)}


def _meetings(conn: Connection, ids: Sequence[str]) -> Mapping[str, str]:
    return {id: meeting_words(conn, id) for id in ids}


_TITLES: Mapping[str, Titles] = {
    "person": people.names,
    "member": _behind(Member, Member.person_id),
    "cadre": _behind(Cadre, Cadre.person_id),
    "household": households.words_of,
    "household_member": _behind(HouseholdMember, HouseholdMember.person_id),
    "household_link": _links,
    "visit": _visits,
    "issue": _issues,
    "meeting": _meetings,
}
