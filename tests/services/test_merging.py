"""Two records of one person or household become one: side by side, in one act, and back again."""

import pytest
from sqlalchemy import select

from tests.samples import Village
from villagebranch.db import history
from villagebranch.db.journal import digest, replayed_digest
from villagebranch.domain.errors import Refused
from villagebranch.domain.names import Pinyin
from villagebranch.records.attendance import Attendance
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.household_link import HouseholdLink
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.kept import HouseholdState, Merged
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services import households, merging, people, search
from villagebranch.services.duplicates import duplicates, tell_apart


def add(village: Village, record, **fields) -> str:
    with village.store.write("周丽", "添加") as act:
        return act.add(record, fields)


def rows(village: Village, *columns, **where) -> list[tuple]:
    with village.store.read() as conn:
        found = conn.execute(select(*columns).filter_by(**where)).all()
    return [tuple(row) for row in found]


def merge(village: Village, kind: str, keep: str, gone: str, choices=None, **options) -> None:
    with village.store.write("周丽", merging.ACTS[kind]) as act:
        merging.merge(act, kind, keep, gone, choices or {}, **options)


def undo(village: Village) -> history.Undone:
    last = village.store.last_act
    with village.store.write("周丽", "撤销") as act:
        return history.undo(act, last)


def digests(village: Village) -> tuple[str, str]:
    with village.store.read() as conn:
        return digest(conn), replayed_digest(conn)


def compare(village: Village, kind: str, keep: str, gone: str) -> merging.Comparison:
    with village.store.read() as conn:
        return merging.compare(conn, kind, keep, gone)


def pairs(village: Village) -> list[tuple[str, str, tuple[str, ...]]]:
    with village.store.read() as conn:
        return [(one.keep, one.gone, one.reasons) for one in duplicates(conn, PINYIN) if one.kind == "person"]


PINYIN = Pinyin("gen\t根\nfa\t发法\nlu\t陆\nfang\t芳")


@pytest.fixture
def twice(village) -> tuple[str, str]:
    """周丽 once more, as another laptop entered her: a member, a cadre, at a meeting, on a visit, owner of an issue."""
    again = add(village, Person, name="周丽", born_on="1985-06-12", phone="13800000009")
    member = {"person_id": again, "status": "full", "joined_on": "2012-07-01", "post": "组织委员"}
    add(village, Member, **member, honours="优秀党员")
    cadre = add(village, Cadre, person_id=again, post="组织委员", from_on="2021-01-01")
    add(village, HouseholdLink, cadre_id=cadre, household_id=village.ids["户 张桂芳"], from_on="2025-02-01")
    meeting = add(village, Meeting, meeting_type="party_day", starts_at="2026-11-20 14:00")
    for person in (village.ids["周丽"], again):
        add(village, Attendance, meeting_id=meeting, person_id=person, status="present")
    visitors = f"{again} {village.ids['王堃']} {village.ids['周丽']}"
    visit = {"household_id": village.ids["户 陆根发"], "occurred_on": "2026-11-20", "visit_type": "home"}
    add(village, Visit, visitors=visitors, **visit)
    add(village, Issue, words="路灯坏了", collected_on="2026-11-20", stage="new", owner_id=again)
    return village.ids["周丽"], again


def test_everything_that_pointed_to_the_merged_person_points_to_the_one_that_stays(village, twice):
    keep, gone = twice
    merge(village, "person", keep, gone)
    assert rows(village, Visit.visitors) == [(f"{keep} {village.ids['王堃']}",)]
    assert rows(village, Issue.owner_id) == [(keep,)]
    for record in (Member, Cadre, Attendance):
        assert rows(village, record.person_id, removed_at=None).count((keep,)) == 1
    links = rows(village, HouseholdLink.cadre_id, removed_at=None)
    assert links == [(village.ids["干部 周丽"],)] * 2
    assert rows(village, Merged.id, Merged.survivor) == [(gone, keep)]


def test_fuller_value_stays_unless_a_person_chooses(village, twice):
    keep, gone = twice
    lines = {line.label: line for line in compare(village, "person", keep, gone).lines}
    assert (lines["出生日期"].words, lines["出生日期"].take_gone) == (("1985-06", "1985-06-12"), True)
    assert lines["奖惩情况"].take_gone
    assert not lines["性别"].take_gone
    merge(village, "person", keep, gone, {lines["联系电话"].key: False})
    assert rows(village, Person.born_on, Person.phone, id=keep) == [("1985-06-12", None)]
    assert rows(village, Member.honours, id=village.ids["党员 周丽"]) == [("优秀党员",)]


def test_comparison_counts_what_moves_along(village, twice):
    assert compare(village, "person", *twice).moves == {"走访": 1, "问题": 1}


def test_merged_person_is_in_no_list_search_or_picker(village, twice):
    merge(village, "person", *twice)
    with village.store.read() as conn:
        catalogue = search.Catalogue(conn, PINYIN)
        found = catalogue.find("周丽", village.today)
        assert [hit.id for hit in found] == [village.ids["党员 周丽"]]
        assert people.known_person(conn, {"name": "周丽", "born_on": "1985-06"}) == twice[0]
        assert [row.values["name"] for row in people.members(conn)].count("周丽") == 1


