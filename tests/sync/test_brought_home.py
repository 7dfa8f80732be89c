"""A township whose disk was lost goes back to a backup: what it wrote to a village since comes home with the village's report."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from villagebranch.db import backup
from villagebranch.db.identity import take_role
from villagebranch.db.journal import Act, digest, link, replayed_digest
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat, found, take
from villagebranch.records.instruction import Instruction
from villagebranch.records.issue import Issue
from villagebranch.records.township_reply import TownshipReply
from villagebranch.services import branch
from villagebranch.services.township_reply import (
    answer,
    answers,
    instruct,
    instructions,
    village_of_issue,
    withdraw_instruction,
)
from villagebranch.sync import cards, errands, handover
from villagebranch.sync.package import Package
from villagebranch.sync.parcel import Point
from villagebranch.sync.seals import Unsealed

TODAY, PASSWORD = date(2026, 11, 23), "练习练习练习"
CHEAP = Cost(memory=8 * 1024, passes=1, lanes=1)


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 30)


class Two:
    """A village with an issue that it sent up, and its township; a stick goes to and fro."""

    def __init__(self, folder: Path, held: ExitStack) -> None:
        self.folder, self._held = folder, held
        self.village = self._seat("village", "branch", "梅溪村党支部", "周丽")
        self.township = self._seat("township", "township", "枫泾镇党建办", "陆明华")
        for one, other in ((self.village, self.township), (self.township, self.village)):
            with other.store.receive() as (conn, _):
                card = cards.keys(conn).own_card(conn, other.user.name)
            with one.store.write(one.user.name, "收名片") as act:
                handover.trust(act, card)
        with self.village.store.write("周丽", "收集问题") as act:
            self.issue = act.add(
                Issue,
                {
                    "words": "机耕路塌方",
                    "stage": "escalated",
                    "collected_on": "2026-11-20",
                    "escalated_on": "2026-11-21",
                },
            )
        self.up()

    def _seat(self, name: str, role: str, unit: str, user: str) -> Seat:
        seat = found(Place(self.folder / name), unit, user, PASSWORD, clock, CHEAP)
        self._held.callback(seat.close)
        with seat.store.write(user, "新建资料") as act:
            take_role(act.conn, role)
            branch.save(act, {"name": unit}, TODAY)
        return seat

    def _carry(self, one: Seat, other: Seat) -> errands.Taken:
        with one.store.read() as conn:
            (to,) = cards.partners(conn)
        sent = errands.send(one, to, self.folder / "连心册")
        foreseen = errands.preview(other, errands.fetch(other, sent.path))
        taken = errands.take_in(other, foreseen.package, sent.path.name)
        assert (foreseen.outlook.new, foreseen.outlook.conflicts) == (
            taken.outlook.new,
            taken.outlook.conflicts,
        )
        return taken

    def up(self) -> errands.Taken:
        return self._carry(self.village, self.township)

    def never_arrives(self) -> None:
        """Send a package down that is lost on its way."""
        with self.township.store.read() as conn:
            (to,) = cards.partners(conn)
        errands.send(self.township, to, self.folder / "lost")

    def down(self) -> errands.Taken:
        return self._carry(self.township, self.village)

    def on_the_way(self) -> Package:
        with self.village.store.read() as conn:
            (to,) = cards.partners(conn)
        sent = errands.send(self.village, to, self.folder / "连心册")
        return errands.open_package(self.township, sent.path.read_bytes())

    @contextmanager
    def stream(self, form: str) -> Iterator[Act]:
        """Act in the township's stream to the village."""
        with self.township.store.read() as conn:
            stream = village_of_issue(conn, self.issue)
        with self.township.store.write("陆明华", form, stream) as act:
            yield act

    def answer(self, words: str) -> str:
        with self.stream("答复问题") as act:
            return answer(act, self.issue, {"disposition": "solved", "words": words}, TODAY)

    def instruct(self, title: str) -> str:
        with self.stream("下通知要求") as act:
            return instruct(act, {"title": title}, TODAY)

    def go_back(self, kept: backup.Backup) -> None:
        """Put a backup in the place of the township's data."""
        place, key = self.township.place, self.township.key
        self.township.close()
        backup.restore(place, kept, key, clock())
        self.township = take(place, None, PASSWORD, clock)
        self._held.callback(self.township.close)

    def waits(self) -> errands.Waiting:
        with self.township.store.read() as conn:
            return errands.waiting(conn, cards.partners(conn))[0]

    def said(self, seat: Seat) -> list[str | None]:
        with seat.store.read() as conn:
            return list(conn.scalars(select(TownshipReply.words).order_by(TownshipReply.id)))


