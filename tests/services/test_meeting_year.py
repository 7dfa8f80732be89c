"""A year of meetings: their numbers, the duties they fulfil, and who came to which."""

from datetime import date
from pathlib import Path

import pytest

from tests.samples import TODAY
from villagebranch.domain.duties import read_duties
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.services import meetings
from villagebranch.services.meeting_view import get
from villagebranch.services.meeting_year import (
    attendance_matrix,
    earlier_items,
    list_meetings,
    listing,
    meeting_words,
    tallies,
    year_duties,
)

DUTIES = read_duties(
    (Path(__file__).parents[2] / "resources" / "rules" / "duties.json").read_text(encoding="utf-8")
)


@pytest.fixture
def act(village):
    with village.store.write("周丽", "会议") as act:
        yield act


def hold(act, kind, *days, group=None):
    for day in days:
        act.add(Meeting, {"meeting_type": kind, "starts_at": day, "party_group": group})


def called(act, village, kind, day, agenda=(), **status):
    """Hold a meeting whose roll is called: everybody is present unless said otherwise."""
    seats = [
        {"person_id": village.ids[name], "status": status.get(name, "present"), "reason": "外出"}
        for name in ("王堃", "周丽", "吴晓燕")
    ]
    told = [{"title": title} for title in agenda]
    return meetings.save(act, {"meeting_type": kind, "starts_at": day}, seats, told, TODAY).id


def standings(act, year=2026):
    return {told.duty.name: told.standing for told in year_duties(act.conn, year, TODAY, DUTIES)}


def test_meetings_are_numbered_within_their_type_and_year(act):
    hold(act, "committee", "2025-12-30", "2026-02-01", "2026-01-05")
    hold(act, "general", "2026-03-01")
    rows = [(row.number, row.label, row.starts_at) for row in list_meetings(act.conn, 2026)]
    assert rows == [
        ("2026年第1次", "支部委员会会议", "2026-01-05"),
        ("2026年第2次", "支部委员会会议", "2026-02-01"),
        ("2026年第1次", "支部党员大会", "2026-03-01"),
    ]


def test_each_party_group_numbers_its_own_meetings(act):
    hold(act, "group", "2026-01-05", "2026-02-05", group="第一党小组")
    hold(act, "group", "2026-02-06", group="第二党小组")
    assert [row.ordinal for row in list_meetings(act.conn, 2026)] == [1, 2, 1]


def test_list_shows_the_latest_first_with_its_roll(village, act):
    called(act, village, "general", "2026-03-01", ["转正", "机耕路"], 周丽="leave")
    hold(act, "class", "2026-04-01")
    table = listing(list_meetings(act.conn, 2026))
    assert table.rows[1] == ("2026-03-01", "general", "转正；机耕路", 3, 2, 67)
    assert [row[0] for row in table.rows] == ["2026-04-01", "2026-03-01"]


def test_meeting_is_spoken_of_by_day_and_type(village, act):
    id = called(act, village, "committee", "2026-11-05 19:00")
    assert meeting_words(act.conn, id) == "2026年11月5日 支部委员会会议"


def test_duties_count_the_periods_up_to_today(act):
    hold(act, "general", "2026-01-10", "2026-01-20", "2026-05-10", "2026-08-10", "2026-11-10")
    hold(act, "committee", *(f"2026-{month:02}-05" for month in range(1, 11)), "2026-11-30")
    found = standings(act)
    assert (found["general"].words, found["general"].tone) == ("4 / 4", "done")
    assert (found["committee"].words, found["committee"].reminder) == ("10 / 11", "本月未开")
    assert found["org_life"].words == "待开"


def test_only_duties_that_meetings_fulfil_are_listed(act):
    assert list(standings(act)) == ["general", "committee", "group", "class", "theme_day", "org_life"]


def test_year_that_is_past_is_counted_to_its_end(act):
    hold(act, "general", "2025-01-10", "2025-12-31")
    assert standings(act, 2025)["general"].words == "2 / 4"


def test_group_that_came_least_far_stands_for_all_and_a_joint_meeting_counts_for_each(village, act):
    act.set(Member, village.ids["党员 吴晓燕"], {"party_group": "第二党小组"})
    hold(act, "group", "2026-01-05", "2026-02-05", group="第一党小组")
    hold(act, "group", "2026-03-05")
    (group,) = [told for told in year_duties(act.conn, 2026, TODAY, DUTIES) if told.duty.name == "group"]
    assert (group.group, group.standing.words) == ("第二党小组", "1 / 11")


def test_branch_without_groups_owes_no_group_meetings(village, act):
    for name in ("王堃", "周丽", "吴晓燕"):
        act.set(Member, village.ids[f"党员 {name}"], {"party_group": None})
    assert "group" not in standings(act)


def test_months_add_up_who_was_due_and_who_came(village, act):
    called(act, village, "committee", "2026-03-05", 吴晓燕="excluded")
    called(act, village, "committee", "2026-03-25", 周丽="absent")
    tally = tallies(list_meetings(act.conn, 2026))["2026-03", "committee"]
    assert (tally.count, tally.due, tally.present) == (2, 5, 4)


def test_matrix_marks_every_member_at_every_meeting(village, act):
    called(act, village, "general", "2026-03-01", 周丽="leave", 吴晓燕="exempt")
    called(act, village, "committee", "2026-04-01", 周丽="absent", 吴晓燕="excluded")
    hold(act, "class", "2026-05-01")
    act.set(Member, village.ids["党员 周丽"], {"away": 1})
    matrix = attendance_matrix(act.conn, 2026)
    assert {one.name: one.marks for one in matrix.members} == {
        "王堃": ("✓", "✓", ""),
        "周丽": ("流", "缺", ""),
        "吴晓燕": ("免", "—", ""),
    }


def test_who_left_the_roster_stays_in_the_matrix_of_that_year(village, act):
    called(act, village, "general", "2026-03-01")
    act.remove(Member, village.ids["党员 周丽"])
    assert [one.name for one in attendance_matrix(act.conn, 2026).members] == ["王堃", "吴晓燕", "周丽"]
    assert [one.name for one in attendance_matrix(act.conn, 2027).members] == ["王堃", "吴晓燕"]


def test_committee_items_of_the_half_year_before_are_offered_to_the_general_meeting(village, act):
    called(act, village, "committee", "2026-03-05", ["太早"])
    id = called(act, village, "committee", "2026-11-05", ["甲", "乙"])
    called(act, village, "general", "2026-11-06", ["丙"])
    first, second = get(act.conn, id).items
    assert earlier_items(act.conn, date(2026, 11, 20)) == (
        (first.id, "11-05 甲"),
        (second.id, "11-05 乙"),
    )
