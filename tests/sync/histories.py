"""Random histories of three to five replicas, judged by an oracle that knows who really had seen what.

python -m tests.sync.histories --count 50000 --seed 1
"""

import argparse
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from tests.sync.replicas import Replica, exchange
from villagebranch.db import history, identity
from villagebranch.db.journal import ActRef, SyncAct, SyncChange, SyncConflict, broken_link
from villagebranch.db.record import Record, register
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.issue import Issue
from villagebranch.records.member import Member
from villagebranch.sync.check import Missing
from villagebranch.sync.conflicts import conflicts, settle
from villagebranch.sync.parcel import Parcel

REMOVED = "removed_at"
KINDS: tuple[type[Record], ...] = (Issue, Member, AgendaItem)
FIELDS = {
    "issue": {
        "words": ("路坏了", "桥坏了"),
        "result": (None, "已修"),
        "fed_back_on": (None, "2026-11-20", "2026-11-21"),
    },
    "member": {"post": (None, "组长"), "away": (None, 1), "away_place": (None, "上海", "杭州")},
    "agenda_item": {"title": ("修路", "修桥"), "votes_yes": (None, 7, 8), "votes_no": (None, 1)},
}
YEARS = (2009, 2026, 2099)


class Diverged(AssertionError):
    """The replicas differ, or show something else than what really happened demands."""


@dataclass(frozen=True)
class Sent:
    """A parcel on a stick."""

    sender: int
    receiver: int
    parcel: Parcel


