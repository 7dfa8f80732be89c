"""How text is broken into lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledgers.reading import FONTS
from villagebranch.ledgers.press.breaking import balanced, wrap
from villagebranch.ledgers.press.fonts import HEI, KAI, Fonts

PEN = Fonts(FONTS).pen(KAI, 10)
EM = 10.0


def lines(text: str, ems: float) -> list[str]:
    return wrap(PEN, text, ems * EM)


def test_text_that_fits_is_one_line():
    assert lines("沈金龙", 3) == ["沈金龙"]
    assert lines("", 3) == []


def test_line_ends_that_a_person_typed_are_kept_empty_lines_too():
    assert lines("一、路\n\n二、灯", 9) == ["一、路", "", "二、灯"]


def test_no_closing_mark_begins_a_line():
    assert lines("家庭农场用工多，缺人手", 7)[1] == "多，缺人手"


def test_no_opening_mark_ends_a_line():
    assert all(line[-1] not in "（《「" for line in lines("已经上报镇里（超期四天）《通知》", 7))


@pytest.mark.parametrize(
    "whole", ["2026年11月20日", "11月6日", "2026-11-23", "14:00", "1.2万元", "3组", "139****0087", "A4"]
)
def test_dates_numbers_with_their_unit_and_words_stay_whole(whole):
    for ems in range(8, 14):
        assert any(whole in line for line in lines(f"支部书记沈建国于{whole}到各组查看机耕路塌方情况", ems))


def test_a_number_wider_than_the_cell_is_broken_not_cut_off():
    broken = lines("330424198105189558", 4)
    assert "".join(broken) == "330424198105189558"
    assert all(PEN.width(line) <= 4 * EM for line in broken)


def test_a_date_wider_than_the_cell_is_parted_at_its_units():
    assert lines("2026年11月20日", 4) == ["2026年", "11月", "20日"]


def test_the_last_line_is_no_lone_character():
    assert lines("土地流转怎么办手续", 8) == ["土地流转怎么办", "手续"]


def test_short_texts_are_parted_at_their_marks_and_spaces():
    assert lines("11-05 已代办", 5) == ["11-05", "已代办"]
    assert lines("代办中，限11-29", 5.2) == ["代办中，", "限11-29"]


def test_a_head_is_parted_into_equal_lines():
    assert balanced(PEN, "收集日期", 3 * EM) == ["收集", "日期"]
    assert balanced(PEN, "解决办法和措施", 6 * EM) == ["解决办法", "和措施"]


def test_marks_beside_one_another_move_together():
    assert PEN.width("（无）、") == pytest.approx(3.5 * EM)
    assert PEN.width("，他") == pytest.approx(2 * EM)


def test_a_head_of_rare_characters_is_measured_in_the_face_that_has_them():
    assert Fonts(FONTS).pen(HEI, 10).width("𠅤") == pytest.approx(10)


TEXT = st.text(
    st.sampled_from("走访村民组户沈建国，。；：、（）《》「」“”… 0123456789ABCxyz-./年月日3组𠅤㛃\u3000"),
    max_size=60,
)


@given(TEXT, st.floats(1.1, 20))
def test_no_character_is_lost_and_no_line_is_too_wide(text, ems):
    broken = lines(text, ems)
    assert "".join("".join(broken).split()) == "".join(text.split())
    assert all(PEN.width(line) <= ems * EM + 0.01 for line in broken)


def test_a_cell_narrower_than_a_character_has_one_on_each_line():
    assert lines("到会率", 0.7) == ["到", "会", "率"]


@given(TEXT, st.floats(6, 20))
def test_no_line_of_any_text_begins_with_a_closing_mark(text, ems):
    pieces = text.split()
    for broken in (lines(piece, ems) for piece in pieces if "（）" not in piece):
        assert not any(
            line[0] in "，。；：、）》」" and before[-1] not in "，。；：、）》」”…（《「“"
            for before, line in pairwise(broken)
        )
