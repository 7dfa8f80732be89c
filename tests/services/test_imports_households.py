"""Importing household books, household by household."""

from tests.books import bring_in, households, preview, rows, standing
from tests.samples import TODAY, Village
from villagebranch.domain.values import Stored
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.services import households as service
from villagebranch.services.imports import Plan, Tally

WANG_ID, SON_ID = "330424197802119558", "330424198004035418"
DOOR = {"number": 9, "villager_group": "7组", "door": "19号"}
HEAD = DOOR | {"name": "万德兴", "relation": "户主", "phone": "13747015219", "tags": "军属"}
WIFE = DOOR | {"name": "李美珍", "relation": "配偶"}
SON = DOOR | {"name": "万建华", "relation": "长子"}


def family(village: Village, head: str) -> list[tuple[str, str]]:
    """Return name and relation of everybody in a household."""
    with village.store.read() as conn:
        (id,) = (row.id for row in service.households(conn, TODAY) if row.head == head)
        return [(one.name, one.relation) for one in service.family(conn, id)]


def person(village: Village, name: str) -> dict[str, Stored]:
    (found,) = (row for row in standing(village.store, Person) if row["name"] == name)
    return found


def house(village: Village, number: int) -> dict[str, Stored]:
    (found,) = (row for row in standing(village.store, Household) if row["number"] == number)
    return found


def reasons(plan: Plan) -> list[tuple[int, str]]:
    return [(problem.number, problem.column) for problem in plan.refused]


def test_a_household_comes_in_with_its_people(village: Village) -> None:
    plan = bring_in(village.store, "households", households([HEAD, WIFE, SON]))
    assert family(village, "万德兴") == [("万德兴", "head"), ("李美珍", "spouse"), ("万建华", "son")]
    assert plan.tallies == {"households": Tally(new=1), "people": Tally(new=3)}
    assert (house(village, 9)["phone"], house(village, 9)["tags"]) == ("13747015219", "military")


def test_the_telephone_of_the_head_is_the_household_s(village: Village) -> None:
    phones = [HEAD, WIFE | {"phone": "13747015219"}, SON | {"phone": "13800005512"}]
    bring_in(village.store, "households", households(phones))
    assert [person(village, name)["phone"] for name in ("万德兴", "李美珍", "万建华")] == [
        None,
        None,
        "13800005512",
    ]


def test_a_household_whose_head_is_refused_stays_out_whole(village: Village) -> None:
    people = len(standing(village.store, Person))
    plan = bring_in(
        village.store, "households", households([HEAD | {"name": "万5"}, WIFE, SON], [HEAD | {"door": "1号"}])
    )
    assert reasons(plan) == [(2, "姓名"), (3, ""), (4, "")]
    assert "第 2 行没有收" in plan.refused[1].reason
    assert plan.tallies == {"households": Tally(new=1, refused=1), "people": Tally(new=1, refused=3)}
    assert len(standing(village.store, Person)) == people + 1


def test_another_person_who_is_refused_stays_out_alone(village: Village) -> None:
    book = households([HEAD, WIFE | {"relation": "朋友"}, SON | {"relation": None}])
    plan = bring_in(village.store, "households", book)
    assert reasons(plan) == [(3, "与户主关系"), (4, "与户主关系")]
    assert plan.main == Tally(new=1)
    assert family(village, "万德兴") == [("万德兴", "head")]


def test_a_refused_row_that_was_mended_joins_its_household(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD]))
    plan = bring_in(village.store, "households", households([WIFE]))
    assert plan.tallies == {"households": Tally(changed=1), "people": Tally(new=1)}
    assert family(village, "万德兴") == [("万德兴", "head"), ("李美珍", "spouse")]


def test_a_party_member_is_linked_by_the_id_number(village: Village) -> None:
    bring_in(village.store, "members", rows({"name": "王堃", "id_number": WANG_ID}))
    bring_in(village.store, "households", households([HEAD | {"name": "王堃", "id_number": WANG_ID}]))
    assert village.ids["王堃"] in {row["person_id"] for row in standing(village.store, HouseholdMember)}
    assert person(village, "王堃")["born_on"] == "1978-02-11"


