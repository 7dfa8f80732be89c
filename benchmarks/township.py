"""A month of 300 villages at their township, from the bytes of each report to its commit, on the encrypted file and on a
PostgreSQL server, against plain SQL that writes the same rows: what one village costs among the first 30, 100 and 300,
and what the page of all their figures costs then.

To reach: 150 ms for a village, or 3 x plain SQL. ./dev bench township

CPU time, that of the server's processes included; ours and the plain writes in turn, village by village.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from exchange import spoken
from pyrage import x25519
from sqlalchemy import Connection, Table, select
from village import KEY, TODAY, clock, settle

from tests.cluster import programs, running
from villagebranch.db.identity import take_role
from villagebranch.db.journal import SyncAct, SyncChange, canonical
from villagebranch.db.place import Place
from villagebranch.db.record import Base
from villagebranch.db.rows import insert_rows
from villagebranch.db.seat import Seat, found
from villagebranch.db.store import Store
from villagebranch.records.branch import Branch
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.issue import Issue
from villagebranch.records.reported import REPORTED
from villagebranch.records.village import Village
from villagebranch.records.visit import Visit
from villagebranch.services import township_month
from villagebranch.services.report import report
from villagebranch.sync import cards, errands
from villagebranch.sync.cards import Card, Keys
from villagebranch.sync.package import pack
from villagebranch.sync.parcel import Parcel, Point

VILLAGES, STEPS = 300, (30, 100, 300)
VISITS, ISSUES = 300, 40  # of a month of a village that reports its visits too
PASSWORD = "lianxin-2026"


def months_report(folder: Path) -> tuple[str, str]:
    """Return the report of a village that has worked one month, and the code in the ids of its records."""
    with closing(Store(folder / "village.db", KEY, clock)) as store:
        settle(store, 0)
        with store.write("王堃", "一个月的走访") as act:
            _work(act)
        with store.read() as conn:
            return canonical(report(conn, TODAY).told()), store.replica


def _work(act: Any) -> None:
    chance = random.Random(3)
    (branch,) = act.conn.scalars(select(Branch.id))
    houses = act.conn.scalars(select(Household.id)).all()
    cadres = act.conn.scalars(select(Cadre.person_id)).all()
    act.set(Branch, branch, {"report_visits": 1})
    visits = act.add_many(
        Visit,
        [
            {
                "household_id": chance.choice(houses),
                "occurred_on": f"2026-11-{number % 23 + 1:02}",
                "visitors": cadres[number % len(cadres)],
                "visit_type": "home",
                "account": spoken(chance),
            }
            for number in range(VISITS)
        ],
    )
    told = (
        {"words": spoken(chance, 7), "visit_id": visit, "stage": "collected"} for visit in visits[:ISSUES]
    )
    act.add_many(Issue, [one | {"collected_on": "2026-11-20", "category": "road"} for one in told])


def packages(told: tuple[str, str], township: Card) -> Iterator[tuple[Card, bytes]]:
    """Yield the card of each village and its report: each has computers and records of its own."""
    text, code = told
    for number in range(VILLAGES):
        keys, own = Keys(Ed25519PrivateKey.generate(), x25519.Identity.generate()), f"v{number:06}"
        unit = f"{number + 1}号村党支部"
        card = replace(keys.card(unit), unit=unit, branch=f"{own}-00001")
        points = {own: Point(VISITS, b"c" * 32)}
        content = text.replace(f"{code}-", f"{own}-").encode()
        made_at = clock().isoformat(timespec="seconds")
        yield (
            card,
            pack("report", Parcel(points, points, []), (keys, card), made_at, to=township, report=content),
        )


def township(folder: Path, address: str = "") -> Seat:
    """Return a new township's seat, its tables in a file or on the server at `address`."""
    seat = found(Place(folder), "枫泾镇党委", "陆明华", PASSWORD, clock, address=address)
    with seat.store.write("陆明华", "建资料") as act:
        take_role(act.conn, "township")
        act.add(Branch, {"name": "枫泾镇党委"})
    return seat


