"""A large fictional village, made through the program's own door: 5,000 people, 2,000 households, a year of meetings,
and as many visits and issues as are asked for. Every name and number is made up, and is the same on every run."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path

from villagebranch.db.cipher import Key
from villagebranch.db.journal import Act
from villagebranch.db.store import Store
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.attendance import Attendance
from villagebranch.records.branch import Branch
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.household_link import HouseholdLink
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit

TODAY = date(2026, 11, 23)
KEY = Key(b"k" * 32)
PEOPLE, HOUSEHOLDS, MEMBERS, CADRES, MEETINGS = 5_000, 2_000, 400, 12, 60
PART = 50_000  # visits of one act

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马胡朱郭何罗高林陆单解覃曾翟"
GIVEN = "秀英美珍建国德兴阿根水明华雪琴晓燕海生云飞志强文斌巧玉梅小丽平永福金山发堃喆"
TAGS = (None, None, None, None, "low_income", "alone", "disabled", "military")
WAYS = ("liaison", "home", "field")
ACCOUNTS = (
    "查看机耕路塌方处，长约{}米，农机不能过，已同施工队商量先用碎石垫平。",
    "秋收结束，谈明年种植打算，想流转{}亩地，已讲清手续。",
    "子女在外，身体尚好，日常由{}号邻居照看，无其他困难。",
)
STAGES = (*["closed"] * 14, "collected", "assigned", "in_progress", "resolved", "fed_back", "studied")


def clock() -> datetime:
    """Return the time at which everything here happens."""
    return datetime(2026, 11, 23, 9, 30)


def open_village(path: Path, visits: int) -> Store:
    """Return a new store at `path` with the village and so many visits."""
    store = Store(path, KEY, clock)
    settle(store, visits)
    return store


def settle(store: Store, visits: int) -> None:
    """Fill an empty store."""
    chance = random.Random(7)
    with store.write("王堃", "建资料") as act:
        act.add(Branch, {"name": "梅溪村党支部", "township": "枫泾镇", "secretary": "王堃"})
        people = _people(act, chance)
        households = _households(act, chance, people)
        _party(act, people, households)
        _meetings(act, chance, people[:MEMBERS])
    for start in range(0, visits, PART):
        with store.write("王堃", "从表格导入走访") as act:
            _visits(act, chance, people[:CADRES], households, min(PART, visits - start))


def _people(act: Act, chance: random.Random) -> list[str]:
    return act.add_many(
        Person,
        [
            {
                "name": chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2)))),
                "sex": chance.choice(("male", "female")),
                "born_on": f"{chance.randrange(1935, 2007)}-{n % 12 + 1:02}-{n % 28 + 1:02}",
                "ethnicity": "01",
                "id_number": f"33042419{n * 7919 % 10**10:010}",
                "phone": f"138{chance.randrange(10**8):08}",
                "address": f"{n % 12 + 1}组{n % 167 + 1}号",
            }
            for n in range(PEOPLE)
        ],
    )


def _households(act: Act, chance: random.Random, people: list[str]) -> list[str]:
    drafts = [
        {
            "number": n + 1,
            "villager_group": f"{n % 12 + 1}组",
            "door": f"{n // 12 + 1}号",
            "phone": f"139{chance.randrange(10**8):08}",
            "tags": chance.choice(TAGS),
            "card_given": n % 2,
        }
        for n in range(HOUSEHOLDS)
    ]
    made = act.add_many(Household, drafts)
    relations = ("head", "spouse", "son")
    act.add_many(
        HouseholdMember,
        [
            {
                "household_id": made[n % HOUSEHOLDS],
                "person_id": person,
                "relation": relations[n // HOUSEHOLDS],
            }
            for n, person in enumerate(people)
        ],
    )
    return made


def _party(act: Act, people: list[str], households: list[str]) -> None:
    act.add_many(
        Member,
        [
            {
                "person_id": person,
                "status": "full" if n % 20 else "probationary",
                "joined_on": f"{1970 + n % 56}-07-01" if n % 20 else "2026-07-01",
                "party_group": f"第{n % 5 + 1}党小组",
                "away": int(n % 9 == 0),
            }
            for n, person in enumerate(people[:MEMBERS])
        ],
    )
    cadres = [{"person_id": person, "from_on": "2021-01-01"} for person in people[:CADRES]]
    ids = act.add_many(Cadre, cadres)
    act.add_many(
        HouseholdLink,
        [
            {"household_id": home, "cadre_id": ids[n % CADRES], "from_on": "2025-01-01"}
            for n, home in enumerate(households)
        ],
    )


def _meetings(act: Act, chance: random.Random, called: list[str]) -> None:
    types = {
        "committee": 7,
        "general": MEMBERS,
        "group": MEMBERS // 5,
        "class": MEMBERS,
        "theme_day": MEMBERS,
    }
    drafts = [
        {
            "meeting_type": list(types)[n % 5],
            "starts_at": f"2026-{n * 11 // MEETINGS + 1:02}-{n % 20 + 1:02} 09:00",
            "place": "党群服务中心",
            "chair_id": called[0],
            "recorder_id": called[1],
            "title": f"第{n + 1}次会议",
            "party_group": f"第{n // 5 % 5 + 1}党小组" if list(types)[n % 5] == "group" else None,
        }
        for n in range(MEETINGS)
    ]
    status = ("present", "present", "present", "leave")
    for id, draft in zip(act.add_many(Meeting, drafts), drafts, strict=True):
        seats = [
            {"meeting_id": id, "person_id": person, "status": chance.choice(status), "can_vote": 1}
            for person in called[: types[str(draft["meeting_type"])]]
        ]
        act.add_many(Attendance, seats)
        items = [
            {"meeting_id": id, "position": position, "title": f"研究第{position}件事"} for position in (1, 2)
        ]
        act.add_many(AgendaItem, items)


def _visits(act: Act, chance: random.Random, cadres: list[str], households: list[str], count: int) -> None:
    drafts = []
    for n in range(count):
        day = (TODAY - timedelta(days=chance.randrange(3_000))).isoformat()
        drafts.append(
            {
                "household_id": chance.choice(households),
                "occurred_on": day,
                "recorded_at": f"{day} 17:00",
                "visitors": " ".join(chance.sample(cadres, chance.choice((1, 1, 2)))),
                "visit_type": chance.choice(WAYS),
                "account": chance.choice(ACCOUNTS).format(n),
            }
        )
    ids = act.add_many(Visit, drafts)
    act.add_many(
        Issue,
        [_issue(chance, id, draft) for id, draft in zip(ids[::20], drafts[::20], strict=True)],
    )


def _issue(chance: random.Random, visit: str, draft: dict[str, str]) -> dict[str, str | None]:
    day = date.fromisoformat(draft["occurred_on"])
    stage = chance.choice(STAGES) if (TODAY - day).days < 200 else "closed"
    done = (day + timedelta(days=20)).isoformat()
    ended = stage in ("closed", "resolved", "fed_back")
    return {
        "words": f"村口路灯不亮 {chance.randrange(1, 90)} 盏，晚上走路不便",
        "visit_id": visit,
        "household_id": draft["household_id"],
        "source": draft["visit_type"],
        "category": "facility",
        "collected_on": draft["occurred_on"],
        "stage": stage,
        "owner_id": None if stage == "collected" else draft["visitors"].split()[0],
        "due_on": None if stage == "collected" else (day + timedelta(days=30)).isoformat(),
        "resolved_on": done if ended else None,
        "result": "已修好" if ended else None,
        "fed_back_on": done if ended and stage != "resolved" else None,
        "satisfaction": "satisfied" if ended and stage != "resolved" else None,
    }