def test_a_party_member_is_linked_by_the_door_when_no_number_tells(village: Village) -> None:
    row = {
        "name": "李美珍",
        "joined_on": "1997.12",
        "address": "梅溪村7组19号",
        "id_number": "330424195802211741",
    }
    bring_in(village.store, "members", rows(row))
    wife = WIFE | {"id_number": "330424195802211742"}
    bring_in(
        village.store,
        "households",
        households([HEAD, wife], [HEAD | {"number": 10, "door": "1号", "name": "张三"}]),
    )
    assert person(village, "李美珍")["id_number"] == "330424195802211742"
    assert person(village, "李美珍")["id"] in {row["person_id"] for row in standing(village.store, Member)}


def test_father_and_son_of_one_name_are_told_apart_by_their_places(village: Village) -> None:
    book = households([HEAD, SON | {"name": "万德兴", "born_on": "1990.5"}])
    assert bring_in(village.store, "households", book).tallies["people"] == Tally(new=2)
    assert bring_in(village.store, "households", book).tallies["people"] == Tally(same=2)


def test_a_villager_of_another_door_with_the_name_is_not_taken_for_the_same(village: Village) -> None:
    plan = bring_in(village.store, "households", households([HEAD | {"name": "陆根发"}, WIFE]))
    assert reasons(plan) == [(2, "姓名"), (3, "")]
    assert "5组18号" in plan.refused[0].reason


def test_importing_a_book_without_id_numbers_twice_adds_nothing(village: Village) -> None:
    namesake = DOOR | {"number": 10, "door": "21号", "name": "李美珍", "relation": "户主"}
    book = households([HEAD, WIFE], [namesake, SON | {"number": 10, "door": "21号"}])
    assert bring_in(village.store, "households", book).tallies["people"] == Tally(new=4)
    assert bring_in(village.store, "households", book).tallies["people"] == Tally(same=4)


def test_an_empty_cell_erases_nothing(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD | {"note": "在外打工"}, WIFE]))
    bare = {"villager_group": "7", "door": "19", "name": "万德兴", "relation": "户主"}
    assert bring_in(village.store, "households", households([bare])).main == Tally(same=1)
    assert (house(village, 9)["note"], house(village, 9)["tags"]) == ("在外打工", "military")


def test_a_changed_cell_changes_the_household(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD, WIFE]))
    plan = bring_in(village.store, "households", households([HEAD | {"phone": "13800005512"}, WIFE]))
    assert plan.tallies == {"households": Tally(changed=1), "people": Tally(changed=1, same=1)}
    assert [one.label for one in plan.verdicts[0].differences] == ["联系电话"]


def test_a_group_written_another_way_is_no_change(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD]))
    other = HEAD | {"villager_group": "第七村民小组", "door": "１９"}
    assert bring_in(village.store, "households", households([other])).same == 1


def test_a_person_who_moved_leaves_the_household_before(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD, SON | {"id_number": SON_ID}]))
    own = {"number": 10, "villager_group": "7组", "door": "21号"}
    moved = HEAD | own | {"name": "万建华", "relation": "户主", "id_number": SON_ID}
    plan = bring_in(village.store, "households", households([moved]))
    assert (family(village, "万德兴"), family(village, "万建华")) == (
        [("万德兴", "head")],
        [("万建华", "head")],
    )
    differences = [(one.label, one.before, one.after) for one in plan.verdicts[0].differences]
    assert differences == [("所在户", "万德兴户（7组19号）", "万建华户（7组21号）")]


def test_another_head_than_the_one_on_record_is_refused(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD, SON]))
    plan = bring_in(village.store, "households", households([SON | {"relation": "户主"}]))
    assert reasons(plan) == [(2, "与户主关系")]
    assert "在册的户主是万德兴" in plan.refused[0].reason


