"""What was deleted within a year, and bringing it back."""

from datetime import date

import pytest

from tests.samples import TODAY, Village
from villagebranch.db.history import undo
from villagebranch.domain.errors import Refused
from villagebranch.services import cadres, households, issues, meetings, people, removed, visits


def write(village: Village, change):
    with village.store.write("周丽", "删除") as act:
        return change(act)


def gone(village: Village, today: date = TODAY) -> list[tuple[str, str]]:
    with village.store.read() as conn:
        return [(one.sort, one.title) for one in removed.gone(conn, today)]


def restore(village: Village, place: int = 0) -> None:
    with village.store.read() as conn:
        one = removed.gone(conn, TODAY)[place]
    write(village, lambda act: removed.restore(act, one.kind, one.id))


def remove_member(village: Village) -> None:
    write(village, lambda act: people.remove_member(act, village.ids["党员 吴晓燕"]))


def members(village: Village) -> list[str]:
    with village.store.read() as conn:
        return [row.words("name") for row in people.members(conn)]


def record_visit(village: Village) -> str:
    raw = {
        "household_id": village.ids["户 陆根发"],
        "occurred_on": "2026-11-20",
        "visitors": village.ids["周丽"],
        "visit_type": "home",
    }
    return write(village, lambda act: visits.record(act, raw, [{"words": "屋面漏雨"}], TODAY))


def test_deleted_member_is_named_with_who_deleted_it_and_when(village):
    remove_member(village)
    with village.store.read() as conn:
        (one,) = removed.gone(conn, TODAY)
    assert (one.sort, one.title, one.author, one.at[:10]) == ("党员", "吴晓燕", "周丽", "2026-11-23")


def test_what_was_deleted_more_than_a_year_ago_is_not_named(village):
    remove_member(village)
    assert gone(village, date(2027, 11, 23)) == [("党员", "吴晓燕")]
    assert gone(village, date(2027, 11, 24)) == []


def test_restored_member_stands_on_the_roster_again(village):
    remove_member(village)
    restore(village)
    assert "吴晓燕" in members(village)
    assert gone(village) == []


def test_member_whose_import_was_undone_comes_back_with_the_person(village):
    write(village, lambda act: people.save_member(act, {"name": "杜水根", "status": "正式"}, TODAY))
    imported = village.store.last_act
    write(village, lambda act: undo(act, imported))
    restore(village)
    assert "杜水根" in members(village)


def test_member_who_is_on_the_roster_anew_is_not_restored_twice(village):
    remove_member(village)
    with village.store.write("周丽", "添党员") as act:
        act.add(people.Member, {"person_id": village.ids["吴晓燕"], "status": "full"})
    with pytest.raises(Refused, match="吴晓燕 现在已有一条党员记录"):
        restore(village)


def test_household_is_one_line_and_comes_back_with_its_people(village):
    home = village.ids["户 陆根发"]
    write(village, lambda act: households.remove_household(act, home))
    assert gone(village) == [("群众户", "陆根发 户 · 5组 18号")]
    restore(village)
    with village.store.read() as conn:
        assert [one.name for one in households.family(conn, home)] == ["陆根发"]


def test_person_who_moved_out_can_be_brought_back(village):
    home = village.ids["户 陆根发"]
    place = write(
        village, lambda act: households.save_resident(act, home, {"name": "王秀珍", "relation": "妻"}, TODAY)
    )
    write(village, lambda act: households.move_out(act, place))
    assert gone(village) == [("家庭成员", "王秀珍")]
    restore(village)
    with village.store.read() as conn:
        assert [one.name for one in households.family(conn, home)] == ["陆根发", "王秀珍"]


def test_visit_comes_back_with_the_issue_heard_on_it(village):
    visit = record_visit(village)
    write(village, lambda act: visits.remove(act, visit))
    assert gone(village) == [("走访", "2026年11月20日 陆根发 户 · 5组 18号")]
    restore(village)
    with village.store.read() as conn:
        assert visits.rows(conn, [visit])[0].issues[0].words == "屋面漏雨"


def test_issue_deleted_before_its_visit_is_a_line_of_its_own(village):
    visit = record_visit(village)
    with village.store.read() as conn:
        (issue,) = issues.ids(conn, issues.Wanted())
    write(village, lambda act: act.remove(issues.Issue, issue))
    assert gone(village) == [("问题", "屋面漏雨")]
    assert visit


def test_meeting_comes_back_with_its_roll(village):
    with village.store.read() as conn:
        draft = meetings.draft(conn, "committee", TODAY)
    seats = [{"person_id": seat.person_id, "status": seat.status} for seat in draft.seats]
    saved = write(village, lambda act: meetings.save(act, draft.values, seats, [{"title": "议题一"}], TODAY))
    write(village, lambda act: meetings.remove(act, saved.id))
    assert gone(village) == [("会议", "2026年11月23日 支部委员会会议")]
    restore(village)
    with village.store.read() as conn:
        kept = meetings.get(conn, saved.id)
    assert (len(kept.seats), len(kept.items)) == (len(seats), 1)


def test_cadre_comes_back(village):
    write(village, lambda act: act.remove(cadres.Cadre, village.ids["干部 周丽"]))
    assert gone(village) == [("村干部", "周丽")]
    restore(village)
    with village.store.read() as conn:
        assert "周丽" in [one.name for one in cadres.cadres(conn, TODAY)]