def test_search_that_was_open_forgets_the_merged_one_and_finds_it_again_after_undo(village, twice):
    with village.store.read() as conn:
        catalogue = search.Catalogue(conn, PINYIN)
    for ids, act in ((1, lambda: merge(village, "person", *twice)), (2, lambda: undo(village))):
        act()
        with village.store.read() as conn:
            catalogue.refresh(conn)
        assert len(catalogue.find("周丽", village.today)) == ids


def test_undo_brings_all_back_exactly(village, twice):
    before = digests(village)
    merge(village, "person", *twice)
    assert digests(village)[0] != before[0]
    assert undo(village).kept == 0
    assert digests(village) == before
    assert rows(village, Merged.id) == []


def test_undo_can_be_undone(village, twice):
    merge(village, "person", *twice)
    merged = digests(village)
    undo(village)
    undo(village)
    assert digests(village) == merged
    assert rows(village, Merged.id) == [(twice[1],)]


def test_merge_that_fails_changes_nothing(village, twice):
    before = digests(village)
    with pytest.raises(Refused, match="不在册"):
        merge(village, "person", twice[0], "nobody")
    with pytest.raises(Refused, match="不在册"):
        merge(village, "person", twice[0], twice[0])
    assert digests(village) == before


def test_contradiction_made_by_a_choice_is_refused(village, twice):
    keep, gone = twice
    with village.store.write("周丽", "修改") as act:
        act.set(Person, keep, {"work_started_on": "1985-06-01"})
    with pytest.raises(Refused, match="参加工作日期早于出生日期"):
        merge(village, "person", keep, gone)


# Households.


@pytest.fixture
def two_homes(village) -> tuple[str, str]:
    """陆根发's household once more, with a wife that the first does not have."""
    home = add(village, Household, villager_group="五组", door="18", phone="13800000008", note="老屋")
    add(village, HouseholdMember, household_id=home, person_id=village.ids["王堃"], relation="other")
    for name, relation, born in (("陆根发", "head", "1954-03-01"), ("李秀英", "spouse", "1956")):
        person = add(village, Person, name=name, born_on=born)
        add(village, HouseholdMember, household_id=home, person_id=person, relation=relation)
    visit = {"visitors": village.ids["周丽"], "occurred_on": "2026-11-21", "visit_type": "home"}
    add(village, Visit, household_id=home, **visit)
    return village.ids["户 陆根发"], home


def state(village: Village, id: str) -> list[tuple]:
    columns = (HouseholdState.head_name, HouseholdState.people, HouseholdState.last_visit_on)
    return rows(village, *columns, household_id=id)


def test_two_households_become_one_with_their_people_of_one_name(village, two_homes):
    keep, gone = two_homes
    assert compare(village, "household", keep, gone).people == ("陆根发",)
    merge(village, "household", keep, gone)
    assert state(village, keep) == [("陆根发", 3, "2026-11-21")]
    assert rows(village, Person.born_on, id=village.ids["陆根发"]) == [("1954-03-01",)]
    assert rows(village, Household.door, Household.note, id=keep) == [("18号", "老屋")]
    with village.store.read() as conn:
        assert [row.id for row in households.households(conn, village.today)].count(gone) == 0


def test_merged_household_read_by_its_id_leads_to_the_one_that_stays(village, two_homes):
    keep, gone = two_homes
    merge(village, "household", keep, gone)
    with village.store.read() as conn:
        assert [row.id for row in households.households(conn, village.today, [gone])] == [keep]


def test_merged_household_is_undone_exactly_also_after_a_restart(village, two_homes, tmp_path):
    before = digests(village), state(village, two_homes[0]), state(village, two_homes[1])
    merge(village, "household", *two_homes)
    with village.store.read() as conn:
        ref = history.acts(conn)[0].ref
    with village.store.write("周丽", "撤销") as act:
        history.undo(act, ref)
    assert (digests(village), state(village, two_homes[0]), state(village, two_homes[1])) == before


def test_of_two_heads_the_chosen_one_stays_head(village, two_homes):
    keep, gone = village.ids["户 张桂芳"], two_homes[1]
    assert compare(village, "household", keep, gone).heads == ("张桂芳", "陆根发")
    merge(village, "household", keep, gone, {merging.HEAD: True})
    assert state(village, keep)[0][0] == "陆根发"
    undo(village)
    merge(village, "household", keep, gone)
    assert state(village, keep)[0][0] == "张桂芳"
    relations = rows(village, HouseholdMember.relation, household_id=keep, removed_at=None)
    assert sorted(relations) == [("head",), ("other",), ("other",), ("spouse",)]


