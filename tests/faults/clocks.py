"""A laptop whose clock is wrong: the tests that have to do with days, and one data folder, at twelve wrong dates.

    python -m tests.faults.clocks [--rounds 3] [--fault falling-stamp|latest-date]

The tests run under `faketime`, for whatever asks the machine's clock must not matter to them. The folder is opened at one
date after the other, in any order: an act, a backup, a package to another laptop, every reminder, every list and every
ledger. Nothing may be refused or lost, stamps only grow, the backup just made is there, the password opens, and the other
laptop ends with the same records.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from tests.sync.replicas import Replica
from villagebranch.db import backup
from villagebranch.db import seat as seats
from villagebranch.db.identity import Identity
from villagebranch.db.journal import SyncAct, broken_link, digest, replayed_digest
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.domain.duties import read_duties
from villagebranch.domain.errors import Trouble
from villagebranch.ledgers import LEDGERS
from villagebranch.ledgers.ledger import Asked
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.resources import RESOURCES
from villagebranch.services import households, meetings, monthly_summary, reminders, removed, study, visits
from villagebranch.sync.parcel import collect

DATES = (
    "1970-01-02", "1999-12-31", "2000-02-29", "2009-01-01", "2024-02-29", "2025-12-31",
    "2026-01-01", "2026-11-23", "2028-02-29", "2038-01-20", "2069-12-31", "2099-12-31",
)  # fmt: skip
SUITE = (
    "tests/domain/test_dayshow.py", "tests/domain/test_duties.py", "tests/domain/test_issues.py",
    "tests/domain/test_periods.py", "tests/domain/test_probation.py", "tests/domain/test_values.py",
    "tests/services/test_cadres.py", "tests/services/test_reminders.py", "tests/sync/test_traps.py",
)  # fmt: skip
PASSWORD = "竹林深处2026"


class Laptop:
    """A data folder, the date that its clock believes in, and the laptop that gets its packages."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 11, 23, 9, 30)
        self.place, self.other = Place(folder), Replica(lambda: self.now)
        self.written: list[str] = []
        self.wrong: Counter[str] = Counter()
        seat = seats.found(self.place, "梅溪村党支部", "周丽", PASSWORD, lambda: self.now, Cost(8, 1, 1))
        with seat.store.write("周丽", "新建") as act:
            self.worker = act.add(Person, {"name": "周丽"})
            self.home = households.save_household(act, {"head": "陆根发"}, self.now.date())
        seat.close()

    def live(self, date: str) -> None:
        """Spend a day there, with the clock set forward and back by an hour meanwhile."""
        self.now = datetime.fromisoformat(f"{date} 09:30")
        seat = seats.take(self.place, None, PASSWORD, lambda: self.now)
        for hours in (0, 1, -2):
            self.now += timedelta(hours=hours)
            self._visit(seat)
        self._look_around(seat)
        made = seat.back_up("daily")
        self.wrong["gone"] += made.path not in {one.path for one in backup.list_backups(self.place.backups)}
        try:
            with seat.store.read() as conn:
                self.other.take(collect(conn, self.other.known()))
        except Trouble:
            self.wrong["refused"] += 1
        seat.close()

    def _visit(self, seat: Seat) -> None:
        today = self.now.date()
        raw = {"household_id": self.home, "occurred_on": today.isoformat(), "visitors": self.worker}
        heard = [{"words": "路灯不亮", "category": "facility"}]
        with seat.store.write("周丽", "走访") as act:
            self.written.append(visits.record(act, raw | {"visit_type": "home"}, heard, today))

    def _look_around(self, seat: Seat) -> None:
        """Ask everything that asks for the day."""
        today = self.now.date()
        asked = Asked(today, month=f"{today:%Y-%m}", year=today.year)
        with seat.store.read() as conn:
            reminders.due(
                conn, today, read_duties((RESOURCES / "rules" / "duties.json").read_text(encoding="utf-8"))
            )
            reminders.month_figures(conn, today)
            study.study_of(conn, study.month_due(conn, today), today)
            monthly_summary.summary(conn, asked.month, today)
            households.listing(households.households(conn, today), today)
            removed.gone(conn, today)
            meetings.draft(conn, "committee", today)
            for ledger in LEDGERS:
                ledger.build(conn, asked)

    def judge(self, tally: Counter[str]) -> None:
        """Count what is not as it should be after all those days."""
        seat = seats.take(self.place, None, PASSWORD, lambda: self.now)
        with seat.store.read() as conn:
            there = set(conn.scalars(select(Visit.id)))
            stamps = list(conn.scalars(select(SyncAct.stamp).order_by(SyncAct.number)))
            sound = digest(conn) == replayed_digest(conn) and broken_link(conn, seat.store.replica) is None
            alike = digest(conn) == self.other.digests()[0]
        tally.update(self.wrong)
        tally["lost"] += len(set(self.written) - there)
        tally["fell"] += sum(later <= earlier for earlier, later in pairwise(stamps))
        tally["unsound"] += not sound
        tally["unlike"] += not alike
        newest = max(backup.list_backups(self.place.backups), key=lambda one: one.about.counts["sync_act"])
        tally["acts"] += len(stamps)
        tally["behind"] += newest.about.counts["sync_act"] < len(stamps)
        backup.unpack(newest, seat.key, self.place.folder / "looked-at.db")
        seat.close()


def live_through(rounds: int, chance: random.Random, tally: Counter[str]) -> None:
    """Let laptops live through the dates, each in an order of its own."""
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            laptop = Laptop(Path(folder) / "data")
            for date in chance.sample(DATES, len(DATES)):
                laptop.live(date)
                tally["days"] += 1
            laptop.judge(tally)


def run_suite(tally: Counter[str]) -> None:
    """Run the tests of days with the machine's clock at each date."""
    for date in DATES:
        command = [
            "faketime",
            f"{date} 12:00:00",
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *SUITE,
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
        )
        tally["dates"] += 1
        if done.returncode:
            tally["failed"] += 1
            print(f"{date}:", *done.stdout.splitlines()[-12:], sep="\n", file=sys.stderr)


FAULTS = {
    "none": lambda: None,
    "falling-stamp": lambda: setattr(Identity, "tick", _by_the_wall),
    "latest-date": lambda: setattr(backup, "rotate", _keep_the_latest_date),
}


def _by_the_wall(identity: Identity, at: str) -> int:
    identity.clock = int(datetime.fromisoformat(at).timestamp() * 1000)
    return identity.clock


def _keep_the_latest_date(folder: Path, _made: backup.Backup, _today: object) -> None:
    for old in backup.list_backups(folder)[3:]:
        old.path.unlink()


def main() -> int:
    """Run both, print the counts, and return 0 when nothing was lost and no test failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    parser.add_argument("--only", choices=("suite", "days"))
    asked = parser.parse_args()
    FAULTS[asked.fault]()
    started, wrong = (
        time.monotonic(),
        ("failed", "lost", "fell", "gone", "refused", "unsound", "unlike", "behind"),
    )
    tally = Counter(dict.fromkeys(("dates", "days", "acts", *wrong), 0))
    if asked.only != "suite":
        live_through(asked.rounds, random.Random(asked.seed), tally)
    if asked.only != "days":
        run_suite(tally)
    told = " ".join(f"{name}={number}" for name, number in tally.items())
    print(f"{told} seconds={time.monotonic() - started:.0f}")
    return int(any(tally[name] for name in wrong))


if __name__ == "__main__":
    sys.exit(main())
