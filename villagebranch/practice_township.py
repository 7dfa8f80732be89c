"""The practice township (练习库 of a township): fictional villages with what they reported, to try everything on."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from villagebranch.db import seat as seats
from villagebranch.db.identity import take_role
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat
from villagebranch.domain import periods
from villagebranch.domain.fields import Draft
from villagebranch.practice import COST, PASSWORD, TOWNSHIP
from villagebranch.records.village import Village
from villagebranch.services import branch, township, township_month, township_reply, village_issues
from villagebranch.services.report import Report
from villagebranch.services.village_issues import Wanted
from villagebranch.sync import cards, errands, handover

UNIT, USER = f"{TOWNSHIP}党建办", "陆明华"
_NAMES = (
    *(
        "梅溪",
        "石桥",
        "柳浜",
        "东荡",
        "西庄",
        "北浜",
        "南荡",
        "荷叶",
        "双塔",
        "金泽",
        "新泾",
        "长浜",
        "横塘",
        "三里",
    ),
    *("白牛", "古松", "芦花", "桃园", "渔港", "沙田", "竹林", "青莲"),
)
_MISSING, _UNDECIDED, _APART = "沙田", "长浜", "竹林"
_OPEN = "梅溪"  # whose visits go up with what was said
_VISIT: Draft = {
    "visit_type": "home",
    "visitors": "陆明华",
    "place": "5组 18号",
    "account": "老人身体还好，稻谷已经卖完。",
}
_SURNAMES, _GIVEN = (
    "陆沈周顾金朱钱吴徐张",
    ("建国", "明华", "桂英", "丽", "伟", "福林", "晓燕", "国强", "雪琴"),
)
_POSTS = ("党支部书记", "党支部副书记", "组织委员", "宣传委员", "纪检委员")
_ISSUES = (
    ("机耕路塌方，农机过不去", "road", "求助资金"),
    ("泵站夜间停机", "water", "需水务站派人"),
    ("校车不进村", "education", "需教育办协调"),
    ("路灯不亮", "facility", "需供电所检修"),
    ("合作医疗报销材料不会填", "medical", ""),
    ("屋面漏雨", "housing", "危旧房补助"),
    ("土地流转手续不清楚", "land", ""),
    ("家庭农场缺插秧短工", "employment", ""),
    ("河道漂浮物没人捞", "environment", "需河长办安排"),
    ("稻谷没有车送粮站", "production", ""),
    ("高龄补贴没有到账", "welfare", ""),
)
_DONE_SHARE = 0.7


def seat(real: Place, clock: Callable[[], datetime], leaving_out: str = "") -> Seat:
    """Open the practice township beside the real data, made now if it is the first time: without the village
    `leaving_out`, where that has books of its own and is to `exchange`."""
    place = Place(real.folder / "practice-township")
    if place.keys.exists():
        return seats.take(place, None, PASSWORD, clock)
    opened = seats.found(place, UNIT, USER, PASSWORD, clock, COST)
    today, ids = clock().date(), {}
    with opened.store.write(USER, "新建资料") as act:
        take_role(act.conn, "township")
        branch.save(act, {"name": UNIT, "township": TOWNSHIP}, today)
        for name in (one for one in _NAMES if one != leaving_out):
            card = replace(cards.new_keys().card(USER), unit=f"{name}村党支部", branch=f"{name}-branch")
            handover.trust(act, replace(card, name=handover.called(act.conn, card)))
            ids[name] = str(township.village_of(act.conn, card.branch))
    asked = _ask(opened, ids, today)
    for name, id in ids.items():
        _report(opened, name, id, asked[name], today, Random(_NAMES.index(name)))
    _answer(opened, today)
    return opened


def _ask(opened: Seat, ids: dict[str, str], today: date) -> dict[str, str]:
    """Ask the same of all villages, and return the ids of what was asked."""
    told = {"title": "上报年度党员名册", "words": "按附表格式填好，交党建办。"}
    told |= {"due_on": _before(today, 3), "issued_on": _before(today, 20)}
    return {name: _instruct(opened, id, told, today) for name, id in ids.items()}


def _before(today: date, days: int) -> str:
    return (today - timedelta(days=days)).isoformat()


def _instruct(opened: Seat, village: str, told: Mapping[str, object], today: date) -> str:
    with opened.store.write(USER, "下通知要求", village) as act:
        return township_reply.instruct(act, told, today)


def _report(opened: Seat, name: str, id: str, asked: str, today: date, chance: Random) -> None:
    """Take a village's report in, as it came some days ago."""
    came = today - timedelta(days=today.day + 2 if name == _MISSING else chance.randrange(min(today.day, 4)))
    cadres = {
        f"{name}-{place}/{row['period']}": row
        for place, rows in enumerate(_cadres(came, chance))
        for row in rows
    }
    told: dict[str, dict[str, Draft]] = {
        "cadre_month": cadres,
        "village_issue": dict(_issues(name, came, chance)),
    }
    told["village_month"] = {str(row["period"]): row for row in _ways(cadres.values())}
    if name == _OPEN:
        told["village_visit"] = {f"{name}-visit-1": _VISIT | {"occurred_on": came.isoformat()}}
    if chance.random() < _DONE_SHARE:
        told["instruction_report"] = {asked: {"done_on": came.isoformat(), "done_note": "已交党建办"}}
    about: Draft = {"name": f"{name}村党支部", "secretary": cadres[f"{name}-0/{came:%Y-%m}"]["name"]}
    about |= {"households": chance.randrange(300, 700), "members": chance.randrange(40, 90)}
    about["conflicts"] = 2 if name == _UNDECIDED else 0
    at = f"{came}T{chance.randrange(8, 17):02}:{chance.randrange(60):02}:00"
    report = Report(about, told, {source: 1 for rows in told.values() for source in rows})
    with opened.store.write(USER, "收村里的上报") as act:
        township.take_report(act, id, report, {name: 1}, at)
        act.set(Village, id, {"reported_at": at, "apart": 1 if name == _APART else None})


