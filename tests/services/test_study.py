"""The monthly study meeting through the services: what it goes through, and how it is closed."""

from datetime import date

import pytest

from tests.samples import TODAY, Village
from villagebranch.domain.errors import Refused
from villagebranch.services import issues, meetings, monthly_summary, study
from villagebranch.services.meeting_view import get

NOVEMBER = "2026-11"


def raised(village: Village, words: str, on: str, **more: object) -> str:
    with village.store.write("王堃", "收一条问题") as act:
        id = issues.collect(act, {"words": words, "source": "来访", "collected_on": on}, TODAY)
        if more:
            issues.correct(act, id, more, TODAY)
    return id


def settle(village: Village, id: str, on: date = TODAY) -> None:
    settled = {"measure": "报修", "owner_id": village.ids["周丽"], "due_on": "2026-12-10"}
    with village.store.write("王堃", "月度研究会") as act:
        issues.study(act, id, settled, on)


def studied(village: Village, period: str = NOVEMBER) -> study.Study:
    with village.store.read() as conn:
        return study.study_of(conn, period, TODAY)


def test_a_meeting_goes_through_the_new_issues_and_those_given_to_nobody_before(village: Village) -> None:
    carried, given, new = (
        raised(village, words, on)
        for words, on in (("路灯不亮", "2026-10-05"), ("屋面漏雨", "2026-10-06"), ("沟渠堵塞", "2026-11-03"))
    )
    settle(village, given, date(2026, 10, 30))
    assert [row.id for row in studied(village).rows] == [new, carried]
    settle(village, carried)
    made = studied(village)
    assert [row.id for row in made.rows] == [new, carried]
    assert [row.id for row in made.settled] == [carried]


def test_an_issue_in_hand_without_anybody_answerable_is_studied_too(village: Village) -> None:
    id = raised(village, "路灯不亮", "2026-10-05")
    settle(village, id, date(2026, 10, 6))
    with village.store.write("王堃", "办理问题") as act:
        issues.move(act, id, "in_progress", date(2026, 10, 7))
        issues.correct(act, id, {"owner_id": None}, TODAY)
    assert [row.id for row in studied(village).rows] == [id]
    with pytest.raises(Refused) as refused, village.store.write("王堃", "月度研究会") as act:
        issues.study(act, id, {"measure": "报修"}, TODAY)
    assert list(refused.value.problems) == ["owner_id"]
    settle(village, id)
    with village.store.read() as conn:
        assert issues.one(conn, id).stage == "in_progress"
    assert [row.id for row in studied(village).settled] == [id]


def test_a_meeting_is_recorded_with_the_issues_that_it_settled_and_the_month_frozen_with_it(
    village: Village,
) -> None:
    settled, open_one = raised(village, "路灯不亮", "2026-11-03"), raised(village, "屋面漏雨", "2026-11-04")
    settle(village, settled)
    with village.store.write("王堃", "定稿") as act:
        made = study.study_of(act.conn, NOVEMBER, TODAY)
        meeting = study.hold(act, NOVEMBER, TODAY, made.settled, TODAY)
        monthly_summary.freeze(act, NOVEMBER, TODAY, meeting)
    with village.store.read() as conn:
        view = get(conn, meeting)
        assert [one.id for one in study.meetings_of(conn, NOVEMBER)] == [meeting]
    assert [(item["issue_id"], item["resolution"], item.owner) for item in view.items] == [
        (settled, "报修", "周丽")
    ]
    assert [seat.name for seat in view.seats] == ["王堃", "周丽"]
    frozen = studied(village)
    assert (frozen.summary.meeting_id, frozen.summary.open_ids) == (meeting, (settled, open_one))


def test_issues_join_the_agenda_of_a_meeting_once_and_its_roll_stays(village: Village) -> None:
    id = raised(village, "路灯不亮", "2026-11-03")
    settle(village, id)
    with village.store.write("王堃", "记会议") as act:
        view = meetings.draft(act.conn, "committee", TODAY)
        seats = [{"person_id": village.ids["王堃"], "status": "present", "can_vote": 1}]
        meeting = meetings.save(act, view.values, seats, [{"title": "党费"}], TODAY).id
    for _ in range(2):
        with village.store.write("王堃", "列入议题") as act:
            made = study.study_of(act.conn, NOVEMBER, TODAY)
            study.put_on_agenda(act, meeting, made.settled, TODAY)
    with village.store.read() as conn:
        view = get(conn, meeting)
    assert [item.words("title") for item in view.items] == ["党费", "路灯不亮"]
    assert [(seat.name, seat.can_vote) for seat in view.seats] == [("王堃", True)]


def test_a_frozen_month_opens_again_until_the_next_one_builds_on_it(village: Village) -> None:
    raised(village, "路灯不亮", "2026-10-03")
    with village.store.write("王堃", "定稿") as act:
        monthly_summary.freeze(act, "2026-10", TODAY)
        monthly_summary.freeze(act, NOVEMBER, TODAY)
    with pytest.raises(Refused, match="11月"), village.store.write("王堃", "取消定稿") as act:
        monthly_summary.reopen(act, "2026-10")
    with village.store.write("王堃", "取消定稿") as act:
        monthly_summary.reopen(act, NOVEMBER)
        monthly_summary.reopen(act, "2026-10")
    assert studied(village, "2026-10").summary.frozen_at is None


def test_in_the_first_days_the_month_before_is_due_until_it_is_frozen(village: Village) -> None:
    raised(village, "路灯不亮", "2026-11-03")
    with village.store.read() as conn:
        assert study.month_due(conn, TODAY) == NOVEMBER
        assert study.month_due(conn, date(2026, 12, 4)) == NOVEMBER
        assert study.month_due(conn, date(2026, 12, 11)) == "2026-12"
    with village.store.write("王堃", "定稿") as act:
        monthly_summary.freeze(act, NOVEMBER, date(2026, 12, 4))
    with village.store.read() as conn:
        assert study.month_due(conn, date(2026, 12, 4)) == "2026-12"
