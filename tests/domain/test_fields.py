"""A kind reads a filled-in form into a checked draft, and names every problem at once."""

from datetime import date

import pytest

from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Day, Name, Whole

TODAY = date(2026, 11, 23)


def born_before_joining(draft: Draft) -> dict[str, str]:
    born, joined = draft.get("born_on"), draft.get("joined_on")
    return {"joined_on": "早于出生"} if born and joined and str(joined) < str(born) else {}


KIND = Kind(
    "member",
    "党员",
    (
        Field("name", "姓名", Name(), required=True),
        Field("born_on", "出生日期", Day()),
        Field("joined_on", "入党日期", Day()),
        Field("number", "序号", Whole(1, 99)),
    ),
    born_before_joining,
)


def test_a_form_becomes_a_draft_of_all_fields():
    draft = KIND.draft({"name": "周\u3000丽", "born_on": "1987.7"}, TODAY)
    assert draft == {"name": "周丽", "born_on": "1987-07", "joined_on": None, "number": None}


def test_every_problem_is_named_at_once():
    with pytest.raises(Refused) as refused:
        KIND.draft({"born_on": "1987.13", "number": "一百"}, TODAY)
    assert list(refused.value.problems) == ["name", "born_on", "number"]
    assert refused.value.problems["name"] == "请填姓名"


def test_the_rule_is_asked_once_all_fields_are_readable():
    with pytest.raises(Refused) as refused:
        KIND.draft({"name": "周丽", "born_on": "1987", "joined_on": "1980"}, TODAY)
    assert refused.value.problems == {"joined_on": "早于出生"}


def test_a_change_looks_at_its_own_fields_only():
    assert KIND.draft({"number": "7"}, TODAY, partial=True) == {"number": 7}


def test_a_change_cannot_empty_a_required_field():
    with pytest.raises(Refused, match="请填姓名"):
        KIND.draft({"name": " "}, TODAY, partial=True)


def test_a_field_is_found_by_its_name():
    assert KIND.field("born_on").label == "出生日期"
    with pytest.raises(KeyError, match=r"member\.phone"):
        KIND.field("phone")


def test_a_refusal_of_the_whole_form_has_no_field():
    assert Refused("已经定稿").problems == {"": "已经定稿"}


def test_a_table_shows_its_rows_in_words():
    table = Table(
        (Column.of(KIND.field("name")), Column.of(KIND.field("number"), width=8.0)),
        [("周丽", 7), ("王堃", None)],
    )
    assert [table.texts(row) for row in table.rows] == [["周丽", "7"], ["王堃", ""]]
    assert [column.alignment for column in table.columns] == ["center", "center"]
