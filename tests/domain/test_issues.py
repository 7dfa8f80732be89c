"""The life of an issue: which step follows which, what each asks for, how late it is, and the month's balance."""

from datetime import date

import pytest

from villagebranch.domain.codes import ISSUE_STAGE
from villagebranch.domain.issues import (
    DROP_STAGES,
    MOVES,
    OPEN_STAGES,
    WALL_COLUMNS,
    Balance,
    card_tag,
    is_open,
    move_problems,
    needed_for,
    overdue_days,
    progress_words,
    satisfied_percent,
    steps_to,
    usual_deadlines,
    wall_column,
)

TODAY = date(2026, 11, 23)
DECIDED = {"measure": "派村里农用车", "owner_id": "p1", "due_on": "2026-11-25"}


def test_every_stage_has_its_moves_and_every_move_leads_to_a_stage():
    assert MOVES.keys() == ISSUE_STAGE.options.keys()
    assert {to for moves in MOVES.values() for to in moves} <= ISSUE_STAGE.options.keys()


def test_an_issue_walks_the_whole_way():
    issue = {"stage": "collected", "category": "production", **DECIDED, "resolved_on": "2026-11-24"}
    issue |= {"fed_back_on": "2026-11-25", "fed_back_way": "phone"}
    for stage in ("sorted", "studied", "assigned", "in_progress", "resolved", "fed_back", "closed"):
        assert move_problems(issue, stage) == {}
        issue["stage"] = stage


def test_every_issue_can_reach_an_end():
    ends = {stage for stage, moves in MOVES.items() if not moves}
    reached = set(ends)
    while more := {stage for stage, moves in MOVES.items() if set(moves) & reached} - reached:
        reached |= more
    assert reached == MOVES.keys()


def test_a_step_that_does_not_follow_is_refused_with_those_that_do():
    problems = move_problems({"stage": "resolved"}, "closed")
    assert problems == {"stage": "「已办结」不能转为「已销号」，下一步可以是：已反馈、办理中"}


def test_a_closed_issue_moves_no_more():
    assert move_problems({"stage": "closed"}, "in_progress") == {
        "stage": "「已销号」不能转为「办理中」，不再变动"
    }


def test_no_issue_is_assigned_without_measure_owner_and_time_limit():
    assert move_problems({"stage": "collected", "measure": ""}, "assigned") == {
        "measure": "请填解决办法和措施",
        "owner_id": "请选责任人",
        "due_on": "请填完成时限",
    }
    assert move_problems({"stage": "collected", **DECIDED}, "assigned") == {}


def test_an_issue_is_fed_back_with_day_and_way_and_satisfaction_may_be_missing():
    assert needed_for("fed_back") == ("fed_back_on", "fed_back_way")


def test_what_went_up_to_the_township_comes_back():
    assert move_problems({"stage": "escalated"}, "in_progress") == {}
    assert is_open("escalated")


def test_a_villager_who_is_not_satisfied_reopens_the_matter():
    assert move_problems({"stage": "fed_back"}, "in_progress") == {}


def test_the_wall_holds_what_is_open_and_what_waits_for_the_answer():
    on_the_wall = {stage for stage in ISSUE_STAGE.options if wall_column(stage) is not None}
    assert on_the_wall == OPEN_STAGES | {"resolved"}
    assert [wall_column(stage) for stage in DROP_STAGES] == list(range(len(WALL_COLUMNS)))


@pytest.mark.parametrize(
    ("due_on", "stage", "days"),
    [
        ("2026-11-19", "in_progress", 4),
        ("2026-11-19", "escalated", 4),
        ("2026-11-19", "resolved", 0),
        ("2026-11-23", "assigned", 0),
        ("2026-12-10", "assigned", 0),
        (None, "collected", 0),
    ],
)
def test_an_open_issue_is_late_after_its_day(due_on, stage, days):
    assert overdue_days(due_on, stage, TODAY) == days


@pytest.mark.parametrize(
    ("stage", "due_on", "resolved_on", "tag"),
    [
        ("collected", None, None, ("待研究", "muted")),
        ("in_progress", None, None, ("未定时限", "muted")),
        ("assigned", "2026-11-25", None, ("还剩 2 天", "info")),
        ("assigned", "2026-11-23", None, ("今天到期", "info")),
        ("escalated", "2026-11-19", None, ("超期 4 天", "late")),
        ("resolved", "2026-10-10", "2026-10-14", ("10-14 办结", "done")),
        ("merged", None, None, ("已并入", "done")),
    ],
)
def test_a_card_says_how_it_stands(stage, due_on, resolved_on, tag):
    assert card_tag(stage, due_on, resolved_on, TODAY) == tag


@pytest.mark.parametrize(
    ("stage", "resolved_on", "result", "overdue", "words"),
    [
        ("closed", "2026-11-05", "已代办", 0, "11-05 办结"),
        ("explained", "2026-11-05", None, 0, "11-05 已解释"),
        ("escalated", None, None, 4, "上报镇，在办（超期4天）"),
        ("in_progress", None, "材料已收齐", 0, "材料已收齐"),
        ("assigned", None, None, 0, ""),
    ],
)
def test_a_ledger_says_how_far_it_is(stage, resolved_on, result, overdue, words):
    assert progress_words(stage, resolved_on, result, overdue) == words


def test_satisfaction_is_the_share_of_those_asked():
    assert satisfied_percent(["satisfied"] * 5 + ["basically", "unsatisfied", None]) == 86
    assert satisfied_percent([None]) is None


def test_a_balance_closes_and_says_so():
    balance = Balance(opening=7, new=7, closed=9, fed_back=8, overdue=1, escalated=1)
    assert balance.closing == 5
    assert balance.sentence == (
        "上月结转 7 件，本月新收 7 件；本月办结 9 件，已反馈 8 件；结转下月 5 件，其中超期 1 件、上报镇 1 件。"
    )


def test_a_month_without_issues_says_nothing_more():
    assert Balance(0, 0, 0, 0).sentence.endswith("结转下月 0 件。")


def test_issues_deleted_since_are_told_and_the_balance_still_closes():
    balance = Balance(opening=3, new=1, closed=1, fed_back=0, withdrawn=1)
    assert balance.closing == 2
    assert "，撤回 1 件；" in balance.sentence


def test_a_card_that_nobody_was_given_goes_to_work_over_its_assignment():
    assert steps_to("collected", "in_progress") == ("assigned", "in_progress")
    assert steps_to("resolved", "fed_back") == ("fed_back",)
    assert steps_to("closed", "in_progress") == ()


def test_a_month_after_the_last_of_january_is_the_last_of_february():
    assert [day.isoformat() for day in usual_deadlines(date(2026, 1, 31)).values()] == [
        "2026-01-31",
        "2026-02-14",
        "2026-02-28",
    ]