def _cadres(until: date, chance: Random) -> Iterator[list[Draft]]:
    """Yield for each cadre of a village the months of this year."""
    names = chance.sample([surname + given for surname in _SURNAMES for given in _GIVEN], len(_POSTS))
    for name, post in zip(names, _POSTS[: chance.randrange(3, len(_POSTS) + 1)], strict=False):
        yield [
            {
                "period": month,
                "name": name,
                "post": post,
                "visited": min(10, chance.randrange(5, 14)),
                "quota": 10,
            }
            for month in periods.months_of(until.year)
            if month <= f"{until:%Y-%m}"
        ]


def _ways(cadres: Iterable[Draft]) -> Iterator[Draft]:
    """Yield how often the cadres visited in each month, by the three ways."""
    visited: Counter[str] = Counter()
    for row in cadres:
        visited[str(row["period"])] += int(row["visited"] or 0)
    for month, number in visited.items():
        ways = {"liaison": number // 5, "home": number - number // 5, "patrol": 3}
        yield {"period": month, "households": number, **ways}


def _issues(name: str, until: date, chance: Random) -> Iterator[tuple[str, Draft]]:
    """Yield the issues of a village by their ids."""
    for place, (words, category, asked) in enumerate(
        chance.sample(_ISSUES, chance.randrange(6, len(_ISSUES)))
    ):
        collected = until - timedelta(days=chance.randrange(3, 110))
        row: Draft = {"words": words, "category": category, "collected_on": collected.isoformat()}
        row |= {"villager_group": f"{chance.randrange(1, 9)}组", "source_way": "home", "stage": "in_progress"}
        row["due_on"] = (collected + timedelta(days=chance.randrange(20, 150))).isoformat()
        luck = chance.random()
        if asked and luck < 0.3 and (until - collected).days < 40:
            row |= {"stage": "escalated", "asked": asked}
            row["escalated_on"] = (collected + timedelta(days=3)).isoformat()
        elif luck < _DONE_SHARE:
            done = collected + timedelta(days=min(12, (until - collected).days))
            row |= {"stage": "fed_back", "resolved_on": done.isoformat(), "result": "已办好"}
            row |= {"fed_back_on": done.isoformat(), "satisfaction": "satisfied"}
        yield f"{name}-issue-{place}", row


def _answer(opened: Seat, today: date) -> None:
    """Answer the two that wait longest."""
    with opened.store.read() as conn:
        waiting = village_issues.found(conn, Wanted(state="unanswered"), today)
    for one in waiting[:2]:
        told = {"disposition": "arranged", "words": "已安排站所下周到村。"}
        with opened.store.write(USER, "答复", one.village_id) as act:
            township_reply.answer(act, one.source, told, today)


def exchange(opened: Seat, village: Seat, stick: Path, today: date) -> None:
    """Let a village with books of its own report on a stick, and take in what the township answers and asks."""
    for here, other in ((village, opened), (opened, village)):
        with other.store.receive() as (conn, _):
            card = cards.keys(conn).own_card(conn, other.user.name)
        with here.store.write(here.user.name, "收名片") as act:
            handover.trust(act, replace(card, name=handover.called(act.conn, card)))
    _carry(village, opened, stick)
    with opened.store.read() as conn:
        id = next(id for id, name in township_month.names(conn).items() if name.startswith(_OPEN))
        waiting = village_issues.found(conn, Wanted(village_id=id, state="unanswered"), today)
    told = {"disposition": "arranged", "replied_on": _before(today, 2)}
    told["words"] = "已同公交公司商定，12 月起增设停靠点。"
    with opened.store.write(USER, "答复", id) as act:
        township_reply.answer(act, waiting[0].source, told, today)
    _ask(opened, {_OPEN: id}, today)
    told = {"title": "排查冬季用火用电", "words": "独居老人家要上门看一遍，查到的当场改。"}
    told |= {"due_on": _before(today, -12), "issued_on": _before(today, 2)}
    _instruct(opened, id, told, today)
    _carry(opened, village, stick)


def _carry(source: Seat, target: Seat, stick: Path) -> None:
    with target.store.receive() as (conn, _):
        sign = cards.keys(conn).card("").sign
    with source.store.read() as conn:
        to = next(card for card in cards.partners(conn) if card.sign == sign)
    path = errands.send(source, to, stick).path
    package = errands.open_package(target, path.read_bytes())
    errands.take_in(target, package, path.name, backed_up=True)
