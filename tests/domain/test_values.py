"""Every usual writing of a value is read; what cannot be is refused with a way to mend it."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagebranch.domain import codes
from villagebranch.domain.errors import Unreadable
from villagebranch.domain.values import (
    Choice,
    Choices,
    Day,
    IdNumber,
    Links,
    Moment,
    Money,
    Month,
    Name,
    Phone,
    Text,
    Value,
    Whole,
    YesNo,
    plain,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("1987", "1987"),
        (1987, "1987"),
        (1987.0, "1987"),
        ("1987年", "1987"),
        ("1987.7", "1987-07"),
        (1987.7, "1987-07"),
        (2011.01, "2011-01"),
        ("1987.10", "1987-10"),
        ("1987年7月", "1987-07"),
        ("1987年7月份", "1987-07"),
        ("1987 年 7 月", "1987-07"),
        ("1987.7月", "1987-07"),
        ("198707", "1987-07"),
        (198707, "1987-07"),
        ("1987-07", "1987-07"),
        ("87年7月", "1987-07"),
        ("87.7", "1987-07"),
        ("１９８７．７", "1987-07"),
        ("1987年7月1日", "1987-07-01"),
        ("1987 年 7 月 1 日", "1987-07-01"),
        ("1987年7月1号", "1987-07-01"),
        ("19870701", "1987-07-01"),
        (19870701, "1987-07-01"),
        (19870701.0, "1987-07-01"),
        ("1987/7/1", "1987-07-01"),
        ("1987／07／01", "1987-07-01"),
        ("1987.7.1", "1987-07-01"),
        ("1987.7.1.", "1987-07-01"),
        ("1987-07-01 00:00:00", "1987-07-01"),
        ("1987-07-01T08:30:00.000Z", "1987-07-01"),
        (datetime(1987, 7, 1, 0, 0), "1987-07-01"),
        (date(1987, 7, 1), "1987-07-01"),
        (31959, "1987-07-01"),
        (31959.0, "1987-07-01"),
        (8134, "1922-04-08"),
        ("65.3.12", "1965-03-12"),
        ("650312", "1965-03-12"),
        ("05.3.12", "2005-03-12"),
        ("19870700", "1987-07"),
        ("1987.00.00", "1987"),
        ("2024-02-29", "2024-02-29"),
        ("今天", "2026-11-23"),
        (" 昨天 ", "2026-11-22"),
        ("前天", "2026-11-21"),
        ("11-23", "2026-11-23"),
        ("11月23日", "2026-11-23"),
        ("3月5日", "2026-03-05"),
        ("无", "无"),
        ("没有", "无"),
        ("不详", "不详"),
        ("未知", "不详"),
        ("—", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_read_in_every_usual_writing(written, stored):
    assert Day().parse(written, TODAY) == stored


@pytest.mark.parametrize(
    "written",
    [
        "1987.13",
        "19870230",
        "2023-02-29",
        "1987年13月1日",
        "0723",
        "9999.1.1",
        "3月32日",
        "去年",
        "1987年秋",
        "12345",
    ],
)
def test_a_day_that_cannot_be_is_refused(written):
    with pytest.raises(Unreadable, match=written):
        Day().parse(written, TODAY)


def test_a_number_cell_that_may_be_january_or_october_is_refused():
    with pytest.raises(Unreadable, match="1987-01 或 1987-10"):
        Day().parse(1987.1)


def test_two_numbers_that_may_be_year_and_month_or_month_and_day_are_refused():
    with pytest.raises(Unreadable, match="2011 年 3 月还是 11 月 3 日"):
        Day().parse("11.03", TODAY)


def test_two_numbers_are_month_and_day_where_a_whole_day_is_asked_for():
    assert Day(full=True).parse("11.03", TODAY) == "2026-11-03"


def test_a_month_and_day_far_ahead_is_of_last_year():
    assert Day(full=True).parse("12-30", date(2026, 1, 3)) == "2025-12-30"


def test_a_month_and_day_without_today_lacks_its_year():
    with pytest.raises(Unreadable, match="缺年份"):
        Day().parse("11月23日")


def test_a_date_cell_that_holds_zero_is_refused():
    with pytest.raises(Unreadable, match="日期是 0"):
        Day().parse(datetime(1899, 12, 31, 0, 0))


@pytest.mark.parametrize("written", ["1987", "1987.7", "无"])
def test_part_of_a_day_is_refused_where_a_whole_day_is_asked_for(written):
    with pytest.raises(Unreadable, match="哪一天"):
        Day(full=True).parse(written, TODAY)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2026-11", "2026-11"),
        ("2026年11月", "2026-11"),
        ("202611", "2026-11"),
        ("今天", "2026-11"),
        ("", None),
    ],
)
def test_a_month_is_read(written, stored):
    assert Month().parse(written, TODAY) == stored


@pytest.mark.parametrize("written", ["2026", "不详"])
def test_a_month_is_not_a_year(written):
    with pytest.raises(Unreadable, match="哪个月"):
        Month().parse(written, TODAY)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2026-11-20 14:00", "2026-11-20 14:00"),
        ("2026-11-20T14:00:59", "2026-11-20 14:00"),
        ("2026年11月20日下午2点半", "2026-11-20 14:30"),
        ("2026年11月20日 上午9:05", "2026-11-20 09:05"),
        ("11-20 １４：００", "2026-11-20 14:00"),
        ("昨天 9时5分", "2026-11-22 09:05"),
        ("2026-11-20", "2026-11-20"),
        (datetime(2026, 11, 20, 14, 0), "2026-11-20 14:00"),
        (datetime(2026, 11, 20), "2026-11-20"),
        (date(2026, 11, 20), "2026-11-20"),
        ("", None),
    ],
)
def test_a_moment_is_read(written, stored):
    assert Moment().parse(written, TODAY) == stored


@pytest.mark.parametrize(("written", "told"), [("2026-11-20 25:00", "25:00"), ("14:00", "请写上日期")])
def test_a_moment_that_cannot_be_is_refused(written, told):
    with pytest.raises(Unreadable, match=told):
        Moment().parse(written, TODAY)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("周\u3000丽", "周丽"),
        ("欧阳雪琴 ", "欧阳雪琴"),
        ("王\xa0 堃", "王堃"),
        ("丁\u200b喆", "丁喆"),
        ("买买提・艾合买提", "买买提·艾合买提"),
        ("买买提•艾合买提", "买买提·艾合买提"),
        ("阿卜杜热合曼·阿卜杜克热木·阿卜杜拉江诺夫", "阿卜杜热合曼·阿卜杜克热木·阿卜杜拉江诺夫"),
        ("邹䶮", "邹䶮"),
        ("李\U0002b363", "李\U0002b363"),
        ("王\u3000\U0003106c", "王\U0003106c"),
        ("Anna  Lee", "Anna Lee"),
        ("\u3000", None),
        (None, None),
    ],
)
def test_a_name_loses_its_padding_and_keeps_its_characters(written, stored):
    assert Name().parse(written) == stored


@pytest.mark.parametrize("written", ["王5", "王" * 41])
def test_a_name_with_a_digit_or_too_long_is_refused(written):
    with pytest.raises(Unreadable, match="姓名"):
        Name().parse(written)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("34052419800101001X", "34052419800101001X"),
        ("34052419800101001x", "34052419800101001X"),
        ("11010519491231002Ｘ", "11010519491231002X"),
        (" 110105 19491231 002X", "11010519491231002X"),
        ("'11010519491231002X", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("不详", "不详"),
        ("", None),
    ],
)
def test_an_id_number_is_read(written, stored):
    assert IdNumber().parse(written) == stored


@pytest.mark.parametrize("cell", [3.4052419800101e17, 340524198001010016, "3.40524198001010E+17"])
def test_an_id_number_that_lost_its_last_digits_is_refused(cell):
    with pytest.raises(Unreadable, match="末尾已丢失"):
        IdNumber().parse(cell)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("１３２８４８５９６７６", "13284859676"),
        (13284859676.0, "13284859676"),
        ("138 0000 0000", "13800000000"),
        ("0573-1234567", "0573-1234567"),
        ("(0573) 1234567", "05731234567"),
        ("无", "无"),
        ("", None),
    ],
)
def test_a_phone_is_read(written, stored):
    assert Phone().parse(written) == stored


def test_words_are_no_phone():
    with pytest.raises(Unreadable, match="电话只能有数字"):
        Phone().parse("同上")


@pytest.mark.parametrize(
    ("choice", "written", "stored"),
    [
        (codes.MEMBER_STATUS, "223_正式党员", "full"),
        (codes.ETHNICITY, "868_汉族", "01"),
        (codes.ETHNICITY, "汉", "01"),
        (codes.ETHNICITY, "畲族", "22"),
        (codes.SEX, "男 ", "male"),
        (codes.MEETING_TYPE, "theme_day", "theme_day"),
        (codes.RELATION, "长子", "son"),
        (codes.RELATION, "妻", "spouse"),
        (codes.EDUCATION, "大学", "university"),
        (codes.EDUCATION, "—", None),
    ],
)
def test_a_choice_is_read_by_code_label_and_everyday_word(choice, written, stored):
    assert choice.parse(written) == stored


def test_a_word_outside_the_list_is_refused_with_the_list():
    with pytest.raises(Unreadable, match="可填：男、女"):
        codes.SEX.parse("那")


def test_choices_come_in_the_order_of_the_list():
    choices = Choices({"a": "甲", "b": "乙", "c": "丙"})
    assert choices.parse("丙、甲") == "a c"
    assert choices.show("a c") == "甲、丙"


def test_choices_sort_in_the_order_of_the_list_and_missing_last():
    choice = Choice({"z": "先", "a": "后"})
    assert sorted(["a", None, "z"], key=choice.sort_key) == ["z", "a", None]


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("12.50", 1250),
        ("0.2元", 20),
        (0.2, 20),
        (12.3, 1230),
        (0.1 + 0.2, 30),
        ("￥1,200", 120_000),
        ("-0.50", -50),
        ("１２．５", 1250),
        (5, 500),
        ("", None),
    ],
)
def test_money_is_kept_in_fen(written, fen):
    assert Money().parse(written) == fen


def test_money_is_not_words():
    with pytest.raises(Unreadable, match="一百"):
        Money().parse("一百")


@pytest.mark.parametrize(
    ("written", "number"), [("10户", 10), ("１０", 10), (10.0, 10), ("1,286", 1286), ("10.0", 10)]
)
def test_a_whole_number_is_read(written, number):
    assert Whole(unit="户").parse(written) == number


@pytest.mark.parametrize("written", ["十", "1.5", "100"])
def test_a_number_out_of_bounds_is_refused(written):
    with pytest.raises(Unreadable, match="请填"):
        Whole(1, 31).parse(written)


@pytest.mark.parametrize(
    ("written", "stored"), [("是", 1), ("√", 1), (True, 1), ("否", 0), (0, 0), ("", None)]
)
def test_yes_and_no_are_read(written, stored):
    assert YesNo().parse(written) == stored


def test_text_on_one_line_has_single_spaces_and_a_box_keeps_its_lines():
    assert Text().parse("水沟\r\n堵塞 \u3000 了") == "水沟 堵塞 了"
    assert Text(lines=4).parse("水沟\r堵塞\r\n了") == "水沟\n堵塞\n了"


def test_text_beyond_its_limit_is_refused():
    with pytest.raises(Unreadable, match="最多 5 个字，现在 6 个字"):
        Text(5).parse("一二三四五六")


def test_ids_keep_their_order_and_stand_once():
    assert Links("person").parse("b a b") == "b a"


def test_what_cannot_be_seen_is_dropped():
    assert plain("\ufeff王\x00\u200b堃\ud800 ") == "王堃"


WHOLE_DAYS = st.dates(date(1900, 1, 1), date(2150, 12, 31))
WRITINGS = st.sampled_from(["%Y-%m-%d", "%Y.%m", "%Y年%m月%d日", "%Y%m%d", "%Y/%m/%d", "%Y"])


@given(WHOLE_DAYS, WRITINGS)
def test_a_day_is_read_back_from_what_it_shows(day, writing):
    stored = Day().parse(day.strftime(writing))
    assert day.isoformat().startswith(stored)
    assert Day().parse(Day().show(stored)) == stored


@pytest.mark.parametrize(
    "value",
    [Text(), Text(lines=3), Name(), Day(), Month(), Moment(), IdNumber(), Phone(), Whole(), Money(), YesNo()],
    ids=repr,
)
@given(raw=st.one_of(st.text(max_size=30), st.integers(-(10**6), 10**8), st.floats(-1e6, 1e6)))
def test_whatever_is_read_is_read_back_the_same(value: Value, raw):
    try:
        stored = value.parse(raw, TODAY)
    except Unreadable:
        return
    assert value.parse(value.show(stored), TODAY) == stored


@given(st.integers(1 - 10**11, 10**11 - 1))
def test_money_is_read_back_from_what_it_shows(fen):
    assert Money().parse(Money().show(fen)) == fen


@pytest.mark.parametrize(
    "choice",
    [one for one in vars(codes).values() if isinstance(one, Choice)],
    ids=lambda c: next(iter(c.options)),
)
def test_every_label_and_further_writing_is_read_as_its_code(choice):
    for code, label in choice.options.items():
        assert choice.parse(label) == choice.parse(code) == code
    for writing, code in choice.also.items():
        assert choice.parse(writing) == code
