"""A small fictional township: villages whose reports were taken in, through the program's own door."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tests.samples import TODAY
from villagebranch.db.identity import take_role
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat, found
from villagebranch.db.store import Store
from villagebranch.domain.fields import Draft
from villagebranch.records.village import Village
from villagebranch.services import branch
from villagebranch.services.report import Report
from villagebranch.services.township import add_village, take_report

TOWN = "枫泾镇党建办"
MONTHS = ("2026-10", "2026-11")
CHEAP = Cost(memory=8 * 1024, passes=1, lanes=1)


@dataclass(frozen=True)
class Told:
    """What one village of the sample reported: the visits of its cadres this month, its issues by their ids."""

    name: str
    cadres: tuple[tuple[str, str, int], ...]
    issues: dict[str, Draft]
    reported_at: str = "2026-11-22T17:05:00"
    conflicts: int = 0
    code: str = ""


def issue(words: str, stage: str, collected_on: str, **more: str) -> Draft:
    return {"words": words, "stage": stage, "collected_on": collected_on, "villager_group": "3组"} | more


MEIXI = Told(
    "梅溪村党支部",
    (("周丽", "组织委员", 10), ("王堃", "党支部书记", 8)),
    {
        "meixi11-00001": issue(
            "3组机耕路塌方，农机过不去", "escalated", "2026-11-06", category="road", due_on="2026-11-19",
            escalated_on="2026-11-19", asked="求助资金", measure="村出资1.2万元，其余报镇", owner="周丽",
        ),
        "meixi11-00002": issue(
            "路灯不亮", "in_progress", "2026-08-02", category="facility", due_on="2026-12-10", lead="王堃", owner="周丽"
        ),
        "meixi11-00003": issue(
            "合作医疗报销", "fed_back", "2026-11-09", category="medical", resolved_on="2026-11-20", result="代办好了",
            fed_back_on="2026-11-21", satisfaction="satisfied",
        ),
    },
    code="meixi11",
)  # fmt: skip
SHIQIAO = Told(
    "石桥村党支部",
    (("钱明", "党支部书记", 3), ("朱桂英", "宣传委员", 4)),
    {
        "shiqiao-00001": issue(
            "校车不进村", "escalated", "2026-11-08", category="education", escalated_on="2026-11-11",
            asked="需教育办协调",
        ),
        "shiqiao-00002": issue(
            "泵站夜间停机", "assigned", "2026-10-14", category="water", due_on="2026-11-01", owner="钱明"
        ),
    },
    conflicts=2,
    code="shiqiao",
)  # fmt: skip
LIUBANG = Told(
    "柳浜村党支部", (("顾伟", "党支部书记", 0),), {}, reported_at="2026-10-28T16:00:00", code="liubang"
)
VILLAGES = (MEIXI, SHIQIAO, LIUBANG)


def report(told: Told) -> Report:
    """Return the report of a village."""
    cadres: dict[str, Draft] = {}
    for month in (one for one in MONTHS if one <= told.reported_at[:7]):
        for name, post, visited in told.cadres:
            row: Draft = {"period": month, "name": name, "post": post, "visited": visited, "quota": 10}
            cadres[f"{told.code}-{name}/{month}"] = row
    rows = {"cadre_month": cadres, "village_issue": told.issues}
    about: Draft = {"name": told.name, "households": 412, "members": 58, "conflicts": told.conflicts}
    return Report(
        about | {"secretary": told.cadres[0][0]}, rows, {name: 1 for kind in rows.values() for name in kind}
    )


def settle(store: Store, villages: tuple[Told, ...] = VILLAGES, today: date = TODAY) -> dict[str, str]:
    """Make an empty store the township's and take the villages' reports in; return their ids by name."""
    ids = {}
    with store.write("陆明华", "新建资料") as act:
        take_role(act.conn, "township")
        branch.save(act, {"name": TOWN, "township": "枫泾镇"}, today)
    for told in villages:
        with store.write("陆明华", "收村里的上报") as act:
            ids[told.name] = add_village(act, f"{told.code}-branch", told.name)
            take_report(act, ids[told.name], report(told), {told.code: 1}, told.reported_at)
            act.set(Village, ids[told.name], {"reported_at": told.reported_at})
    return ids


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 30)


def seat(folder: Path) -> Seat:
    """Return a new seat of the township, with nothing in it yet."""
    return found(Place(folder), TOWN, "陆明华", "练习练习练习", clock, CHEAP)
