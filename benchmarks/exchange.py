"""Taking in a whole village and a month of changes, from the bytes of the file to the commit, against plain SQL that
writes the same rows and asks nothing, and against SQLite's own sessions and PouchDB.

./dev bench exchange
"""

import gc
import json
import random
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pouch
from measure import Work, compare
from sessions import Session
from village import GIVEN, SURNAMES

from villagebranch import records as records
from villagebranch.db.cipher import Key, open_raw
from villagebranch.db.record import record_tables
from villagebranch.db.store import Store
from villagebranch.records.household import Household
from villagebranch.records.issue import Issue
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.sync.cards import Keys, keys
from villagebranch.sync.merge import take
from villagebranch.sync.package import pack, unpack
from villagebranch.sync.parcel import Parcel, collect, known

KEY = Key(b"k" * 32)
ROWS, BASE, MONTH, MET = 125_000, 20_000, 2_000, 100
ROUNDS = 5
TWOS = (
    "收成种植路灯水管医保养老邻居子女外出打工修路灌溉秧苗稻田鱼塘补贴危房屋顶漏雨争地调解宅基"
    "证件办理学费看病吃药独居走访联系反映解决感谢满意缺水停电垃圾厕所桥梁护栏流转合同租金已经"
)
WORDS = [TWOS[place : place + 2] for place in range(0, len(TWOS), 2)]

Writes = Mapping[str, list[tuple[Any, ...]]]
"""Statement → rows."""


def opened(path: Path) -> Store:
    return Store(path, KEY, lambda: datetime(2026, 11, 23, 9, 30))


def people(count: int) -> Iterable[dict[str, str]]:
    """Return people of ten fields, as hard to pack as real ones."""
    chance = random.Random(11)
    for _ in range(count):
        yield {
            "name": chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN),
            "sex": chance.choice(("male", "female")),
            "born_on": f"{chance.randint(1930, 2010)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            "ethnicity": "01",
            "phone": f"13{chance.randrange(10**9):09}",
            "address": f"{chance.randint(1, 12)}组{chance.randint(1, 200)}号",
            "native_place": spoken(chance, 6),
            "education": chance.choice(("primary", "junior", "senior")),
            "occupation": spoken(chance, 7),
            "work_started_on": f"{chance.randint(1950, 2020)}-{chance.randint(1, 12):02}",
        }


def spoken(chance: random.Random, words: int = 15) -> str:
    """Return characters that no packer can guess: accounts of visits are all different."""
    return "".join(chance.choice(WORDS) for _ in range(words))


def copies(path: Path) -> None:
    """Lay a copy ready for each run; `claimed` takes one, so that none starts where another ended."""
    for number in range(12 * ROUNDS):
        shutil.copyfile(path, path.with_suffix(f".{number}"))


def claimed(path: Path) -> Path:
    copy = next(path.parent.glob(f"{path.stem}.[0-9]*"))
    return copy.rename(path.parent / f"used {copy.name}")


def writes(parcel: Parcel, *, journal: bool = False) -> Writes:
    """Return the statements that write what is in a parcel, each with its rows."""
    found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    created: set[str] = set()
    for act in parcel.acts:
        if journal:
            found["INSERT INTO sync_act VALUES (?,?,?,?,?,?,?,?,?)"].append((*act.head, b"h" * 32))
        for item, (kind, id, text) in enumerate(act.changes):
            fields = json.loads(text)
            if journal:
                row = (act.replica, act.number, item, kind, id, text)
                found["INSERT INTO sync_change VALUES (?,?,?,?,?,?)"].append(row)
            if kind in ("visit", "issue") and id not in created:
                names = ",".join(["id", *fields])
                sql = f"INSERT INTO {kind} ({names}) VALUES (?{',?' * len(fields)})"
                found[sql].append((id, *fields.values()))
                created.add(id)
            else:
                changes = ",".join(f"{name}=?" for name in fields)
                found[f"UPDATE {kind} SET {changes} WHERE id=?"].append((*fields.values(), id))
    return found


