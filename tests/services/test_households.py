"""Who lives where: heads, families, and people who move."""

import pytest

from tests.samples import TODAY, Village
from villagebranch.domain.errors import Refused
from villagebranch.domain.idnumber import check_character
from villagebranch.records.person import Person
from villagebranch.services import cadres, households
from villagebranch.services.households import family
from villagebranch.services.timeline import timeline


@pytest.fixture
def act(village):
    with village.store.write("周丽", "改资料") as act:
        yield act


@pytest.fixture
def home(village: Village) -> str:
    return village.ids["户 陆根发"]


@pytest.fixture
def other(village: Village) -> str:
    return village.ids["户 张桂芳"]


def living(act, home):
    return [(one.name, one.relation) for one in family(act.conn, home)]


def test_relation_in_everyday_words_is_understood(act, home):
    households.save_resident(act, home, {"name": "王秀珍", "relation": "老伴"}, TODAY)
    assert living(act, home) == [("陆根发", "head"), ("王秀珍", "spouse")]


def test_second_head_is_refused_by_name(act, home):
    with pytest.raises(Refused, match="户主已经是 陆根发"):
        households.save_resident(act, home, {"name": "陆建平", "relation": "户主"}, TODAY)


def test_person_moves_to_another_household_by_changing_it(act, home, other):
    place = households.save_resident(act, home, {"name": "陆建平", "relation": "子"}, TODAY)
    assert households.save_resident(act, other, {"relation": "女婿"}, TODAY, place) == place
    assert living(act, home) == [("陆根发", "head")]
    assert living(act, other) == [("张桂芳", "head"), ("陆建平", "son_in_law")]


def test_head_does_not_leave_a_family_without_one(act, home):
    households.save_resident(act, home, {"name": "陆建平", "relation": "子"}, TODAY)
    head = family(act.conn, home)[0]
    with pytest.raises(Refused, match="陆根发 是户主"):
        households.move_out(act, head.id)


def test_household_that_somebody_moved_out_of_counts_one_less(village, home, other):
    with village.store.write("周丽", "添人") as act:
        place = households.save_resident(act, home, {"name": "陆建平", "relation": "子"}, TODAY)
    with village.store.write("周丽", "搬家") as act:
        households.save_resident(act, other, {"relation": "女婿"}, TODAY, place)
    with village.store.read() as conn:
        assert {row.id: row.people for row in households.households(conn, TODAY)} == {home: 1, other: 2}


def test_last_of_a_household_may_leave(act, home):
    households.move_out(act, family(act.conn, home)[0].id)
    assert living(act, home) == []


def test_known_id_number_brings_the_same_person(act, village, home):
    number = "33042119780211123" + check_character("33042119780211123")
    act.set(Person, village.ids["王堃"], {"id_number": number})
    raw = {"name": "王堃", "relation": "女婿", "id_number": number}
    households.save_resident(act, home, raw, TODAY)
    assert family(act.conn, home)[1].person_id == village.ids["王堃"]


def test_same_name_and_birthday_bring_the_same_person(act, village, home):
    raw = {"name": "吴晓燕", "relation": "儿媳", "born_on": "1995.2"}
    households.save_resident(act, home, raw, TODAY)
    assert family(act.conn, home)[1].person_id == village.ids["吴晓燕"]


def test_same_name_with_another_birthday_is_another_person(act, village, home):
    raw = {"name": "吴晓燕", "relation": "儿媳", "born_on": "1988-05-01"}
    households.save_resident(act, home, raw, TODAY)
    assert family(act.conn, home)[1].person_id != village.ids["吴晓燕"]


def test_same_name_without_birthday_asks_for_it(act, home):
    with pytest.raises(Refused, match="村里已有一位 吴晓燕（1995-02-03 出生）"):
        households.save_resident(act, home, {"name": "吴晓燕", "relation": "儿媳"}, TODAY)


def test_member_settles_in_a_household_and_leaves_it(act, village, home):
    person = village.ids["吴晓燕"]
    households.settle(act, person, {"household_id": home, "relation": "daughter_in_law"})
    assert households.place_of(act.conn, person) == {"household_id": home, "relation": "daughter_in_law"}
    households.settle(act, person, {"household_id": None, "relation": None})
    assert households.place_of(act.conn, person) == {"household_id": None, "relation": None}


def test_household_without_relation_is_refused(act, village, home):
    with pytest.raises(Refused, match="请填与户主关系"):
        households.settle(act, village.ids["吴晓燕"], {"household_id": home, "relation": None})


def test_misspelt_head_is_corrected_with_the_household(act, home):
    households.save_household(act, {"head": "陆根法"}, TODAY, home)
    assert living(act, home) == [("陆根法", "head")]


def test_another_of_the_family_does_not_become_head_by_the_name_alone(act, home):
    households.save_resident(act, home, {"name": "陆建平", "relation": "子"}, TODAY)
    with pytest.raises(Refused, match="要换户主"):
        households.save_household(act, {"head": "陆建平"}, TODAY, home)


def test_contact_that_ends_today_no_longer_stands_beside_the_household(act, home):
    cadres.unlink_households(act, [home], TODAY)
    (row,) = households.households(act.conn, TODAY, [home])
    assert row.cadre == ""


def test_exported_book_has_a_row_for_each_person(act, home):
    households.save_resident(act, home, {"name": "王秀珍", "relation": "妻"}, TODAY)
    table = households.book(act.conn, households.households(act.conn, TODAY, [home]))
    assert [column.label for column in table.columns][2:6] == ["门牌", "户主", "姓名", "与户主关系"]
    assert [table.texts(row)[2:6] for row in table.rows] == [
        ["18号", "陆根发", "陆根发", "户主"],
        ["18号", "陆根发", "王秀珍", "配偶"],
    ]


def test_household_without_visits_has_an_empty_timeline(act, home):
    assert timeline(act.conn, home) == []