def test_a_head_may_hand_over_to_another_of_the_household(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD, SON]))
    book = households([SON | {"relation": "户主"}, HEAD | {"relation": "父亲"}])
    assert bring_in(village.store, "households", book).main == Tally(changed=1)
    assert family(village, "万建华") == [("万建华", "head"), ("万德兴", "father")]


def test_a_new_household_without_a_head_is_refused(village: Village) -> None:
    assert reasons(preview(village.store, "households", households([WIFE, SON]))) == [
        (2, "与户主关系"),
        (3, ""),
    ]


def test_a_household_has_one_head(village: Village) -> None:
    plan = preview(village.store, "households", households([HEAD, SON | {"relation": "户主"}]))
    assert reasons(plan) == [(3, "与户主关系")]
    assert "第 2 行已经是" in plan.refused[0].reason


def test_a_book_that_names_only_heads_is_understood(village: Village) -> None:
    bare = {"villager_group": "7组", "door": "19号", "name": "万德兴"}
    assert bring_in(village.store, "households", households([bare])).new == 1
    assert family(village, "万德兴") == [("万德兴", "head")]


def test_a_book_that_names_the_head_on_every_row_is_understood(village: Village) -> None:
    wife = WIFE | {"head": "万德兴"}
    bring_in(village.store, "households", households([wife, DOOR | {"head": "万德兴", "name": "万德兴"}]))
    assert family(village, "万德兴") == [("万德兴", "head"), ("李美珍", "spouse")]


def test_two_households_behind_one_door_are_told_apart_by_their_heads(village: Village) -> None:
    book = households([HEAD], [HEAD | {"number": 10, "name": "万建华"}])
    assert bring_in(village.store, "households", book).new == 2
    assert bring_in(village.store, "households", book).same == 2
    stranger = HEAD | {"number": None, "name": "张三"}
    assert (
        "认不出是在册的哪一户"
        in preview(village.store, "households", households([stranger])).refused[0].reason
    )


def test_a_number_given_anew_does_not_make_another_household_the_same(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD]))
    other = HEAD | {"door": "21号", "name": "张三"}
    assert bring_in(village.store, "households", households([other])).new == 1


def test_a_household_that_moved_is_known_by_number_and_head(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD | {"id_number": WANG_ID}]))
    plan = bring_in(village.store, "households", households([HEAD | {"id_number": WANG_ID, "door": "21号"}]))
    assert (plan.changed, house(village, 9)["door"]) == (1, "21号")


def test_a_household_without_door_and_number_is_known_by_its_head(village: Village) -> None:
    book = households([{"name": "张三", "relation": "户主"}, {"name": "张小三", "relation": "子"}])
    assert bring_in(village.store, "households", book).new == 1
    assert bring_in(village.store, "households", book).same == 1


def test_the_remark_on_a_child_s_row_is_about_the_child(village: Village) -> None:
    bring_in(village.store, "households", households([HEAD, SON | {"note": "在外打工", "tags": "残疾人"}]))
    assert standing(village.store, HouseholdMember)[-1]["remark"] == "在外打工"
    assert (house(village, 9)["note"], house(village, 9)["tags"]) == (None, "disabled military")


def test_a_head_who_is_named_otherwise_beside_the_relation_is_listed(village: Village) -> None:
    plan = bring_in(
        village.store, "households", households([HEAD | {"head": "万建华"}, WIFE | {"head": "万建华"}])
    )
    assert (reasons(plan), plan.new) == ([(2, "户主")], 1)


def test_a_bare_name_on_record_that_fits_two_rows_is_asked_about(village: Village) -> None:
    with village.store.write("王堃", "添人") as act:
        act.add(Person, {"name": "张三"})
    one, other = {"name": "张三", "id_number": WANG_ID}, {"name": "张三", "id_number": SON_ID}
    book = households([HEAD | one], [HEAD | other | {"number": 10, "door": "21号"}])
    plan = preview(village.store, "households", book)
    assert plan.main == Tally(refused=2)
    assert "请先在册上给他补上" in plan.refused[0].reason
