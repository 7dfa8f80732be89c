"""The three sample books, from the workbook to the records and back."""

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.books import DEMO, bring_in, preview, rows, sample_rows, standing
from tests.samples import TODAY, Village, open_store
from villagebranch.db import history, journal
from villagebranch.db.store import Store
from villagebranch.domain.errors import Refused
from villagebranch.domain.rawrow import RawRow
from villagebranch.exchange import forms
from villagebranch.exchange.book import read_book
from villagebranch.exchange.import_sheets import write_refused
from villagebranch.exchange.sifting import raw_rows
from villagebranch.records.cadre import Cadre
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.issue import Issue
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.records.visit import Visit
from villagebranch.services import imports, visits
from villagebranch.services.imports import Tally

BOOKS = ("members", "households", "visits")
EXPECTED = json.loads((DEMO / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path)
    yield made
    made.close()


def bring_in_all(store: Store, books: tuple[str, ...] = BOOKS) -> None:
    for book in books:
        bring_in(store, book, sample_rows(book))


def test_the_sample_books_arrive_at_the_expected_figures(store: Store) -> None:
    plans = {book: bring_in(store, book, sample_rows(book)) for book in BOOKS}
    tallies = {name: tally for plan in plans.values() for name, tally in plan.tallies.items()}
    assert tallies == {name: Tally(new=EXPECTED[name]) for name in tallies}
    assert {Member: 58, Household: 127, HouseholdMember: 349, Person: 349, Visit: 540, Issue: 411} == {
        record: len(standing(store, record))
        for record in (Member, Household, HouseholdMember, Person, Visit, Issue)
    }


def test_the_one_bad_number_of_the_sample_books_is_listed(store: Store) -> None:
    plans = [bring_in(store, book, sample_rows(book)) for book in BOOKS]
    listed = [problem for plan in plans for problem in plan.refused]
    assert [f"{one.sheet} 第{one.number}行" for one in listed] == EXPECTED["bad_id_rows"]
    assert listed[0].column == "公民身份号码"
    assert "校验位" in listed[0].reason
    assert "再导入一次" in listed[0].remedy


def test_the_first_member_is_known_as_expected(store: Store) -> None:
    bring_in_all(store, ("members",))
    person, member = standing(store, Person)[0], standing(store, Member)[0]
    told, edu = EXPECTED["first_member"], Person.kind().field("education").value
    assert (person["name"], person["born_on"], person["id_number"]) == (
        told["name"],
        told["birth"],
        told["id"],
    )
    assert (person["sex"], person["ethnicity"]) == ("male", "01")
    assert (edu.show(person["education"]), person["phone"]) == (told["edu"], told["phone"])
    assert (person["address"], member["post"]) == (told["addr"], told["post"])
    # The expected days are those that the book was made from; the book itself gives 2011.01 and 2012.01 only, and a
    # day that nobody wrote is not made up.
    assert (member["joined_on"], member["full_on"]) == (told["join"][:7], told["full"][:7])


@pytest.mark.parametrize("order", [BOOKS, ("households", "members", "visits")])
def test_importing_the_sample_books_twice_adds_nothing(store: Store, order: tuple[str, ...]) -> None:
    bring_in_all(store, order)
    before = standing(store, Person)
    for book in order:
        plan = bring_in(store, book, sample_rows(book))
        assert plan.tallies == {name: Tally(same=EXPECTED[name]) for name in plan.tallies}
        assert store.last_act is None
    assert standing(store, Person) == before


def test_either_book_may_come_first(store: Store, tmp_path_factory: pytest.TempPathFactory) -> None:
    bring_in_all(store, ("members", "households"))
    other = open_store(tmp_path_factory.mktemp("other"))
    bring_in_all(other, ("households", "members"))

    def everybody(of: Store) -> list[str]:
        return sorted(
            json.dumps({name: value for name, value in one.items() if name != "id"}, sort_keys=True)
            for one in standing(of, Person)
        )

    assert everybody(store) == everybody(other)
    other.close()


def test_a_head_of_household_who_is_a_party_member_is_one_person(store: Store) -> None:
    bring_in_all(store, ("members", "households"))
    people = {one["id"]: one for one in standing(store, Person)}
    heads = {one["person_id"] for one in standing(store, HouseholdMember) if one["relation"] == "head"}
    members = {one["person_id"] for one in standing(store, Member)}
    assert "崔云飞" in {people[id]["name"] for id in heads & members}
    assert len(members & {one["person_id"] for one in standing(store, HouseholdMember)}) == 58


def test_the_committee_of_the_sample_roster_are_cadres(store: Store) -> None:
    bring_in_all(store, ("members",))
    posts = [one["post"] for one in standing(store, Cadre)]
    assert posts == ["党支部书记", "副书记", "组织委员", "宣传委员", "纪检委员"]


def test_what_another_book_has_completed_is_no_change_when_mended(store: Store) -> None:
    bring_in_all(store, ("members", "households"))
    row = next(row for row in sample_rows("members") if row.number == 16)
    mended = RawRow(row.sheet, 2, {**row.values, "id_number": "330424195802211742"}, 2)
    plan = preview(store, "members", [mended])
    assert (plan.tallies["members"], plan.refused) == (Tally(same=1), ())


def test_a_mended_row_completes_the_member_it_was_listed_for(store: Store) -> None:
    bring_in_all(store, ("members",))
    row = next(row for row in sample_rows("members") if row.number == 16)
    plan = bring_in(
        store, "members", [RawRow(row.sheet, 2, {**row.values, "id_number": "330424195802211742"}, 2)]
    )
    assert plan.tallies["members"] == Tally(changed=1)
    assert [one.label for one in plan.verdicts[0].differences] == ["公民身份号码"]
    assert len(standing(store, Person)) == 58


def test_the_workbook_of_refused_rows_is_mended_and_brought_in_again(store: Store, tmp_path: Path) -> None:
    plan = bring_in(store, "members", sample_rows("members"))
    book = read_book(DEMO / "党员花名册.xlsx", forms.MEMBERS)
    sheets = [(grid, guess, raw_rows(grid, guess, forms.MEMBERS)) for grid, guess in book.sheets]
    refused = tmp_path / "没有导入的行.xlsx"
    refused.write_bytes(write_refused(sheets, plan.refused, datetime(2026, 11, 23)))
    workbook = openpyxl.load_workbook(refused)
    (cell,) = (cell for row in workbook.active for cell in row if cell.value == "330424195802211741")
    cell.value = "330424195802211742"
    workbook.save(refused)
    mended, _ = read_book(refused, forms.MEMBERS).rows()
    assert bring_in(store, "members", mended).tallies == {"members": Tally(changed=1)}


@pytest.mark.parametrize(("books", "left"), [(BOOKS[:1], 0), (BOOKS[:2], 58), (BOOKS, 349)])
def test_undo_takes_a_whole_import_back(store: Store, books: tuple[str, ...], left: int) -> None:
    bring_in_all(store, books[:-1])
    before = {
        record: len(standing(store, record)) for record in (Person, Member, Cadre, Household, Visit, Issue)
    }
    bring_in_all(store, books[-1:])
    imported = store.last_act
    assert imported is not None
    with store.write("王堃", "撤销导入") as act:
        undone = history.undo(act, imported)
    assert undone.kept == 0
    assert {record: len(standing(store, record)) for record in before} == before
    assert len(standing(store, Person)) == left


def test_an_undone_import_keeps_what_later_visits_refer_to(store: Store) -> None:
    bring_in_all(store, ("members", "households"))
    imported = store.last_act
    house, visitor = standing(store, Household)[0]["id"], standing(store, Cadre)[0]["person_id"]
    raw = {"household_id": house, "visitors": visitor, "occurred_on": "2026-11-20", "visit_type": "home"}
    with store.write("王堃", "记一次走访") as act:
        visits.record(act, raw, [], TODAY)
    assert imported is not None
    with store.write("王堃", "撤销导入") as act:
        assert history.undo(act, imported).kept == 1
    assert [one["id"] for one in standing(store, Household)] == [house]


def test_an_undone_import_can_be_made_again(store: Store) -> None:
    bring_in_all(store, ("members",))
    assert store.last_act is not None
    with store.write("王堃", "撤销导入") as act:
        history.undo(act, store.last_act)
    assert bring_in(store, "members", sample_rows("members")).new == 58


def test_the_journal_alone_tells_what_was_imported(store: Store) -> None:
    bring_in_all(store)
    with store.read() as conn:
        assert journal.digest(conn) == journal.replayed_digest(conn)


def test_the_three_books_take_less_than_three_seconds(store: Store) -> None:
    for book in BOOKS:
        sample_rows(book)
    started = time.process_time()
    bring_in_all(store)
    assert time.process_time() - started < 3


def change_phone(village: Village, value: str) -> None:
    with village.store.write("周丽", "改电话") as act:
        act.set(Person, village.ids["周丽"], {"phone": value})


def test_a_change_between_preview_and_import_is_not_lost(village: Village) -> None:
    plan = preview(village.store, "members", rows({"name": "周丽", "phone": "13800000001"}))
    change_phone(village, "13800000009")
    with pytest.raises(Refused, match="重新预览"), village.store.write("王堃", plan.form) as act:
        imports.apply(act, plan)
    assert (
        next(one for one in standing(village.store, Person) if one["name"] == "周丽")["phone"]
        == "13800000009"
    )


def test_a_change_elsewhere_does_not_stand_in_the_way_of_an_import(village: Village) -> None:
    plan = preview(village.store, "members", rows({"name": "吴晓燕", "phone": "13800000001"}))
    change_phone(village, "13800000009")
    with village.store.write("王堃", plan.form) as act:
        imports.apply(act, plan)
    assert plan.changed == 1


def test_every_row_of_a_book_has_its_verdict(store: Store) -> None:
    for book in BOOKS:
        plan = bring_in(store, book, sample_rows(book))
        assert [verdict.number for verdict in plan.verdicts] == [row.number for row in sample_rows(book)]
