"""Village cadres: who is in office, how many households each visits a month, and which ones each keeps contact with.

村干部每月走访10户村民: what counts is households, so one that was visited twice in a month counts once. A post or a
link that ends on a day no longer holds on that day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import InstrumentedAttribute

from villagebranch.db.journal import Act
from villagebranch.domain import codes, periods
from villagebranch.domain.errors import Refused
from villagebranch.domain.values import Stored
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.household_link import HouseholdLink
from villagebranch.records.kept import HouseholdState, VisitVisitor
from villagebranch.records.person import Person
from villagebranch.records.visit_quota import DEFAULT_PER_MONTH, VisitQuota


@dataclass(frozen=True)
class InOffice:
    """A cadre in office; `id` is the cadre's, `person_id` stands in visits, meetings and issues."""

    id: str
    person_id: str
    name: str
    post: str
    from_on: str | None


@dataclass(frozen=True)
class Progress:
    """How many households a cadre has visited in a month, and how many there should be."""

    cadre_id: str
    person_id: str
    name: str
    done: int
    quota: int

    @property
    def behind(self) -> int:
        """How many households are still to be visited."""
        return max(0, self.quota - self.done)


@dataclass(frozen=True)
class Linked:
    """A household that a cadre keeps contact with, as the handbook's list prints it."""

    household_id: str
    head_name: str
    villager_group: str
    door: str
    people: int
    phone: str | None
    tags: str | None
    card_given: int | None
    last_visit_on: str | None
    from_on: str | None


_Column = InstrumentedAttribute[str | None]


def holds(from_on: _Column, to_on: _Column, on: date) -> ColumnElement[bool]:
    """Tell in SQL whether a span holds on a day; partial days count from their start, 「不详」 sets no bound."""
    day = on.isoformat()
    begun = from_on.is_(None) | (from_on <= day) | (from_on > "9999")
    return begun & (to_on.is_(None) | (to_on > day))


def cadres(conn: Connection, on: date) -> tuple[InOffice, ...]:
    """Return the cadres in office on a day, in the order of their posts."""
    query = select(Cadre.id, Cadre.person_id, Person.name, func.coalesce(Cadre.post, ""), Cadre.from_on)
    in_office = query.join(Person, Person.id == Cadre.person_id).where(
        Cadre.removed_at.is_(None), Person.removed_at.is_(None), holds(Cadre.from_on, Cadre.to_on, on)
    )
    rows = [InOffice(*row) for row in conn.execute(in_office.order_by(Cadre.id))]
    return tuple(sorted(rows, key=lambda cadre: codes.post_rank(cadre.post)))


def add_cadre(act: Act, raw: Mapping[str, object], today: date) -> str:
    """Put a person in office and return the cadre's id; `Refused` for someone who is."""
    draft = Cadre.kind().draft(raw, today)
    if any(cadre.person_id == draft["person_id"] for cadre in cadres(act.conn, today)):
        raise Refused({"person_id": "这个人已经是在任的村干部，改职务请先记离任"})
    return act.add(Cadre, draft)


def retire(act: Act, cadre_id: str, to_on: object, today: date) -> None:
    """Record that a cadre left office; the households that he or she kept contact with are free from that day on."""
    since = act.conn.scalar(select(Cadre.from_on).where(Cadre.id == cadre_id))
    draft = Cadre.kind().draft({"from_on": since, "to_on": to_on}, today, partial=True)
    if draft["to_on"] is None:
        raise Refused({"to_on": "请填离任时间"})
    act.set(Cadre, cadre_id, {"to_on": draft["to_on"]})
    _end_links(act, HouseholdLink.cadre_id == cadre_id, draft["to_on"])


def set_quota(act: Act, cadre_id: str, from_month: object, per_month: object, today: date) -> str:
    """Set how many households a cadre is to visit each month from a month on, and return the quota's id."""
    raw = {"cadre_id": cadre_id, "from_month": from_month, "per_month": per_month}
    draft = VisitQuota.kind().draft(raw, today)
    same = (VisitQuota.cadre_id == cadre_id) & (VisitQuota.from_month == draft["from_month"])
    id = act.conn.scalar(select(VisitQuota.id).where(same, VisitQuota.removed_at.is_(None)))
    if id is None:
        return act.add(VisitQuota, draft)
    act.set(VisitQuota, id, draft)
    return id


