"""The second laptop of the practice village: a colleague who records there, and sends what she recorded on a stick."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from villagebranch.db import seat as seats
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.domain.fields import Draft
from villagebranch.practice import BRANCH, COST, PASSWORD
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.services import cadres, households, people, visits
from villagebranch.sync import cards, errands

COLLEAGUE = "周丽"
_ACCOUNTS = (
    "家里的稻谷已经卖完，儿子月底回来。",
    "新装的自来水管有点漏，已经请人来看。",
    "老人身体还好，药够吃到月底。",
)


def package(opened: Seat, folder: Path, clock: Callable[[], datetime]) -> Path:
    """Return a package that the colleague has put on the stick `folder / 'stick'`; one thing in it was changed here too."""
    other = seats.found(Place(folder / "second"), BRANCH, COLLEAGUE, PASSWORD, clock, COST)
    introduce(opened, other)
    with opened.store.read() as conn:
        there = cards.partner(conn, f"{COLLEAGUE}的电脑")
    everything = errands.send(opened, there, folder / "stick" / errands.FOLDER).path
    errands.take_in(other, errands.preview(other, everything.read_bytes()).package, everything.name)
    everything.unlink()
    _record(other, clock().date())
    _change(other, "上海市松江区九亭镇", "13900000087")
    _change(opened, "上海市松江区新桥镇", "13600005521")
    with other.store.read() as conn:
        here = cards.partner(conn, f"{opened.user.name}的电脑")
    path = errands.send(other, here, folder / "stick" / errands.FOLDER).path
    other.close()
    return path


def introduce(one: Seat, other: Seat) -> None:
    """Let two laptops of the village trust each other."""
    for mine, theirs in ((one, other), (other, one)):
        with theirs.store.receive() as (conn, _):
            card = cards.keys(conn).own_card(conn, f"{theirs.user.name}的电脑")
        with mine.store.receive() as (conn, _):
            cards.keep_partner(conn, card)


def _record(seat: Seat, today: date) -> None:
    with seat.store.read() as conn:
        cadre = cadres.cadres(conn, today)[1]
        homes = households.households(conn, today)[5 : 5 + len(_ACCOUNTS)]
    for home, account in zip(homes, _ACCOUNTS, strict=True):
        told = {"household_id": home.id, "occurred_on": today.isoformat(), "visit_type": "home"}
        told |= {"visitors": cadre.person_id, "account": account}
        with seat.store.write(COLLEAGUE, "记一次走访") as act:
            visits.record(act, told, [], today)


def _change(seat: Seat, place: str, phone: str) -> None:
    """Say where a member is at work now, and under which number."""
    with seat.store.write(seat.user.name, "改党员资料") as act:
        member = people.members(act.conn)[2]
        act.set(Member, member.id, {"away": 1, "away_since": "2026-03", "away_place": place})
        act.set(Person, member.person_id, {"phone": phone})


def enter_twice(opened: Seat, today: date) -> None:
    """Let the colleague have entered a household that was there already, with another telephone number."""
    with opened.store.write(COLLEAGUE, "添户") as act:
        there = households.households(act.conn, today)[5]
        head = households.family(act.conn, there.id)[0].person
        door = {name: there.values[name] for name in ("villager_group", "door")}
        told: Draft = {"head": there.head, "phone": "13900000126", "note": "白天多在地里，傍晚去好找"}
        id = households.save_household(act, door | told, today)
        again = households.family(act.conn, id)[0].person_id
        act.set(Person, again, {"sex": head["sex"], "born_on": str(head["born_on"] or "")[:7] or None})
