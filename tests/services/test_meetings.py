"""One meeting: who is due, what is refused, what is only said, and what becomes of the issues it dealt with."""

from datetime import date

import pytest

from tests.samples import TODAY
from villagebranch.domain.errors import Refused
from villagebranch.records.issue import Issue
from villagebranch.records.meeting import Meeting
from villagebranch.records.member import Member
from villagebranch.services import issues, meetings
from villagebranch.services.meeting_view import get
from villagebranch.services.meeting_year import list_meetings


@pytest.fixture
def act(village):
    with village.store.write("周丽", "会议") as act:
        yield act


def roll_of(village, **status):
    """Everybody is present unless said otherwise."""
    away = {"leave": "外出务工", "absent": "没有说明", "excluded": "长期卧床"}
    told = {name: status.get(name, "present") for name in ("王堃", "周丽", "吴晓燕")}
    return [
        {"person_id": village.ids[name], "status": one, "reason": away.get(one)} for name, one in told.items()
    ]


def hold(act, village, *agenda, kind="general", at="2026-11-20 14:00", id="", **status):
    raw = {"meeting_type": kind, "starts_at": at, "chair_id": village.ids["王堃"]}
    return meetings.save(act, raw, roll_of(village, **status), agenda, TODAY, id)


def refused(act, village, *agenda, **more):
    with pytest.raises(Refused) as caught:
        hold(act, village, *agenda, **more)
    return caught.value.problems


def test_draft_of_a_general_meeting_has_everybody_present(village, act):
    view = meetings.draft(act.conn, "general", TODAY)
    assert [(seat.name, seat.status, seat.can_vote) for seat in view.seats] == [
        ("王堃", "present", True),
        ("周丽", "present", True),
        ("吴晓燕", "present", False),
    ]
    assert (view.chair, view.recorder, view["place"]) == ("王堃", "周丽", "党群服务中心")
    assert view["starts_at"] == "2026-11-23"
    assert view.roll.sentence == "应到 3 人 · 实到 3 人 · 缺席 0 人"


def test_draft_excuses_who_is_away_and_does_not_press_who_is_frail(village, act):
    act.set(Member, village.ids["党员 周丽"], {"away": 1})
    act.set(Member, village.ids["党员 吴晓燕"], {"exempt": 1})
    seats = {seat.name: seat for seat in meetings.draft(act.conn, "general", TODAY).seats}
    assert (seats["周丽"].status, seats["周丽"].reason) == ("leave", "流动在外")
    assert seats["吴晓燕"].status == "exempt"


def test_draft_of_the_committee_has_its_members_only(village, act):
    view = meetings.draft(act.conn, "committee", TODAY)
    assert [seat.name for seat in view.seats] == ["王堃", "周丽"]


def test_draft_of_a_group_has_its_members_and_its_leader_presides(village, act):
    act.set(Member, village.ids["党员 吴晓燕"], {"party_group": "第二党小组", "post": "党小组组长"})
    view = meetings.draft(act.conn, "group", TODAY, "第二党小组")
    assert ([seat.name for seat in view.seats], view.chair) == (["吴晓燕"], "吴晓燕")


def test_draft_takes_hour_place_and_recorder_from_the_meeting_before(village, act):
    before = {"starts_at": "2026-08-20 19:30", "place": "3组祠堂", "recorder_id": village.ids["吴晓燕"]}
    act.add(Meeting, before | {"meeting_type": "general"})
    view = meetings.draft(act.conn, "general", TODAY)
    assert (view["starts_at"], view["place"], view.recorder) == ("2026-11-23 19:30", "3组祠堂", "吴晓燕")


def test_meeting_with_a_vote_is_kept_whole(village, act):
    item = {"title": "3组机耕路修复方案", "votes_yes": 2, "votes_no": "0", "resolution": "同意修复"}
    saved = hold(act, village, item, 吴晓燕="leave")
    view = get(act.conn, saved.id)
    assert saved.warnings == ()
    assert (view.number, view.words("meeting_type")) == ("2026年第1次", "支部党员大会")
    assert view.quorum.word == "超过半数，会议有效"
    assert (view.roll.due, view.roll.present, view.roll.on_leave) == (3, 2, 1)
    (kept,) = view.items
    assert (kept.words("title"), kept["votes_yes"], kept.verdict.word) == ("3组机耕路修复方案", 2, "通过")


def test_saving_again_changes_the_same_meeting_in_every_part(village, act):
    first = hold(act, village, {"title": "甲"}, {"title": "乙"}, 吴晓燕="leave")
    known = get(act.conn, first.id).items
    changed = {"title": "乙（改）", "id": known[1].id}
    assert hold(act, village, {"title": "丙"}, changed, id=first.id).id == first.id
    view = get(act.conn, first.id)
    assert [item.words("title") for item in view.items] == ["丙", "乙（改）"]
    assert view.items[1].id == known[1].id
    assert [seat.status for seat in view.seats] == ["present"] * 3


