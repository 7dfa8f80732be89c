"""What an operator does: one function for each act through the services, with everything in it drawn by chance."""

from contextlib import suppress
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from tests.books import households as blocks
from tests.books import rows
from villagebranch.db import history
from villagebranch.db.journal import Act, ActRef, SyncAct
from villagebranch.db.record import Record
from villagebranch.domain.errors import Refused
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services import (
    branch,
    cadres,
    duplicates,
    histories,
    imports,
    issues,
    meetings,
    merging,
    monthly_summary,
    people,
    removed,
    visits,
)
from villagebranch.services import households as homes

NAMES = ("陆根发", "张桂芳", "王堃", "周丽", "李阿毛", "陈水根", "沈小妹")
BORN = ("1954", "1961-03", "1978-02-11", "1990-12-01", None)
WORDS = ("路灯不亮", "水沟堵了", "低保怎么申请", "路面坑洼", None)
MONTHS = ("2026-09", "2026-10", "2026-11")


class Who:
    """Whose acts these are: the chance that draws them, and the day."""

    def __init__(self, chance: Random, today: date) -> None:
        self.chance, self.today = chance, today

    def some(self, act: Act, record: type[Record]) -> str:
        """Return a living record of a kind; raise `Refused` where there is none."""
        ids = list(act.conn.scalars(select(record.id).where(record.removed_at.is_(None)).order_by(record.id)))
        if not ids:
            raise Refused("没有")
        return self.chance.choice(ids)

    def day(self) -> str:
        return (self.today - timedelta(days=self.chance.randrange(60))).isoformat()


def visit(act: Act, who: Who) -> None:
    raw, heard = _visit(act, who), _heard(who)
    visits.record(act, raw, heard, who.today)


def correct_visit(act: Act, who: Who) -> None:
    visits.record(act, _visit(act, who), _heard(who), who.today, who.some(act, Visit))


def _visit(act: Act, who: Who) -> dict[str, object]:
    home = who.some(act, Household) if who.chance.random() < 0.8 else None
    told = {"household_id": home, "place": None if home else "3组机耕路", "occurred_on": who.day()}
    return told | {
        "visitors": who.some(act, Person),
        "visit_type": "home",
        "account": who.chance.choice(WORDS),
    }


def _heard(who: Who) -> list[dict[str, object]]:
    told = [who.chance.choice(WORDS) for _ in range(who.chance.randrange(3))]
    return [{"words": words, "category": "facility"} for words in told]


def remove_visit(act: Act, who: Who) -> None:
    visits.remove(act, who.some(act, Visit))


def collect(act: Act, who: Who) -> None:
    raw = {"words": who.chance.choice(WORDS), "category": "livelihood", "source": "call"}
    issues.collect(act, raw | {"household_id": who.some(act, Household)}, who.today)


def correct_issue(act: Act, who: Who) -> None:
    raw = {"words": who.chance.choice(WORDS[:4]), "measure": who.chance.choice(("派人看", None))}
    issues.correct(act, who.some(act, Issue), raw, who.today)


def study(act: Act, who: Who) -> None:
    raw = {"measure": "派人修", "owner_id": who.some(act, Person), "due_on": "2026-12-10"}
    issues.study(act, who.some(act, Issue), raw, who.today, final=who.chance.random() < 0.7)


def advance(act: Act, who: Who) -> None:
    raw = {"result": "已修好", "fed_back_way": "当面", "satisfaction": "满意", "measure": "派人修"}
    raw |= {"owner_id": who.some(act, Person), "due_on": "2026-12-10"}
    stage = who.chance.choice(("sorted", "assigned", "in_progress", "resolved", "fed_back", "closed"))
    issues.advance(act, who.some(act, Issue), stage, who.today, raw)


def remove_issue(act: Act, who: Who) -> None:
    issues.remove(act, who.some(act, Issue))


def meet(act: Act, who: Who) -> None:
    _meeting(act, who, "")


def correct_meeting(act: Act, who: Who) -> None:
    _meeting(act, who, who.some(act, Meeting))


def _meeting(act: Act, who: Who, id: str) -> None:
    draft = meetings.draft(act.conn, who.chance.choice(("committee", "general", "theme_day")), who.today)
    seats = [
        {"person_id": seat.person_id, "status": seat.status, "can_vote": int(seat.can_vote)}
        for seat in draft.seats
    ]
    agenda: list[dict[str, object]] = [
        {"title": "研究近期工作", "resolution": who.chance.choice((None, "同意"))}
    ]
    with suppress(Refused):
        agenda.append(
            dict(meetings.agenda_from_issue(act.conn, who.some(act, Issue))) | {"resolution": "派人修"}
        )
    when = {"starts_at": f"{who.day()} 14:00", "discussion": "按计划进行。"}
    meetings.save(act, dict(draft.values) | when, seats[: who.chance.randrange(4)], agenda, who.today, id)


def remove_meeting(act: Act, who: Who) -> None:
    meetings.remove(act, who.some(act, Meeting))


def freeze(act: Act, who: Who) -> None:
    monthly_summary.freeze(act, who.chance.choice(MONTHS), who.today)


def reopen(act: Act, who: Who) -> None:
    monthly_summary.reopen(act, who.chance.choice(MONTHS))