def documents(parcel: Parcel) -> dict[str, dict[str, Any]]:
    """Return what a parcel makes of each record: id → fields."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for act in parcel.acts:
        for _, id, text in act.changes:
            found[id] |= json.loads(text)
    return found


def plainly(conn: Any, statements: Writes) -> None:
    conn.execute("BEGIN IMMEDIATE")
    for sql, rows in statements.items():
        conn.executemany(sql, rows)
    conn.execute("COMMIT")


def received(store: Store, parcel: Parcel) -> None:
    with store.receive() as (conn, identity):
        take(conn, identity, parcel)


def sent(store: Store, other: Store) -> Parcel:
    with other.read() as conn:
        since = known(conn)
    with store.read() as conn:
        return collect(conn, since)


def own_keys(store: Store) -> Keys:
    with store.receive() as (conn, _):
        return keys(conn)


def packed(parcel: Parcel, mine: Keys) -> bytes:
    card = mine.card("周丽的电脑")
    return pack("delta", parcel, (mine, card), "2026-11-23", to=card)


def full(folder: Path) -> None:
    """A village of 125,000 rows into an empty database."""
    source, empty = opened(folder / "source.db"), opened(folder / "empty.db")
    rows = list(people(ROWS))
    for start in range(0, ROWS, 5_000):
        with source.write("周丽", "导入") as act:
            act.add_many(Person, rows[start : start + 5_000])
    mine = own_keys(source)
    file = packed(sent(source, empty), mine)
    empty.close()
    sql = f"INSERT INTO person (id,{','.join(rows[0])}) VALUES (?{',?' * len(rows[0])})"
    statements = {sql: [(f"abcdefg-{number:05}", *row.values()) for number, row in enumerate(rows)]}
    session = Session(folder, ["person"])
    session.write(statements)
    print(f"package of {ROWS} rows: {len(file)} bytes; changeset of SQLite, packed: {len(session.file())}")
    del session, rows
    for name in ("with the indexes of the program", "without indexes but the journal's"):
        copies(folder / "empty.db")
        gc.freeze()  # or each child pays for pages that the collector only looks at
        ours = lambda: received(opened(claimed(folder / "empty.db")), unpack(file, mine).parcel)  # noqa: E731
        peers = {
            "opening the package": lambda: unpack(file, mine),
            "plain executemany": lambda: plainly(open_raw(claimed(folder / "empty.db"), KEY), statements),
        }
        costs = compare(f"full import of {ROWS} rows of ten fields, {name}", ours, peers, ROUNDS)
        alone = costs["ours"].cpu - costs["opening the package"].cpu
        print(
            f"  {ROWS / costs['ours'].cpu:,.0f} rows/s, {ROWS / alone:,.0f} once the package is open; "
            f"{costs['plain executemany'].cpu / alone:.2f} x the speed of executemany"
        )
        bare(folder / "empty.db")


def bare(path: Path) -> None:
    """Take the indexes from the records, so that what is measured is the import and not them."""
    conn = open_raw(path, KEY)
    found = conn.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    for name, table in found.fetchall():
        if table in record_tables():
            conn.execute(f"DROP INDEX {name}")
    conn.close()


def worked_apart(folder: Path) -> tuple[Store, Store, tuple[Parcel, Parcel]]:
    """Return two laptops of which one has worked two months and the other changed a little, and each month of the first."""
    here, there = opened(folder / "here.db"), opened(folder / "there.db")
    with there.write("王堃", "导入") as act:
        known_to_both = act.add_many(Person, people(BASE))
        houses = act.add_many(Household, ({"number": n, "door": f"{n}号"} for n in range(1, 2_001)))
    received(here, sent(there, here))
    received(there, sent(here, there))
    work_a_month(there, known_to_both, houses, 11)
    for number in range(0, MET * 2, 2):
        with here.write("吴晓燕", "改电话") as act:
            act.set(Person, known_to_both[number], {"phone": f"137{number:08}"})
    first = sent(there, here)
    work_a_month(there, known_to_both, houses, 12)
    with there.read() as conn:
        return here, there, (first, collect(conn, first.knowledge))


def work_a_month(store: Store, persons: Sequence[str], houses: Sequence[str], month: int) -> None:
    chance = random.Random(month)
    for number in range(MONTH // 2):
        with store.write("周丽", "记一次走访") as act:
            visit = {
                "household_id": chance.choice(houses),
                "occurred_on": f"2026-{month}-{number % 28 + 1:02}",
                "visit_type": "home",
                "visitors": persons[number % 12],
                "account": spoken(chance),
            }
            id = act.add(Visit, visit)
            if number % 2:
                issue = {"words": spoken(chance, 7), "visit_id": id, "collected_on": f"2026-{month}-20"}
                act.add(Issue, issue | {"stage": "collected"})
            else:
                act.set(Person, persons[number], {"phone": f"1{month + 20}{number:08}"})


def month(folder: Path) -> None:
    """2,000 changes of one laptop into another that has worked too, and as many once more."""
    here, there, (parcel, next_one) = worked_apart(folder)
    base, mine = sent(here, opened(folder / "nothing.db")), own_keys(there)
    here.close()
    copies(folder / "here.db")
    file, changes = packed(parcel, mine), sum(len(act.changes) for act in parcel.acts)
    session = Session(folder, ["person", "household", "visit", "issue"])
    session.write(writes(base), recorded=False)
    copies(session.path)
    session.write(writes(parcel))
    changeset = session.file()

    def ours() -> None:
        received(opened(claimed(folder / "here.db")), unpack(file, mine).parcel)

    def export() -> None:
        with there.read() as conn:
            packed(collect(conn, parcel.knowledge), mine)

    def plain(statements: Writes) -> Callable[[], None]:
        return lambda: plainly(open_raw(claimed(folder / "here.db"), KEY), statements)

    def running(begin: Callable[[], Any], take: Callable[[Any, Any], object], months: Iterable[Any]) -> Work:
        """Return work that opens and takes the first month where it is rehearsed, and the next where it is measured."""
        opened, left = cache(begin), iter(months)
        return lambda: take(opened(), next(left))

    gc.freeze()
    print(f"a month: {changes} changes in {len(parcel.acts)} acts")
    print(
        f"  {len(file) / changes:.1f} bytes a change; SQLite's changeset, packed: {len(changeset) / changes:.1f}"
    )
    peers = {
        "plain SQL, records": plain(writes(parcel)),
        "plain SQL with journal": plain(writes(parcel, journal=True)),
        "SQLite sessions": lambda: Session.apply(claimed(session.path), changeset),
        "opening the database": lambda: opened(claimed(folder / "here.db")).close(),
        "opening the package": lambda: unpack(file, mine),
    }
    compare(
        "import of a month, from the file, the database opened for it", ours, peers, ROUNDS, rehearsed=True
    )
    compare(
        "import of the next month, from the file, in a program that is running",
        running(
            lambda: opened(claimed(folder / "here.db")),
            lambda store, file: received(store, unpack(file, mine).parcel),
            (file, packed(next_one, mine)),
        ),
        {
            "plain SQL with journal": running(
                lambda: open_raw(claimed(folder / "here.db"), KEY),
                plainly,
                (writes(parcel, journal=True), writes(next_one, journal=True)),
            )
        },
        ROUNDS,
        rehearsed=True,
    )
    compare(
        "export of a month, to the file", export, {"SQLite sessions": session.file}, ROUNDS, rehearsed=True
    )
    done = opened(claimed(folder / "here.db"))
    received(done, parcel)
    again = lambda: received(done, parcel)  # noqa: E731
    compare("the same month once more, beyond reading it", again, {}, ROUNDS, rehearsed=True)
    print("PouchDB, the same month:", pouch.exchanged(documents(base), documents(parcel), {}))


if __name__ == "__main__":
    for part in (full, month):
        with TemporaryDirectory() as made:
            part(Path(made))
