"""A month's work through the services: a visit with issues, their life, and the monthly summary."""

from datetime import date

import pytest

from tests.samples import TODAY, Village
from villagebranch.domain.errors import Refused
from villagebranch.services import households, issues, monthly_summary, people, visits


def visit(village: Village, *heard: dict[str, object], on: str = "2026-11-23", **more: object) -> str:
    raw = {
        "household_id": village.ids["户 陆根发"],
        "occurred_on": on,
        "visitors": village.ids["周丽"],
        "visit_type": "上门家访",
        "account": "血压偏高，药快吃完了。",
    }
    with village.store.write("周丽", "记一次走访") as act:
        return visits.record(act, raw | more, heard, village.today)


def test_a_visit_typed_once_is_on_the_list_beside_the_household_and_among_the_issues(
    village: Village,
) -> None:
    visit(village, {"words": "稻谷没有车送粮站", "category": "生产"})
    with village.store.read() as conn:
        row = visits.rows(conn, visits.ids(conn, visits.Wanted()))[0]
        house = households.households(conn, TODAY, [village.ids["户 陆根发"]])[0]
        issue = issues.rows(conn, issues.ids(conn, issues.Wanted()))[0]
    assert (row.visitors, row.where, row.type_words) == ("周丽", "陆根发 户 · 5组 18号", "上门家访")
    assert row.issues[0].words == issue.words == "稻谷没有车送粮站"
    assert (issue.stage, issue.place, issue.shown("source")) == ("collected", "陆根发 户 · 5组 18号", "家访")
    assert house.last_visit_on == "2026-11-23"


