"""Errands between two real data folders: sent, previewed, taken in, written down, and taken back as one act."""

from datetime import datetime
from pathlib import Path

import pytest

from villagebranch.db import history
from villagebranch.db.journal import digest, replayed_digest
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat, found
from villagebranch.records.person import Person
from villagebranch.sync import cards, errands, log, stick
from villagebranch.sync.conflicts import conflicts
from villagebranch.sync.handover import ManyDeletions

CHEAP = Cost(memory=8 * 1024, passes=1, lanes=1)


def seat(folder: Path, user: str) -> Seat:
    return found(
        Place(folder), "梅溪村党支部", user, "练习练习练习", lambda: datetime(2026, 11, 23, 9, 30), CHEAP
    )


@pytest.fixture
def pair(tmp_path):
    """Two laptops that trust one another; the second has taken in what the first began with."""
    a, b = seat(tmp_path / "a", "周丽"), seat(tmp_path / "b", "吴晓燕")
    for mine, other in ((a, b), (b, a)):
        with other.store.receive() as (conn, _):
            card = cards.keys(conn).card(f"{other.user.name}的电脑")
        with mine.store.receive() as (conn, _):
            cards.keep_partner(conn, card)
    with a.store.write("周丽", "添加") as act:
        act.add_many(Person, [{"name": f"村民{number}", "phone": "13800000000"} for number in range(240)])
    carry(a, b, tmp_path)
    carry(b, a, tmp_path)
    yield a, b
    a.close()
    b.close()


def partner(seat: Seat) -> cards.Card:
    with seat.store.read() as conn:
        return cards.partners(conn)[0]


def sent(a: Seat, stick: Path) -> Path:
    return errands.send(a, partner(a), stick).path


def carry(a: Seat, b: Seat, stick: Path, **how) -> errands.Taken:
    path = sent(a, stick / "连心册")
    return errands.take_in(b, errands.preview(b, errands.fetch(b, path)).package, path.name, **how)


def people(seat: Seat) -> list[str]:
    with seat.store.read() as conn:
        return list(conn.scalars(Person.table().select().with_only_columns(Person.id).order_by(Person.id)))


def change(seat: Seat, *ids: str, **fields) -> None:
    with seat.store.write(seat.user.name, "修改") as act:
        for id in ids:
            act.set(Person, id, fields)


def phones(seat: Seat) -> dict[str, str]:
    with seat.store.read() as conn:
        return dict(conn.execute(Person.table().select().with_only_columns(Person.id, Person.phone)).all())


def digests(seat: Seat) -> tuple[str, str]:
    with seat.store.read() as conn:
        return digest(conn), replayed_digest(conn)


def test_preview_foresees_what_then_happens_conflicts_included(pair, tmp_path):
    a, b = pair
    one, two = people(a)[:2]
    change(a, one, two, phone="13800000001")
    change(b, one, phone="13800000002")
    before = digests(b)
    foreseen = errands.preview(b, sent(a, tmp_path).read_bytes())
    assert digests(b) == before
    (told,) = foreseen.conflicts
    assert (told.record, told.before) == (one, {"phone": "13800000000"})
    assert {side.values["phone"] for side in told.sides} == {"13800000001", "13800000002"}
    taken = errands.take_in(b, foreseen.package, "一个.vbx")
    assert taken.outlook == foreseen.outlook
    with b.store.read() as conn:
        assert conflicts(conn) == foreseen.conflicts


def test_whole_package_is_taken_back_as_one_act_and_brought_again(pair, tmp_path):
    a, b = pair
    one, two, three = people(a)[:3]
    before = phones(b)
    for number, id in enumerate((one, two, three, one)):
        change(a, id, phone=f"1390000000{number}")
    taken = carry(a, b, tmp_path)
    after = phones(b)
    assert after[one] == "13900000003"
    with b.store.write("吴晓燕", "撤销收到的包") as act:
        assert errands.take_back(act, taken.dealing).back == 3
    assert phones(b) == before
    with b.store.read() as conn:
        dealing = log.dealings(conn)[0]
    assert dealing.undone_by == b.store.last_act
    with b.store.write("吴晓燕", "恢复") as act:
        history.undo(act, dealing.undone_by)
    assert phones(b) == after
    with b.store.read() as conn:
        assert log.dealings(conn)[0].undone_by is None
    assert digests(b)[0] == digests(b)[1]