class History:
    """One random history. `seen` is the truth that the oracle judges by: what had been seen when each act was done."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        identity.secrets = self  # the codes of the replicas belong to the history too
        self.now = datetime(2026, 11, 23, 9, 30)
        self.counts: Counter[str] = Counter()
        self.replicas = [Replica(self._clock(place)) for place in range(self.chance.randint(3, 5))]
        self.off = [timedelta() for _ in self.replicas]
        self.holds: list[set[str]] = [set() for _ in self.replicas]
        self.seen: dict[str, frozenset[str]] = {}
        self.sticks: list[Sent] = []
        self.backups: list[tuple[int, bytes, set[str]]] = []

    def choice(self, letters: str) -> str:
        return self.chance.choice(letters)

    def token_hex(self, length: int) -> str:
        return self.chance.randbytes(length).hex()

    def _clock(self, place: int) -> Callable[[], datetime]:
        return lambda: self.now + self.off[place]

    def run(self, steps: int) -> None:
        """Do so many random things, then let all exchange, and judge."""
        for _ in range(4):
            self.add(0)
        for place in range(1, len(self.replicas)):
            self._hand_over(Sent(0, place, self.replicas[0].parcel()))
        steps_of = {
            self.add: 2, self.edit: 16, self.remove: 2, self.undo: 2, self.settle: 8, self.send: 6,
            self.deliver: 8, self.lose: 1, self.back_up: 1.5, self.restore: 1.5, self.turn_clock: 1,
        }  # fmt: skip
        for step in self.chance.choices(list(steps_of), list(steps_of.values()), k=steps):
            place = self.chance.randrange(len(self.replicas))
            self.now += timedelta(seconds=self.chance.random() < 0.2)
            if step(place):
                self.counts[step.__name__] += 1
        exchange(*self.replicas)
        judge(self)

    def _acted(self, place: int) -> bool:
        """Note what had been seen when the last act was done."""
        ref = self.replicas[place].store.last_act
        if ref is None:
            return False
        self.seen[str(ref)] = frozenset(self.holds[place])
        self.holds[place].add(str(ref))
        return True

    def _fields(self, kind: type[Record]) -> dict:
        fields = FIELDS[kind.__tablename__]
        names = self.chance.sample(sorted(fields), self.chance.randint(1, len(fields)))
        return {name: self.chance.choice(fields[name]) for name in names}

    def add(self, place: int) -> bool:
        kind = self.chance.choice(KINDS)
        self.replicas[place].add(kind, **self._fields(kind))
        return self._acted(place)

    def edit(self, place: int) -> bool:
        with self.replicas[place].store.write("周丽", "修改") as act:
            records = _records(act.conn)
            for kind, id in self.chance.sample(records, min(len(records), self.chance.randint(1, 2))):
                act.set(kind, id, self._fields(kind))
        return self._acted(place)

    def remove(self, place: int) -> bool:
        with self.replicas[place].store.write("周丽", "删除") as act:
            if records := _records(act.conn):
                kind, id = self.chance.choice(records)
                gone = act.conn.scalar(select(kind.removed_at).where(kind.id == id))
                act.set(kind, id, {REMOVED: None if gone else act.at})
        return self._acted(place)

    def undo(self, place: int) -> bool:
        with self.replicas[place].store.write("周丽", "撤销") as act:
            refs = act.conn.execute(select(SyncAct.replica, SyncAct.number).order_by(SyncAct.stamp)).all()
            if refs:
                history.undo(act, ActRef(*self.chance.choice(refs[-6:])))
        return self._acted(place)

    def settle(self, place: int) -> bool:
        with self.replicas[place].store.write("周丽", "定夺") as act:
            if found := conflicts(act.conn):
                one = self.chance.choice(found)
                values = self.chance.choice(one.sides).values
                settle(act, one, {name: values.get(name) for name in one.fields})
        return self._acted(place)

    def send(self, place: int) -> bool:
        other = self.chance.choice([n for n in range(len(self.replicas)) if n != place])
        parcel = self.replicas[place].parcel(self.replicas[place].acked.get(other, {}))
        self.sticks.append(Sent(place, other, parcel))
        return True

    def deliver(self, place: int) -> bool:
        if not self.sticks:
            return False
        sent = self.chance.choice(self.sticks)
        if self.chance.random() < 0.7:
            self.sticks.remove(sent)
        return self._hand_over(sent)

    def _hand_over(self, sent: Sent) -> bool:
        sender, receiver = self.replicas[sent.sender], self.replicas[sent.receiver]
        before = receiver.known()
        try:
            foreseen = receiver.look(sent.parcel)
        except Missing:
            self.counts["missing"] += 1
            if receiver.known() != before:
                raise Diverged("a parcel that did not fit changed something") from None
            if self.chance.random() < 0.8:  # the request may be lost as well
                sender.acked[sent.receiver] = receiver.known()
            return False
        if receiver.take(sent.parcel) != foreseen:
            raise Diverged("the preview said something else")
        self.holds[sent.receiver] |= self._up_to(sent.parcel)
        receiver.acked[sent.sender] = sent.parcel.knowledge
        return True

    def _up_to(self, parcel: Parcel) -> set[str]:
        return {
            f"{replica}:{number}"
            for replica, last in parcel.knowledge.items()
            for number in range(1, last + 1)
        }

    def lose(self, place: int) -> bool:
        if self.sticks:
            self.sticks.remove(self.chance.choice(self.sticks))
        return True

    def back_up(self, place: int) -> bool:
        self.backups.append((place, self.replicas[place].back_up(), set(self.holds[place])))
        return True

    def restore(self, place: int) -> bool:
        """Go back to a backup, or set a copy of it up in place of another laptop."""
        if not self.backups:
            return False
        _, image, holds = self.chance.choice(self.backups)
        self.replicas[place].restore(image)
        self.holds[place] = set(holds)
        return True

    def turn_clock(self, place: int) -> bool:
        year = self.chance.choice(YEARS)
        self.off[place] = datetime(year, 11, 23, 9, 30) - datetime(2026, 11, 23, 9, 30)
        return True


def _records(conn) -> list[tuple[type[Record], str]]:
    return [(kind, id) for kind in KINDS for id in conn.scalars(select(kind.id).order_by(kind.id))]


@dataclass(frozen=True)
class Told:
    """A change as the oracle sees it."""

    ref: str
    rank: tuple[int, str]
    fields: dict


def judge(past: History) -> None:
    """Raise `Diverged` unless all replicas agree with one another and with the truth."""
    told = {replica.digests() for replica in past.replicas}
    if len(told) != 1 or len(set(*told)) != 1:
        raise Diverged(f"digests: {told}")
    states = {tuple(sorted(replica.rows(select(SyncConflict.__table__)))) for replica in past.replicas}
    values, expected = _truth(past, past.replicas[0])
    if states != {tuple(sorted(expected))}:
        raise Diverged(f"conflicts: {states}, expected {expected}")
    for replica in past.replicas:
        _check_values(replica, values)
        with replica.store.read() as conn:
            for (code,) in conn.execute(select(SyncAct.replica).distinct()).all():
                if broken_link(conn, code) is not None:
                    raise Diverged(f"chain of {code}")
    past.counts["conflicts"] += len(expected)
    past.counts["acts"] += len(past.seen)


def _check_values(replica: Replica, values: dict) -> None:
    for kind in KINDS:
        for row in replica.rows(select(kind.table())):
            shown = dict(zip(kind.table().columns.keys(), row, strict=True))
            id = shown.pop("id")
            wanted = values.get((kind.__tablename__, id))
            if wanted is None or {k: v for k, v in shown.items() if v is not None} != wanted:
                raise Diverged(f"{id}: {shown}, expected {wanted}")


def _truth(past: History, replica: Replica) -> tuple[dict, set[tuple[str, str, str]]]:
    """Work out from the changes and from who had really seen what: every record's values, and the open conflicts."""
    joined = (SyncAct.replica == SyncChange.replica) & (SyncAct.number == SyncChange.number)
    columns = (
        SyncChange.kind,
        SyncChange.record,
        SyncAct.replica,
        SyncAct.number,
        SyncAct.stamp,
        SyncChange.fields,
    )
    changes: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for kind, record, code, number, stamp, fields in replica.rows(select(*columns).join(SyncChange, joined)):
        changes[kind, record].append(Told(f"{code}:{number}", (stamp, code), json.loads(fields)))
    values, expected = {}, set()
    for (kind, record), told in changes.items():
        told.sort(key=lambda change: change.rank)
        shown: dict = {}
        for change in told:
            shown |= change.fields
        for name in {register(kind, field) for change in told for field in change.fields}:
            if _in_conflict(past, kind, name, told):
                expected.add((kind, record, name))
        if (kind, record, REMOVED) in expected:
            shown[REMOVED] = None
        values[kind, record] = {name: value for name, value in shown.items() if value is not None}
    return values, expected


