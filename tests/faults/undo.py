"""Random acts through the services, then all of them undone, the last one first: what stood at the start stands again.

    python -m tests.faults.undo [--count 20000] [--seed 1] [--acts 50] [--fault forgotten-field|stale-count]

An operator visits, corrects, settles issues, holds meetings, imports, merges, deletes, brings back and takes back. What
is refused must leave no trace. At the end every record that was there must be as it was, every record that came must be
gone, the kept columns must agree, and the journal alone must tell the same.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from tests.faults.deeds import DEEDS, Who
from tests.samples import settle
from tests.sync.replicas import Replica
from villagebranch.db import history, journal
from villagebranch.db.journal import Act, ActRef
from villagebranch.db.record import record_tables
from villagebranch.domain.errors import Refused


class Differs(AssertionError):
    """What stands after all was undone is not what stood at the start."""


@cache
def _village() -> bytes:
    replica = Replica()
    settle(replica.store)
    return replica.back_up()


class Operator:
    """One person at one laptop, who does something, and in the end takes all of it back."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = datetime(2026, 11, 23, 9, 30)
        self.desk = Replica(lambda: self.now)
        self.desk.restore(_village(), renewed=False)
        self.done: list[ActRef] = []
        self.counts: Counter[str] = Counter()

    def work(self, acts: int) -> None:
        """Do what `run` does; whatever goes wrong there, the end is not the start."""
        try:
            self.run(acts)
        except Exception as error:
            raise Differs(f"{type(error).__name__} {error}") from error

    def run(self, acts: int) -> None:
        """Do so many things, undo them, and raise `Differs` unless all is as it was."""
        start = self.standing()
        while len(self.done) < acts:
            self.now += timedelta(minutes=self.chance.randint(1, 90))
            self._do(self.chance.choice(DEEDS))
        for ref in reversed(self.done):
            self.now += timedelta(minutes=1)
            with self.desk.store.write("王堃", "撤销") as act:
                history.undo(act, ref)
            self.counts["undone"] += 1
        self._compare(start)

    def _do(self, deed: Callable[[Act, Who], object]) -> None:
        before = self.desk.back_up()
        try:
            with self.desk.store.write("王堃", deed.__name__) as act:
                deed(act, Who(self.chance, self.now.date()))
        except Refused:
            self.counts["refused"] += 1
            if self.desk.back_up() != before:
                raise Differs(f"{deed.__name__} was refused and left a trace") from None
            return
        if self.desk.store.last_act is not None:
            self.done.append(self.desk.store.last_act)
            self.counts["acts"] += 1
            self.counts[deed.__name__] += 1

    def standing(self) -> dict[tuple[str, str], tuple]:
        """Return every record and every kept row."""
        told = {}
        for name in record_tables():
            columns = ", ".join(record_tables()[name].columns.keys())
            told |= {(name, row[0]): row[1:] for row in self.desk.read(f'SELECT id, {columns} FROM "{name}"')}
        of_living = "SELECT s.* FROM household_state AS s JOIN household AS h ON h.id = s.household_id"
        for name, kept in (
            ("state", of_living + " WHERE h.removed_at IS NULL"),
            ("visitor", "SELECT * FROM visit_visitor"),
        ):
            told |= {(name, str(row)): () for row in self.desk.read(kept)}
        return told

    def _compare(self, start: dict[tuple[str, str], tuple]) -> None:
        end = self.standing()
        gone = {(name, id) for name in record_tables() for id in self._gone(name)}
        added = end.keys() - start.keys() - gone
        changed = {key for key, row in start.items() if end.get(key) != row}
        if added or changed:
            told = [(key, start.get(key), end.get(key)) for key in sorted(added | changed)[:4]]
            raise Differs(f"{len(added)} added, {len(changed)} changed: {told}")
        if len(set(self.desk.digests())) != 1:
            raise Differs("the journal tells another story")

    def _gone(self, name: str) -> list[str]:
        return [id for (id,) in self.desk.read(f'SELECT id FROM "{name}" WHERE removed_at IS NOT NULL')]


def _forget(act, table, records, refs, *, whole=history._reversed):
    """Put back all but one field of a record."""
    drafts, affirmed = whole(act, table, records, refs)
    return {id: dict(list(draft.items())[:1]) for id, draft in drafts.items()}, affirmed


FAULTS: dict[str, Callable[[], None]] = {
    "none": lambda: None,
    "forgotten-field": lambda: setattr(history, "_reversed", _forget),
    "stale-count": lambda: journal._derived.pop("household_member"),
}


def main() -> int:
    """Run the operators, print the counts, and return 0 when all ended where they began."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acts", type=int, default=50)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    asked = parser.parse_args()
    FAULTS[asked.fault]()
    started, counts, number, differ = time.monotonic(), Counter(), 0, 0
    while number < asked.count and not (differ and asked.fault != "none"):
        operator = Operator(asked.seed + number)
        number += 1
        try:
            operator.work(asked.acts)
        except Differs as failure:
            differ += 1
            print(f"operator {asked.seed + number - 1}: {failure}", file=sys.stderr, flush=True)
        counts += operator.counts
    print(f"operators={number} differ={differ} seconds={time.monotonic() - started:.0f}", end=" ")
    print(*(f"{name}={count}" for name, count in sorted(counts.items())))
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
