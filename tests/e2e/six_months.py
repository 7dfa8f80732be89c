"""Half a year of two laptops of a village and their township, by the commands that scripts use and the errands that the
windows run: packages are lost, late, double and damaged, a disk dies, and so does the battery of a clock.

python -m tests.e2e.six_months
"""

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.laptops import Laptop
from villagebranch import command_line, exchange_commands, practice
from villagebranch.db import backup, seat
from villagebranch.db.history import history
from villagebranch.db.identity import take_role
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.records.issue import Issue
from villagebranch.records.person import Person
from villagebranch.records.township_reply import TownshipReply
from villagebranch.services import branch, cadres, households, issues, people, visits
from villagebranch.sync import cards

PASSWORD = "lianxin-2026"
PASSPHRASE = "梅溪村党支部 2026"
TOWN = "枫泾镇党建办"
_CHEAP = Cost(memory=8 * 1024, passes=1, lanes=1)
MONTHS = [date(2026, month, 1) for month in range(6, 12)]
Written = tuple[str, str, str, object]
"""A value that somebody gave a field: kind, record, field, value."""


class Clock:
    """A wall clock that is set by hand; a dead one says 2009."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 9, 0)
        self.dead = False

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now.replace(year=2009) if self.dead else self.now

    @property
    def today(self) -> date:
        return self().date()


class Computer(Laptop):
    """A laptop with its own clock, driven by commands or sat down at."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = Clock()

    def __call__(self, *words: object, ends: int = 0) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            for module in (command_line, exchange_commands):
                patch.setattr(module, "date", SimpleNamespace(today=lambda: self.clock.today))
            patch.setattr(command_line, "datetime", SimpleNamespace(now=self.clock))
            return super().__call__(*words, ends=ends)

    @contextmanager
    def sat_at(self) -> Iterator[Seat]:
        held = seat.take(Place(self.folder), None, PASSWORD, self.clock)
        try:
            yield held
        finally:
            held.close()

    @contextmanager
    def act(self, form: str) -> Iterator[Any]:
        with self.sat_at() as held, held.store.write(held.user.name, form) as act:
            yield act