def test_saving_the_same_again_writes_nothing(village):
    with village.store.write("周丽", "会议") as act:
        id = hold(act, village, {"title": "甲"}).id
        (item,) = get(act.conn, id).items
    with village.store.write("周丽", "会议") as act:
        hold(act, village, {"title": "甲", "id": item.id}, id=id)
    assert village.store.last_act is None


def test_items_left_empty_are_passed_over_and_problems_name_the_row_as_typed(village, act):
    assert refused(act, village, {"title": ""}, {"title": "甲", "votes_yes": 1}) == {
        "agenda.1.resolution": "有表决就要写明决议"
    }
    assert len(get(act.conn, hold(act, village, {"title": "甲"}, {}).id).items) == 1


def test_every_problem_is_told_at_once(village, act):
    problems = refused(act, village, {"discussion": "讨论"}, at="", 周丽="absent")
    assert list(problems) == ["starts_at", "agenda.0.title"]


@pytest.mark.parametrize(
    ("status", "said"),
    [("leave", "请填请假原因"), ("absent", "请填缺席原因"), ("excluded", "请填不计入应到的原因")],
)
def test_who_is_away_has_a_reason(village, act, status, said):
    seats = [{"person_id": village.ids["周丽"], "status": status, "reason": " "}]
    with pytest.raises(Refused) as caught:
        meetings.save(act, {"meeting_type": "general", "starts_at": "2026-11-20"}, seats, [], TODAY)
    assert caught.value.problems == {"attendance.0.reason": said}


def test_nobody_is_on_the_roll_twice(village, act):
    seats = roll_of(village) + roll_of(village)[:1]
    with pytest.raises(Refused) as caught:
        meetings.save(act, {"meeting_type": "general", "starts_at": "2026-11-20"}, seats, [], TODAY)
    assert list(caught.value.problems) == ["attendance.3.person_id"]


def test_probationary_member_cannot_be_given_a_vote(village, act):
    seats = [{"person_id": village.ids["吴晓燕"], "status": "present", "can_vote": "是"}]
    with pytest.raises(Refused) as caught:
        meetings.save(act, {"meeting_type": "general", "starts_at": "2026-11-20"}, seats, [], TODAY)
    assert caught.value.problems == {"attendance.0.can_vote": "预备党员没有表决权"}


def test_who_became_full_since_had_no_vote_then(village, act):
    act.set(Member, village.ids["党员 吴晓燕"], {"status": "full", "full_on": "2026-11-21"})
    before, after = (get(act.conn, hold(act, village, at=day).id) for day in ("2026-11-20", "2026-11-22"))
    assert (before.roll.due_voters, after.roll.due_voters) == (2, 3)


def test_more_votes_than_voters_are_refused(village, act):
    problems = refused(act, village, {"title": "甲", "votes_yes": 3, "resolution": "通过"})
    assert problems == {"agenda.0.votes_yes": "赞成、反对、弃权共 3 票，有表决权的到会和书面意见只有 2 人"}


def test_meeting_that_ends_before_it_begins_is_refused(village, act):
    raw = {"meeting_type": "general", "starts_at": "2026-11-20 14:00", "ends_at": "2026-11-20 13:00"}
    with pytest.raises(Refused) as caught:
        meetings.save(act, raw, roll_of(village), [], TODAY)
    assert list(caught.value.problems) == ["ends_at"]


def test_refused_meeting_leaves_nothing_behind(village):
    with pytest.raises(Refused), village.store.write("周丽", "会议") as act:
        hold(act, village, {"title": "甲", "votes_yes": 9, "resolution": "通过"})
    with village.store.read() as conn:
        assert list_meetings(conn, 2026) == ()


def test_vote_without_half_of_the_members_is_kept_with_a_warning(village, act):
    saved = hold(
        act, village, {"title": "甲", "votes_yes": 0, "resolution": "下次再议"}, 王堃="leave", 周丽="leave"
    )
    assert "有表决权的党员应到 2 人、实到 0 人，还差 1 人到半数，不能表决" in saved.warnings
    assert "主持人王堃没有记为到会，请核对" in saved.warnings


def test_resolution_that_says_more_than_the_votes_is_warned_of(village, act):
    item = {"title": "甲", "votes_yes": 1, "votes_no": 1}
    (warning,) = hold(act, village, item | {"resolution": "会议通过"}).warnings
    assert warning.endswith("决议写的是通过，请核对")
    assert hold(act, village, item | {"resolution": "未通过，下次再议"}).warnings == ()


