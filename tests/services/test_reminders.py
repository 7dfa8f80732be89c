"""What is due, most urgent first; and the month in figures."""

from datetime import date
from pathlib import Path

from tests.samples import TODAY
from villagebranch.domain.duties import read_duties
from villagebranch.records.branch import Branch
from villagebranch.records.household import Household
from villagebranch.records.issue import Issue
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.records.visit import Visit
from villagebranch.services import cadres, monthly_summary
from villagebranch.services.branch import branch
from villagebranch.services.reminders import due, month_figures

DUTIES = read_duties(
    (Path(__file__).parents[2] / "resources" / "rules" / "duties.json").read_text(encoding="utf-8")
)


def add(village, record, *drafts):
    with village.store.write("王堃", "练习") as act:
        return act.add_many(record, drafts)


def change(village, record, id, **fields):
    with village.store.write("王堃", "练习") as act:
        act.set(record, id, fields)


def visit(village, household, day, visitors="周丽"):
    people = " ".join(village.ids[name] for name in visitors.split())
    draft = {"household_id": village.ids[household], "visitors": people, "visit_type": "home"}
    add(village, Visit, draft | {"occurred_on": day})


def issue(village, stage="assigned", **more):
    draft = {"words": "3组机耕路塌方", "collected_on": "2026-10-06", "stage": stage}
    add(village, Issue, draft | more)


def reminders(village, *tags, today=TODAY):
    with village.store.read() as conn:
        return [one for one in due(conn, today, DUTIES) if one.tag in tags or not tags]


def told(village, *tags, today=TODAY):
    """Return the words of the reminders with these tags."""
    return [(one.title, one.detail, one.when, one.tone) for one in reminders(village, *tags, today=today)]


def figures_of(village):
    with village.store.read() as conn:
        return month_figures(conn, TODAY)


def test_household_that_waits_over_45_days_is_due_and_the_row_opens_its_visit(village):
    visit(village, "户 陆根发", "2026-10-08")
    visit(village, "户 张桂芳", "2026-11-20")
    assert told(village, "走访")[0] == ("陆根发 户", "5组 · 低保户", "已 46 天未走访", "amber")
    first = reminders(village, "走访")[0]
    assert (first.page, first.what) == ("visit", {"household_id": village.ids["户 陆根发"]})
    assert "陆根发 户" not in str(told(village, "走访", today=date(2026, 11, 22)))


def test_household_never_visited_is_due(village):
    visit(village, "户 陆根发", "2026-11-20")
    assert told(village, "走访")[0][::2] == ("张桂芳 户", "还没有走访过")


def test_many_households_due_become_one_row(village):
    add(village, Household, *[{"tags": "alone"}] * 20, *[{}] * 5)
    rows = told(village, "走访")
    assert [row[0] for row in rows[:6]] == ["陆根发 户", "张桂芳 户"] + ["（户主未填） 户"] * 4
    assert rows[6][0] == "另有 21 户该走访了"


def test_issue_is_late_or_near_its_deadline(village):
    issue(village, due_on="2026-11-19", owner_id=village.ids["周丽"])
    issue(village, due_on="2026-11-25", words="村口路灯不亮")
    issue(village, due_on="2026-12-25", words="还早")
    issue(village, "closed", due_on="2026-11-01")
    assert told(village, "问题") == [
        ("3组机耕路塌方", "责任人 周丽", "超期 4 天", "red"),
        ("村口路灯不亮", "还没有责任人", "还剩 2 天", "blue"),
    ]


def test_villager_who_has_not_been_told_waits_for_an_answer(village):
    issue(village, "resolved", resolved_on="2026-11-15")
    assert told(village, "问题") == [("3组机耕路塌方", "11-15 办结", "待回访", "amber")]


def test_many_late_issues_become_one_row(village):
    for _ in range(9):
        issue(village, due_on="2026-11-01")
    assert told(village, "问题")[-1] == ("另有 3 件", "办理期限已到或快到", "3 件", "amber")


def test_meeting_not_yet_held_is_due_in_the_second_half_of_the_month(village):
    assert ("支部委员会会议", "每月一次", "本月未开", "amber") in told(village, "会议")
    add(village, Meeting, {"meeting_type": "committee", "starts_at": "2026-11-05"})
    assert "支部委员会会议" not in [row[0] for row in told(village, "会议")]
    assert told(village, "会议", today=date(2026, 7, 10)) == []