def _in_conflict(past: History, kind: str, name: str, told: list[Told]) -> bool:
    def part(change: Told) -> dict:
        return {field: value for field, value in change.fields.items() if register(kind, field) == name}

    writers = [change for change in told if part(change)]
    heads = [one for one in writers if not any(one.ref in past.seen[other.ref] for other in writers)]
    if name != REMOVED:
        return any(part(one) != part(heads[0]) for one in heads)
    deletions = [head for head in heads if head.fields[REMOVED] is not None]
    for change in told:
        if change in deletions or any(change.ref in past.seen[deletion.ref] for deletion in deletions):
            continue
        if set(change.fields) == {REMOVED} and change.fields[REMOVED] is not None:
            continue
        if any(deletion.ref not in past.seen[change.ref] for deletion in deletions):
            return True
    return False


def run(count: int, seed: int, steps: int = 30) -> Counter[str]:
    """Run so many histories and return what happened in them; raise `Diverged` with the seed of the one that failed."""
    counts: Counter[str] = Counter()
    for number in range(seed, seed + count):
        past = History(number)
        try:
            past.run(steps)
        except Exception as error:
            raise Diverged(f"history {number}: {error}") from error
        counts += past.counts
    return counts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=30)
    asked = parser.parse_args()
    started, counts, diverged = time.monotonic(), Counter(), 0
    for seed in range(asked.seed, asked.seed + asked.count):
        try:
            counts += run(1, seed, asked.steps)
        except Diverged as failure:
            diverged += 1
            print(failure, file=sys.stderr, flush=True)
    told = " ".join(f"{name}={number}" for name, number in sorted(counts.items()))
    print(f"histories={asked.count} diverged={diverged} seconds={time.monotonic() - started:.0f} {told}")
    sys.exit(diverged > 0)


if __name__ == "__main__":
    main()