@pytest.fixture
def two(tmp_path):
    with ExitStack() as held:
        yield Two(tmp_path, held)


def test_answer_that_a_restored_township_has_lost_comes_home(two):
    kept = two.township.back_up("asked")
    two.answer("已派人抢修")
    two.down()
    two.go_back(kept)
    assert two.said(two.township) == []
    two.down()
    assert two.up().outlook.new == {"township_reply": 1}
    with two.township.store.read() as conn:
        assert [one.words for one in answers(conn, two.issue)] == ["已派人抢修"]
        assert digest(conn) == replayed_digest(conn)


def test_what_was_written_before_and_after_the_loss_stands_beside_what_came_home(two):
    two.answer("已列入计划")
    two.down()
    kept = two.township.back_up("asked")
    two.answer("已派人抢修")
    two.instruct("上报年报")
    two.down()
    two.go_back(kept)
    two.answer("十二月开工")
    two.down()
    two.up()
    assert set(two.said(two.township)) == {"已列入计划", "已派人抢修", "十二月开工"}
    with two.township.store.read() as conn:
        assert [(one.title, one.village) for one in instructions(conn)] == [("上报年报", "梅溪村党支部")]
    two.answer("完工了")
    two.down()
    assert set(two.said(two.village)) == set(two.said(two.township))


def test_lost_answers_come_home_once(two):
    kept = two.township.back_up("asked")
    two.answer("已派人抢修")
    two.down()
    two.go_back(kept)
    two.down()
    two.up()
    two.down()
    with two.village.store.receive() as (conn, _):
        (to,) = cards.partners(conn)
        assert handover.for_partner(conn, to, "周丽", "2026-11-23T09:30:00").parcel.acts == []
    assert two.up().outlook.new == {}


def test_what_a_village_makes_up_behind_the_seal_is_refused(two):
    kept = two.township.back_up("asked")
    two.answer("已派人抢修")
    two.down()
    two.go_back(kept)
    two.down()
    package = two.on_the_way()
    (act,) = package.parcel.acts
    (change,) = act.changes
    made_up = change._replace(fields=change.fields.replace("已派人抢修", "镇里出钱"))
    act = act._replace(changes=(made_up,))
    end = Point(act.number, link(b"", act.head, act.vector, act.changes))
    lie = replace(package.parcel, acts=[act], end={**package.parcel.end, act.replica: end})
    with pytest.raises(Unsealed):
        errands.take_in(two.township, replace(package, parcel=lie), "lie.vbx")
    assert two.said(two.township) == []


def test_instruction_that_is_taken_back_while_the_village_does_it_is_gone_without_a_dispute(two):
    id = two.instruct("上报年报")
    two.down()
    with two.village.store.write("周丽", "办完") as act:
        act.set(Instruction, id, {"done_on": "2026-11-23"})
    with two.stream("撤回") as act:
        withdraw_instruction(act, id)
    assert two.down().outlook.conflicts == []
    with two.village.store.read() as conn:
        assert conn.scalar(select(Instruction.removed_at)) is not None
        assert digest(conn) == replayed_digest(conn)


def test_restored_township_is_told_by_the_report_that_the_village_has_more(two):
    kept = two.township.back_up("asked")
    two.answer("已派人抢修")
    two.down()
    two.go_back(kept)
    assert not two.waits().lost
    two.up()
    assert two.waits().lost
    two.never_arrives()
    assert not two.waits().lost
    two.up()
    assert two.waits().lost
    two.down()
    assert not two.waits().lost
    two.up()
    assert not two.waits().lost
    assert two.said(two.township) == ["已派人抢修"]
