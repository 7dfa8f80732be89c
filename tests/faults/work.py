"""What a child does in a data folder while its power is at risk: the acts that the program tells people are done."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count, cycle
from pathlib import Path

from tests.books import households
from tests.faults.folder import NOW, Folder, Say, sha256, size_of, token
from villagebranch.db import vault
from villagebranch.db.backup import Backup, back_up, carry, list_backups, pin, restore
from villagebranch.db.journal import Act
from villagebranch.db.seat import Seat
from villagebranch.db.store import Store
from villagebranch.domain.rawrow import RawRow
from villagebranch.records.person import Person
from villagebranch.services import imports
from villagebranch.sync import cards, errands, handover
from villagebranch.sync.package import SUFFIX
from villagebranch.sync.parcel import known

Job = Callable[[Folder, Say, int, random.Random], None]
ALWAYS = token("常", 0, 1)
PEER = "另一台"
INBOX = "inbox"


def saves(folder: Folder, say: Say, life: int, dice: random.Random) -> None:
    """Save acts of one to forty records, with a backup now and then."""
    store = folder.store()
    for number in count():
        save(store, say, token(f"存{life}", number, dice.choice((1, 1, 1, 5, 40))))
        if dice.random() < 0.05:
            make_backup(folder, say, moment(life, number))


def bring_ins(folder: Folder, say: Say, life: int, dice: random.Random) -> None:
    """Import books of eighteen people, each after a backup, as the program does."""
    store = folder.store()
    for number in count():
        make_backup(folder, say, moment(life, number), "import")
        bring_in(store, say, token(f"进{life}", number, 18))
        if dice.random() < 0.3:
            save(store, say, token(f"存{life}", number, 1))


def receipts(folder: Folder, say: Say, life: int, dice: random.Random) -> None:
    """Receive packages one after the other, also those that are known already, and save in between."""
    seat = folder.seat()
    for number, package in enumerate(cycle(folder.inbox)):
        receive(seat, say, folder.stick / INBOX / package[0], package[1])
        if dice.random() < 0.3:
            save(seat.store, say, token(f"存{life}", number, 1))


def partings(folder: Folder, say: Say, life: int, dice: random.Random) -> None:
    """Put packages and backups on the stick, and change the password now and then."""
    seat = folder.seat()
    for number in count():
        save(seat.store, say, token(f"存{life}", number, dice.choice((1, 40))))
        put_down(folder, seat, say)
        if dice.random() < 0.3:
            carry_backup(folder, say, make_backup(folder, say, moment(life, number)))
        if dice.random() < 0.3:
            change_password(folder, say, f"竹林{life}-{number:04}")


def restores(folder: Folder, say: Say, life: int, dice: random.Random) -> None:
    """Put the two backups of the folder into each other's place, for ever."""
    for number in count():
        for backup in list_backups(folder.place.backups):
            put_back(folder, say, backup, moment(life, number))


JOBS: dict[str, Job] = {
    "saves": saves,
    "imports": bring_ins,
    "packages": receipts,
    "stick": partings,
    "restores": restores,
}


def prepare(folder: Folder, job: str) -> None:
    """Fill a folder with what a job needs to be there."""
    store = folder.store()
    save(store, folder.hear, ALWAYS)
    with store.receive() as (conn, _):
        cards.keep_partner(conn, folder.peer.card(PEER))
    if job == "packages":
        fill_inbox(folder)
    if job == "restores":
        pin(make_backup(folder, folder.hear, NOW), pinned=True)
        save(store, folder.hear, token("后", 0, 400))
        pin(make_backup(folder, folder.hear, NOW + timedelta(minutes=1)), pinned=True)
    store.close()


def moment(life: int, number: int) -> datetime:
    """Return a time for a backup or a package that no other one bears, over half a month for twenty lives."""
    return NOW + timedelta(minutes=10 + life * 1000 + number)


def save(store: Store, say: Say, name: str) -> None:
    """Save records that all bear the name, and say so."""
    with store.write("王堃", "试验") as act:
        add(act, name)
    say(f"saved {name}")


