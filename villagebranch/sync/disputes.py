"""Conflicts in words, record by record: whose value stands against whose, and what all had seen before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from villagebranch.db.record import Record
from villagebranch.domain.fields import Draft, Field
from villagebranch.domain.masking import masked
from villagebranch.domain.values import Link, Links, Stored
from villagebranch.records import KINDS
from villagebranch.records.member import Member
from villagebranch.services.merging import ACTS, merged_field
from villagebranch.services.titles import titles
from villagebranch.sync.conflicts import Conflict, Side
from villagebranch.sync.standing import REMOVED

_RECORDS: Mapping[str, type[Record]] = {record.__tablename__: record for record in KINDS}


@dataclass(frozen=True)
class Words:
    """A value as it may stand on the screen unasked, and as it is."""

    hidden: str
    plain: str


@dataclass(frozen=True)
class Stand:
    """One side: `ours` is what was written on this computer; `decided` is what the register becomes if this side is right."""

    ours: bool
    author: str
    at: str
    words: Words
    decided: Draft


@dataclass(frozen=True)
class Dispute:
    """One register that is open: `label` names it, `before` is what all sides had seen."""

    conflict: Conflict
    label: str
    before: Words
    sides: tuple[Stand, ...]

    def side(self, *, ours: bool) -> int | None:
        """Return the place of the side that is right if this computer is, or if the other is; None where none or several
        would be."""
        places = [place for place, stand in enumerate(self.sides) if stand.ours == ours]
        return places[0] if len({str(self.sides[place].decided) for place in places}) == 1 else None


@dataclass(frozen=True)
class Matter:
    """A record with its open registers; what is open of a member (党员) stands together with what is of the person."""

    title: str
    disputes: tuple[Dispute, ...]


def label(kind: str) -> str:
    """Return what records of a kind are called."""
    return _RECORDS[kind].label


def tell(conn: Connection, conflicts: Iterable[Conflict], own: str, now: str) -> list[Matter]:
    """Return the conflicts in words; `own` is the code of this replica, `now` the time of a deletion decided now."""
    told = tuple(conflicts)
    linked, members = _linked(conn, told), _members(conn, told)
    by_record: dict[tuple[str, str], list[Dispute]] = defaultdict(list)
    for one in told:
        name = (one.kind, one.record)
        by_record[members.get(name, name)].append(_dispute(one, own, now, linked))
    found = []
    for (kind, record), disputes in by_record.items():
        title = titles(conn, kind, [record]).get(record, "")
        found.append(Matter(f"{_RECORDS[kind].label} {title}".strip(), tuple(disputes)))
    return found


def _members(conn: Connection, told: Iterable[Conflict]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return for persons the member that they are, of those members that something is open of."""
    ids = [one.record for one in told if one.kind == "member"]
    asked = select(Member.person_id, Member.id).where(Member.id.in_(ids))
    return {("person", person): ("member", id) for person, id in conn.execute(asked)} if ids else {}


def _dispute(conflict: Conflict, own: str, now: str, linked: Mapping[str, str]) -> Dispute:
    sides = [_stand(conflict, side, own, now, linked) for side in conflict.sides]
    ordered = tuple(sorted(sides, key=lambda stand: not stand.ours))
    if conflict.register == REMOVED:
        return Dispute(conflict, "要不要删除", Words("", ""), ordered)
    fields = _fields(conflict)
    label = "、".join(field.label for field in fields)
    return Dispute(conflict, label, _value(fields, conflict.before, linked), ordered)


def _stand(conflict: Conflict, side: Side, own: str, now: str, linked: Mapping[str, str]) -> Stand:
    ours = side.ref.replica == own
    if conflict.register == REMOVED:
        gone = side.values.get(REMOVED) is not None
        said = "删除了这一条" if gone else f"还在用：改了{_changed(conflict, side)}"
        return Stand(ours, side.author, side.at, Words(said, said), {REMOVED: now if gone else None})
    decided = {name: side.values.get(name) for name in conflict.fields}
    return Stand(ours, side.author, side.at, _value(_fields(conflict), side.values, linked), decided)


def _changed(conflict: Conflict, side: Side) -> str:
    known = {field.name: field.label for field in _RECORDS[conflict.kind].kind().fields}
    labels = [known[name] for name in side.values if name in known]
    return "、".join(labels[:4]) + ("等" if len(labels) > 4 else "") if labels else "它"


def _fields(conflict: Conflict) -> list[Field]:
    """Return the fields of a register that the sides tell differently."""
    known = {field.name: field for field in _RECORDS[conflict.kind].kind().fields}
    if conflict.kind in ACTS:
        known["merged_into"] = merged_field(conflict.kind)
    return [
        known[name]
        for name in conflict.fields
        if name in known and len({side.values.get(name) for side in conflict.sides}) > 1
    ]


def _value(fields: Sequence[Field], values: Draft, linked: Mapping[str, str]) -> Words:
    shown = [(field.label, *_shown(field, values.get(field.name), linked)) for field in fields]
    if len(shown) == 1:
        return Words(shown[0][1], shown[0][2])
    return Words(
        "\n".join(f"{label}：{hidden or '（空）'}" for label, hidden, _ in shown),
        "\n".join(f"{label}：{plain or '（空）'}" for label, _, plain in shown),
    )


def _shown(field: Field, stored: Stored, linked: Mapping[str, str]) -> tuple[str, str]:
    if isinstance(field.value, (Link, Links)):
        words = "、".join(linked.get(id, "") for id in str(stored or "").split())
        return words, words
    return masked(field, stored), field.value.show(stored)


def _linked(conn: Connection, told: Iterable[Conflict]) -> dict[str, str]:
    """Return what the records are called that these values link to, by id."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in told:
        for field in _fields(one):
            if isinstance(field.value, (Link, Links)):
                for values in (one.before, *(side.values for side in one.sides)):
                    wanted[field.value.to] |= set(str(values.get(field.name) or "").split())
    return {id: words for kind, ids in wanted.items() for id, words in titles(conn, kind, ids).items()}
