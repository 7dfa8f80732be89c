"""Taking a package back: whatever was done on either side before, every record stands as it stood, and a second time too."""

from random import Random

import pytest

from tests.sync.replicas import Replica, exchange
from villagebranch.db import history
from villagebranch.db.journal import runs
from villagebranch.db.record import record_tables
from villagebranch.records.household import Household
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.sync import errands
from villagebranch.sync.conflicts import conflicts
from villagebranch.sync.log import IN, Dealing

PHONES = [f"1380000000{digit}" for digit in range(4)]


def living(replica: Replica) -> dict[tuple[str, str], dict[str, object]]:
    """What stands, record by record; deleted ones are left out."""
    with replica.store.read() as conn:
        return {
            (name, row["id"]): {k: v for k, v in row.items() if v is not None}
            for name, table in record_tables().items()
            for row in conn.execute(table.select().where(table.c.removed_at.is_(None))).mappings()
        }


def live(replica: Replica, chance: Random) -> None:
    """Do some acts: new records, edits of a field, edits of a group of fields, deletions and bringing back."""
    for _ in range(chance.randint(1, 6)):
        here = replica.rows(Person.table().select().with_only_columns(Person.id))
        members = replica.rows(Member.table().select().with_only_columns(Member.id))
        id = chance.choice(here)[0]
        match chance.randrange(6):
            case 0:
                person = replica.add(Person, name=f"村民{chance.randrange(99)}")
                replica.add(Member, person_id=person, status="full")
            case 1:
                homes = replica.rows(Household.table().select().with_only_columns(Household.id))
                if homes:
                    replica.remove(Household, chance.choice(homes)[0])
            case 2 if members:
                place = {"away": chance.choice((0, 1)), "away_place": chance.choice(("新桥镇", "九亭镇"))}
                replica.set(Member, chance.choice(members)[0], **place)
            case 3:
                homes = replica.rows(Household.table().select().with_only_columns(Household.id))
                if homes:
                    replica.set(
                        Household, chance.choice(homes)[0], door=f"{chance.randrange(3)}号", removed_at=None
                    )
            case 4:
                replica.add(Household, door=f"{chance.randrange(99)}号")
            case _:
                replica.set(Person, id, phone=chance.choice(PHONES))


def take_back(replica: Replica, acts: str, undone_by=None) -> None:
    dealing = Dealing(1, "", IN, "", "", "delta", "", 0, acts, undone_by)
    with replica.store.write("王堃", "撤销收到的包") as act:
        errands.take_back(act, dealing)


@pytest.mark.parametrize("seed", range(24))
def test_a_package_that_was_taken_back_has_left_nothing_behind(seed):
    chance, (a, b) = Random(seed), (Replica(), Replica())
    for _ in range(4):
        person = a.add(Person, name="周丽", phone=PHONES[0])
        a.add(Member, person_id=person, status="full")
        a.add(Household, door="7号")
    exchange(a, b)
    for replica in (a, b):
        live(replica, chance)
    before = living(b)
    a.set(Person, person, phone=chance.choice(PHONES[1:]))
    taken = b.take(a.parcel(b.known()))
    after = living(b)
    take_back(b, runs(taken.taken))
    assert living(b) == before
    with b.store.read() as conn:
        assert conflicts(conn) == ()
    assert len(set(b.digests())) == 1
    undoing = b.store.last_act
    if undoing is not None and not taken.conflicts:
        with b.store.write("王堃", "恢复") as act:
            history.undo(act, undoing)
        assert living(b) == after
    exchange(a, b)
    assert len({*a.digests(), *b.digests()}) == 1