def test_taking_back_decides_a_conflict_for_what_stood_here(pair, tmp_path):
    a, b = pair
    one = people(a)[0]
    change(b, one, phone="13800000002")
    change(a, one, phone="13800000001")
    taken = carry(a, b, tmp_path)
    with b.store.write("吴晓燕", "撤销收到的包") as act:
        errands.take_back(act, taken.dealing)
    assert phones(b)[one] == "13800000002"
    with b.store.read() as conn:
        assert conflicts(conn) == ()
    carry(b, a, tmp_path)
    assert phones(a) == phones(b)


def test_eleven_deletions_ask_for_a_word_of_their_own(pair, tmp_path):
    a, b = pair
    with a.store.write("周丽", "删除") as act:
        for id in people(a)[:11]:
            act.remove(Person, id)
    path = sent(a, tmp_path)
    before = digests(b)
    foreseen = errands.preview(b, path.read_bytes())
    assert foreseen.outlook.drastic
    with pytest.raises(ManyDeletions):
        errands.take_in(b, foreseen.package, path.name)
    assert digests(b) == before
    errands.take_in(b, foreseen.package, path.name, deletions=True)
    assert digests(a) == digests(b)


def test_ten_of_many_records_may_be_deleted_without_a_question(pair, tmp_path):
    a, b = pair
    with a.store.write("周丽", "删除") as act:
        for id in people(a)[:10]:
            act.remove(Person, id)
    assert not carry(a, b, tmp_path).outlook.drastic


def test_one_of_the_few_records_of_a_young_branch_may_be_deleted_without_a_question(pair, tmp_path):
    a, b = pair
    with a.store.write("周丽", "删除") as act:
        for id in people(a)[5:]:
            act.remove(Person, id)
    carry(a, b, tmp_path, deletions=True)
    with a.store.write("周丽", "删除") as act:
        act.remove(Person, people(a)[0])
    assert not carry(a, b, tmp_path).outlook.drastic


def test_a_partner_is_told_how_much_is_new_since_it_was_last_sent_something(pair, tmp_path):
    a, _ = pair
    change(a, *people(a)[:4], phone="13800000001")
    with a.store.read() as conn:
        assert [one.changes for one in errands.waiting(conn, [partner(a)])] == [4]
    sent(a, tmp_path)
    change(a, people(a)[5], phone="13800000001")
    with a.store.read() as conn:
        (waiting,) = errands.waiting(conn, [partner(a)])
    assert (waiting.since[:10], waiting.changes, waiting.again) == ("2026-11-23", 1, 4)


def test_packages_on_a_stick_are_told_apart(pair, tmp_path):
    a, b = pair
    root = tmp_path / "E"
    change(a, people(a)[0], phone="13800000001")
    fresh, own = sent(a, root), sent(b, root / "连心册")
    (root / "坏了.vbx").write_bytes(fresh.read_bytes()[:-9])
    (root / "照片.jpg").write_bytes(b"\xff\xd8")
    fresh.rename(root / "改了名字的文件")
    with b.store.receive() as (conn, _):
        keys = cards.keys(conn)
        there = stick.sort(conn, stick.look([root], keys), keys.card("").fingerprint)
    assert {one.seen.path.name: one.state for one in there} == {
        "改了名字的文件": "new",
        own.name: "own",
        "坏了.vbx": "broken",
    }
    with a.store.receive() as (conn, _):
        keys = cards.keys(conn)
        there = stick.sort(conn, stick.look([root], keys), keys.card("").fingerprint)
    assert sorted(one.state for one in there) == ["new", "own", "own"]


def test_a_package_that_was_taken_in_is_known_again(pair, tmp_path):
    a, b = pair
    change(a, people(a)[0], phone="13800000001")
    carry(a, b, tmp_path / "E")
    with b.store.receive() as (conn, _):
        keys = cards.keys(conn)
        (there,) = stick.sort(conn, stick.look([tmp_path / "E"], keys), keys.card("").fingerprint)
    assert (there.state, there.who.name) == ("taken", "周丽的电脑")