def import_households(act: Act, who: Who) -> None:
    head, other = who.chance.sample(NAMES, 2)
    place = {"villager_group": "5组", "door": f"{who.chance.randrange(9)}号"}
    family = [
        place | {"name": head, "relation": "户主", "born_on": who.chance.choice(BORN)},
        {"name": other, "relation": "配偶", "born_on": who.chance.choice(BORN)},
    ]
    imports.apply(act, imports.PLANS["households"](act.conn, blocks(family), who.today))


def import_visits(act: Act, who: Who) -> None:
    told = {
        "occurred_on": who.day(),
        "visitors": "王堃",
        "head": who.chance.choice(NAMES),
        "visit_type": "上门家访",
    }
    told |= {"words": who.chance.choice(WORDS), "category": "设施", "result": "在办"}
    imports.apply(act, imports.PLANS["visits"](act.conn, rows(told), who.today))


def import_members(act: Act, who: Who) -> None:
    told = {"name": who.chance.choice(NAMES), "born_on": who.chance.choice(BORN), "joined_on": "2001-07-01"}
    imports.apply(act, imports.PLANS["members"](act.conn, rows(told | {"status": "正式党员"}), who.today))


def move_in(act: Act, who: Who) -> None:
    raw = {"head": who.chance.choice(NAMES), "villager_group": "3组", "phone": "13800002207"}
    homes.save_household(act, raw, who.today)


def correct_household(act: Act, who: Who) -> None:
    raw = {"head": who.chance.choice(NAMES), "tags": who.chance.choice(("alone", "low_income", None))}
    homes.save_household(act, raw, who.today, who.some(act, Household))


def add_resident(act: Act, who: Who) -> None:
    raw = {"name": who.chance.choice(NAMES), "relation": who.chance.choice(("spouse", "son", "head"))}
    homes.save_resident(act, who.some(act, Household), raw | {"born_on": who.chance.choice(BORN)}, who.today)


def move_out(act: Act, who: Who) -> None:
    homes.move_out(act, who.some(act, HouseholdMember))


def remove_household(act: Act, who: Who) -> None:
    homes.remove_household(act, who.some(act, Household))


def add_member(act: Act, who: Who) -> None:
    raw = {"name": who.chance.choice(NAMES), "born_on": who.chance.choice(BORN), "status": "full"}
    people.save_member(act, raw | {"joined_on": "2001-07-01"}, who.today)


def correct_member(act: Act, who: Who) -> None:
    raw = {"phone": who.chance.choice(("13800000001", None)), "party_group": "第一党小组"}
    raw |= {"away": who.chance.choice((0, 1)), "away_place": who.chance.choice(("上海", None))}
    people.save_member(act, raw, who.today, who.some(act, Member))


def remove_member(act: Act, who: Who) -> None:
    people.remove_member(act, who.some(act, Member))


def take_office(act: Act, who: Who) -> None:
    cadres.add_cadre(
        act, {"person_id": who.some(act, Person), "post": "委员", "from_on": "2026-01-01"}, who.today
    )


def leave_office(act: Act, who: Who) -> None:
    cadres.retire(act, _cadre(act, who), who.day(), who.today)


def share_out(act: Act, who: Who) -> None:
    cadres.link_households(act, _cadre(act, who), [who.some(act, Household)], who.today)
    cadres.set_quota(act, _cadre(act, who), who.chance.choice(MONTHS), who.chance.randrange(20), who.today)


def unlink(act: Act, who: Who) -> None:
    cadres.unlink_households(act, [who.some(act, Household)], who.today)


def _cadre(act: Act, who: Who) -> str:
    if not (in_office := cadres.cadres(act.conn, who.today)):
        raise Refused("没有")
    return who.chance.choice(in_office).id


def merge(act: Act, who: Who) -> None:
    kind = who.chance.choice((Person, Household))
    merging.merge(act, kind.__tablename__, who.some(act, kind), who.some(act, kind))


def tell_apart(act: Act, who: Who) -> None:
    duplicates.tell_apart(act, who.some(act, Person), who.some(act, Person))


def bring_back(act: Act, who: Who) -> None:
    if not (gone := removed.gone(act.conn, who.today)):
        raise Refused("没有")
    one = who.chance.choice(gone)
    removed.restore(act, one.kind, one.id)


def put_back(act: Act, who: Who) -> None:
    told = histories.tell(act.conn, histories.of_household(act.conn, who.some(act, Household)))
    if not (able := [one for one in told if one.can_go_back]):
        raise Refused("没有")
    histories.put_back(act, who.chance.choice(able))


def name_branch(act: Act, who: Who) -> None:
    branch.save(act, {"name": "梅溪村党支部", "secretary": who.chance.choice(NAMES)}, who.today)


def take_back(act: Act, who: Who) -> None:
    """Undo one of the last acts, an undo among them."""
    latest = act.conn.execute(select(SyncAct.replica, SyncAct.number).order_by(SyncAct.stamp.desc()).limit(6))
    history.undo(act, ActRef(*who.chance.choice(latest.all())))


DEEDS = (
    visit, visit, correct_visit, remove_visit, collect, correct_issue, study, advance, advance, remove_issue, meet,
    correct_meeting, remove_meeting, freeze, reopen, import_households, import_visits, import_members, move_in,
    correct_household, add_resident, move_out, remove_household, add_member, correct_member, remove_member, take_office,
    leave_office, share_out, unlink, merge, merge, tell_apart, bring_back, put_back, name_branch, take_back,
)  # fmt: skip
