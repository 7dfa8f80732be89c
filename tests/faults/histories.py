"""Random histories of three to five replicas, judged by an oracle that knows who really had seen what.

    python -m tests.faults.histories [--count 50000] [--seed 1] [--steps 30] [--fault NAME]

Packages come late, twice, in another order or never; backups are restored, under a new identity as the program does it
and, by fault, under the old; whole folders are copied and go on under one identity, which must be noticed and named
wherever both meet; clocks stand in 2009 or 2099 and jump back; a newer program writes fields and kinds that the others do
not know; an import is broken off in the middle, and must leave every byte as it was.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from tests.faults.merge_faults import FAULTS
from tests.faults.truth import REMOVED, Diverged, Holds, Lost, Told, families, judge, reuse
from tests.sync.replicas import BrokenOff, Replica, exchange
from villagebranch.db import history, identity
from villagebranch.db.journal import ActRef
from villagebranch.db.record import Record
from villagebranch.domain.errors import Refused, Trouble
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.issue import Issue
from villagebranch.records.member import Member
from villagebranch.sync.check import Missing, Reused
from villagebranch.sync.conflicts import conflicts, settle
from villagebranch.sync.merge import Outlook
from villagebranch.sync.parcel import Parcel
from villagebranch.sync.renewal import parted, renew

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
NEWER = 99  # the schema of a program that knows more


@dataclass(frozen=True)
class Sent:
    """A parcel on a stick, and what its sender held when it was made."""

    sender: int
    receiver: int
    parcel: Parcel
    holds: frozenset[str]


class History:
    """One random history. `holds` is who has what, `told` what was written: the truth that the oracle judges by."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        Replica()  # the first in a process is made of one that is thrown away
        identity.secrets = self  # the codes of the replicas belong to the history too
        self.now = datetime(2026, 11, 23, 9, 30)
        self.counts: Counter[str] = Counter()
        self.replicas = [Replica(self._clock(place)) for place in range(self.chance.choice((3, 3, 4, 5)))]
        self.off = [timedelta() for _ in self.replicas]
        self.holds: list[Holds] = [set() for _ in self.replicas]
        self.told: dict[str, Told] = {}
        self.sticks: list[Sent] = []
        self.backups: list[tuple[bytes, Holds]] = []

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
            self._hand_over(self._sent(0, place))
        steps_of = {
            self.add: 2, self.edit: 16, self.remove: 2, self.undo: 2, self.settle: 8, self.send: 9, self.newer: 1,
            self.deliver: 12, self.lose: 1, self.back_up: 1.5, self.restore: 1.5, self.clone: 0.4, self.turn_clock: 1,
        }  # fmt: skip
        for step in self.chance.choices(list(steps_of), list(steps_of.values()), k=steps):
            place = self.chance.randrange(len(self.replicas))
            self.now += timedelta(seconds=self.chance.random() < 0.2)
            if step(place):
                self.counts[step.__name__] += 1
        self._conclude()

    def _conclude(self) -> None:
        """Let all that can agree exchange, and hold it against the truth; those apart must be told so."""
        apart = families(self.replicas, self.holds)
        for family in apart:
            exchange(*(self.replicas[place] for place in family))
            holds = set(chain(*(self.holds[place] for place in family)))
            for place in family:
                self.holds[place] = holds
            told = {token: self.told[token] for token in holds}
            self.counts["conflicts"] += judge([self.replicas[place] for place in family], told)
        for family in apart[1:]:
            self._hand_over(self._sent(apart[0][0], family[0]))
            self._hand_over(self._sent(family[0], apart[0][0]))
        self.counts["acts"] += len(self.told)
        self.counts["apart"] += len(apart) - 1

    def _acted(self, place: int) -> bool:
        """Note the last act, and what had been seen when it was done."""
        ref = self.replicas[place].store.last_act
        if ref is None:
            return False
        told = self._read(place, ref, frozenset(self.holds[place]))
        # Copies that do the very same in the same second write one and the same act.
        token = next((token for token, one in self.told.items() if one == told), f"{ref}#{len(self.told)}")
        self.told[token] = told
        self.holds[place].add(token)
        return True

    def _read(self, place: int, ref: ActRef, seen: frozenset[str]) -> Told:
        """Read an act from the journal, with plain SQL."""
        read, named = self.replicas[place].read, (ref.replica, ref.number)
        of_act = "WHERE replica = ? AND number = ?"
        ((stamp, *head),) = read(f"SELECT stamp, author, at, form, undoes FROM sync_act {of_act}", *named)
        rows = read(f"SELECT kind, record, fields FROM sync_change {of_act}", *named)
        changes = {(kind, record): fields for kind, record, fields in rows}
        return Told(*named, stamp, tuple(head), seen, changes)

    def _records(self, place: int) -> list[tuple[type[Record], str]]:
        read = self.replicas[place].read
        return [
            (kind, id) for kind in KINDS for (id,) in read(f"SELECT id FROM {kind.__tablename__} ORDER BY id")
        ]

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
            records = self._records(place)
            for kind, id in self.chance.sample(records, min(len(records), self.chance.randint(1, 2))):
                act.set(kind, id, self._fields(kind))
        return self._acted(place)

    def newer(self, place: int) -> bool:
        """Write as a newer program would: a field and a kind that this one does not know."""
        with self.replicas[place].store.write("周丽", "新版") as act:
            depth = self.chance.choice((5, 6))
            act._changes["well", f"w-{self.chance.randrange(2)}"] = {"depth": depth}
            for kind, id in self._records(place)[: self.chance.randrange(2)]:
                act._changes[kind.__tablename__, id] = {"shown_as": self.chance.choice(("老陆", None))}
            schema, act._identity.schema = act._identity.schema, NEWER
        told = "UPDATE local_state SET value = ? WHERE key = 'schema'"
        self.replicas[place].read(told, schema)
        return self._acted(place)

    def remove(self, place: int) -> bool:
        with self.replicas[place].store.write("周丽", "删除") as act:
            if records := self._records(place):
                kind, id = self.chance.choice(records)
                named = f"SELECT removed_at FROM {kind.__tablename__} WHERE id = ?"
                ((gone,),) = self.replicas[place].read(named, id)
                act.set(kind, id, {REMOVED: None if gone else act.at})
        return self._acted(place)

    def undo(self, place: int) -> bool:
        with self.replicas[place].store.write("周丽", "撤销") as act:
            refs = self.replicas[place].read(
                "SELECT replica, number FROM sync_act ORDER BY stamp DESC LIMIT 6"
            )
            if refs:
                history.undo(act, ActRef(*self.chance.choice(refs)))
        return self._acted(place)

    def settle(self, place: int) -> bool:
        with self.replicas[place].store.write("周丽", "定夺") as act:
            if found := conflicts(act.conn):
                one = self.chance.choice(found)
                values = self.chance.choice(one.sides).values
                settle(act, one, {name: values.get(name) for name in one.fields})
        return self._acted(place)

    def _sent(self, place: int, other: int) -> Sent:
        parcel = self.replicas[place].parcel(self.replicas[place].acked.get(other, {}))
        return Sent(place, other, parcel, frozenset(self.holds[place]))

    def send(self, place: int) -> bool:
        others = [n for n in range(len(self.replicas)) if n != place]
        other = self.chance.choice(others) if self.chance.random() < 0.5 else others[0]
        self.sticks.append(self._sent(place, other))
        if (
            self.chance.random() < 0.5
        ):  # taken for delivered: the next parcel leaves a gap where this one is lost
            self.replicas[place].acked[other] = self.sticks[-1].parcel.knowledge
            self.edit(place)
            self.sticks.append(self._sent(place, other))
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
        twice = reuse(receiver.code, self.holds[sent.receiver], set(sent.holds))
        before = receiver.state()
        try:
            foreseen = receiver.look(sent.parcel) if self.chance.random() < 0.5 else None
            done = self._take(receiver, sent.parcel)
        except (Missing, Reused) as refusal:
            if receiver.state() != before:
                raise Diverged("a parcel that did not fit changed something") from None
            self._refused(sent, refusal, twice)
            if isinstance(refusal, Missing) and self.chance.random() < 0.8:  # the request may be lost as well
                sender.acked[sent.receiver] = receiver.known()
            return False
        if done is None:
            if receiver.state() != before:
                raise Diverged("an import that was broken off changed something")
            return False
        if twice:
            raise Lost(f"{twice} went on twice, and nobody noticed")
        if foreseen not in (None, done):
            raise Diverged("the preview said something else")
        self.holds[sent.receiver] |= sent.holds
        receiver.acked[sent.sender] = sent.parcel.knowledge
        return True

    def _refused(self, sent: Sent, refusal: Missing | Reused, twice: set[str]) -> None:
        """Hold a refusal against the truth: what was named as used twice was so, and only that."""
        if isinstance(refusal, Reused) and refusal.replica not in twice:
            raise Diverged(f"{refusal.replica} was named, but {twice} are used twice")
        self.counts["reused" if isinstance(refusal, Reused) else "missing"] += 1
        own = self.replicas[sent.receiver].code
        if isinstance(refusal, Reused) and refusal.replica == own and self.chance.random() < 0.7:
            self._renew(sent.receiver, own, sent.parcel)

    def _renew(self, place: int, old: str, parcel: Parcel) -> None:
        """Let the copy go on under an identity of its own; what it wrote since the two parted must be the same in other names."""
        replica = self.replicas[place]
        try:
            with replica.store.receive() as (conn, own):
                common = parted(conn, own, parcel)
                renewed = renew(conn, own, common)
        except (Refused, Trouble):
            return
        replica.store.go_on_as(renewed.identity)
        self.counts["renewed"] += 1
        new = replica.code
        mine = {self.told[token].number: token for token in self.holds[place] if token.startswith(f"{old}:")}
        tokens: dict[str, str] = {}
        for number, token in sorted(mine.items()):
            if number > common:
                was = self.told[token]
                seen = frozenset(tokens.get(one, one) for one in was.seen)
                again = self._read(place, ActRef(new, number - common), seen)
                back = {
                    (kind, id.replace(new, old)): f.replace(new, old)
                    for (kind, id), f in again.changes.items()
                }
                if back != was.changes or again.stamp != was.stamp:
                    raise Lost(f"{token} was issued again as {again}, and was {was}")
                tokens[token] = f"{new}:{again.number}#{len(self.told)}"
                self.told[tokens[token]] = again
        self.holds[place] = {tokens.get(one, one) for one in self.holds[place]}

    def _take(self, receiver: Replica, parcel: Parcel) -> Outlook | None:
        """Take a parcel in; now and then the import is broken off somewhere in the middle: None."""
        steps, breaks = int(10 ** (1 + 2.5 * self.chance.random())), self.chance.random() < 0.1
        try:
            with receiver.database.breaking(steps) if breaks else nullcontext():
                return receiver.take(parcel)
        except BrokenOff:
            self.counts["broken_off"] += 1
            return None

    def lose(self, place: int) -> bool:
        if self.sticks:
            self.sticks.remove(self.chance.choice(self.sticks))
        return True

    def back_up(self, place: int) -> bool:
        self.backups.append((self.replicas[place].back_up(), set(self.holds[place])))
        return True

    def restore(self, place: int) -> bool:
        """Go back to a backup, or set a copy of it up in place of another laptop."""
        if not self.backups:
            return False
        self._replace(place, *self.chance.choice(self.backups))
        return True

    def clone(self, place: int) -> bool:
        """Copy the folder of another laptop, or an old copy, and go on under its identity."""
        other = self.chance.randrange(len(self.replicas))
        old = self.backups and self.chance.random() < 0.5
        copy = (
            self.chance.choice(self.backups) if old else (self.replicas[other].back_up(), self.holds[other])
        )
        self._replace(place, *copy, renewed=False)
        return True

    def _replace(self, place: int, image: bytes, holds: Holds, *, renewed: bool = True) -> None:
        self.replicas[place].restore(image, renewed=renewed)
        self.holds[place] = set(holds)

    def turn_clock(self, place: int) -> bool:
        """Set a clock to another year, or some hours forward or back."""
        year = self.chance.choice(YEARS)
        self.off[place] = datetime(year, 11, 23, 9, 30) - datetime(2026, 11, 23, 9, 30)
        self.off[place] += timedelta(hours=self.chance.randint(-30, 30))
        return True


def run(count: int, seed: int, steps: int = 30) -> Counter[str]:
    """Run so many histories and return what happened in them; raise `Diverged` with the seed of the one that failed."""
    counts: Counter[str] = Counter()
    for number in range(seed, seed + count):
        past = History(number)
        try:
            past.run(steps)
        except Lost as error:
            raise Lost(f"history {number}: {error}") from error
        except Exception as error:
            raise Diverged(f"history {number}: {error}") from error
        counts += past.counts
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    FAULTS[asked.fault]()
    started, counts, failed = time.monotonic(), Counter(), Counter()
    for seed in range(asked.seed, asked.seed + asked.count):
        try:
            counts += run(1, seed, asked.steps)
        except Diverged as failure:
            failed["lost" if isinstance(failure, Lost) else "diverged"] += 1
            print(failure, file=sys.stderr, flush=True)
            if asked.fault != "none":
                break
    told = " ".join(f"{name}={number}" for name, number in sorted(counts.items()))
    print(f"histories={seed - asked.seed + 1} diverged={failed['diverged']} lost={failed['lost']}", end=" ")
    print(f"seconds={time.monotonic() - started:.0f} {told}")
    sys.exit(failed.total() > 0)


if __name__ == "__main__":
    main()