def add(act: Act, name: str) -> list[str]:
    """Add as many records of one name as it says, and return their ids."""
    return act.add_many(Person, [{"name": name, "address": "院坝" * 20}] * size_of(name))


def bring_in(store: Store, say: Say, name: str) -> None:
    """Import the book in which everybody bears the name."""
    with store.read() as conn:
        plan = imports.PLANS["households"](conn, _book(name), date(2026, 11, 23))
    with store.write("王堃", plan.form) as act:
        imports.apply(act, plan)
    say(f"saved {name}")


def _book(name: str) -> list[RawRow]:
    """Return six households of three."""
    relations = ("户主", "配偶", "子")
    doors = [
        [
            {"villager_group": "1组", "door": f"{name}{door}号", "name": name, "relation": one}
            for one in relations
        ]
        for door in range(6)
    ]
    return households(*doors)


def receive(seat: Seat, say: Say, file: Path, names: list[str]) -> None:
    """Fetch a package from the stick, and take it in after a backup."""
    errands.take_in(seat, errands.open_package(seat, errands.fetch(seat, file)), file.name)
    for name in names:
        say(f"saved {name}")


def put_down(folder: Folder, seat: Seat, say: Say) -> None:
    """Put what the peer lacks onto the stick."""
    with seat.store.read() as conn:
        peer = cards.partner(conn, PEER)
    path = errands.send(seat, peer, folder.stick).path
    say(f"put {path.name} {sha256(path.read_bytes())}")


def make_backup(folder: Folder, say: Say, at: datetime, reason: str = "asked") -> Backup:
    """Make a backup on this computer."""
    made = back_up(folder.place, folder.key, reason, at)
    say(f"backups {stem(made)}")
    return made


def carry_backup(folder: Folder, say: Say, backup: Backup) -> None:
    """Copy a backup onto the stick."""
    carried = carry(folder.place, backup, folder.stick, backup.made_at)
    say(f"stick {stem(carried)}")


def put_back(folder: Folder, say: Say, backup: Backup, at: datetime) -> None:
    """Restore a backup; until it is said to be done, the folder may be as before or after."""
    say(f"restoring {stem(backup)}")
    restore(folder.place, backup, folder.key, at)
    say(f"restored {stem(backup)}")


def stem(backup: Backup) -> str:
    """Return the name of a backup, pinned or not."""
    return backup.path.name.split(".")[0]


def change_password(folder: Folder, say: Say, new: str) -> None:
    """Change the password to `new`."""
    user = vault.read(folder.place).users[0]
    say(f"changing {new}")
    vault.set_password(folder.place, folder.key, user.id, new)
    say(f"changed {new}")


def fill_inbox(folder: Folder, packages: int = 40) -> None:
    """Let another computer make packages for the folder: each brings three acts, and changes what the last one brought."""
    sender = Folder.make(folder.place.folder.parent.with_suffix(".sender"))
    theirs, ours, inbox = sender.store(), folder.store(), folder.stick / INBOX
    inbox.mkdir()
    with ours.receive() as (conn, _):
        card = cards.keys(conn).card("村里")
    with theirs.receive() as (conn, _):
        cards.keep_partner(conn, card)
        sign = cards.keys(conn).card("对方")
    with ours.receive() as (conn, _):
        cards.keep_partner(conn, sign)
    brought: list[str] = []
    for number in range(packages):
        names = [token(f"收{act}", number, size) for act, size in enumerate((1, 5, 40))]
        for name in names:
            with theirs.write("周丽", "试验") as act:
                for id in brought:
                    act.set(Person, id, {"phone": f"138{number:08}"})
                brought = add(act, name)
        with theirs.receive() as (conn, _):
            content = handover.for_partner(conn, card, "周丽", NOW.isoformat()).content
            (inbox / f"{number}{SUFFIX}").write_bytes(content)
            folder.inbox.append((f"{number}{SUFFIX}", names))
            cards.acknowledge(conn, card, known(conn))
    theirs.close()
    ours.close()
