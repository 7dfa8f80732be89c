"""Who may write what: a township's word holds only under its seal, and what is not somebody's to write is set aside."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.sync.replicas import Replica
from villagebranch.db.identity import Identity
from villagebranch.db.journal import link
from villagebranch.records.instruction import Instruction
from villagebranch.records.issue import Issue
from villagebranch.records.superior import Superior
from villagebranch.records.township_reply import TownshipReply
from villagebranch.sync import cards, seals
from villagebranch.sync.parcel import Change, Parcel, Point, collect, known
from villagebranch.sync.quarantine import quarantined
from villagebranch.sync.seals import Stranger, Unsealed, sealed

ANSWER = {"disposition": "solved", "replied_on": "2026-11-23"}


class Township(Replica):
    """A township with one village, to which it writes in a stream."""

    def answer(self, issue: str, **fields) -> str:
        with self.store.write("陆明华", "答复问题", "village") as act:
            return act.add(TownshipReply, ANSWER | {"issue_id": issue} | fields)

    def instruct(self, **fields) -> str:
        with self.store.write("陆明华", "下通知要求", "village") as act:
            return act.add(Instruction, {"issued_on": "2026-11-23"} | fields)

    def stream(self) -> Parcel:
        with self.store.receive() as (conn, _):
            own = Identity.load(conn, "village")
            return sealed(conn, collect(conn, {}, known(conn, own)))

    def sign(self) -> str:
        with self.store.receive() as (conn, _):
            return cards.keys(conn).card("").sign


@pytest.fixture
def town() -> Township:
    return Township()


@pytest.fixture
def village(town: Township) -> Replica:
    """A laptop that trusts the township."""
    made = Replica()
    made.add(Superior, name="枫泾镇", sign=town.sign(), age="age1")
    return made


def test_answer_of_a_trusted_township_is_taken_and_passed_on(town, village):
    id = town.answer(village.add(Issue, words="路坏了"))
    assert village.take(town.stream()).new == {"township_reply": 1}
    other = Replica()
    with village.store.receive() as (conn, _):
        passed_on = sealed(conn, collect(conn, {}))
    other.take(passed_on)
    assert other.digests() == village.digests()
    assert other.rows(select(TownshipReply.id)) == [(id,)]


def test_township_that_nobody_trusts_is_a_stranger(town):
    town.answer("x-1")
    with pytest.raises(Stranger):
        Replica().take(town.stream())


def test_stream_without_its_seal_writes_nothing_of_the_townships(town, village):
    town.answer(village.add(Issue, words="路坏了"))
    outlook = village.take(replace(town.stream(), seals=()))
    assert (outlook.new, len(outlook.refused)) == ({}, 1)
    assert village.rows(select(TownshipReply.id)) == []
    assert village.digests()[0] == village.digests()[1]


def test_sealed_stream_does_not_go_on_without_a_seal(town, village):
    issue = village.add(Issue, words="路坏了")
    town.answer(issue)
    village.take(town.stream())
    early = town.stream().seals
    town.answer(issue, words="已派人抢修")
    for under in ((), early):
        with pytest.raises(Unsealed):
            village.take(replace(town.stream(), seals=under))


def test_seal_of_another_key_does_not_hold(town, village):
    town.answer(village.add(Issue, words="路坏了"))
    parcel = town.stream()
    forged = parcel.seals[0]._replace(signature=bytes(64))
    with pytest.raises(Unsealed):
        village.take(replace(parcel, seals=(forged,)))


def test_what_a_township_writes_of_the_branch_is_set_aside(town, village):
    issue = village.add(Issue, words="路坏了", stage="escalated")
    with pytest.raises(RuntimeError), town.store.write("陆明华", "办结", "village") as act:
        act.add(Issue, {"words": "修好了"})
    town.answer(issue)
    parcel = _forged(town.stream(), [("issue", issue, '{"stage":"closed"}')])
    with town.store.receive() as (conn, _):
        parcel = _sealed_again(parcel, cards.keys(conn))
    outlook = village.take(parcel)
    assert (outlook.changed, outlook.refused) == ({}, [("issue", issue)])
    assert village.rows(select(Issue.stage)) == [("escalated",)]
    with village.store.read() as conn:
        assert [one.fields for one in quarantined(conn)] == [{"stage": "closed"}]


def _sealed_again(parcel: Parcel, keys: cards.Keys) -> Parcel:
    ((replica, point),) = parcel.end.items()
    return replace(parcel, seals=(seals.make(keys, replica, point),))


def test_laptop_cannot_answer_in_the_townships_place(village):
    """Its program refuses; what a changed program sends all the same comes into no record."""
    with pytest.raises(RuntimeError):
        village.add(TownshipReply, **ANSWER)
    rogue = Replica()
    rogue.add(Issue, words="路坏了")
    outlook = village.take(_forged(rogue.parcel(), [("township_reply", "x-1", '{"words":"镇里不管"}')]))
    assert (outlook.new, outlook.refused) == ({}, [("township_reply", "x-1")])
    with village.store.read() as conn:
        (listed,) = quarantined(conn)
    assert (listed.kind, listed.fields) == ("township_reply", {"words": "镇里不管"})
    assert village.digests()[0] == village.digests()[1]


def _forged(parcel: Parcel, changes: list[tuple[str, str, str]]) -> Parcel:
    """Return the parcel with other changes in its only act, and a chain that fits them."""
    (act,) = parcel.acts
    act = act._replace(changes=tuple(Change(*change) for change in changes))
    chain = link(b"", act.head, act.vector, act.changes)
    return replace(parcel, acts=[act], end={act.replica: Point(1, chain)})


def test_branch_answers_an_instruction_but_does_not_change_its_words(town, village):
    id = town.instruct(title="上报年报")
    village.take(town.stream())
    village.set(Instruction, id, done_on="2026-11-24")
    with pytest.raises(RuntimeError):
        village.set(Instruction, id, title="不用报了")
    rogue = Replica()
    rogue.add(Issue, words="路坏了")
    village.take(_forged(rogue.parcel(), [("instruction", id, '{"title":"不用报了"}')]))
    assert village.rows(select(Instruction.title, Instruction.done_on)) == [("上报年报", "2026-11-24")]
    assert village.digests()[0] == village.digests()[1]


def test_restored_township_goes_on_under_another_name_and_is_still_believed(town, village):
    """The village has an answer that the restored township no longer knows of."""
    issue = village.add(Issue, words="路坏了")
    town.answer(issue)
    image = town.back_up()
    town.answer(issue, words="已派人")
    village.take(town.stream())
    town.restore(image)
    town.answer(issue, words="又派了人")
    assert village.take(town.stream()).new == {"township_reply": 1}
    assert len(village.rows(select(TownshipReply.id))) == 3
    assert village.digests()[0] == village.digests()[1]
    assert town.digests()[0] == town.digests()[1]
