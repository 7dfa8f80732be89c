"""Bringing in a book of visits: who was where when, what was said, and the issues that were raised."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection, select

from villagebranch.domain.errors import Unreadable
from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.rawrow import RawRow
from villagebranch.domain.values import Name, Stored, Text, plain
from villagebranch.records.household import Household
from villagebranch.records.issue import Issue
from villagebranch.records.visit import Visit
from villagebranch.services.imports import places
from villagebranch.services.imports.heard import OF_ISSUE, Heard, issues_of, settle_issue
from villagebranch.services.imports.named import Named
from villagebranch.services.imports.pairing import pair
from villagebranch.services.imports.plan import Outcome, Plan, Tally
from villagebranch.services.imports.reading import Reading, conclude, pick, read
from villagebranch.services.imports.writes import Writes

_OF_VISIT = ("occurred_on", "visit_type", "place", "account")
_BY_NAME = {
    **{name: Visit.kind().field(name) for name in _OF_VISIT},
    "visit_type": replace(Visit.kind().field("visit_type"), required=False),
    "visitors": replace(Visit.kind().field("visitors"), value=Text(200)),
    "head": Field("head", "户主", Name(), width=8),
    **{name: Household.kind().field(name) for name in ("villager_group", "door")},
    **{name: Issue.kind().field(name) for name in OF_ISSUE},
    "words": replace(Issue.kind().field("words"), label="反映问题", required=False),
    "lead": Field("lead", "责任领导", Name(), width=8),
    "owner": Field("owner", "责任人", Name(), width=8),
}

FORM = Kind("visits", "导入走访记录", tuple(_BY_NAME.values()))
"""What a row may tell of a visit and of an issue that was raised there; people and household are named."""


@dataclass
class Seen:
    """A visit: `draft` in ids, `places` the positions of the rows in the book that tell of it."""

    draft: Draft
    places: list[int] = field(default_factory=list)

    @property
    def where(self) -> tuple[Stored, ...]:
        return tuple(self.draft.get(name) for name in ("occurred_on", "household_id", "place"))

    @property
    def visitors(self) -> frozenset[str]:
        return frozenset(str(self.draft["visitors"]).split())

    @property
    def account(self) -> str:
        return "".join(str(self.draft.get("account") or "").split())

    @property
    def way(self) -> Stored:
        return self.draft["visit_type"]

    @property
    def key(self) -> tuple[object, ...]:
        return (self.where, self.visitors, self.way, self.account)


def plan_visits(conn: Connection, rows: Sequence[RawRow], today: date) -> Plan:
    """Return what importing these rows of a visit book would do."""
    named = Named(conn)
    readings = [_read(row, named, today) for row in rows]
    visits = _gather(readings)
    days = sorted(str(visit.draft["occurred_on"]) for visit in visits) or [""]
    known, issues = _known_visits(conn, days[0], days[-1]), issues_of(conn, days[0], days[-1])
    pairs = pair(visits, known, lambda visit: [visit.where], (_same, _told_anew, _corrected))
    writes = Writes()
    heard: list[Outcome] = []
    for place, visit in enumerate(visits):
        before = known[pairs[place]].draft if place in pairs else None
        told = [readings[place] for place in visit.places]
        id = _write_visit(writes, told, visit, before, named.names, today)
        earlier = issues.get(id, [])
        heard += Heard(writes, visit.draft | {"id": id}, earlier, named.names, today).bring_in(told)
    refused: list[Outcome] = ["refused" for reading in readings if reading.refused]
    outcomes = [
        max((readings[place].outcome for place in visit.places), key=_WEIGHT.index) for visit in visits
    ]
    tallies = {"visits": Tally.of(outcomes + refused), "issues": Tally.of(heard)}
    return conclude(FORM, tallies, readings, writes, today, plan_visits)


_WEIGHT: tuple[Outcome, ...] = ("refused", "same", "changed", "new")


def _read(row: RawRow, named: Named, today: date) -> Reading:
    """Read a row and put ids for its names. Where the book says 无 of an issue, there was none."""
    said = {name: None if name in OF_ISSUE and _is_none(cell) else cell for name, cell in row.values.items()}
    reading = read(replace(row, values=said), FORM, today)
    draft = reading.draft
    for name in ("lead", "owner"):
        if name in draft:
            try:
                draft[f"{name}_id"] = named.person(str(draft[name]))
            except Unreadable as unreadable:
                reading.leave_out(name, str(unreadable))
    if reading.refused:
        return reading
    try:
        draft["visitors"] = named.people(str(draft["visitors"]))
    except Unreadable as unreadable:
        reading.refuse("visitors", str(unreadable))
    if "head" in draft or "place" not in draft:
        _find_household(reading, named)
    _settle_way(reading)
    settle_issue(reading)
    return reading


def _is_none(cell: object) -> bool:
    return bool(re.fullmatch(r"(暂?无|没有)(问题|诉求|意见|反映|反映问题)?[。.]?", plain(cell)))


def _settle_way(reading: Reading) -> None:
    """Where a book does not say the way, cadres go to households (上门家访), and else about the village (实地巡访)."""
    draft = reading.draft
    if plain(reading.row.values.get("visit_type")):
        if "visit_type" not in draft:
            reading.refuse("visit_type", "看不出走访方式")
        return
    draft["visit_type"] = "home" if "household_id" in draft else "field"
    reading.derived.add("visit_type")
    reading.notes.append(f"没有写走访方式，按{FORM.field('visit_type').value.show(draft['visit_type'])}收")


def _find_household(reading: Reading, named: Named) -> None:
    head, group, door = (reading.draft.get(name) for name in ("head", "villager_group", "door"))
    if not (head or places.place(group, door)):
        reading.refuse("head", "请写走访的户主，或走访的地点")
        return
    try:
        reading.draft["household_id"] = named.household(head, group, door)
    except Unreadable as unreadable:
        reading.refuse("head", str(unreadable))


def _gather(readings: Sequence[Reading]) -> list[Seen]:
    """Return the visits that the rows tell of: a second issue of the same visit stands on a row of its own."""
    visits: dict[tuple[object, ...], Seen] = {}
    for place, reading in enumerate(readings):
        if reading.refused:
            continue
        seen = Seen(pick(reading.draft, (*_OF_VISIT, "household_id", "visitors")))
        seen = visits.setdefault(seen.key, seen)
        words = reading.draft.get("words")
        for other in seen.places:
            if words is None or readings[other].draft.get("words") == words:
                reading.refuse("", f"与第 {readings[other].row.number} 行是同一次走访，重复了")
                break
        else:
            seen.places.append(place)
    return list(visits.values())


def _known_visits(conn: Connection, first: str, last: str) -> list[Seen]:
    """Return the visits of these days; of several that say the same, the first stands for all."""
    query = select(*Visit.table().columns).order_by(Visit.id.desc())
    there = Visit.occurred_on.between(first, last) & Visit.removed_at.is_(None)
    visits = (Seen(dict(row)) for row in conn.execute(query.where(there)).mappings())
    return list({visit.key: visit for visit in visits}.values())


def _same(one: Seen, other: Seen) -> bool:
    return one.key == other.key


def _told_anew(one: Seen, other: Seen) -> bool:
    return (one.visitors, one.way) == (other.visitors, other.way)


def _corrected(one: Seen, other: Seen) -> bool:
    """The account is the same, and so are the visitors or the way."""
    same_account = bool(one.account) and one.account == other.account
    return same_account and (one.visitors == other.visitors or one.way == other.way)


def _write_visit(
    writes: Writes,
    told: Sequence[Reading],
    visit: Seen,
    before: Draft | None,
    names: Mapping[str, str],
    today: date,
) -> str:
    """Write a visit and return its id; the first row that tells of it carries what differs."""
    if before is None:
        for reading in told:
            reading.new = True
        return writes.add(Visit, visit.draft | {"recorded_at": today.isoformat()})
    draft = dict(visit.draft)
    if visit.visitors == frozenset(str(before["visitors"]).split()):
        del draft["visitors"]
    told[0].amend(writes, Visit, str(before["id"]), before, draft, names)
    return str(before["id"])