def test_a_visit_without_household_or_place_is_refused_and_leaves_nothing(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        visit(village, {"words": "路灯不亮"}, household_id=None)
    assert refused.value.problems == {"household_id": "请选走访的户，或填走访的地点"}
    with village.store.read() as conn:
        assert issues.ids(conn, issues.Wanted()) == []


def test_problems_of_the_second_issue_name_its_row(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        visit(village, {"words": "路灯不亮"}, {"words": "屋面漏雨", "due_on": "2026-13-01"})
    assert list(refused.value.problems) == ["issues.1.due_on"]


def test_a_visit_in_the_future_is_refused(village: Village) -> None:
    with pytest.raises(Refused, match="在今天之后"):
        visit(village, on="2026-11-24")


def test_a_visit_recorded_later_is_marked_as_such(village: Village) -> None:
    id = visit(village, on="2026-11-20")
    with village.store.read() as conn:
        assert visits.rows(conn, [id])[0].backfilled


def test_an_answer_owner_and_deadline_on_the_spot_assign_an_issue_at_once(village: Village) -> None:
    spot = {"answer": "明天派农用车", "owner_id": village.ids["王堃"], "due_on": "2026-11-25"}
    visit(village, {"words": "稻谷没有车送粮站"} | spot)
    with village.store.read() as conn:
        wall = issues.wall(conn, TODAY)
    assert [row.measure for row in wall[1].cards] == ["明天派农用车"]


def test_removing_a_visit_takes_its_issues_along(village: Village) -> None:
    id = visit(village, {"words": "路灯不亮"})
    with village.store.write("周丽", "删除走访") as act:
        visits.remove(act, id)
    with village.store.read() as conn:
        assert issues.ids(conn, issues.Wanted()) == []
        assert households.households(conn, TODAY, [village.ids["户 陆根发"]])[0].last_visit_on is None


def study(village: Village, id: str, **raw: object) -> None:
    settled = {
        "measure": "报修",
        "owner_id": village.ids["周丽"],
        "lead_id": village.ids["王堃"],
        "due_on": "2026-11-30",
    }
    with village.store.write("王堃", "月度研究会") as act:
        issues.study(act, id, settled | raw, village.today, "11月支委会")


def heard(village: Village, words: str, on: str) -> str:
    visit(village, {"words": words}, on=on)
    with village.store.read() as conn:
        rows = issues.rows(conn, issues.ids(conn, issues.Wanted()))
    return next(row.id for row in rows if row.words == words)


def test_an_issue_lives_from_collection_to_the_answer_told(village: Village) -> None:
    id = heard(village, "路灯不亮", "2026-11-20")
    study(village, id)
    steps = [("in_progress", {}), ("resolved", {"result": "换了灯泡"})]
    steps += [("fed_back", {"fed_back_way": "电话", "satisfaction": "满意"}), ("closed", {})]
    for stage, raw in steps:
        with village.store.write("周丽", "办理问题") as act:
            issues.move(act, id, stage, date(2026, 11, 22), raw)
    with village.store.read() as conn:
        row, log = issues.one(conn, id), issues.events(conn, id)
    assert (row.resolved_on, row.fed_back_on, row.satisfaction) == ("2026-11-22", "2026-11-22", "satisfied")
    assert {step.stage for step in log} == {
        "collected",
        "assigned",
        "in_progress",
        "resolved",
        "fed_back",
        "closed",
    }


def test_an_issue_is_not_assigned_without_measure_owner_and_deadline(village: Village) -> None:
    id = heard(village, "路灯不亮", "2026-11-20")
    with pytest.raises(Refused) as refused:
        study(village, id, measure="", due_on=None)
    assert set(refused.value.problems) == {"measure", "due_on"}


def test_confirmed_words_of_a_villager_are_not_changed(village: Village) -> None:
    id = heard(village, "路灯不亮", "2026-11-20")
    study(village, id)
    with pytest.raises(Refused, match="原话已经确认"), village.store.write("周丽", "改") as act:
        issues.correct(act, id, {"words": "别的"}, village.today)


def test_an_issue_that_was_never_collected_cannot_be_told_back(village: Village) -> None:
    id = heard(village, "路灯不亮", "2026-11-20")
    with pytest.raises(Refused, match="不能转为"), village.store.write("周丽", "回访") as act:
        issues.move(act, id, "fed_back", village.today, {"fed_back_way": "当面"})


def resolve(village: Village, id: str, on: date) -> None:
    with village.store.write("周丽", "办结") as act:
        issues.move(act, id, "resolved", on, {"result": "已办"})


def freeze(village: Village, period: str, today: date = TODAY) -> None:
    with village.store.write("王堃", "定稿") as act:
        monthly_summary.freeze(act, period, today)


def balance(village: Village, period: str, today: date = TODAY) -> tuple[int, ...]:
    with village.store.read() as conn:
        made = monthly_summary.summary(conn, period, today)
    assert made.balance.closing == len(made.open_ids)
    return (made.balance.opening, made.balance.new, made.balance.closed, made.balance.closing)


def test_the_closing_balance_of_a_month_opens_the_next(village: Village) -> None:
    old = heard(village, "旧问题", "2026-09-01")
    new = heard(village, "新问题", "2026-10-05")
    resolve(village, new, date(2026, 10, 20))
    assert balance(village, "2026-10") == (1, 1, 1, 1)
    freeze(village, "2026-10")
    resolve(village, old, date(2026, 11, 2))
    assert balance(village, "2026-10") == (1, 1, 1, 1)
    assert balance(village, "2026-11") == (1, 0, 1, 0)


def test_an_issue_recorded_late_for_a_frozen_month_counts_as_new_in_the_next(village: Village) -> None:
    freeze(village, "2026-10")
    heard(village, "补录的问题", "2026-10-28")
    assert balance(village, "2026-10") == (0, 0, 0, 0)
    assert balance(village, "2026-11") == (0, 1, 0, 1)


def test_an_issue_open_across_the_year_is_carried_every_month(village: Village) -> None:
    heard(village, "老路塌方", "2025-12-30")
    assert [balance(village, f"2026-{month:02}")[0] for month in range(1, 12)] == [1] * 11


def test_a_month_without_issues_has_a_summary_too(village: Village) -> None:
    assert balance(village, "2026-08") == (0, 0, 0, 0)


def test_a_frozen_summary_does_not_follow_later_corrections(village: Village) -> None:
    id = heard(village, "路灯不亮", "2026-10-05")
    freeze(village, "2026-10")
    study(village, id)
    with village.store.read() as conn:
        assert monthly_summary.summary(conn, "2026-10", TODAY).rows[0].measure == ""


def test_a_summary_is_frozen_once_and_never_ahead_of_its_month(village: Village) -> None:
    freeze(village, "2026-11")
    with pytest.raises(Refused, match="已经定稿"):
        freeze(village, "2026-11")
    with pytest.raises(Refused, match="还没有到"):
        freeze(village, "2026-12")


def test_a_withdrawn_issue_leaves_the_balance_openly(village: Village) -> None:
    id = visit(village, {"words": "记错了"}, on="2026-10-05")
    freeze(village, "2026-10")
    with village.store.write("周丽", "删除走访") as act:
        visits.remove(act, id)
    assert balance(village, "2026-11") == (1, 0, 0, 0)


def test_a_member_is_kept_once_as_person_and_member(village: Village) -> None:
    with village.store.write("王堃", "添党员") as act:
        id = people.save_member(
            act, {"name": "陆建平", "status": "正式", "joined_on": "2008.3", "sex": "男"}, TODAY
        )
    with village.store.write("王堃", "改党员") as act:
        people.save_member(act, {"phone": "13900000087", "away": "是"}, TODAY, id)
    with village.store.read() as conn:
        row = people.members(conn, [id])[0]
    assert (row["name"], row["joined_on"], row["phone"], people.mark(row, TODAY)) == (
        "陆建平",
        "2008-03",
        "13900000087",
        "流动",
    )


def test_the_roster_begins_with_the_secretary(village: Village) -> None:
    with village.store.read() as conn:
        assert [row["name"] for row in people.members(conn)] == ["王堃", "周丽", "吴晓燕"]


def test_a_probationary_member_is_named_before_the_year_is_over(village: Village) -> None:
    with village.store.read() as conn:
        row = next(row for row in people.members(conn) if row["name"] == "吴晓燕")
    assert people.mark(row, TODAY) == "还剩 8 天转正"


def test_a_household_is_added_with_its_head(village: Village) -> None:
    with village.store.write("王堃", "添户") as act:
        id = households.save_household(
            act, {"head": "周　福", "villager_group": "6组", "door": "13号"}, TODAY
        )
    with village.store.read() as conn:
        row = households.households(conn, TODAY, [id])[0]
    assert (row.head, row.people, row.words) == ("周福", 1, "周福 户 · 6组 13号")


def test_a_household_has_one_head(village: Village) -> None:
    with pytest.raises(Refused, match="户主已经是"), village.store.write("王堃", "添人") as act:
        households.save_resident(act, village.ids["户 陆根发"], {"name": "王秀珍", "relation": "户主"}, TODAY)


def test_the_next_page_of_visits_goes_on_where_the_last_one_ended(village: Village) -> None:
    made = [visit(village, on=f"2026-10-{day:02}") for day in (1, 2, 2, 3)]
    with village.store.read() as conn:
        first = visits.ids(conn, visits.Wanted(), limit=2)
        second = visits.ids(conn, visits.Wanted(), after=first[-1], limit=2)
    assert first + second == [made[3], made[2], made[1], made[0]]


def test_a_card_taken_straight_to_work_asks_who_does_what_until_when(village: Village) -> None:
    id = heard(village, "路灯不亮", "2026-11-20")
    asked = issues.form_for("collected", "in_progress")
    assert [(one.name, one.required) for one in asked.fields] == [
        ("measure", True),
        ("lead_id", False),
        ("owner_id", True),
        ("due_on", True),
    ]
    settled = {"measure": "报修", "owner_id": village.ids["周丽"], "due_on": "2026-11-30"}
    with village.store.write("王堃", "办理问题") as act:
        issues.advance(act, id, "in_progress", TODAY, settled)
    with village.store.read() as conn:
        row = issues.one(conn, id)
        assert [step.stage for step in issues.events(conn, id)] == ["collected", "assigned", "in_progress"]
    assert (row.stage, row.owner, row.confirmed) == ("in_progress", "周丽", True)


def test_an_issue_is_not_done_before_it_was_raised_nor_tomorrow(village: Village) -> None:
    id = heard(village, "路灯不亮", "2026-11-20")
    for day in ("2026-11-19", "2026-11-24"):
        with pytest.raises(Refused) as refused, village.store.write("王堃", "办理问题") as act:
            issues.advance(act, id, "resolved", TODAY, {"resolved_on": day})
        assert list(refused.value.problems) == ["resolved_on"]


def test_an_issue_is_merged_into_another_but_not_into_itself(village: Village) -> None:
    lamp, light = heard(village, "路灯不亮", "2026-11-20"), heard(village, "路灯坏了", "2026-11-21")
    with pytest.raises(Refused) as refused, village.store.write("王堃", "办理问题") as act:
        issues.advance(act, light, "merged", TODAY, {"resolved_on": "今天", "merged_into": light})
    assert list(refused.value.problems) == ["merged_into"]
    with village.store.write("王堃", "办理问题") as act:
        issues.advance(act, light, "merged", TODAY, {"resolved_on": "今天", "merged_into": lamp})
    with village.store.read() as conn:
        assert issues.one(conn, light).merged_into == lamp


def test_issues_are_found_by_their_words_and_by_who_raised_them(village: Village) -> None:
    lamp, roof = heard(village, "路灯不亮", "2026-11-20"), heard(village, "屋面漏雨", "2026-11-21")
    with village.store.read() as conn:
        assert issues.ids(conn, issues.Wanted(words="路灯")) == [lamp]
        assert issues.ids(conn, issues.Wanted(words="陆根")) == [roof, lamp]
        assert issues.ids(conn, issues.Wanted(words="%")) == []


def test_an_issue_from_a_visit_is_not_collected_by_hand(village: Village) -> None:
    with pytest.raises(Refused) as refused, village.store.write("王堃", "收一条问题") as act:
        issues.collect(act, {"words": "路灯不亮", "source": "家访"}, TODAY)
    assert list(refused.value.problems) == ["source"]