def wholly(seat: Seat, content: bytes) -> None:
    """Take a report in as the command does."""
    package = errands.open_package(seat, content)
    assert errands.take_in(seat, package, "上报.vbx", backed_up=True).outlook.acts == 1


WRITTEN: tuple[Table, ...] = tuple(
    Base.metadata.tables[one.__tablename__] for one in (SyncAct, SyncChange, Village, *REPORTED)
)


def last_writes(conn: Connection) -> list[tuple[Table, list[tuple[object, ...]]]]:
    """Return the rows that the latest act left behind, by table."""
    newest = conn.scalar(select(SyncAct.number).order_by(SyncAct.number.desc()).limit(1))
    ids = conn.scalars(select(SyncChange.record).where(SyncChange.number == newest)).all()
    found = []
    for table in WRITTEN:
        of_act = table.c.id.in_(ids) if "id" in table.c else table.c.number == newest
        found.append((table, [tuple(row) for row in conn.execute(select(table).where(of_act))]))
    return found


def plainly(seat: Seat, writes: Sequence[tuple[Table, list[tuple[object, ...]]]]) -> None:
    """Write the rows in one transaction, with no question asked."""
    with seat.store.receive() as (conn, _):
        for table, rows in writes:
            insert_rows(conn, table, table.columns.keys(), rows)


def curve(
    name: str, folder: Path, address: Callable[[str], str], told: tuple[str, str], server: Path | None
) -> None:
    """Take in all villages, and print what one cost in each stretch of them."""
    seats = []
    for part in ("ours", "plain"):
        (folder / part).mkdir(parents=True)
        seats.append(township(folder / part, address(part)))
    ours, plain = seats
    with ours.store.receive() as (conn, _):
        to = cards.keys(conn).own_card(conn, "镇里的电脑")
    spent: list[tuple[float, float]] = []
    looks: dict[int, float] = {}
    for card, content in packages(told, to):
        with ours.store.receive() as (conn, _):
            cards.keep_partner(conn, card)
        cost = _cost(lambda: wholly(ours, content), server)  # noqa: B023
        with ours.store.read() as conn:
            writes = last_writes(conn)
        spent.append((cost, _cost(lambda: plainly(plain, writes), server)))  # noqa: B023
        if len(spent) in STEPS:
            looks[len(spent)] = median(_cost(lambda: _look(ours), server) for _ in range(5))
    print(f"{name}: {sum(len(rows) for _, rows in writes)} rows of a village's month")
    for first, last in zip((0, *STEPS), STEPS, strict=False):
        costs = [sum(part) / (last - first) * 1000 for part in zip(*spent[first:last], strict=True)]
        print(
            f"  villages {first + 1} to {last}: {costs[0]:.1f} ms CPU each, {costs[0] / costs[1]:.2f} x plain SQL;"
            f" their figures on one page {looks[last] * 1000:.0f} ms",
            flush=True,
        )
    for seat in seats:
        seat.close()


def _look(seat: Seat) -> None:
    with seat.store.read() as conn:
        assert township_month.villages(conn, f"{TODAY:%Y-%m}", TODAY)


def _cost(work: Callable[[], None], server: Path | None) -> float:
    before = time.process_time() + _of_server(server)
    work()
    return time.process_time() + _of_server(server) - before


def _of_server(folder: Path | None) -> float:
    """Return the CPU seconds of a server's processes so far, of those that live as long as it or their connections."""
    if folder is None:
        return 0.0
    parent = (folder / "data" / "postmaster.pid").read_text().split()[0]
    spent = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
            title = status.with_name("cmdline").read_bytes()
        except OSError:  # a process that has just ended
            continue
        if fields[1] == parent and b"worker" not in title:
            spent += int(fields[11]) + int(fields[12])
    return spent / 100


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        told = months_report(Path(made))
        curve("the encrypted file", Path(made, "file"), lambda _: "", told, None)
        if programs() is None:
            print("PostgreSQL: not run, there is no server here")
        else:
            with running() as cluster:
                curve("PostgreSQL", Path(made, "server"), cluster.address, told, cluster.folder)
