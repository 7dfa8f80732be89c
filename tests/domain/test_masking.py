"""What is left of a person on a notice and on the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagebranch.domain.masking import mask_id, mask_phone, notice_columns, redact, surname_only
from villagebranch.domain.table import Column

NAMES = ["陆根发", "欧阳雪琴", "王秀", "王秀英", "周丽"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("330424197802119558", "3304 **** **** 9558"),
        ("不详", "不详"),
        (None, ""),
        ("330424780211955", "3304 **** **** 1955"),
    ],
)
def test_an_id_number_shows_its_first_and_last_four(number, shown):
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812342207", "138****2207"),
        ("0573-1234567", "057****4567"),
        ("57361234", "5736****"),
        ("12345", "123****"),
        ("无", "无"),
        (None, ""),
    ],
)
def test_a_phone_shows_its_ends_or_its_first_half(phone, shown):
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(("name", "shown"), [("陆根发", "陆某"), ("欧阳雪琴", "欧阳某"), ("周丽", "周某")])
def test_only_the_surname_is_left(name, shown):
    assert surname_only(name) == shown


def test_a_notice_has_only_the_columns_that_are_allowed():
    columns = [Column(name, name) for name in ("number", "reporter", "words", "phone", "owner", "unheard_of")]
    assert [column.name for column in notice_columns(columns)] == ["number", "words", "owner"]


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("陆根发家屋面漏雨", "陆某家屋面漏雨"),
        ("欧阳雪琴和王秀英家的过道纠纷", "欧阳某和王某家的过道纠纷"),
        ("请打13812342207找周丽", "请打138****2207找周某"),
        ("座机0573-82345678", "座机057****5678"),
        ("身份证330424197802119558要补办", "要补办"),
        ("身份证号：33042419780211955X要补办", "要补办"),
        ("住5组18号，路灯不亮", "住5组，路灯不亮"),
        ("5组 18-2号门前", "5组门前"),
        ("18号家门口积水", "家门口积水"),
        ("11月23号停水3天", "11月23号停水3天"),
        ("村口路灯不亮 3 盏", "村口路灯不亮 3 盏"),
        ("机耕路塌方约4米，出资1.2万元", "机耕路塌方约4米，出资1.2万元"),
        ("", ""),
    ],
)
def test_a_text_is_made_fit_for_a_notice(text, fit):
    assert redact(text, NAMES) == fit


def test_without_known_names_numbers_still_go():
    assert redact("陆根发 13812342207", []) == "陆根发 138****2207"


@given(st.text(max_size=10), st.sampled_from(NAMES), st.text(max_size=10))
def test_no_known_name_and_no_number_is_left(before, name, after):
    fit = redact(f"{before}{name}{after} 13812342207 330424197802119558", NAMES)
    assert not any(known in fit for known in NAMES)
    assert "13812342207" not in fit
    assert "330424197802119558" not in fit
