"""The arithmetic of meetings, by the numbers of the regulations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagebranch.domain import codes
from villagebranch.domain.meetings import (
    Ballot,
    Roll,
    agenda_warning,
    attendance_problem,
    ballot_problems,
    call_roll,
    can_vote,
    chair_post,
    is_due,
    on_committee,
    quorum,
    vote,
)


def roll(due_voters: int, present_voters: int) -> Roll:
    return Roll(
        due=due_voters + 1, present=present_voters + 1, due_voters=due_voters, present_voters=present_voters
    )


def test_the_roll_of_the_printed_example():
    attendance = [
        *[("present", True)] * 26,
        ("present", False),
        ("leave", True),
        ("leave", True),
        ("absent", True),
        ("exempt", True),
        ("excluded", True),
    ]
    called = call_roll(attendance)
    assert called == Roll(31, 27, 30, 26, on_leave=2, absent=1, exempt=1)
    assert called.sentence == "应到 31 人 · 实到 27 人 · 缺席 4 人"


def test_the_old_and_frail_at_home_do_not_lower_the_rate():
    assert call_roll([("present", True), ("exempt", True)]).rate == 100
    assert call_roll([("present", True), ("leave", True)]).rate == 50
    assert call_roll([("exempt", True)]).rate is None


def test_nobody_called_yet_is_no_meeting():
    assert quorum("general", call_roll([])).word == "未点名"


@pytest.mark.parametrize(
    ("due", "present", "passed", "word"),
    [
        (30, 26, True, "超过半数，会议有效"),
        (30, 15, True, "达到半数，会议有效"),
        (30, 14, False, "不足半数"),
        (31, 15, False, "不足半数"),
        (31, 16, True, "超过半数，会议有效"),
        (0, 0, False, "不能表决"),
    ],
)
def test_a_general_meeting_needs_half_of_those_with_a_vote(due, present, passed, word):
    verdict = quorum("general", roll(due, present))
    assert (verdict.passed, verdict.word) == (passed, word)


def test_what_a_general_meeting_lacks_is_told():
    sentence = "有表决权的党员应到 31 人、实到 13 人，还差 3 人到半数，不能表决"
    assert quorum("general", roll(31, 13)).sentence == sentence


@pytest.mark.parametrize(("due", "present", "passed"), [(5, 3, True), (5, 2, False), (4, 2, True)])
def test_a_committee_needs_half_of_its_members(due, present, passed):
    assert quorum("committee", Roll(due, present, due, present)).passed is passed


@pytest.mark.parametrize(
    ("due", "present", "passed"), [(30, 24, True), (30, 23, False), (31, 25, True), (31, 24, False)]
)
def test_an_election_needs_four_fifths(due, present, passed):
    assert quorum("general", roll(due, present), election=True).passed is passed


def test_other_meetings_have_no_quorum():
    assert quorum("class", roll(30, 5)).word == "到会 19%"
    assert quorum("class", call_roll([("exempt", True)])).word == "不作硬性要求"


@pytest.mark.parametrize(("yes", "passed"), [(16, True), (15, False), (26, True), (0, False)])
def test_a_motion_needs_more_than_half_of_all_who_are_due(yes, passed):
    assert vote("general", roll(30, 26), Ballot(yes, 26 - yes)).passed is passed


def test_the_verdict_is_the_sentence_of_the_printed_record():
    sentence = "应到有表决权 30 人，赞成 25，反对 0，弃权 1。赞成超过应到有表决权人数的半数，通过。"
    assert vote("general", roll(30, 26), Ballot(25, 0, 1)).sentence == sentence


def test_opinions_in_writing_count_and_are_told():
    verdict = vote("general", roll(30, 15), Ballot(16, written=1))
    assert verdict.passed
    assert "（其中书面意见 1）" in verdict.sentence


def test_without_a_quorum_nothing_passes():
    assert vote("general", roll(30, 14), Ballot(14)).word == "不能表决"


def test_an_election_is_won_by_more_than_half_of_those_present():
    assert vote("general", roll(30, 24), Ballot(13, 11), election=True).passed
    lost = vote("general", roll(30, 24), Ballot(12, 12), election=True)
    assert (
        lost.sentence
        == "实到有选举权 24 人，赞成 12，反对 12，弃权 0。赞成未超过实到有选举权人数的半数，未通过。"
    )


@pytest.mark.parametrize(
    ("ballot", "field"),
    [
        (Ballot(25, 1, 1), "votes_yes"),
        (Ballot(26, written=5), "votes_written"),
        (Ballot(1, written=2), "votes_written"),
    ],
)
def test_a_ballot_that_cannot_be_is_told_at_its_field(ballot, field):
    assert list(ballot_problems(roll(30, 26), ballot)) == [field]


@pytest.mark.parametrize(
    "ballot", [Ballot(26), Ballot(20, 3, 3), Ballot(28, 1, 1, written=4), Ballot(10), Ballot(0)]
)
def test_a_ballot_that_adds_up_is_taken(ballot):
    assert ballot_problems(roll(30, 26), ballot) == {}


@given(st.lists(st.tuples(st.sampled_from(list(codes.ATTENDANCE.options)), st.booleans())))
def test_a_roll_always_adds_up(attendance):
    called = call_roll(attendance)
    assert 0 <= called.present_voters <= called.present <= called.due
    assert called.present_voters <= called.due_voters <= called.due
    assert called.away == called.on_leave + called.absent + called.exempt


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_yes_and_no_are_never_both_a_majority(due, yes, no):
    every = roll(due, due)
    assert (
        not (vote("general", every, Ballot(yes)).passed and vote("general", every, Ballot(no)).passed)
        or yes + no > due
    )


def test_a_probationary_member_has_no_vote():
    assert can_vote("full")
    assert not can_vote("probationary")


@pytest.mark.parametrize(
    ("post", "sits"),
    [
        ("党支部书记", True),
        ("副书记", True),
        ("纪检委员", True),
        ("党小组组长", False),
        ("无", False),
        (None, False),
    ],
)
def test_secretaries_and_commissioners_sit_on_the_committee(post, sits):
    assert on_committee(post) is sits


@pytest.mark.parametrize(
    ("meeting_type", "post", "group", "due"),
    [
        ("committee", "组织委员", "一", True),
        ("committee", None, "二", False),
        ("group", None, "二", True),
        ("group", "组织委员", "一", False),
        ("general", None, "一", True),
    ],
)
def test_who_is_due_depends_on_the_meeting(meeting_type, post, group, due):
    assert is_due(meeting_type, post=post, party_group=group, meeting_group="二") is due


def test_the_group_leader_presides_over_the_group_and_the_secretary_elsewhere():
    assert (chair_post("group"), chair_post("general")) == ("组长", "书记")


@pytest.mark.parametrize("status", ["leave", "absent", "excluded"])
def test_whoever_is_away_has_a_reason(status):
    assert "原因" in (attendance_problem(status, None) or "")
    assert attendance_problem(status, "住院") is None


@pytest.mark.parametrize("status", ["present", "exempt"])
def test_the_present_and_the_frail_need_no_reason(status):
    assert attendance_problem(status, None) is None


def test_a_major_matter_should_have_been_before_the_committee():
    assert agenda_warning("general", major=True, earlier_id=None)
    assert agenda_warning("general", major=True, earlier_id="a") is None
    assert agenda_warning("general", major=False, earlier_id=None) is None
    assert agenda_warning("committee", major=True, earlier_id=None) is None
