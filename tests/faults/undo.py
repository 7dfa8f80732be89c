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
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import select

from tests.books import households as blocks
from tests.books import rows
from tests.samples import settle
from tests.sync.replicas import Replica
from villagebranch.db import history, journal
from villagebranch.db.journal import Act, ActRef, SyncAct
from villagebranch.db.record import Record, record_tables
from villagebranch.domain.errors import Refused
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services import (
    branch,
    cadres,
    duplicates,
    histories,
    imports,
    issues,
    meetings,
    merging,
    monthly_summary,
    people,
    removed,
    visits,
)
from villagebranch.services import households as homes

NAMES = ("陆根发", "张桂芳", "王堃", "周丽", "李阿毛", "陈水根", "沈小妹")
BORN = ("1954", "1961-03", "1978-02-11", "1990-12-01", None)
WORDS = ("路灯不亮", "水沟堵了", "低保怎么申请", "路面坑洼", None)
MONTHS = ("2026-09", "2026-10", "2026-11")


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

    @property
    def today(self) -> date:
        return self.now.date()

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

    def _do(self, deed: Callable[[Act, "Operator"], object]) -> None:
        before = self.desk.back_up()
        try:
            with self.desk.store.write("王堃", deed.__name__) as act:
                deed(act, self)
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

    def some(self, act: Act, record: type[Record]) -> str:
        """Return a living record of a kind; raise `Refused` where there is none."""
        ids = list(act.conn.scalars(select(record.id).where(record.removed_at.is_(None)).order_by(record.id)))
        if not ids:
            raise Refused("没有")
        return self.chance.choice(ids)

    def day(self) -> str:
        return (self.today - timedelta(days=self.chance.randrange(60))).isoformat()


def visit(act: Act, who: Operator) -> None:
    raw, heard = _visit(act, who), _heard(who)
    visits.record(act, raw, heard, who.today)


def correct_visit(act: Act, who: Operator) -> None:
    visits.record(act, _visit(act, who), _heard(who), who.today, who.some(act, Visit))


def _visit(act: Act, who: Operator) -> dict[str, object]:
    home = who.some(act, Household) if who.chance.random() < 0.8 else None
    told = {"household_id": home, "place": None if home else "3组机耕路", "occurred_on": who.day()}
    return told | {
        "visitors": who.some(act, Person),
        "visit_type": "home",
        "account": who.chance.choice(WORDS),
    }


def _heard(who: Operator) -> list[dict[str, object]]:
    told = [who.chance.choice(WORDS) for _ in range(who.chance.randrange(3))]
    return [{"words": words, "category": "facility"} for words in told]


def remove_visit(act: Act, who: Operator) -> None:
    visits.remove(act, who.some(act, Visit))


def collect(act: Act, who: Operator) -> None:
    raw = {"words": who.chance.choice(WORDS), "category": "livelihood", "source": "call"}
    issues.collect(act, raw | {"household_id": who.some(act, Household)}, who.today)


def correct_issue(act: Act, who: Operator) -> None:
    raw = {"words": who.chance.choice(WORDS[:4]), "measure": who.chance.choice(("派人看", None))}
    issues.correct(act, who.some(act, Issue), raw, who.today)


def study(act: Act, who: Operator) -> None:
    raw = {"measure": "派人修", "owner_id": who.some(act, Person), "due_on": "2026-12-10"}
    issues.study(act, who.some(act, Issue), raw, who.today, final=who.chance.random() < 0.7)


def advance(act: Act, who: Operator) -> None:
    raw = {"result": "已修好", "fed_back_way": "当面", "satisfaction": "满意", "measure": "派人修"}
    raw |= {"owner_id": who.some(act, Person), "due_on": "2026-12-10"}
    stage = who.chance.choice(("sorted", "assigned", "in_progress", "resolved", "fed_back", "closed"))
    issues.advance(act, who.some(act, Issue), stage, who.today, raw)


def remove_issue(act: Act, who: Operator) -> None:
    issues.remove(act, who.some(act, Issue))


def meet(act: Act, who: Operator) -> None:
    _meeting(act, who, "")


def correct_meeting(act: Act, who: Operator) -> None:
    _meeting(act, who, who.some(act, Meeting))


def _meeting(act: Act, who: Operator, id: str) -> None:
    draft = meetings.draft(act.conn, who.chance.choice(("committee", "general", "theme_day")), who.today)
    seats = [
        {"person_id": seat.person_id, "status": seat.status, "can_vote": int(seat.can_vote)}
        for seat in draft.seats
    ]
    agenda: list[dict[str, object]] = [
        {"title": "研究近期工作", "resolution": who.chance.choice((None, "同意"))}
    ]
    with suppress(Refused):
        agenda.append(
            dict(meetings.agenda_from_issue(act.conn, who.some(act, Issue))) | {"resolution": "派人修"}
        )
    when = {"starts_at": f"{who.day()} 14:00", "discussion": "按计划进行。"}
    meetings.save(act, dict(draft.values) | when, seats[: who.chance.randrange(4)], agenda, who.today, id)


def remove_meeting(act: Act, who: Operator) -> None:
    meetings.remove(act, who.some(act, Meeting))


def freeze(act: Act, who: Operator) -> None:
    monthly_summary.freeze(act, who.chance.choice(MONTHS), who.today)


def reopen(act: Act, who: Operator) -> None:
    monthly_summary.reopen(act, who.chance.choice(MONTHS))