def quota(conn: Connection, month: str) -> dict[str, int]:
    """Return the quota of a month by cadre id; who is not named has the default of `DEFAULT_PER_MONTH`."""
    begun = select(VisitQuota.cadre_id, VisitQuota.per_month).where(
        VisitQuota.removed_at.is_(None), VisitQuota.from_month <= month
    )
    return dict(conn.execute(begun.order_by(VisitQuota.from_month)).tuples().all())


def progress(conn: Connection, month: str, today: date) -> tuple[Progress, ...]:
    """Return how far each cadre in office has come in a month, in the order of their posts."""
    in_office = cadres(conn, min(today, periods.last_day(month)))
    visited, wanted = _households_visited(conn, month, in_office), quota(conn, month)
    return tuple(
        Progress(
            cadre.id,
            cadre.person_id,
            cadre.name,
            visited.get(cadre.person_id, 0),
            wanted.get(cadre.id, DEFAULT_PER_MONTH),
        )
        for cadre in in_office
    )


def _households_visited(conn: Connection, month: str, by: Iterable[InOffice]) -> dict[str, int]:
    days = (periods.first_day(month).isoformat(), periods.last_day(month).isoformat())
    counted = select(VisitVisitor.person_id, func.count(VisitVisitor.household_id.distinct())).where(
        VisitVisitor.person_id.in_([cadre.person_id for cadre in by]), VisitVisitor.occurred_on.between(*days)
    )
    return dict(conn.execute(counted.group_by(VisitVisitor.person_id)).tuples().all())


def link_households(act: Act, cadre_id: str, household_ids: Iterable[str], from_on: date) -> int:
    """Let a cadre keep contact with households, whose earlier keeper ends that day; return how many are new."""
    own = select(HouseholdLink.household_id).where(_open, HouseholdLink.cadre_id == cadre_id)
    kept = set(act.conn.scalars(own))
    new = [id for id in dict.fromkeys(household_ids) if id not in kept]
    unlink_households(act, new, from_on)
    draft = {"cadre_id": cadre_id, "from_on": from_on.isoformat()}
    return len(act.add_many(HouseholdLink, [draft | {"household_id": id} for id in new]))


def unlink_households(act: Act, household_ids: Iterable[str], to_on: date) -> int:
    """End the contact with households, whoever keeps it, and return how many it was kept with."""
    return _end_links(act, HouseholdLink.household_id.in_(list(household_ids)), to_on.isoformat())


_open = HouseholdLink.removed_at.is_(None) & HouseholdLink.to_on.is_(None)


def _end_links(act: Act, which: ColumnElement[bool], to_on: Stored) -> int:
    ids = act.conn.scalars(select(HouseholdLink.id).where(_open, which)).all()
    return act.put(HouseholdLink.table(), {id: {"to_on": to_on} for id in ids})


def linked(conn: Connection, cadre_id: str, on: date) -> tuple[Linked, ...]:
    """Return the households that a cadre keeps contact with on a day, by group and door."""
    words = (func.coalesce(column, "") for column in _DOORPLATE)
    query = (
        select(
            Household.id,
            *words,
            func.coalesce(HouseholdState.people, 0),
            Household.phone,
            Household.tags,
            Household.card_given,
            HouseholdState.last_visit_on,
            HouseholdLink.from_on,
        )
        .join(HouseholdLink, HouseholdLink.household_id == Household.id)
        .outerjoin(HouseholdState, HouseholdState.household_id == Household.id)
        .where(
            HouseholdLink.cadre_id == cadre_id,
            HouseholdLink.removed_at.is_(None),
            Household.removed_at.is_(None),
            holds(HouseholdLink.from_on, HouseholdLink.to_on, on),
        )
    )
    group, door = Household.villager_group, Household.door  # shorter ones first: 2组 comes before 10组
    ordered = query.order_by(func.length(group), group, func.length(door), door)
    return tuple(Linked(*row) for row in conn.execute(ordered))


_DOORPLATE = (HouseholdState.head_name, Household.villager_group, Household.door)
