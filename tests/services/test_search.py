"""Search: the whole village at each keystroke, and never out of date."""

from pathlib import Path

import pytest

from tests.samples import TODAY
from villagebranch.domain.names import Pinyin
from villagebranch.records.agenda_item import AgendaItem
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services.search import Catalogue, Hit

TABLE = Path(__file__).parents[2] / "resources" / "codes" / "pinyin.tsv"


@pytest.fixture(scope="session")
def pinyin():
    return Pinyin(TABLE.read_text(encoding="utf-8"))


@pytest.fixture
def catalogue(village, pinyin):
    with village.store.read() as conn:
        return Catalogue(conn, pinyin)


@pytest.fixture
def change(village, catalogue):
    """Do one act, and let the catalogue catch up."""

    def done(do):
        with village.store.write("王堃", "练习") as act:
            made = do(act)
        with village.store.read() as conn:
            catalogue.refresh(conn)
        return made

    return done


def titles(catalogue, query, **wanted):
    return [(hit.kind, hit.title) for hit in catalogue.find(query, TODAY, **wanted)]


SPELLINGS = (
    "陆根发",
    "根发",
    "lugenfa",
    "LGF",
    "lugf",
    " 陆 根 发 ",
    "ｌｇｆ",
    "5组18号",
    "5组 18号",
    "18号",
    "5-18",
)


@pytest.mark.parametrize("query", SPELLINGS)
def test_household_is_found_by_name_pinyin_initials_and_door(village, catalogue, query):
    found = Hit("household", village.ids["户 陆根发"], "陆根发", "5组 18号", "低保户", "还没有走访过")
    assert catalogue.find(query, TODAY) == [found]


def test_household_is_found_by_anybody_who_lives_there(village, catalogue, change):
    def move_in(act):
        person = act.add(Person, {"name": "单美珍"})
        place = {"household_id": village.ids["户 陆根发"], "person_id": person, "relation": "daughter_in_law"}
        act.add(HouseholdMember, place)

    change(move_in)
    (hit,) = catalogue.find("smz", TODAY)
    assert (hit.kind, hit.id) == ("household", village.ids["户 陆根发"])
    assert (hit.title, hit.detail) == ("单美珍", "陆根发 户 · 5组 18号")


def test_party_member_is_found_as_member_with_group_and_post(village, catalogue):
    (hit,) = catalogue.find("zhouli", TODAY)
    assert hit == Hit("member", village.ids["党员 周丽"], "周丽", "第一党小组 · 组织委员", "正式党员")


def test_people_alone_are_found_where_a_person_is_to_be_chosen(village, catalogue):
    (hit,) = catalogue.find("lgf", TODAY, kinds={"person"})
    assert (hit.kind, hit.id, hit.detail) == ("person", village.ids["陆根发"], "5组 18号")
    assert titles(catalogue, "zl", kinds={"person"}) == [("person", "周丽")]


def test_surname_is_found_by_its_own_reading(catalogue, change):
    change(lambda act: act.add(Person, {"name": "解德兴"}))
    assert titles(catalogue, "xdx") == titles(catalogue, "xiedexing") == [("person", "解德兴")]


def test_last_four_digits_of_phone_and_id_find_the_person(catalogue, change):
    change(
        lambda act: act.add(
            Person, {"name": "顾文彬", "phone": "13900000087", "id_number": "11010519491231002X"}
        )
    )
    assert titles(catalogue, "0087") == titles(catalogue, "002x") == [("person", "顾文彬")]


def test_last_four_digits_of_the_phone_find_the_household(catalogue):
    assert titles(catalogue, "2207") == [("household", "陆根发"), ("household", "张桂芳")]


def test_household_tells_when_it_was_last_visited(village, catalogue, change):
    draft = {"household_id": village.ids["户 陆根发"], "visitors": village.ids["周丽"], "visit_type": "home"}
    change(lambda act: act.add(Visit, draft | {"occurred_on": "2026-10-06"}))
    assert catalogue.find("lgf", TODAY)[0].note == "48 天前走访过"


def test_issue_is_found_by_any_of_its_words_and_open_ones_by_pinyin(village, catalogue, change):
    draft = {
        "words": "3组 机耕路塌方",
        "collected_on": "2026-11-06",
        "household_id": village.ids["户 张桂芳"],
    }
    id = change(lambda act: act.add(Issue, draft | {"stage": "assigned"}))
    found = Hit("issue", id, "3组 机耕路塌方", "张桂芳 户 · 3组 1号", "已交办")
    assert catalogue.find("塌方", TODAY) == catalogue.find("zjgl", TODAY) == [found]
    change(lambda act: act.set(Issue, id, {"stage": "closed"}))
    assert titles(catalogue, "zjgl") == []
    assert catalogue.find("机耕路", TODAY)[0].tag == "已销号"


def test_meeting_is_found_by_its_type_its_day_and_its_agenda(catalogue, change):
    def hold(act):
        id = act.add(Meeting, {"meeting_type": "general", "starts_at": "2026-11-20 14:00"})
        return id, act.add(AgendaItem, {"meeting_id": id, "position": 1, "title": "吴晓燕按期转正"})

    id, item = change(hold)
    found = Hit("meeting", id, "支部党员大会", "2026年11月20日 · 吴晓燕按期转正")
    for query in ("党员大会", "zbdydh", "11-20", "2026-11", "按期转正"):
        assert catalogue.find(query, TODAY) == [found]
    change(lambda act: act.remove(AgendaItem, item))
    assert titles(catalogue, "按期转正") == []


def test_each_kind_that_was_found_has_a_place_among_the_hits(catalogue, change):
    def fill(act):
        act.add_many(Person, [{"name": f"路明{one}"} for one in "华亮强德志国福林"])
        act.add(Issue, {"words": "路灯不亮", "collected_on": "2026-11-06", "stage": "collected"})

    change(fill)
    found = titles(catalogue, "路", limit=5)
    assert len(found) == 5
    assert found[-1] == ("issue", "路灯不亮")


def test_new_name_is_found_and_the_old_one_is_not(village, catalogue, change):
    change(lambda act: act.set(Person, village.ids["陆根发"], {"name": "欧阳根发"}))
    assert titles(catalogue, "oygf") == [("household", "欧阳根发")]
    assert titles(catalogue, "5组18号") == [("household", "欧阳根发")]
    assert titles(catalogue, "lgf") == []


def test_who_leaves_the_roster_is_found_as_a_person(village, catalogue, change):
    change(lambda act: act.remove(Member, village.ids["党员 周丽"]))
    assert titles(catalogue, "zl") == [("person", "周丽")]


def test_household_that_was_deleted_is_not_found_until_it_comes_back(village, catalogue, change):
    house = village.ids["户 陆根发"]
    change(lambda act: act.remove(Household, house))
    assert titles(catalogue, "5-18") == []
    assert titles(catalogue, "lgf") == [("person", "陆根发")]
    change(lambda act: act.set(Household, house, {"removed_at": None}))
    assert titles(catalogue, "5-18") == titles(catalogue, "lgf") == [("household", "陆根发")]


def test_import_of_a_thousand_people_is_found_too(catalogue, change):
    change(lambda act: act.add_many(Person, [{"name": "仇和平"}] * 1000))
    assert len(catalogue.find("qhp", TODAY, limit=1000)) == 1000


def test_nothing_typed_finds_nothing(catalogue):
    assert catalogue.find("  ", TODAY) == []
