"""The practice village (练习库): a fictional village from the books under `resources/demo`, to try everything on."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from villagebranch import practice_month
from villagebranch.db import seat as seats
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.exchange.book import read_book
from villagebranch.exchange.forms import FORMS
from villagebranch.resources import RESOURCES
from villagebranch.services import branch, cadres, households, imports, people

BRANCH, TOWNSHIP, USER = "梅溪村党支部", "枫泾镇", "王堃"
BOOKS = {"members": "党员花名册.xlsx", "households": "农户信息.xlsx", "visits": "走访记录2025.xlsx"}
PASSWORD = "练习练习练习"
COST = Cost(memory=8 * 1024, passes=1, lanes=1)


def seat(real: Place, clock: Callable[[], datetime]) -> Seat:
    """Open the practice village beside the real data, made now if it is the first time."""
    place = Place(real.folder / "practice")
    if place.keys.exists():
        return reopen(place, clock)
    opened = start(place, clock)
    for name in BOOKS:
        bring_in(opened, name, clock().date())
    settle(opened, clock().date())
    practice_month.live_through(opened, clock().date())
    return opened


def reopen(place: Place, clock: Callable[[], datetime]) -> Seat:
    """Open a practice village that is there."""
    return seats.take(place, None, PASSWORD, clock)


def start(place: Place, clock: Callable[[], datetime]) -> Seat:
    """Begin the village, empty but for its name."""
    opened = seats.found(place, BRANCH, USER, PASSWORD, clock, COST)
    facts = {
        "name": BRANCH,
        "township": TOWNSHIP,
        "village": "梅溪村",
        "secretary": USER,
        "phone": "0573-00005736",
    }
    with opened.store.write(USER, "新建资料") as act:
        branch.save(act, facts | {"place": "党群服务中心二楼"}, clock().date())
    return opened


def bring_in(opened: Seat, name: str, today: date, folder: Path = RESOURCES / "demo") -> imports.Plan:
    """Import one of the village's own books, and return what that did."""
    form = next(form for form in FORMS if form.name == name)
    rows, _ = read_book(folder / BOOKS[name], form).rows()
    with opened.store.read() as conn:
        plan = imports.PLANS[name](conn, rows, today)
    with opened.store.write(USER, f"导入{form.title}") as act:
        imports.apply(act, plan)
    return plan


def settle(opened: Seat, today: date) -> None:
    """Share the households out among the cadres, villager group by villager group, and the members among party groups."""
    with opened.store.write(USER, "分联系户") as act:
        at_work = cadres.cadres(act.conn, today)
        groups: dict[str, list[str]] = {}
        for row in households.households(act.conn, today):
            groups.setdefault(str(row.values["villager_group"]), []).append(row.id)
        for place, member in enumerate(people.members(act.conn)):
            group = practice_month.GROUPS[place % len(practice_month.GROUPS)]
            people.save_member(act, {"party_group": group}, today, member.id)
        for place, ids in enumerate(groups.values()):
            cadres.link_households(act, at_work[place % len(at_work)].id, ids, date(today.year, 1, 1))