def test_merged_household_has_one_keeper(village, two_homes):
    keep, gone = two_homes
    cadre = village.ids["干部 王堃"]
    add(village, HouseholdLink, cadre_id=cadre, household_id=gone, from_on="2024-01-01")
    (line,) = (
        one for one in compare(village, "household", keep, gone).lines if one.fields[0].name == "cadre_id"
    )
    assert line.words == ("周丽", "王堃")
    merge(village, "household", keep, gone, {line.key: True})
    assert rows(village, HouseholdLink.cadre_id, household_id=keep, removed_at=None) == [(cadre,)]


def test_person_is_not_taken_from_a_family_as_its_head(village, two_homes):
    other = rows(village, Person.id, name="陆根发", born_on="1954-03-01")[0][0]
    with pytest.raises(Refused, match="没有户主"):
        merge(village, "person", village.ids["陆根发"], other)


# Finding.


def test_person_of_the_same_name_and_birthday_is_found_with_the_reason(village):
    again = add(village, Person, name="王堃", born_on="1978-02-11")
    month = add(village, Person, name="周丽", born_on="1985-06-12")
    assert pairs(village) == [
        (*sorted((village.ids["王堃"], again)), ("同名、同生日",)),
        (*sorted((village.ids["周丽"], month)), ("同名、同年同月生",)),
    ]


def test_same_id_number_is_found_under_another_name_and_two_numbers_are_two_people(village):
    number, other = "330421198506120024", "330421198506120040"
    one = add(village, Person, name="周丽丽", id_number=number)
    two = add(village, Person, name="周莉", id_number=number)
    assert pairs(village) == [(*sorted((one, two)), ("身份证号相同",))]
    add(village, Person, name="周丽丽", born_on="1985", id_number=other)
    assert len(pairs(village)) == 1


def test_name_written_otherwise_but_read_the_same_is_found_within_a_household(village):
    one = add(village, Person, name="陆根法", born_on="1954-05-01")
    home = village.ids["户 陆根发"]
    add(village, HouseholdMember, household_id=home, person_id=one, relation="brother")
    far = add(village, Person, name="陆根法", born_on="1954")
    assert (*sorted((village.ids["陆根发"], one)), ("读音相同、同年生、同住一户",)) in pairs(village)
    assert not [pair for pair in pairs(village) if {village.ids["陆根发"], far} == set(pair[:2])]


def test_no_birthday_no_phone_no_household_says_nothing(village):
    add(village, Person, name="王堃")
    add(village, Person, name="王堃", phone="不详", born_on="不详")
    assert pairs(village) == []


def test_who_was_told_apart_does_not_come_back_also_under_another_record(village):
    again = add(village, Person, name="王堃", born_on="1978-02-11")
    with village.store.write("周丽", "不是同一人") as act:
        tell_apart(act, again, village.ids["王堃"])
    assert pairs(village) == []
    third = add(village, Person, name="王堃", born_on="1978-02-11")
    assert len(pairs(village)) == 2
    merge(village, "person", again, third)
    assert pairs(village) == []


def test_households_are_found_by_door_head_number_phone_and_people(village, two_homes):
    with village.store.read() as conn:
        found = {
            (one.keep, one.gone): one.reasons for one in duplicates(conn, PINYIN) if one.kind != "person"
        }
    assert "同户主、同门牌" in found[tuple(sorted(two_homes))]
    again = add(village, Household, number=2, phone="13800000008")
    add(village, HouseholdMember, household_id=again, person_id=village.ids["王堃"], relation="head")
    with village.store.read() as conn:
        found = {
            (one.keep, one.gone): one.reasons for one in duplicates(conn, PINYIN) if one.kind != "person"
        }
    assert found[tuple(sorted((two_homes[1], again)))] == ("联系电话相同", "两户都有王堃")


def test_household_that_a_merge_left_empty_is_found_at_its_door(village, two_homes):
    with village.store.write("周丽", "迁出") as act:
        for id in act.conn.scalars(select(HouseholdMember.id).filter_by(household_id=two_homes[0])).all():
            act.remove(HouseholdMember, id)
        act.set(Household, two_homes[1], {"villager_group": "5组", "door": "18号", "phone": None})
    with village.store.read() as conn:
        found = {(one.keep, one.gone): one.reasons for one in duplicates(conn, PINYIN)}
    assert found[tuple(sorted(two_homes))] == ("同门牌，有一户没有人",)


@pytest.mark.parametrize(("by_gone", "relations"), [(False, ["head", "spouse"]), (True, ["spouse", "head"])])
def test_family_with_another_head_here_and_there_is_related_to_the_head_who_stays(
    village, by_gone, relations
):
    homes = [add(village, Household, door="9号") for _ in range(2)]
    people = [[add(village, Person, name=name) for name in ("吴阿根", "李秀英")] for _ in homes]
    for home, family, told in zip(homes, people, (("head", "spouse"), ("spouse", "head")), strict=True):
        for person, relation in zip(family, told, strict=True):
            add(village, HouseholdMember, household_id=home, person_id=person, relation=relation)
    merge(village, "household", *homes, {merging.HEAD: by_gone})
    lived = rows(
        village, HouseholdMember.person_id, HouseholdMember.relation, household_id=homes[0], removed_at=None
    )
    assert dict(lived) == dict(zip(people[0], relations, strict=True))