def test_major_matter_should_have_been_before_the_committee(village, act):
    (warning,) = hold(act, village, {"title": "甲", "major": "是"}).warnings
    assert "一般先经支委会讨论" in warning
    committee = hold(act, village, {"title": "甲"}, kind="committee", at="2026-11-05")
    earlier = get(act.conn, committee.id).items[0].id
    saved = hold(act, village, {"title": "甲", "major": "是", "earlier_id": earlier})
    assert saved.warnings == ()
    assert get(act.conn, saved.id).items[0].earlier == "甲"


def test_election_needs_four_fifths(village, act):
    item = {"title": "补选", "election": "是", "votes_yes": 1, "resolution": "当选"}
    (warning,) = hold(act, village, item, 周丽="leave").warnings
    assert "不能选举" in warning


def test_meeting_without_a_roll_is_kept_with_a_warning(village, act):
    saved = meetings.save(act, {"meeting_type": "class", "starts_at": "2026-11-20"}, [], [], TODAY)
    assert saved.warnings == ("还没有点名，到会情况是空的",)


@pytest.fixture
def issue(act):
    draft = {"words": "3组机耕路塌方", "collected_on": "2026-11-06", "stage": "collected", "source": "field"}
    return act.add(Issue, draft)


def resolved(issue, **more):
    return {"title": "机耕路", "issue_id": issue, "resolution": "村出资修复"} | more


def test_issue_becomes_an_item_of_the_agenda(act, issue):
    item = meetings.agenda_from_issue(act.conn, issue)
    assert (item["title"], item["discussion"]) == ("3组机耕路塌方", "问题来自 11-06 巡访。")
    assert item["issue_id"] == issue


def test_resolution_with_owner_and_deadline_assigns_the_issue(village, act, issue):
    id = hold(act, village, resolved(issue, owner_id=village.ids["周丽"], due_on="2026-12-10")).id
    row = issues.one(act.conn, issue)
    assert (row.stage, row.measure, row.owner, row.due_on) == ("assigned", "村出资修复", "周丽", "2026-12-10")
    last = issues.events(act.conn, issue)[-1]
    assert (last.happened_on, last.note) == ("2026-11-20", "支部党员大会：村出资修复")
    assert get(act.conn, id).items[0].issue == "3组机耕路塌方"


def test_resolution_without_an_owner_leaves_the_issue_and_says_so(village, act, issue):
    (warning,) = hold(act, village, resolved(issue)).warnings
    assert warning == "「机耕路」：所议的问题还没有交办，请定责任人和完成时限"
    assert issues.one(act.conn, issue).stage == "collected"


def test_motion_that_failed_does_not_assign_the_issue(village, act, issue):
    votes = {"votes_yes": 0, "votes_no": 2, "owner_id": village.ids["周丽"], "due_on": "2026-12-10"}
    hold(act, village, resolved(issue, **votes))
    assert issues.one(act.conn, issue).stage == "collected"


def test_saving_the_meeting_again_does_not_assign_the_issue_again(village, act, issue):
    item = resolved(issue, owner_id=village.ids["周丽"], due_on="2026-12-10")
    id = hold(act, village, item).id
    hold(act, village, item | {"id": get(act.conn, id).items[0].id}, id=id)
    assert [event.stage for event in issues.events(act.conn, issue)] == ["assigned"]


def test_meeting_still_ahead_moves_no_issue(village, act, issue):
    item = resolved(issue, owner_id=village.ids["周丽"], due_on="2026-12-10")
    hold(act, village, item, at="2026-11-24")
    assert issues.one(act.conn, issue).stage == "collected"


def test_meeting_before_the_issue_was_raised_cannot_have_studied_it(village, act, issue):
    item = resolved(issue, owner_id=village.ids["周丽"], due_on="2026-12-10")
    problems = refused(act, village, item, at="2026-11-05")
    assert problems == {"": "「机耕路」所议的问题：日期早于收集日期，请核对"}


def test_removed_meeting_is_gone_with_roll_and_agenda_and_comes_back_with_them(village, act):
    id = hold(act, village, {"title": "甲"}).id
    meetings.remove(act, id)
    assert list_meetings(act.conn, 2026) == ()
    with pytest.raises(KeyError):
        get(act.conn, id)


def test_meeting_on_the_last_day_of_a_year_belongs_to_it(village, act):
    hold(act, village, at="2025-12-31 19:00")
    assert len(list_meetings(act.conn, 2025)) == 1
    assert list_meetings(act.conn, date(2026, 1, 1).year) == ()
