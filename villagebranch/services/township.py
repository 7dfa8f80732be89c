"""The township's books: what villages report is kept here, row by row, never more than they sent."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from villagebranch.db.journal import Act
from villagebranch.domain.fields import Draft
from villagebranch.records.reported import REPORTED, Reported
from villagebranch.records.village import Village
from villagebranch.services.report import Report, Rows, digest

Vector = Mapping[str, int]


@dataclass(frozen=True)
class Taken:
    """What a report changed: rows by kind, and the names (kind, id) of those that are gone; `stale` where all of it was
    known, `apart` where two computers of the village reported without knowing of one another."""

    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    removed: list[tuple[str, str]] = field(default_factory=list)
    stale: bool = False
    apart: bool = False


def by_branch(conn: Connection) -> dict[str, str]:
    """Return the ids of the villages by that of their branch in their own books; of two that have one, the elder."""
    living = select(Village.branch, Village.id).where(Village.removed_at.is_(None))
    return dict(conn.execute(living.order_by(Village.id.desc())).tuples().all())


def village_of(conn: Connection, branch: str) -> str | None:
    """Return the id of the village whose branch has this id in its own books."""
    return by_branch(conn).get(branch)


def add_village(act: Act, branch: str, name: str) -> str:
    """Return the village of a branch, added where it is new."""
    return village_of(act.conn, branch) or act.add(Village, {"branch": branch, "name": name})


def take_report(act: Act, village: str, report: Report, knowledge: Vector, made_at: str) -> Taken:
    """Take in a report that was made at `made_at` by a computer with this `knowledge` of its branch's acts.

    One that knew all that is here replaces it; one that knew less changes nothing. Where neither knew all, each row is
    taken from whoever touched it last, until the computers of the village have exchanged and one of them reports.
    """
    row = act.conn.execute(select(Village.knowledge, Village.made_at).where(Village.id == village)).one()
    here: Vector = json.loads(row.knowledge or "{}")
    if _within(knowledge, here) and (knowledge != here or made_at <= (row.made_at or "")):
        return Taken(stale=True)
    taken = Taken(apart=not _within(here, knowledge))
    for record in REPORTED:
        _take_rows(act, village, record, report, taken)
    union = {code: max(here.get(code, 0), knowledge.get(code, 0)) for code in here.keys() | knowledge.keys()}
    told: Draft = {"knowledge": json.dumps(union, sort_keys=True), "apart": int(taken.apart) or None}
    if made_at > (row.made_at or "") or not taken.apart:
        told |= report.about | {"made_at": made_at, "reported_at": act.at}
    act.set(Village, village, {name: value for name, value in told.items() if name != "name" or value})
    return taken


def _within(one: Vector, other: Vector) -> bool:
    return all(number <= other.get(code, 0) for code, number in one.items())


def _take_rows(act: Act, village: str, record: type[Reported], report: Report, taken: Taken) -> None:
    kind, table = record.__tablename__, record.table()
    of_village = select(table).where(table.c.village_id == village)
    present = {row["source"]: dict(row) for row in act.conn.execute(of_village).mappings()}
    wanted = {
        source: fields | {"touched": report.touched.get(source, 0)}
        for source, fields in report.rows.get(kind, {}).items()
    }
    new = [wanted[source] | {"source": source} for source in wanted.keys() - present.keys()]
    act.add_many(record, [row | {"village_id": village} for row in _in_order(new)])
    drafts = {
        present[source]["id"]: wanted[source] | {"removed_at": None}
        for source in wanted.keys() & present.keys()
        if _differs(present[source], wanted[source], taken.apart)
    }
    gone = [] if taken.apart else [present[source] for source in present.keys() - wanted.keys()]
    removed: dict[str, Draft] = {
        row["id"]: {"removed_at": act.at} for row in gone if row["removed_at"] is None
    }
    act.put(table, drafts | removed)
    taken.new.update({kind: len(new)} if new else {})
    taken.changed.update({kind: len(drafts)} if drafts else {})
    taken.removed.extend((kind, id) for id in removed)


def _in_order(rows: Iterable[Draft]) -> list[Draft]:
    return sorted(rows, key=lambda row: str(row["source"]))


def _differs(present: Mapping[str, Any], wanted: Draft, apart: bool) -> bool:
    """Tell whether a row is to be written: `touched` alone says nothing new."""
    if apart and int(wanted["touched"] or 0) < (present["touched"] or 0):
        return False
    told = ((name, value) for name, value in wanted.items() if name != "touched")
    return present["removed_at"] is not None or any(present[name] != value for name, value in told)


def reported(conn: Connection, village: str) -> Rows:
    """Return what is kept of a village's report, as the village sent it."""
    found: dict[str, dict[str, Draft]] = {}
    for record in REPORTED:
        table = record.table()
        names = [one.name for one in record.kind().fields if one.name != "village_id"]
        rows = conn.execute(
            select(table).where(table.c.village_id == village, table.c.removed_at.is_(None))
        ).mappings()
        found[record.__tablename__] = {row["source"]: {name: row[name] for name in names} for row in rows}
    return found


def digests(conn: Connection) -> dict[str, str]:
    """Return the digest of each village's report by the village's name: a village whose books say the same has the same."""
    living = select(Village.id, Village.name, Village.branch).where(Village.removed_at.is_(None))
    return {name: digest(reported(conn, id)) for id, name, _ in conn.execute(living.order_by(Village.branch))}
