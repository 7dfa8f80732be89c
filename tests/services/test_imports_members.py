"""Importing rosters of party members, row by row."""

import pytest

from tests.books import bring_in, preview, rows, standing
from tests.samples import TODAY, Village
from villagebranch.db.store import Store
from villagebranch.domain.values import Stored
from villagebranch.records.cadre import Cadre
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.services import cadres
from villagebranch.services.imports import Plan, Tally

LUO = {"name": "罗文斌", "joined_on": "1998.7", "full_on": "1999.7"}
LUO_ID, OTHER_LUO_ID = "330424197307262197", "330424198004035418"


def one(store: Store, name: str) -> dict[str, Stored]:
    (found,) = (row for row in standing(store, Person) if row["name"] == name)
    return found


def member_of(store: Store, name: str) -> dict[str, Stored]:
    return next(row for row in standing(store, Member) if row["person_id"] == one(store, name)["id"])


def reasons(plan: Plan) -> list[tuple[int, str]]:
    return [(problem.number, problem.column) for problem in plan.refused]


def test_a_row_becomes_person_member_and_cadre(village: Village) -> None:
    row = {
        "name": "罗　文斌",
        "sex": "男",
        "ethnicity": "汉",
        "education": "223_高中",
        "phone": "１３８００００５５１２",
    }
    plan = bring_in(village.store, "members", rows(LUO | row | {"post": "宣传委员", "address": "7组5号"}))
    person, member = one(village.store, "罗文斌"), member_of(village.store, "罗文斌")
    assert (person["ethnicity"], person["education"], person["phone"]) == ("01", "high", "13800005512")
    assert (member["status"], member["joined_on"], member["post"]) == ("full", "1998-07", "宣传委员")
    assert [cadre["post"] for cadre in standing(village.store, Cadre)][-1] == "宣传委员"
    assert (plan.new, plan.verdicts[0].words) == (1, "同时记为村干部")


def test_a_wrong_check_digit_leaves_out_the_number_and_nothing_else(village: Village) -> None:
    plan = bring_in(village.store, "members", rows(LUO | {"id_number": LUO_ID[:-1] + "8"}))
    assert reasons(plan) == [(2, "公民身份号码")]
    assert (plan.new, one(village.store, "罗文斌")["id_number"]) == (1, None)


def test_a_number_cell_that_lost_its_last_digits_is_listed(village: Village) -> None:
    plan = bring_in(village.store, "members", rows(LUO | {"id_number": 330424197307262000}))
    assert "末尾已丢失" in plan.refused[0].reason
    assert plan.new == 1


def test_a_day_that_cannot_be_is_listed_and_left_empty(village: Village) -> None:
    plan = bring_in(
        village.store,
        "members",
        rows(LUO | {"born_on": "1973.13"}, {"name": "张三", "joined_on": "2027-1-1"}),
    )
    assert [(problem.number, problem.column) for problem in plan.refused] == [
        (2, "出生日期"),
        (3, "入党日期"),
        (3, "人员类别"),
    ]
    assert plan.main == Tally(new=1, refused=1)


def test_a_row_without_a_name_is_refused_whole(village: Village) -> None:
    plan = bring_in(village.store, "members", rows({"joined_on": "1998.7", "phone": "13800005512"}))
    assert (reasons(plan), plan.main) == ([(2, "姓名")], Tally(refused=1))
    assert plan.verdicts[0].outcome == "refused"


def test_probation_that_ended_before_it_began_is_listed(village: Village) -> None:
    plan = bring_in(village.store, "members", rows(LUO | {"full_on": "1997.7"}))
    assert reasons(plan) == [(2, "转正日期")]


def test_the_month_of_birth_is_completed_from_the_id_number(village: Village) -> None:
    bring_in(village.store, "members", rows(LUO | {"born_on": "1973.07", "id_number": LUO_ID}))
    person = one(village.store, "罗文斌")
    assert (person["born_on"], person["sex"]) == ("1973-07-26", "male")


def test_a_day_of_birth_from_the_archive_stays_beside_another_in_the_number(village: Village) -> None:
    book = rows(LUO | {"born_on": "1972-07-26", "id_number": LUO_ID})
    plan = bring_in(village.store, "members", book)
    assert one(village.store, "罗文斌")["born_on"] == "1972-07-26"
    assert "不一致" in plan.verdicts[0].words
    assert bring_in(village.store, "members", book).same == 1


def test_less_never_replaces_more(village: Village) -> None:
    row = {"name": "王堃", "born_on": "1978.02", "phone": "", "post": None, "education": "不详"}
    plan = bring_in(village.store, "members", rows(row, {"name": "周丽", "joined_on": "不详"}))
    assert one(village.store, "王堃")["born_on"] == "1978-02-11"
    assert member_of(village.store, "王堃")["post"] == "党支部书记"
    assert member_of(village.store, "周丽")["joined_on"] == "2012-07-01"
    assert plan.main == Tally(changed=1, same=1)  # 学历 was empty, and 不详 says more than nothing


def test_a_changed_cell_is_shown_before_and_after(village: Village) -> None:
    plan = bring_in(
        village.store, "members", rows({"name": "周丽", "education": "大专", "party_group": "第二党小组"})
    )
    (verdict,) = plan.verdicts
    shown = [(each.label, each.before, each.after) for each in verdict.differences]
    assert shown == [("学历", "", "大专"), ("所在党小组", "第一党小组", "第二党小组")]
    assert (plan.changed, member_of(village.store, "周丽")["party_group"]) == (1, "第二党小组")


