"""Taking in a whole village and a month of changes, against plain SQL that writes the same rows and asks nothing.

./dev bench exchange
"""

import gc
import json
import random
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from measure import compare

from villagebranch import records as records
from villagebranch.db.cipher import Key, open_raw
from villagebranch.db.store import Store
from villagebranch.records.household import Household
from villagebranch.records.issue import Issue
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.sync.cards import keys
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


def opened(path: Path) -> Store:
    return Store(path, KEY, lambda: datetime(2026, 11, 23, 9, 30))


def person(number: int) -> dict:
    """Return a person of ten fields."""
    return {
        "name": "陆单解覃曾"[number % 5] + "根法明秀英"[number // 5 % 5] + "发珍",
        "sex": "male" if number % 2 else "female",
        "born_on": f"19{number % 60 + 30}-{number % 12 + 1:02}",
        "ethnicity": "01",
        "phone": f"138{number:08}",
        "address": f"{number % 12 + 1}组{number % 200 + 1}号",
        "native_place": "上海金山",
        "education": "primary",
        "occupation": "务农",
        "work_started_on": f"19{number % 30 + 60}-07",
    }


def spoken(chance: random.Random) -> str:
    """Return some thirty characters that no packer can guess: accounts of visits are all different."""
    return "".join(chance.choice(WORDS) for _ in range(15))


def copies(path: Path) -> None:
    """Lay a copy ready for each run; `claimed` takes one, so that none starts where another ended."""
    for number in range(5 * ROUNDS):
        shutil.copyfile(path, path.with_suffix(f".{number}"))


def claimed(path: Path) -> Path:
    copy = next(path.parent.glob(f"{path.stem}.[0-9]*"))
    return copy.rename(path.parent / f"used {copy.name}")


def writes(parcel: Parcel, *, journal: bool) -> dict[str, list[tuple]]:
    """Return the statements that write what is in a parcel, each with its rows."""
    found: dict[str, list[tuple]] = defaultdict(list)
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


def plainly(path: Path, statements: dict[str, list[tuple]]) -> None:
    conn = open_raw(path, KEY)
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


def full(folder: Path) -> None:
    """A village of 125,000 rows into an empty database."""
    source, empty = opened(folder / "source.db"), opened(folder / "empty.db")
    for start in range(0, ROWS, 5_000):
        with source.write("周丽", "导入") as act:
            act.add_many(Person, map(person, range(start, start + 5_000)))
    parcel = sent(source, empty)
    empty.close()
    copies(folder / "empty.db")
    rows = [(f"abcdefg-{number:05}", *person(number).values()) for number in range(ROWS)]

    def ours() -> None:
        received(opened(claimed(folder / "empty.db")), parcel)

    def plain() -> None:
        sql = f"INSERT INTO person (id,{','.join(person(0))}) VALUES (?{',?' * len(person(0))})"
        plainly(claimed(folder / "empty.db"), {sql: rows})

    gc.freeze()  # or each child pays for pages that the collector only looks at
    costs = compare("full import, 125,000 rows of ten fields", ours, {"plain executemany": plain}, ROUNDS)
    print(
        f"  {ROWS / costs['ours'].cpu:,.0f} rows/s; ours / executemany in speed = "
        f"{costs['plain executemany'].cpu / costs['ours'].cpu:.2f}"
    )


def month(folder: Path) -> None:
    """2,000 changes of one laptop into another that has worked too."""
    here, there = opened(folder / "here.db"), opened(folder / "there.db")
    with there.write("王堃", "导入") as act:
        people = act.add_many(Person, map(person, range(BASE)))
        houses = act.add_many(Household, ({"number": n, "door": f"{n}号"} for n in range(1, 2_001)))
    received(here, sent(there, here))
    received(there, sent(here, there))
    chance = random.Random(7)
    for number in range(MONTH // 2):
        with there.write("周丽", "记一次走访") as act:
            house = chance.choice(houses)
            visit = {
                "household_id": house,
                "occurred_on": f"2026-11-{number % 28 + 1:02}",
                "visit_type": "home",
            }
            id = act.add(Visit, visit | {"visitors": people[number % 12], "account": spoken(chance)})
            if number % 2:
                act.add(
                    Issue,
                    {
                        "words": spoken(chance)[:15],
                        "visit_id": id,
                        "collected_on": "2026-11-20",
                        "stage": "collected",
                    },
                )
            else:
                act.set(Person, people[number], {"phone": f"139{number:08}"})
    for number in range(0, MET * 2, 2):
        with here.write("吴晓燕", "改电话") as act:
            act.set(Person, people[number], {"phone": f"137{number:08}"})
    parcel = sent(there, here)
    with here.read() as conn:
        since = known(conn)
    here.close()
    copies(folder / "here.db")

    def ours() -> None:
        received(opened(claimed(folder / "here.db")), parcel)

    def export() -> None:
        with there.read() as conn:
            collect(conn, since)

    def nothing() -> None:
        opened(claimed(folder / "here.db")).close()

    def plain(*, journal: bool) -> Callable[[], None]:
        statements = writes(parcel, journal=journal)
        return lambda: plainly(claimed(folder / "here.db"), statements)

    gc.freeze()
    print(f"month: {sum(len(act.changes) for act in parcel.acts)} changes in {len(parcel.acts)} acts")
    peers = {
        "plain SQL, records": plain(journal=False),
        "plain SQL with journal": plain(journal=True),
        "opening alone": nothing,
    }
    compare("import of a month's changes (with opening)", ours, peers, ROUNDS)
    compare("collecting a month's changes", export, {}, ROUNDS)

    with there.receive() as (conn, _):
        mine = keys(conn)

    def packed() -> bytes:
        return pack("delta", parcel, (mine, mine.card("周丽")), "2026-11-23", to=mine.card(""))

    file, changes = packed(), sum(len(act.changes) for act in parcel.acts)
    print(f"package of the month: {len(file)} bytes, {len(file) / changes:.1f} bytes a change")
    compare("packing a month", packed, {"unpacking": lambda: unpack(file, mine)}, ROUNDS)

    done = opened(claimed(folder / "here.db"))
    received(done, parcel)
    compare("the same parcel once more", lambda: received(done, parcel), {}, ROUNDS)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        full(Path(made))
        month(Path(made))
