"""Importing visit books: people and households are named there, and issues have come some way."""

import pytest

from tests.books import bring_in, preview, rows, standing
from tests.samples import TODAY, Village, open_store
from villagebranch.domain.values import Stored
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.issue_event import IssueEvent
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services import issues, merging
from villagebranch.services.imports import Plan, Tally

VISIT = {
    "occurred_on": "2026-11-03",
    "visitors": "王　堃",
    "head": "陆根发",
    "villager_group": "5组",
    "visit_type": "上门家访",
    "account": "门前路灯坏了两个月。",
}
ISSUE = VISIT | {"words": "路灯不亮", "category": "设施", "result": "在办"}
DONE = ISSUE | {"result": "已办结", "resolved_on": "2026-11-10"}


def only_issue(village: Village) -> dict[str, Stored]:
    (found,) = standing(village.store, Issue)
    return found


def events(village: Village) -> list[tuple[Stored, Stored]]:
    return [(one["event_type"], one["happened_on"]) for one in standing(village.store, IssueEvent)]


def reasons(plan: Plan) -> list[tuple[int, str]]:
    return [(problem.number, problem.column) for problem in plan.refused]


def add_house(village: Village, head: str, group: str, door: str) -> str:
    with village.store.write("王堃", "添一户") as act:
        house = act.add(Household, {"villager_group": group, "door": door})
        person = act.add(Person, {"name": head})
        act.add(HouseholdMember, {"household_id": house, "person_id": person, "relation": "head"})
    return house


def test_somebody_added_to_a_household_that_was_merged_away_is_found_in_the_one_it_lives_on_in(
    village: Village,
) -> None:
    gone, keep = add_house(village, "李阿毛", "5组", "19号"), village.ids["户 陆根发"]
    with village.store.write("王堃", "合并") as act:
        merging.merge(act, "household", keep, gone)
        person = act.add(Person, {"name": "沈小妹"})
        act.add(HouseholdMember, {"household_id": gone, "person_id": person, "relation": "spouse"})
    bring_in(village.store, "visits", rows(VISIT | {"head": "沈小妹"}))
    assert [visit["household_id"] for visit in standing(village.store, Visit)] == [keep]


def test_a_row_becomes_visit_issue_and_events(village: Village) -> None:
    plan = bring_in(village.store, "visits", rows(DONE))
    (visit,), issue = standing(village.store, Visit), only_issue(village)
    assert (visit["household_id"], visit["visitors"]) == (village.ids["户 陆根发"], village.ids["王堃"])
    assert (visit["visit_type"], visit["recorded_at"]) == ("home", "2026-11-23")
    assert (issue["words"], issue["category"], issue["source"]) == ("路灯不亮", "facility", "home")
    assert (issue["stage"], issue["resolved_on"], issue["confirmed"]) == ("resolved", "2026-11-10", 1)
    assert (issue["collected_on"], issue["visit_id"], issue["result"]) == ("2026-11-03", visit["id"], None)
    assert events(village) == [("collected", "2026-11-03"), ("resolved", "2026-11-10")]
    assert plan.tallies == {"visits": Tally(new=1), "issues": Tally(new=1)}


@pytest.mark.parametrize(
    ("cells", "stage", "result"),
    [
        ({"result": "在办"}, "in_progress", None),
        ({"result": None}, "collected", None),
        ({"result": "已联系供电所"}, "in_progress", "已联系供电所"),
        ({"result": "换了灯泡", "resolved_on": "2026-11-10"}, "resolved", "换了灯泡"),
        ({"result": "已办结", "resolved_on": "2026-11-10", "fed_back_on": "2026-11-12"}, "fed_back", None),
        ({"result": "已上报镇里", "resolved_on": "2026-11-10"}, "escalated", None),
        ({"result": "", "measure": "换灯", "owner": "周丽", "due_on": "2026-12-1"}, "assigned", None),
    ],
)
def test_the_stage_follows_from_what_the_book_says_of_the_outcome(
    village: Village, cells: dict[str, object], stage: str, result: str | None
) -> None:
    bring_in(village.store, "visits", rows(ISSUE | cells))
    assert (only_issue(village)["stage"], only_issue(village)["result"]) == (stage, result)
    assert events(village)[-1][0] == stage