def import_households(act: Act, who: Operator) -> None:
    head, other = who.chance.sample(NAMES, 2)
    place = {"villager_group": "5组", "door": f"{who.chance.randrange(9)}号"}
    family = [
        place | {"name": head, "relation": "户主", "born_on": who.chance.choice(BORN)},
        {"name": other, "relation": "配偶", "born_on": who.chance.choice(BORN)},
    ]
    imports.apply(act, imports.PLANS["households"](act.conn, blocks(family), who.today))


def import_visits(act: Act, who: Operator) -> None:
    told = {
        "occurred_on": who.day(),
        "visitors": "王堃",
        "head": who.chance.choice(NAMES),
        "visit_type": "上门家访",
    }
    told |= {"words": who.chance.choice(WORDS), "category": "设施", "result": "在办"}
    imports.apply(act, imports.PLANS["visits"](act.conn, rows(told), who.today))


def import_members(act: Act, who: Operator) -> None:
    told = {"name": who.chance.choice(NAMES), "born_on": who.chance.choice(BORN), "joined_on": "2001-07-01"}
    imports.apply(act, imports.PLANS["members"](act.conn, rows(told | {"status": "正式党员"}), who.today))


def move_in(act: Act, who: Operator) -> None:
    raw = {"head": who.chance.choice(NAMES), "villager_group": "3组", "phone": "13800002207"}
    homes.save_household(act, raw, who.today)


def correct_household(act: Act, who: Operator) -> None:
    raw = {"head": who.chance.choice(NAMES), "tags": who.chance.choice(("alone", "low_income", None))}
    homes.save_household(act, raw, who.today, who.some(act, Household))


def add_resident(act: Act, who: Operator) -> None:
    raw = {"name": who.chance.choice(NAMES), "relation": who.chance.choice(("spouse", "son", "head"))}
    homes.save_resident(act, who.some(act, Household), raw | {"born_on": who.chance.choice(BORN)}, who.today)


def move_out(act: Act, who: Operator) -> None:
    homes.move_out(act, who.some(act, HouseholdMember))


def remove_household(act: Act, who: Operator) -> None:
    homes.remove_household(act, who.some(act, Household))


def add_member(act: Act, who: Operator) -> None:
    raw = {"name": who.chance.choice(NAMES), "born_on": who.chance.choice(BORN), "status": "full"}
    people.save_member(act, raw | {"joined_on": "2001-07-01"}, who.today)


def correct_member(act: Act, who: Operator) -> None:
    raw = {"phone": who.chance.choice(("13800000001", None)), "party_group": "第一党小组"}
    raw |= {"away": who.chance.choice((0, 1)), "away_place": who.chance.choice(("上海", None))}
    people.save_member(act, raw, who.today, who.some(act, Member))


def remove_member(act: Act, who: Operator) -> None:
    people.remove_member(act, who.some(act, Member))


def take_office(act: Act, who: Operator) -> None:
    cadres.add_cadre(
        act, {"person_id": who.some(act, Person), "post": "委员", "from_on": "2026-01-01"}, who.today
    )


def leave_office(act: Act, who: Operator) -> None:
    cadres.retire(act, _cadre(act, who), who.day(), who.today)


def share_out(act: Act, who: Operator) -> None:
    cadres.link_households(act, _cadre(act, who), [who.some(act, Household)], who.today)
    cadres.set_quota(act, _cadre(act, who), who.chance.choice(MONTHS), who.chance.randrange(20), who.today)


def unlink(act: Act, who: Operator) -> None:
    cadres.unlink_households(act, [who.some(act, Household)], who.today)


def _cadre(act: Act, who: Operator) -> str:
    if not (in_office := cadres.cadres(act.conn, who.today)):
        raise Refused("没有")
    return who.chance.choice(in_office).id


def merge(act: Act, who: Operator) -> None:
    kind = who.chance.choice((Person, Household))
    merging.merge(act, kind.__tablename__, who.some(act, kind), who.some(act, kind))


def tell_apart(act: Act, who: Operator) -> None:
    duplicates.tell_apart(act, who.some(act, Person), who.some(act, Person))


def bring_back(act: Act, who: Operator) -> None:
    if not (gone := removed.gone(act.conn, who.today)):
        raise Refused("没有")
    one = who.chance.choice(gone)
    removed.restore(act, one.kind, one.id)


def put_back(act: Act, who: Operator) -> None:
    told = histories.tell(act.conn, histories.of_household(act.conn, who.some(act, Household)))
    if not (able := [one for one in told if one.can_go_back]):
        raise Refused("没有")
    histories.put_back(act, who.chance.choice(able))


def name_branch(act: Act, who: Operator) -> None:
    branch.save(act, {"name": "梅溪村党支部", "secretary": who.chance.choice(NAMES)}, who.today)


def take_back(act: Act, who: Operator) -> None:
    """Undo one of the last acts, an undo among them."""
    latest = act.conn.execute(select(SyncAct.replica, SyncAct.number).order_by(SyncAct.stamp.desc()).limit(6))
    history.undo(act, ActRef(*who.chance.choice(latest.all())))


DEEDS = (
    visit, visit, correct_visit, remove_visit, collect, correct_issue, study, advance, advance, remove_issue, meet,
    correct_meeting, remove_meeting, freeze, reopen, import_households, import_visits, import_members, move_in,
    correct_household, add_resident, move_out, remove_household, add_member, correct_member, remove_member, take_office,
    leave_office, share_out, unlink, merge, merge, tell_apart, bring_back, put_back, name_branch, take_back,
)  # fmt: skip


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
