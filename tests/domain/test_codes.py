"""The closed lists hold what they should, and read what the sample books hold."""

import pytest

from villagebranch.domain import codes
from villagebranch.domain.errors import Unreadable


def test_there_are_fifty_six_peoples():
    assert len(codes.ETHNICITY.options) == 56
    assert codes.ETHNICITY.show("15") == "土家族"
    assert codes.ETHNICITY.show("56") == "基诺族"


def test_education_stays_the_word_that_was_written():
    for word in ("大学", "大专", "中专", "高中", "初中", "小学"):
        assert codes.EDUCATION.show(codes.EDUCATION.parse(word)) == word


@pytest.mark.parametrize(
    "word", ["生产", "道路", "水利", "环境", "设施", "住房", "医疗", "教育", "就业", "保障", "调解", "治安"]
)
def test_every_category_of_the_books_is_read(word):
    assert codes.ISSUE_CATEGORY.show(codes.ISSUE_CATEGORY.parse(word)) == word


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("低保户", "low_income"),
        ("残疾人家庭、独居老人", "alone disabled"),
        ("外出（联系困难）", "away"),
        ("特困供养", "destitute"),
        ("军属", "military"),
        ("一般户", None),
        ("无", None),
    ],
)
def test_household_tags_are_read(written, stored):
    assert codes.TAGS.parse(written) == stored


@pytest.mark.parametrize("label", ["信访户", "上访户", "刑满释放人员", "社区矫正对象", "矛盾纠纷户"])
def test_no_household_is_labelled_as_trouble(label):
    with pytest.raises(Unreadable):
        codes.TAGS.parse(label)


def test_the_source_of_an_issue_heard_on_a_visit_is_the_type_of_visit():
    assert codes.VISIT_TYPE.options.keys() < codes.ISSUE_SOURCE.options.keys()
