"""A small fictional village, made through the program's own door, for tests of everything above the store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from villagebranch.db.cipher import Key
from villagebranch.db.database import Database
from villagebranch.db.store import Store
from villagebranch.records.branch import Branch
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.household_link import HouseholdLink
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.member import Member
from villagebranch.records.person import Person

TODAY = date(2026, 11, 23)


@dataclass
class Village:
    """An open store with three party members (two of them cadres) and two households, and the ids of all by name."""

    store: Store
    ids: dict[str, str]
    today: date = TODAY


def database(folder: Path) -> Path | Database:
    """Return where the tables of `folder` are; the fixture `everywhere` puts a server in its place."""
    return folder / "village.db"


def open_store(folder: Path, clock: Callable[[], datetime] = lambda: datetime(2026, 11, 23, 9, 30)) -> Store:
    """Return the store of `folder`, a new one the first time."""
    return Store(database(folder), Key(b"k" * 32), clock)


def settle(store: Store) -> Village:
    """Fill an empty store with the sample village."""
    ids: dict[str, str] = {}
    with store.write("王堃", "练习") as act:
        act.add(
            Branch,
            {"name": "梅溪村党支部", "township": "枫泾镇", "secretary": "王堃", "place": "党群服务中心"},
        )
        for name, born in (("王堃", "1978-02-11"), ("周丽", "1985-06"), ("吴晓燕", "1995-02-03")):
            ids[name] = act.add(
                Person, {"name": name, "born_on": born, "sex": "male" if name == "王堃" else "female"}
            )
        posts = {"王堃": "党支部书记", "周丽": "组织委员"}
        for name, joined in (("王堃", "2011-01"), ("周丽", "2012-07-01"), ("吴晓燕", "2025-12-01")):
            status = "probationary" if name == "吴晓燕" else "full"
            draft = {"person_id": ids[name], "status": status, "joined_on": joined, "post": posts.get(name)}
            ids[f"党员 {name}"] = act.add(Member, draft | {"party_group": "第一党小组"})
        for name, post in posts.items():
            ids[f"干部 {name}"] = act.add(
                Cadre, {"person_id": ids[name], "post": post, "from_on": "2021-01-01"}
            )
        for number, (head, group, door) in enumerate(
            (("陆根发", "5组", "18号"), ("张桂芳", "3组", "1号")), 1
        ):
            house = {"number": number, "villager_group": group, "door": door, "phone": "13800002207"}
            ids[f"户 {head}"] = act.add(
                Household, house | {"tags": "low_income" if head == "陆根发" else "alone"}
            )
            ids[head] = act.add(Person, {"name": head, "born_on": "1954"})
            place = {"household_id": ids[f"户 {head}"], "person_id": ids[head], "relation": "head"}
            act.add(HouseholdMember, place)
        link = {"cadre_id": ids["干部 周丽"], "household_id": ids["户 陆根发"], "from_on": "2025-01-01"}
        act.add(HouseholdLink, link)
    return Village(store, ids)
