"""Making one of two records that are the same person or household: compared side by side, folded in one act."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection, Table, select

from villagebranch.db import history
from villagebranch.db.journal import Act, rows_by_id
from villagebranch.db.record import Record, groups, record_tables, register
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Field
from villagebranch.domain.values import UNKNOWN, Link, Links, Stored
from villagebranch.records import KINDS
from villagebranch.records.kept import MERGEABLE, living
from villagebranch.services.families import check_heads, head_of, leave_one_head, same_people, two_heads
from villagebranch.services.households import family
from villagebranch.services.people import names
from villagebranch.services.titles import titles

_RECORDS: Mapping[str, type[Record]] = {record.__tablename__: record for record in KINDS}
ACTS = {"person": "并成一人", "household": "并成一户"}
HEAD = "head"
_REMOVED, _MERGED = "removed_at", "merged_into"


def merged_field(kind: str) -> Field:
    """Return what `merged_into` of a kind is called and shown as, where two computers decided differently."""
    return Field(_MERGED, "并入了哪一条", Link(kind))


@dataclass(frozen=True)
class Twin:
    """Two records of one kind: `gone` is to be folded into `keep`."""

    kind: str
    keep: str
    gone: str


@dataclass(frozen=True)
class Line:
    """One fact as the two records tell it: a field, or the fields that mean something only together.

    `take_gone` says which is kept unless a person chooses: what is more complete, else what was written later.
    """

    twin: Twin
    fields: tuple[Field, ...]
    keep: Draft
    gone: Draft
    words: tuple[str, str]
    take_gone: bool

    @property
    def key(self) -> str:
        """What a choice of this line is named by."""
        return f"{self.twin.kind}:{self.twin.keep}:{self.fields[0].name}"

    @property
    def label(self) -> str:
        return "、".join(field.label for field in self.fields)

    @property
    def differs(self) -> bool:
        return self.keep != self.gone


@dataclass(frozen=True)
class Comparison:
    """Two records beside each other. The first of `twins` are they themselves, the others what is folded along with
    them; `moves` counts by kind the records that will point to the one that stays. `families` are
    the people of two households in words, `people` those who become one each, `heads` two heads of whom one stays it."""

    twins: tuple[Twin, ...]
    lines: tuple[Line, ...]
    moves: Mapping[str, int]
    people: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    heads: tuple[str, str] | None = None


def compare(conn: Connection, kind: str, keep: str, gone: str) -> Comparison:
    """Return two living records of a kind side by side. Raises `Refused` where they are not two living records."""
    _check(conn, kind, keep, gone)
    twins = tuple(_twins(conn, Twin(kind, keep, gone)))
    told = {one.gone: one.keep for one in twins}
    lines = [line for one in twins for line in _lines(conn, one, told)]
    folded = {(one.kind, one.gone) for one in twins}
    moves: Counter[str] = Counter()
    for table, name in history.links_to(kind):
        ids = pointing(conn, table, name, gone)
        moves[table.name] += sum((table.name, id) not in folded for id in ids)
    moved = {_RECORDS[name].label: n for name, n in moves.items() if n}
    if kind != "household":
        return Comparison(twins, tuple(lines), moved)
    same = names(conn, (one for one, _ in same_people(conn, keep, gone)))
    residents = ("、".join(one.name for one in family(conn, id)) for id in (keep, gone))
    heads = two_heads(conn, keep, gone)
    return Comparison(twins, tuple(lines), moved, tuple(same.values()), tuple(residents), heads)


def _check(conn: Connection, kind: str, keep: str, gone: str) -> None:
    record = next((one for one in MERGEABLE if one.__tablename__ == kind), None)
    if record is None:
        raise Refused({"kind": "只有人员和群众户能合并"})
    here = set(conn.scalars(select(record.id).where(living(record), record.id.in_((keep, gone)))))
    if keep == gone or len(here) < 2:
        raise Refused("要合并的两条记录里，有一条已经不在册了，请重新查一次")


def merge(
    act: Act,
    kind: str,
    keep: str,
    gone: str,
    choices: Mapping[str, bool] = MappingProxyType({}),
    *,
    with_people: bool = True,
) -> None:
    """Make one record of two: `gone` lives on in `keep`, and all that points to it points to `keep` from now on.

    `choices` says for a line's key whether to take what `gone` tells, and for `HEAD` whether its head stays head. With
    `with_people`, people of the same name in two households become one each, too. Raises `Refused` where a household
    would be left without its head.
    """
    _check(act.conn, kind, keep, gone)
    if kind == "household":
        _merge_homes(act, keep, gone, choices, same_people(act.conn, keep, gone) if with_people else [])
        return
    homes = _homes(act.conn, keep, gone)
    _fold(act, Twin(kind, keep, gone), choices)
    check_heads(act.conn, homes)


def _merge_homes(
    act: Act, keep: str, gone: str, choices: Mapping[str, bool], people: Sequence[tuple[str, str]]
) -> None:
    """Make one household of two, with those of their `people` who are the same: the family of the head who stays tells
    how they are related to the head."""
    heads = [head_of(act.conn, id) for id in (keep, gone)]
    by_gone = choices.get(HEAD, not heads[0])
    for one, other in people:
        _fold(act, Twin("person", one, other), {}, by_gone=by_gone)
    _fold(act, Twin("household", keep, gone), choices)
    head = heads[1] if by_gone else heads[0]
    leave_one_head(act, keep, {other: one for one, other in people}.get(head, head))


def _homes(conn: Connection, *people: str) -> list[str]:
    table = record_tables()["household_member"]
    lived = select(table.c.household_id).where(table.c.person_id.in_(people), table.c.removed_at.is_(None))
    return list(conn.scalars(lived.distinct()))


def carry_over(act: Act, kind: str, keep: str, gone: str, late: Draft) -> None:
    """Take to `keep` what came to `gone` after it was merged: what points to it, and the fields `late`.

    It affirms that the two are one, having seen all that came.
    """
    head = head_of(act.conn, keep) if kind == "household" else ""
    _fold(act, Twin(kind, keep, gone), {})
    act.put(record_tables()[kind], {keep: late})
    if kind == "household":
        leave_one_head(act, keep, head)


def _fold(act: Act, top: Twin, choices: Mapping[str, bool], *, by_gone: bool | None = None) -> None:
    """Fold one record into another, with what would stand there twice. `by_gone` says whose place in a household counts."""
    twins = list(_twins(act.conn, top))
    told = {one.gone: one.keep for one in twins}
    chosen: dict[Twin, Draft] = {one: {} for one in twins}
    for line in (line for one in twins for line in _lines(act.conn, one, told)):
        take = line.take_gone and not (line.twin == top and _is_merged(act.conn, top))
        if line.twin.kind == "household_member" and by_gone is not None:
            take = by_gone
        if line.differs and choices.get(line.key, take):
            chosen[line.twin] |= line.gone
    for one in reversed(twins):
        table = record_tables()[one.kind]
        _check_rule(act.conn, one, chosen[one])
        _repoint(act, one)
        # Said also where nothing differs: who deletes the other one meanwhile, elsewhere, is asked.
        act.affirm(table, one.keep, chosen[one] | {_REMOVED: None})
        if one is twins[0]:
            act.affirm(table, one.gone, {_MERGED: one.keep})
        else:
            act.put(table, {one.gone: {_REMOVED: act.at}})


def _is_merged(conn: Connection, twin: Twin) -> bool:
    return rows_by_id(conn, record_tables()[twin.kind], [twin.gone])[twin.gone][_MERGED] is not None


def _check_rule(conn: Connection, twin: Twin, chosen: Draft) -> None:
    row = rows_by_id(conn, record_tables()[twin.kind], [twin.keep])[twin.keep]
    if chosen and (problems := _RECORDS[twin.kind].rule(row | chosen)):
        raise Refused(dict(problems))


def _repoint(act: Act, twin: Twin) -> None:
    """Let everything that points to `gone` point to `keep`."""
    for table, name in history.links_to(twin.kind):
        rows = rows_by_id(act.conn, table, pointing(act.conn, table, name, twin.gone))
        drafts = {id: {name: _replaced(str(row[name]), twin)} for id, row in rows.items()}
        act.put(table, drafts)


def _replaced(ids: str, twin: Twin) -> str:
    return " ".join(dict.fromkeys(twin.keep if id == twin.gone else id for id in ids.split()))


def pointing(conn: Connection, table: Table, name: str, id: str) -> list[str]:
    """Return the living records of `table` that name `id` in this column."""
    column = table.c[name]
    several = isinstance(column.info["field"].value, Links)
    names = (" " + column + " ").contains(f" {id} ") if several else column == id
    return list(conn.scalars(select(table.c.id).where(names, table.c.removed_at.is_(None))))


def _twins(conn: Connection, top: Twin) -> Iterator[Twin]:
    """Yield the two, then what would stand there twice once they are one, and what depends on that."""
    yield top
    for table, name in history.links_to(top.kind):
        single = _RECORDS[table.name].single if table.name in _RECORDS else ()
        if not single or isinstance(table.c[name].info["field"].value, Links):
            continue
        kept, going = (
            rows_by_id(conn, table, pointing(conn, table, name, id)) for id in (top.keep, top.gone)
        )
        places = {_place(row, single, top): id for id, row in kept.items()}
        for id, row in going.items():
            if (other := places.get(_place(row, single, top))) is not None:
                yield from _twins(conn, Twin(table.name, other, id))


def _place(row: Mapping[str, Stored], single: Sequence[str], twin: Twin) -> tuple[Stored, ...]:
    return tuple(twin.keep if row[name] == twin.gone else row[name] for name in single)


def _lines(conn: Connection, twin: Twin, told: Mapping[str, str]) -> Iterator[Line]:
    """Yield what either of the two tells; of what is folded along, only where they differ."""
    kind, top = _RECORDS[twin.kind].kind(), twin.kind in ACTS
    rows = rows_by_id(conn, record_tables()[twin.kind], [twin.keep, twin.gone])
    edited = {id: _edited(conn, twin.kind, id) for id in rows}
    linked = _linked(conn, kind.fields, rows.values())
    together = groups(twin.kind)
    for field in kind.fields:
        if register(twin.kind, field.name) != field.name:
            continue
        fields = tuple(kind.field(name) for name in together.get(field.name, (field.name,)))
        keep, gone = ({one.name: rows[id][one.name] for one in fields} for id in (twin.keep, twin.gone))
        same = all(told.get(str(gone[name]), gone[name]) == keep[name] for name in gone)
        if (same and not top) or not any(_told(one) for one in (keep, gone)):
            continue
        words = (_words(fields, keep, linked), _words(fields, gone, linked))
        at = [max(edited[id].get(one.name, "") for one in fields) for id in (twin.keep, twin.gone)]
        yield Line(twin, fields, keep, gone, words, not same and _better(keep, gone, *at))


def _told(values: Draft) -> bool:
    return any(value is not None for value in values.values())


def _better(keep: Draft, gone: Draft, kept_at: str, gone_at: str) -> bool:
    """Tell whether `gone` is the fuller one, or was written later where both are as full."""
    if "head" in (keep.get("relation"), gone.get("relation")):
        return keep["relation"] != "head"
    for one, other, answer in ((keep, gone, True), (gone, keep, False)):
        if all(_holds(other[name], value) for name, value in one.items()):
            return answer
    return gone_at > kept_at


def _holds(fuller: Stored, value: Stored) -> bool:
    """Tell whether `fuller` says all that `value` says: 1965-03-12 that of 1965, 5组18号后屋 that of 5组18号."""
    if value in (None, UNKNOWN, fuller):
        return True
    return isinstance(value, str) and isinstance(fuller, str) and fuller.startswith(value)


def _edited(conn: Connection, kind: str, id: str) -> dict[str, str]:
    """Return when each field of a record was last changed."""
    return {edit.field: edit.at for edit in history.history(conn, kind, id)}


def _linked(
    conn: Connection, fields: Iterable[Field], rows: Iterable[Mapping[str, Stored]]
) -> dict[str, str]:
    found: dict[str, str] = {}
    links = [(field.name, field.value.to) for field in fields if isinstance(field.value, (Link, Links))]
    for row in rows:
        for name, to in links:
            found |= titles(conn, to, str(row[name] or "").split())
    return found


def _words(fields: Sequence[Field], values: Draft, linked: Mapping[str, str]) -> str:
    said = (
        "、".join(linked.get(id, "") for id in str(values[field.name] or "").split())
        if isinstance(field.value, (Link, Links))
        else field.value.show(values[field.name])
        for field in fields
    )
    return " ".join(words for words in said if words)
