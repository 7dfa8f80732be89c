"""What is told of a record's past, and putting a field back."""

import pytest

from tests.samples import TODAY, Village
from villagebranch.db.history import undo
from villagebranch.domain.errors import Refused
from villagebranch.services import cadres, histories, households, people
from villagebranch.services.histories import Telling


def write(village: Village, change, form: str = "改党员资料") -> None:
    with village.store.write("周丽", form) as act:
        change(act)


def save(village: Village, **raw: object) -> None:
    write(village, lambda act: people.save_member(act, raw, TODAY, village.ids["党员 吴晓燕"]))


def told(village: Village) -> list[Telling]:
    with village.store.read() as conn:
        return histories.tell(conn, histories.of_member(conn, village.ids["党员 吴晓燕"]))


def told_of_household(village: Village) -> list[str]:
    with village.store.read() as conn:
        found = histories.tell(conn, histories.of_household(conn, village.ids["户 陆根发"]))
    return [f"{one.label} {one.before}→{one.after}".removesuffix(" →") for one in found]


def test_change_is_told_with_its_author_and_both_values_in_words(village):
    save(village, status="正式党员", full_on="2026.12")
    latest = {one.label: one for one in told(village)}
    assert (latest["人员类别"].before, latest["人员类别"].after) == ("预备党员", "正式党员")
    assert (latest["转正日期"].before, latest["转正日期"].after) == ("", "2026-12")
    assert latest["人员类别"].edit.author == "周丽"


def test_person_and_membership_begun_in_one_act_are_one_line(village):
    assert [(one.label, one.after) for one in told(village)] == [("建档", "练习")]


def test_link_is_told_by_the_name_of_what_it_points_to(village):
    save(village, contact_id=village.ids["周丽"])
    assert told(village)[0].after == "周丽"


def test_private_values_are_masked(village):
    save(village, phone="13800002207", address="5组18号")
    assert {one.label: one.after for one in told(village)[:2]} == {
        "联系电话": "138****2207",
        "家庭住址": "＊＊＊",
    }


def test_only_the_latest_change_of_a_field_can_go_back(village):
    save(village, party_group="第二党小组")
    save(village, party_group="第三党小组")
    assert [one.can_go_back for one in told(village)] == [True, False, False]


def test_contact_that_ended_does_not_go_back_beside_the_new_one(village):
    home = village.ids["户 陆根发"]
    write(village, lambda act: cadres.link_households(act, village.ids["干部 王堃"], [home], TODAY))
    with village.store.read() as conn:
        assert not any(one.can_go_back for one in histories.tell(conn, histories.of_household(conn, home)))


def test_field_put_back_stands_as_before_and_can_go_back_again(village):
    save(village, party_group="第二党小组")
    write(village, lambda act: histories.put_back(act, told(village)[0]), "改回")
    assert (told(village)[0].after, told(village)[0].can_go_back) == ("第一党小组", True)


def test_field_that_changed_again_meanwhile_is_not_put_back(village):
    save(village, party_group="第二党小组")
    shown = told(village)[0]
    save(village, party_group="第三党小组")
    with pytest.raises(Refused, match="后来又改过"):
        write(village, lambda act: histories.put_back(act, shown))


def test_value_that_contradicts_another_is_not_put_back(village):
    save(village, full_on="2026-12-01")
    save(village, full_on="2027-01-01")
    save(village, joined_on="2026-12-20")
    with pytest.raises(Refused, match="转正日期早于入党日期"):
        write(village, lambda act: histories.put_back(act, told(village)[1]))


def test_deleted_and_brought_back_are_both_told(village):
    write(village, lambda act: people.remove_member(act, village.ids["党员 吴晓燕"]), "删除党员")
    ref = village.store.last_act
    write(village, lambda act: undo(act, ref), "撤销")
    assert [one.label for one in told(village)] == ["恢复", "删除", "建档"]


def test_household_tells_who_came_who_left_and_who_keeps_contact(village):
    home = village.ids["户 陆根发"]
    son = {"name": "陆建平", "relation": "子"}
    write(village, lambda act: households.save_resident(act, home, son, TODAY), "添家人")
    with village.store.read() as conn:
        place = households.family(conn, home)[1].id
    write(village, lambda act: households.move_out(act, place), "迁出")
    write(
        village, lambda act: cadres.link_households(act, village.ids["干部 王堃"], [home], TODAY), "定联系人"
    )
    assert told_of_household(village) == [
        "周丽 结束联系 →2026-11-23",
        "王堃 开始联系",
        "陆建平 迁出",
        "陆建平 添家人",
        "建档 →练习",
    ]