def test_yearly_meeting_is_due_in_the_last_two_months(village):
    assert "组织生活会" in [row[0] for row in told(village, "会议")]
    assert "组织生活会" not in [row[0] for row in told(village, "会议", today=date(2026, 10, 30))]


def test_group_meeting_names_the_group_and_opens_its_form(village):
    (group,) = [one for one in reminders(village, "会议") if one.what["meeting_type"] == "group"]
    assert group.title == "党小组会（第一党小组）"
    assert group.what == {"meeting_type": "group", "party_group": "第一党小组"}


def test_probation_that_ends_is_told_two_months_ahead(village):
    assert told(village, "转正") == [("吴晓燕 预备期满", "2026-12-01", "还剩 8 天", "blue")]
    assert told(village, "转正", today=date(2026, 9, 30)) == []
    assert told(village, "转正", today=date(2026, 12, 4))[0][2:] == ("已过 3 天", "amber")


def test_full_members_end_no_probation(village):
    change(village, Member, village.ids["党员 吴晓燕"], status="full")
    assert told(village, "转正") == []


def test_end_of_the_term_is_told_half_a_year_ahead(village):
    with village.store.read() as conn:
        id = branch(conn).id
    change(village, Branch, id, term_ends_on="2027-05")
    assert told(village, "任期") == [("支委会任期届满", "2027年5月", "还剩 159 天", "blue")]
    assert told(village, "任期", today=date(2026, 10, 31)) == []


def test_summary_of_the_month_is_due_in_its_last_week(village):
    issue(village, "collected", collected_on="2026-11-06")
    assert told(village, "汇总") == [("11月问题汇总", "1 件待研究定责", "还剩 7 天", "amber")]
    assert told(village, "汇总", today=date(2026, 11, 22)) == []
    with village.store.write("王堃", "定稿") as act:
        monthly_summary.freeze(act, "2026-11", TODAY)
    assert told(village, "汇总") == []


def test_last_month_with_issues_and_no_summary_is_late(village):
    issue(village, "collected", collected_on="2026-10-06")
    assert told(village, "汇总", today=date(2026, 11, 3)) == [
        ("10月问题汇总", "当月新收 1 件", "还没有定稿", "amber")
    ]


def test_quotas_behind_are_one_row_in_the_last_week(village):
    with village.store.write("王堃", "设置") as act:
        cadres.set_quota(act, village.ids["干部 周丽"], "2026-11", 2, TODAY)
    for household in ("户 陆根发", "户 张桂芳"):
        visit(village, household, "2026-11-20")
    assert told(village, "走访") == [("本月还要走访 10 户", "王堃", "还剩 7 天", "blue")]
    assert told(village, "走访", today=date(2026, 11, 22)) == []


def test_most_urgent_comes_first(village):
    visit(village, "户 陆根发", "2026-10-06")
    visit(village, "户 张桂芳", "2026-11-20")
    issue(village, due_on="2026-11-19")
    issue(village, due_on="2026-11-25", words="村口路灯不亮")
    found = [one.days_left for one in reminders(village)]
    assert found == sorted(found)
    assert found[:3] == [-23, -4, -3]  # October was not summed up, an issue is late, a visit is late


def test_figures_of_the_month(village):
    visit(village, "户 陆根发", "2026-11-20", "王堃 周丽")
    visit(village, "户 张桂芳", "2025-11-20")
    issue(village, "collected", collected_on="2026-11-06")
    issue(village, "resolved", resolved_on="2026-11-06", satisfaction="satisfied")
    issue(village, due_on="2026-11-12")
    issue(village, due_on="2026-11-20")
    for day, answer in (
        ("2026-10-01", "basically"),
        ("2026-11-01", "unsatisfied"),
        ("2026-09-30", "satisfied"),
    ):
        issue(village, "closed", fed_back_on=day, satisfaction=answer)
    figures = figures_of(village)
    assert (figures.visited, figures.quota) == (2, 20)
    assert (figures.covered, figures.households) == (1, 2)
    assert (figures.new_issues, figures.resolved, figures.in_hand) == (1, 1, 3)
    assert (figures.overdue, figures.longest_overdue) == (2, 11)
    assert (figures.satisfied, figures.asked) == (50, 2)


def test_figures_of_a_quiet_month(village):
    figures = figures_of(village)
    assert (figures.visited, figures.new_issues, figures.overdue, figures.longest_overdue) == (0, 0, 0, 0)
    assert figures.satisfied is None