@dataclass
class HalfYear:
    """The three computers, the stick, and what an onlooker knows was written at the same time on both laptops."""

    folder: Path
    chance: random.Random
    a: Computer = field(init=False)
    b: Computer = field(init=False)
    t: Computer = field(init=False)
    concurrent: list[Written] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.a, self.b, self.t = (Computer(self.folder / name) for name in ("a", "b", "t"))

    def count(self, what: str, number: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    # Beginning.

    def begin(self) -> None:
        """Bring the village's books into the first laptop, copy it to the second, and make all three know each other."""
        opened = practice.start(Place(self.folder / "a"), self.a.clock)
        for name in practice.BOOKS:
            practice.bring_in(opened, name, self.a.clock.today)
        practice.settle(opened, self.a.clock.today)
        opened.close()
        _set_password(self.folder / "a")
        snapshot = self.a("package", "export", "--snapshot", "--out", self.stick)["file"]
        self.b("init", "--join", snapshot, "--user", "吴晓燕")
        town = seat.found(Place(self.folder / "t"), TOWN, "陆明华", PASSWORD, self.t.clock, _CHEAP)
        with town.store.write("陆明华", "新建资料") as act:
            take_role(act.conn, "township")
            branch.save(act, {"name": TOWN}, self.t.clock.today)
        town.close()
        self.a("partner", "add", self.card(self.b))
        self.a("partner", "add", self.card(self.t))
        self.t("partner", "add", self.card(self.a))
        self.t("partner", "add", self.card(self.b))

    @property
    def stick(self) -> Path:
        return self.folder / "stick"

    def card(self, of: Computer) -> str:
        return str(of("card", "--out", self.stick)["file"])

    # A month.

    def live(self, month: date) -> None:
        for computer in (self.a, self.b, self.t):
            computer.clock.now = datetime(month.year, month.month, 1, 9, 0)
        self.work(self.a, month, 14)
        self.work(self.b, month, 9)
        self.edit_apart(month)

    def work(self, laptop: Computer, month: date, number: int) -> None:
        """Visit households, hear issues, take a few up to the township and see to others."""
        laptop.clock.now = laptop.clock.now.replace(day=20)
        with laptop.act("记走访") as act:
            today = date(month.year, month.month, 20)
            who = [one.person_id for one in cadres.cadres(act.conn, today)]
            homes = [one.id for one in households.households(act.conn, today)]
            for place in range(number):
                heard = [{"words": f"{month:%m}月第{place}件", "category": "road"}] if place % 3 == 0 else []
                day = today - timedelta(days=self.chance.randrange(15))
                raw = {"household_id": self.chance.choice(homes), "visitors": self.chance.choice(who)}
                visits.record(
                    act,
                    raw | {"occurred_on": day.isoformat(), "visit_type": "home", "account": "谈了收成"},
                    heard,
                    today,
                )
                self.count("visits")
            running = issues.ids(act.conn, issues.Wanted())
            new = [one for one in issues.rows(act.conn, running) if one.stage == "collected"]
            if new:
                raw = {"measure": "请镇里支持"}
                issues.correct(act, new[-1].id, raw, today)
                issues.move(act, new[-1].id, "escalated", today, note="求助资金")
                self.count("escalated")

    def edit_apart(self, month: date) -> None:
        """Change the same fields on both laptops, each to something else."""
        with self.a.sat_at() as held, held.store.read() as conn:
            persons = [row.person_id for row in people.members(conn)]
            known_to_b = self.ids(self.b, Issue)
            shared = [id for id in issues.ids(conn, issues.Wanted()) if id in known_to_b]
        for place, person in enumerate(self.chance.sample(persons, 3)):
            phones = (f"1380000{month.month:02}{place}0", f"1390000{month.month:02}{place}1")
            self.both(Person, person, "phone", *(f"{phone:0<11}" for phone in phones))
        self.both(
            Issue,
            self.chance.choice(shared),
            "result",
            f"{month.month}月甲说修好了",
            f"{month.month}月乙说在修",
        )

    def ids(self, laptop: Computer, record: Any) -> set[str]:
        with laptop.sat_at() as held, held.store.read() as conn:
            return {row["id"] for row in conn.execute(record.table().select()).mappings()}

    def both(self, record: Any, id: str, name: str, ours: str, theirs: str) -> None:
        for laptop, value in ((self.a, ours), (self.b, theirs)):
            with laptop.act("修改") as act:
                act.set(record, id, {name: value})
            self.concurrent.append((record.__tablename__, id, name, value))
        self.expected.add(f"{record.__tablename__}:{id}:{name if name != 'result' else 'resolved_on'}")
        self.count("concurrent")

    # Handing over.

    def send(self, sender: Computer, to: Computer) -> Path:
        """Export for a partner, found by its keys."""
        mark = self.mark(to)
        (name,) = [one["name"] for one in sender("partner", "list") if one["fingerprint"] == mark]
        self.count("packages")
        return sender.export(name, self.stick)

    def swap(self) -> None:
        """Let the laptops exchange; what both changed must be listed on both, and nothing else."""
        from_a, from_b = self.send(self.a, self.b), self.send(self.b, self.a)
        self.a.take(from_b)
        self.b.take(from_a)
        for laptop in (self.a, self.b):
            listed = {one["id"] for one in laptop("conflicts")}
            assert listed == self.expected, (listed, self.expected)

    def settle(self) -> None:
        """Decide every disagreement, by turns for the one and for the other, on one of the laptops."""
        for place, one in enumerate(sorted(self.expected)):
            self.a("settle", one, "--keep", ("ours", "theirs")[place % 2])
            self.count("settled")
        self.expected.clear()
        self.b.take(self.send(self.a, self.b))
        assert self.b("conflicts") == []

    def report(self, laptop: Computer) -> Path:
        """Take the report up, have what is escalated answered, and bring the answers home."""
        file = self.send(laptop, self.t)
        self.t.take(file)
        for one in self.t("show", "issues"):
            if one["stage"] == "escalated" and not one["replied_on"]:
                self.t("answer", one["source"], "disposition=granted", "words=同意支持")
                self.count("answers")
        self.reply()
        return file

    def go_up(self, month: date) -> None:
        """Report by turns; the township loses what it answered in August."""
        answered_until = self.keep(self.t) if month.month == 8 else None
        file = self.report(self.a if month.month % 2 else self.b)
        if month.month == 9:
            self.damaged(file, self.t)
        self.double(file, self.t)
        if answered_until is not None:
            self.lose_answers(answered_until)

    def reply(self) -> None:
        """Bring the township's package to the laptop that it is for: the one that it heard of last."""
        for reply in self.t("package", "export", "--replies", "--out", self.stick):
            (told,) = self.t("package", "inspect", reply["file"])
            (laptop,) = [one for one in (self.a, self.b) if self.mark(one) == told["recipient"]]
            laptop.take(reply["file"])

    def mark(self, laptop: Computer) -> str:
        with laptop.sat_at() as held, held.store.receive() as (conn, _):
            return cards.keys(conn).card("").fingerprint

    # What goes wrong.

    def damaged(self, file: Path, at: Computer) -> None:
        before = at("digest")
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        broken = file.with_name("damaged.vbx")
        broken.write_bytes(content)
        assert "坏了" in at.take(broken, ends=2)["error"]
        assert at("digest") == before
        self.count("damaged")

    def double(self, file: Path, at: Computer) -> None:
        before = at("digest")
        (told,) = at.take(file)
        assert at("digest") == before
        assert not told["new"]
        self.count("double")

    def keep(self, laptop: Computer) -> backup.Backup:
        with laptop.sat_at() as held:
            return backup.pin(held.back_up("asked"), pinned=True)

    def lose_disk(self, laptop: Computer, kept: backup.Backup) -> None:
        """Put an old backup in the place of everything: the laptop has forgotten what it did since."""
        place = Place(laptop.folder)
        with laptop.sat_at() as held:
            key = held.key
        backup.restore(place, kept, key, laptop.clock())
        self.count("restored")

    def lose_answers(self, kept: backup.Backup) -> None:
        """Put an old backup in the place of the township's data: its next reply tells the village what it still has."""
        given = self.ids(self.t, TownshipReply)
        self.lose_disk(self.t, kept)
        assert self.ids(self.t, TownshipReply) < given
        self.reply()

    def ask_for_what_is_gone(self) -> None:
        """The first laptop believes that the second has what it has lost: the second says what it has, and asks."""
        told = self.b("package", "import", self.send(self.a, self.b), "--apply", ends=2)
        assert "缺" in told["error"]
        (asked,) = self.stick.glob("*请求补送*")
        self.a.take(asked)
        self.count("gaps")

    # The end.

    def judge(self) -> dict[str, int]:
        """Hold that all know the same, that nothing is undecided, and that every value written apart is in the history."""
        a, b, t = (one("digest") for one in (self.a, self.b, self.t))
        assert a["digest"] == b["digest"]
        assert a["reported"] == b["reported"] == t["villages"]["梅溪村党支部"]
        lost = 0
        for laptop in (self.a, self.b):
            assert laptop("conflicts") == []
            assert laptop("check")["journal"] == "ok"
            with laptop.sat_at() as held, held.store.read() as conn:
                for kind, id, name, value in self.concurrent:
                    edits = history(conn, kind, id)
                    lost += not any((edit.field, edit.after) == (name, value) for edit in edits)
        assert self.t("check")["journal"] == "ok"
        assert self.ids(self.t, TownshipReply) == self.ids(self.a, TownshipReply)
        return self.counts | {"lost": lost, "diverged": 0}


def _set_password(folder: Path) -> None:
    """Give the practice village's only user the password of these computers."""
    from villagebranch.db import vault

    place = Place(folder)
    user = vault.read(place).users[0]
    opened = vault.unlock(place, user.id, practice.PASSWORD, datetime(2026, 6, 1))
    vault.set_password(place, opened.key, user.id, PASSWORD)


def lived_through(folder: Path) -> HalfYear:
    """Live through six months in `folder`, until everybody knows the same."""
    half = HalfYear(folder, random.Random(6))
    half.begin()
    kept: backup.Backup | None = None
    late: Path | None = None
    for month in MONTHS:
        if month.month == 11:
            half.a.clock.dead = True
        half.live(month)
        if month.month == 7:  # lost on the way: the next package has it all
            half.send(half.a, half.b).unlink()
            late = half.send(half.a, half.b)
            half.count("lost on the way")
        if month.month == 10:
            kept = half.keep(half.b)
        half.swap()
        half.settle()
        if month.month == 10 and kept is not None:
            half.a.take(
                half.send(half.b, half.a)
            )  # the first laptop now knows what the second has, and is about to lose
            half.lose_disk(half.b, kept)
            half.work(half.b, month, 3)
            half.ask_for_what_is_gone()
            half.b.take(half.send(half.a, half.b))
            half.a.take(half.send(half.b, half.a))
        if month.month == 8 and late is not None:
            half.double(late, half.b)
            half.double(half.send(half.a, half.b), half.b)
        if month.month == 9:
            half.damaged(half.send(half.a, half.b), half.b)
        half.go_up(month)
    half.a.clock.dead = False
    for _ in range(2):
        half.b.take(half.send(half.a, half.b))
        half.a.take(half.send(half.b, half.a))
    half.report(half.a)
    half.b.take(half.send(half.a, half.b))
    half.report(half.a)
    return half


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("VILLAGEBRANCH_PASSWORD", PASSWORD)
        patch.setenv("VILLAGEBRANCH_PASSPHRASE", PASSPHRASE)
        counts = lived_through(Path(folder)).judge()
    sys.stdout.write(json.dumps(counts, ensure_ascii=False) + "\n")
    return int(counts["lost"] or counts["diverged"])


if __name__ == "__main__":
    raise SystemExit(main())