def test_visits_wait_for_the_households(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = open_store(tmp_path_factory.mktemp("empty"))
    bring_in(store, "members", rows({"name": "王堃", "joined_on": "2011"}))
    plan = preview(store, "visits", rows(VISIT))
    assert (reasons(plan), plan.refused[0].reason) == ([(2, "户主")], "还没有群众户，请先导入群众户")
    store.close()


def test_two_heads_of_one_name_in_a_group_are_refused_with_both_doors(village: Village) -> None:
    house = add_house(village, "陆根发", "5组", "30号")
    plan = bring_in(village.store, "visits", rows(VISIT, VISIT | {"door": "30号"}))
    assert reasons(plan) == [(2, "户主")]
    assert "5组18号" in plan.refused[0].reason
    assert "5组30号" in plan.refused[0].reason
    assert [visit["household_id"] for visit in standing(village.store, Visit)] == [house]


def test_a_head_who_lives_in_another_group_is_named(village: Village) -> None:
    plan = preview(village.store, "visits", rows(VISIT | {"villager_group": "3组"}, VISIT | {"head": "赵六"}))
    assert "5组18号" in plan.refused[0].reason
    assert "没有「赵六」" in plan.refused[1].reason


def test_somebody_of_the_household_may_stand_for_its_head(village: Village) -> None:
    with village.store.write("王堃", "添人") as act:
        person = act.add(Person, {"name": "陆建国"})
        place = {"household_id": village.ids["户 陆根发"], "person_id": person, "relation": "son"}
        act.add(HouseholdMember, place)
    assert bring_in(village.store, "visits", rows(VISIT | {"head": "陆建国"})).new == 1


def test_a_household_may_be_named_by_its_door_alone(village: Village) -> None:
    bring_in(village.store, "visits", rows(VISIT | {"head": None, "villager_group": "5组18号"}))
    assert standing(village.store, Visit)[0]["household_id"] == village.ids["户 陆根发"]


def test_a_visit_to_a_place_needs_no_household(village: Village) -> None:
    row = VISIT | {"head": None, "villager_group": None, "place": "3组机耕路", "visit_type": None}
    plan = bring_in(village.store, "visits", rows(row, row | {"place": None}))
    assert reasons(plan) == [(3, "户主")]
    assert [(visit["place"], visit["visit_type"]) for visit in standing(village.store, Visit)] == [
        ("3组机耕路", "field")
    ]


def test_a_cadre_is_meant_before_a_villager_of_the_same_name(village: Village) -> None:
    add_house(village, "王堃", "1组", "1号")
    bring_in(village.store, "visits", rows(VISIT))
    assert standing(village.store, Visit)[0]["visitors"] == village.ids["王堃"]


def test_a_visitor_whose_name_fits_two_is_refused(village: Village) -> None:
    with village.store.write("王堃", "添干部") as act:
        act.add(Cadre, {"person_id": act.add(Person, {"name": "王堃", "born_on": "1990"})})
    plan = preview(village.store, "visits", rows(VISIT, VISIT | {"visitors": "赵六"}))
    assert reasons(plan) == [(2, "走访人"), (3, "走访人")]
    assert "1978-02-11" in plan.refused[0].reason


@pytest.mark.parametrize("visitors", ["王堃、周丽", "王　堃，周　丽", "王堃 周丽", "王堃/周丽"])
def test_several_visitors_are_known_however_they_are_parted(village: Village, visitors: str) -> None:
    bring_in(village.store, "visits", rows(VISIT | {"visitors": visitors}))
    assert standing(village.store, Visit)[0]["visitors"] == f"{village.ids['王堃']} {village.ids['周丽']}"


def test_a_second_issue_on_a_row_of_its_own_belongs_to_the_same_visit(village: Village) -> None:
    book = rows(ISSUE, ISSUE | {"words": "水沟堵塞", "category": "环境"}, ISSUE)
    plan = bring_in(village.store, "visits", book)
    assert (reasons(plan), plan.main) == ([(4, "")], Tally(new=1, refused=1))
    assert [issue["words"] for issue in standing(village.store, Issue)] == ["路灯不亮", "水沟堵塞"]
    assert bring_in(village.store, "visits", book).tallies["issues"] == Tally(same=2)


@pytest.mark.parametrize("cell", [{"account": "谈路灯。"}, {"visitors": "周丽"}, {"visit_type": "联系走访"}])
def test_a_corrected_cell_changes_the_visit(village: Village, cell: dict[str, object]) -> None:
    bring_in(village.store, "visits", rows(ISSUE))
    plan = bring_in(village.store, "visits", rows(ISSUE | cell))
    assert plan.tallies == {"visits": Tally(changed=1), "issues": Tally(same=1)}
    assert len(standing(village.store, Visit)) == 1
    assert plan.verdicts[0].differences[0].after in {"谈路灯。", "周丽", "联系走访"}


def test_another_visit_on_the_same_day_is_another_visit(village: Village) -> None:
    bring_in(village.store, "visits", rows(VISIT))
    other = VISIT | {"visitors": "周丽", "visit_type": "实地巡访", "account": "看水沟。"}
    assert bring_in(village.store, "visits", rows(VISIT, other)).main == Tally(new=1, same=1)


def test_an_issue_that_was_resolved_since_goes_on(village: Village) -> None:
    bring_in(village.store, "visits", rows(ISSUE))
    plan = bring_in(village.store, "visits", rows(DONE))
    assert plan.tallies == {"visits": Tally(changed=1), "issues": Tally(changed=1)}
    assert (only_issue(village)["stage"], only_issue(village)["resolved_on"]) == ("resolved", "2026-11-10")
    assert events(village)[-1] == ("resolved", "2026-11-10")
    assert [one.label for one in plan.verdicts[0].differences] == ["办结日期", "进展"]


def test_an_older_book_does_not_take_an_issue_back(village: Village) -> None:
    bring_in(village.store, "visits", rows(DONE))
    with village.store.write("王堃", "反馈") as act:
        issues.move(act, str(only_issue(village)["id"]), "fed_back", TODAY, {"fed_back_way": "当面"})
    assert bring_in(village.store, "visits", rows(ISSUE)).same == 1
    assert only_issue(village)["stage"] == "fed_back"


def test_confirmed_words_stay_as_they_are(village: Village) -> None:
    bring_in(village.store, "visits", rows(ISSUE))
    plan = bring_in(village.store, "visits", rows(ISSUE | {"words": "路灯坏了"}))
    assert (reasons(plan), only_issue(village)["words"]) == ([(2, "反映问题")], "路灯不亮")


def test_an_issue_without_the_day_it_was_resolved_stays_open_and_is_listed(village: Village) -> None:
    plan = bring_in(village.store, "visits", rows(DONE | {"resolved_on": None}))
    assert (reasons(plan), only_issue(village)["stage"]) == ([(2, "办结日期")], "in_progress")


def test_an_issue_resolved_before_it_was_heard_stays_open_and_is_listed(village: Village) -> None:
    plan = bring_in(village.store, "visits", rows(DONE | {"resolved_on": "2026-11-01"}))
    assert (reasons(plan), only_issue(village)["stage"]) == ([(2, "办结日期")], "in_progress")


def test_a_category_without_an_issue_is_listed(village: Village) -> None:
    plan = bring_in(village.store, "visits", rows(ISSUE | {"words": None}))
    assert (reasons(plan), plan.tallies["issues"]) == ([(2, "反映问题")], Tally())


def test_a_visit_that_lies_ahead_is_refused(village: Village) -> None:
    plan = preview(
        village.store, "visits", rows(VISIT | {"occurred_on": "2026-11-24"}, VISIT | {"occurred_on": None})
    )
    assert reasons(plan) == [(2, "日期"), (3, "日期")]


def test_an_owner_nobody_knows_is_listed_and_left_empty(village: Village) -> None:
    plan = bring_in(village.store, "visits", rows(ISSUE | {"owner": "赵六", "lead": "王堃"}))
    assert reasons(plan) == [(2, "责任人")]
    assert (only_issue(village)["owner_id"], only_issue(village)["lead_id"]) == (None, village.ids["王堃"])


def test_a_way_of_visiting_that_is_not_on_the_list_is_refused(village: Village) -> None:
    plan = preview(village.store, "visits", rows(VISIT | {"visit_type": "打电话"}))
    assert (reasons(plan), plan.main) == ([(2, "走访方式")], Tally(refused=1))


@pytest.mark.parametrize("nothing", ["无", "没有", "暂无问题", "—"])
def test_a_book_that_says_there_was_no_issue_is_believed(village: Village, nothing: str) -> None:
    row = ISSUE | dict.fromkeys(("words", "category", "result"), nothing)
    plan = bring_in(village.store, "visits", rows(row))
    assert (plan.refused, plan.tallies["issues"]) == ((), Tally())


def test_a_visit_without_any_visitor_is_refused(village: Village) -> None:
    plan = preview(village.store, "visits", rows(VISIT | {"visitors": "、"}, VISIT | {"visitors": None}))
    assert reasons(plan) == [(2, "走访人"), (3, "走访人")]


def test_a_visit_that_was_recorded_twice_is_not_added_a_third_time(village: Village) -> None:
    bring_in(village.store, "visits", rows(VISIT))
    (visit,) = standing(village.store, Visit)
    with village.store.write("王堃", "记一次走访") as act:
        act.add(Visit, {name: value for name, value in visit.items() if name != "id"})
    assert bring_in(village.store, "visits", rows(VISIT)).same == 1