def test_a_villager_who_joins_is_the_same_person(village: Village) -> None:
    bring_in(
        village.store, "members", rows({"name": "陆根发", "joined_on": "2026-3-1", "address": "5组18号"})
    )
    assert member_of(village.store, "陆根发")["status"] == "probationary"


def test_two_of_one_name_with_two_numbers_are_two_people(village: Village) -> None:
    bring_in(village.store, "members", rows(LUO | {"id_number": LUO_ID}))
    plan = bring_in(village.store, "members", rows(LUO | {"id_number": OTHER_LUO_ID}))
    assert plan.new == 1
    assert {row["id_number"] for row in standing(village.store, Person)} >= {LUO_ID, OTHER_LUO_ID}


def test_a_name_that_fits_two_people_is_refused_until_the_row_tells_more(village: Village) -> None:
    bring_in(village.store, "members", rows(LUO | {"id_number": LUO_ID}, LUO | {"id_number": OTHER_LUO_ID}))
    plan = bring_in(village.store, "members", rows(LUO | {"phone": "13800005512"}))
    assert reasons(plan) == [(2, "姓名")]
    assert "1973-07-26" in plan.refused[0].reason
    assert (
        bring_in(village.store, "members", rows(LUO | {"born_on": "1973.7", "phone": "13800005512"})).changed
        == 1
    )


def test_two_rows_of_one_name_that_nothing_tells_apart_are_both_refused(village: Village) -> None:
    plan = bring_in(
        village.store, "members", rows(LUO, LUO, LUO | {"address": "1组1号"}, LUO | {"address": "2组2号"})
    )
    assert [verdict.outcome for verdict in plan.verdicts][:2] == ["refused", "refused"]
    assert "公民身份号码" in plan.refused[0].reason


def test_two_rows_of_one_name_at_two_doors_are_two_people(village: Village) -> None:
    book = rows(LUO | {"address": "1组1号"}, LUO | {"address": "2组2号"})
    assert bring_in(village.store, "members", book).new == 2
    assert bring_in(village.store, "members", book).same == 2


def test_a_person_who_stands_twice_in_a_book_comes_in_once(village: Village) -> None:
    row = LUO | {"id_number": LUO_ID}
    plan = bring_in(village.store, "members", rows(row, row | {"name": "罗文兵"}))
    assert plan.main == Tally(new=1, refused=1)
    assert "第 2 行" in plan.refused[0].reason


def test_a_number_that_somebody_else_has_is_refused(village: Village) -> None:
    bring_in(village.store, "members", rows(LUO | {"id_number": LUO_ID}))
    plan = bring_in(
        village.store, "members", rows({"name": "罗建华", "joined_on": "2001", "id_number": LUO_ID})
    )
    assert reasons(plan) == [(2, "公民身份号码")]
    assert "罗文斌" in plan.refused[0].reason


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"joined_on": "2025-12-1"}, "probationary"),
        ({"joined_on": "2025-12-1", "full_on": "2026-12-1"}, "probationary"),
        ({"joined_on": "2024-12-1", "full_on": "2025.12"}, "full"),
        ({"joined_on": "1969.5"}, "full"),
        ({"joined_on": "2025-12-1", "status": "223_正式党员"}, "full"),
    ],
)
def test_the_status_follows_from_the_dates_unless_the_book_says_it(
    village: Village, cells: dict[str, object], status: str
) -> None:
    bring_in(village.store, "members", rows({"name": "罗文斌"} | cells))
    assert member_of(village.store, "罗文斌")["status"] == status


def test_an_older_roster_does_not_put_a_full_member_back(village: Village) -> None:
    bring_in(village.store, "members", rows({"name": "吴晓燕", "status": "正式党员"}))
    assert bring_in(village.store, "members", rows({"name": "吴晓燕", "joined_on": "2025-12-01"})).same == 1


def test_a_member_with_neither_status_nor_date_is_refused(village: Village) -> None:
    assert reasons(preview(village.store, "members", rows({"name": "罗文斌"}))) == [(2, "人员类别")]


def test_the_contact_keeper_may_stand_further_down(village: Village) -> None:
    away = {"name": "张三", "joined_on": "2001", "away": "是", "contact": "罗文斌"}
    book = rows(away, LUO | {"contact": "周　丽"}, {"name": "李四", "joined_on": "2001", "contact": "赵六"})
    plan = bring_in(village.store, "members", book)
    assert member_of(village.store, "张三")["contact_id"] == one(village.store, "罗文斌")["id"]
    assert member_of(village.store, "罗文斌")["contact_id"] == village.ids["周丽"]
    assert reasons(plan) == [(4, "支部联系人")]
    assert bring_in(village.store, "members", book).same == 3


def test_a_new_post_is_the_cadre_s_post_too(village: Village) -> None:
    bring_in(village.store, "members", rows({"name": "周丽", "post": "党支部副书记"}))
    with village.store.read() as conn:
        assert [each.post for each in cadres.cadres(conn, TODAY)] == ["党支部书记", "党支部副书记"]


def test_who_retired_does_not_come_back_with_an_unchanged_post(village: Village) -> None:
    with village.store.write("王堃", "离任") as act:
        cadres.retire(act, village.ids["干部 周丽"], "2026-11-01", TODAY)
    bring_in(village.store, "members", rows({"name": "周丽", "post": "组织委员"}))
    with village.store.read() as conn:
        assert [each.name for each in cadres.cadres(conn, TODAY)] == ["王堃"]


def test_a_group_leader_does_not_become_a_cadre(village: Village) -> None:
    bring_in(village.store, "members", rows(LUO | {"post": "党小组组长"}))
    assert len(standing(village.store, Cadre)) == 2
