"""The oracle of the random histories: it knows what was written and who had really seen what, and asks no replica for it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from tests.sync.replicas import Replica
from villagebranch.db.journal import broken_link
from villagebranch.db.record import record_tables, register

REMOVED = "removed_at"
Name = tuple[str, str]
Holds = set[str]
"""The tokens of acts: `replica:number#serial`. The serial is the oracle's own, so that two acts under one name differ."""


class Diverged(AssertionError):
    """The replicas differ, or show something else than what really happened demands."""


class Lost(Diverged):
    """Something that was written, and came to a replica, is not there any more, and nobody said so."""


@dataclass(frozen=True)
class Told:
    """An act as it was when it was written; `seen` are the tokens of what had been seen by then."""

    replica: str
    number: int
    stamp: int
    head: tuple
    seen: frozenset[str]
    changes: Mapping[Name, str]


@dataclass(frozen=True)
class Entry:
    """What one act made of one record."""

    token: str
    seen: frozenset[str]
    fields: dict


def _ref(token: str) -> str:
    return token.partition("#")[0]


def reuse(code: str, here: Holds, there: Holds) -> set[str]:
    """Return the identities that the replica `code`, which holds `here`, must find used twice when `there` comes to it."""
    refs = {_ref(token): token for token in here}
    strange = [_ref(token) for token in there - here]
    twice = {ref.rpartition(":")[0] for ref in strange if ref in refs}
    return twice | ({code} if any(ref.startswith(f"{code}:") for ref in strange) else set())


def families(replicas: Sequence[Replica], holds: Sequence[Holds]) -> list[list[int]]:
    """Return the places in groups that can agree: a copy that went on under the identity of another stays apart."""
    found: list[list[int]] = []
    for place in range(len(replicas)):
        for family in found:
            both = set(chain(*(holds[one] for one in (*family, place))))
            if not any(reuse(replicas[one].code, holds[one], both) for one in (*family, place)):
                family.append(place)
                break
        else:
            found.append([place])
    return found


def judge(replicas: Sequence[Replica], told: Mapping[str, Told]) -> int:
    """Raise `Diverged` unless all replicas agree with one another and with the truth; return how many conflicts are open."""
    values, expected = _truth(told)
    for replica in replicas:
        _check_journal(replica, told)
        _check_values(replica, values)
        found = replica.read("SELECT kind, record, register FROM sync_conflict ORDER BY 1, 2, 3")
        if found != sorted(expected):
            raise Diverged(f"conflicts: {found}, expected {sorted(expected)}")
    _check_own_words(replicas[0])
    chains = "SELECT replica, number, chain FROM sync_act ORDER BY 1, 2"
    if any(replica.read(chains) != replicas[0].read(chains) for replica in replicas):
        raise Diverged("chains")
    return len(expected)


def _check_own_words(replica: Replica) -> None:
    """Hold what the program itself says of the soundness of its journal."""
    if len(set(replica.digests())) != 1:
        raise Diverged(f"digests: {replica.digests()}")
    with replica.store.read() as conn:
        for (code,) in replica.read("SELECT DISTINCT replica FROM sync_act"):
            if broken_link(conn, code) is not None:
                raise Diverged(f"chain of {code}")


def _check_journal(replica: Replica, told: Mapping[str, Told]) -> None:
    found = set(replica.read("SELECT replica, number, kind, record, fields FROM sync_change"))
    written = {
        (act.replica, act.number, *name, fields)
        for act in told.values()
        for name, fields in act.changes.items()
    }
    if missing := written - found:
        raise Lost(f"{replica.code} has lost {sorted(missing)}")
    if added := found - written:
        raise Diverged(f"{replica.code} has {sorted(added)}, which nobody wrote")


def _check_values(replica: Replica, values: Mapping[Name, dict]) -> None:
    wanted = {name: fields for name, fields in values.items() if name[0] in record_tables()}
    for kind in {kind for kind, _ in wanted}:
        columns = record_tables()[kind].columns.keys()
        for row in replica.read(f'SELECT {", ".join(columns)} FROM "{kind}"'):
            shown = {name: value for name, value in zip(columns, row, strict=True) if value is not None}
            id = shown.pop("id")
            told = wanted.pop((kind, id), {})
            if shown != {name: value for name, value in told.items() if name in columns}:
                raise Diverged(f"{id}: {shown}, expected {told}")
    if wanted:
        raise Lost(f"{replica.code} shows no {sorted(wanted)}")


def _truth(told: Mapping[str, Told]) -> tuple[dict[Name, dict], set[tuple[str, str, str]]]:
    """Work out from the acts and from who had really seen what: every record's values, and the open conflicts."""
    entries: dict[Name, list[Entry]] = {}
    for token, act in sorted(told.items(), key=lambda one: (one[1].stamp, one[1].replica)):
        for name, fields in act.changes.items():
            entries.setdefault(name, []).append(Entry(token, act.seen, json.loads(fields)))
    values, expected = {}, set()
    for (kind, record), made in entries.items():
        shown: dict = {}
        for entry in made:
            shown |= entry.fields
        for name in {register(kind, field) for entry in made for field in entry.fields}:
            if _in_conflict(kind, name, made):
                expected.add((kind, record, name))
        if (kind, record, REMOVED) in expected:
            shown[REMOVED] = None
        values[kind, record] = {name: value for name, value in shown.items() if value is not None}
    return values, expected


def _in_conflict(kind: str, name: str, entries: Iterable[Entry]) -> bool:
    def part(entry: Entry) -> dict:
        return {field: value for field, value in entry.fields.items() if register(kind, field) == name}

    writers = [entry for entry in entries if part(entry)]
    heads = [one for one in writers if not any(one.token in other.seen for other in writers)]
    if name != REMOVED:
        return any(part(one) != part(heads[0]) for one in heads)
    deletions = [head for head in heads if head.fields[REMOVED] is not None]
    for entry in entries:
        if entry in deletions or any(entry.token in deletion.seen for deletion in deletions):
            continue
        if set(entry.fields) == {REMOVED} and entry.fields[REMOVED] is not None:
            continue
        if any(deletion.token not in entry.seen for deletion in deletions):
            return True
    return False
