"""What the changes of one record come to: the values that are shown, and the registers where nobody has decided yet.

Everything here follows from the set of changes alone, not from the order in which a replica came to know them, and
from nothing that is local to a replica: so replicas that know the same show the same.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from villagebranch.db.among import among
from villagebranch.db.authority import Authority
from villagebranch.db.journal import SyncAct, SyncChange, SyncVector, canonical
from villagebranch.db.record import answered, register
from villagebranch.domain.fields import Draft
from villagebranch.sync.parcel import ForeignAct, Vector

REMOVED = "removed_at"


class Entry(NamedTuple):
    """What one act made of a record: the entry with the latest stamp is shown, among equals that of the replica whose code
    comes last, which is the same everywhere."""

    stamp: int
    replica: str
    number: int
    fields: Draft


def order(entry: Entry) -> tuple[int, str, int]:
    """Return what entries are shown by: the last one stands."""
    return entry[:3]


_LOGGED = select(SyncVector.number, SyncVector.vector).where(SyncVector.replica == bindparam("code"))


class Past:
    """What each act had seen: the earlier acts of its replica, and what this had logged when it last took something in.

    `fresh` are acts that are not in the journal yet.
    """

    def __init__(self, conn: Connection, fresh: Iterable[ForeignAct] = ()) -> None:
        self._conn = conn
        self._logged: dict[str, tuple[list[int], list[str]]] = {}
        self._read: dict[str, Vector] = {}
        self._fresh: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for act in fresh:
            if act.vector is not None:
                self._fresh[act.replica].append((act.number, act.vector))

    def seen(self, replica: str, number: int) -> Vector:
        """Return what an act had seen of the other replicas."""
        if replica not in self._logged:
            self._logged[replica] = self._load(replica)
        numbers, vectors = self._logged[replica]
        latest = bisect_right(numbers, number)
        if not latest:
            return {}
        text = vectors[latest - 1]
        if text not in self._read:
            self._read[text] = json.loads(text)
        return self._read[text]

    def _load(self, replica: str) -> tuple[list[int], list[str]]:
        held = [(number, vector) for number, vector in self._conn.execute(_LOGGED, {"code": replica})]
        both = sorted(held + self._fresh[replica])
        return [number for number, _ in both], [vector for _, vector in both]

    def knew(self, later: Entry, earlier: Entry) -> bool:
        """Tell whether the act of `later` had seen that of `earlier`: it then stands above it."""
        if later.replica == earlier.replica:
            return later.number > earlier.number
        return self.seen(later.replica, later.number).get(earlier.replica, 0) >= earlier.number


@dataclass(frozen=True)
class Standing:
    """`values` are what is shown; `open` holds, for each register in conflict, the entries that stand against each other."""

    values: Draft
    open: Mapping[str, tuple[Entry, ...]]


def standing(kind: str, entries: Iterable[Entry], past: Past) -> Standing:
    """Return what all entries of one record come to.

    What is a township's to say is not for others to decide: its latest word stands, a deletion as well.
    """
    ordered = sorted(entries, key=order)
    values: Draft = {}
    writers: dict[str, list[Entry]] = defaultdict(list)
    for entry in ordered:
        values |= entry.fields
        for name in {register(kind, field) for field in entry.fields}:
            writers[name].append(entry)
    branchs = answered(kind)
    heads = {name: _heads(of_register, past) for name, of_register in writers.items()}
    found = {
        name: tuple(of_register)
        for name, of_register in heads.items()
        if len(of_register) > 1
        and name != REMOVED
        and (branchs is None or name in branchs)
        and len({_value(kind, name, head) for head in of_register}) > 1
    }
    if branchs is None and (against := _against_deletion(heads.get(REMOVED, []), ordered, past)):
        found[REMOVED] = tuple(against)
        values[REMOVED] = None
    return Standing(values, found)


def _heads(writers: Sequence[Entry], past: Past) -> list[Entry]:
    """Return the entries that no other of the same register had seen, in the order of showing."""
    if len({entry.replica for entry in writers}) == 1:
        return [writers[-1]]
    return [
        entry
        for place, entry in enumerate(writers)
        if not any(past.knew(later, entry) for later in writers[place + 1 :])
    ]


def _value(kind: str, name: str, entry: Entry) -> str:
    """Return the value of a whole register in a form that can be compared."""
    return canonical({f: v for f, v in entry.fields.items() if register(kind, f) == name})


def _against_deletion(heads: Sequence[Entry], entries: Sequence[Entry], past: Past) -> list[Entry]:
    """Return a deletion and what was done to the record without knowing of it, [] where they do not meet.

    Several deletions agree, whatever their times. An edit that one deleter knew of does not count: he deleted all the
    same. An edit made after the deletion came to be known does not count either.
    """
    deletions = [head for head in heads if head.fields[REMOVED] is not None]
    unseen = [
        entry
        for entry in entries
        if (entry.fields.keys() != {REMOVED} or entry.fields[REMOVED] is None)
        and not any(past.knew(deletion, entry) or deletion is entry for deletion in deletions)
        and any(not past.knew(entry, deletion) for deletion in deletions)
    ]
    return [*deletions, *unseen] if deletions and unseen else []


_TOLD = (
    select(SyncChange.record, SyncChange.fields, SyncAct.stamp, SyncAct.replica, SyncAct.number)
    .join(SyncAct, (SyncAct.replica == SyncChange.replica) & (SyncAct.number == SyncChange.number))
    .where(SyncChange.kind == bindparam("kind"), among(SyncChange.record))
)


def entries_of(
    conn: Connection, kind: str, records: Sequence[str], authority: Authority | None = None
) -> dict[str, list[Entry]]:
    """Return everything that the journal tells of these records, and that was its writer's to tell."""
    told: dict[str, list[Entry]] = defaultdict(list)
    authority = authority or Authority(conn)
    rows = conn.execute(_TOLD, {"kind": kind, "ids": records}).all() if records else ()
    for record, fields, stamp, replica, number in rows:
        if (lawful := authority.lawful(kind, replica, json.loads(fields))) is not None:
            told[record].append(Entry(stamp, replica, number, lawful))
    return told
