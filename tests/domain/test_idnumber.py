"""The citizen's ID number (GB 11643-1999)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villagebranch.domain import idnumber


@pytest.mark.parametrize("number", ["34052419800101001X", "11010519491231002X"])
def test_the_numbers_of_the_standard_are_right(number):
    assert idnumber.problem(number) is None


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("340524198001010010", "校验位不对"),
        ("34052419800101", "应为 18 位，现在 14 位"),
        ("34052419800101001Y", "末位是数字或 X"),
        ("3405241980010100XX", "前 17 位应是数字"),
        ("340524198013010011", "出生日期 19801301 不存在"),
        ("", "应为 18 位，现在 0 位"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(number, told):
    assert told in (idnumber.problem(number) or "")


def test_the_number_carries_birth_and_sex():
    assert idnumber.birth_date("34052419800101001X") == date(1980, 1, 1)
    assert idnumber.sex("34052419800101001X") == "male"
    assert idnumber.sex("11010519491231002X") == "female"


def test_a_day_that_cannot_be_is_no_birth_date():
    assert idnumber.birth_date("340524198002310015") is None


NUMBERS = st.builds(
    lambda place, born, order: f"{place:06}{born:%Y%m%d}{order:03}",
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    st.integers(0, 999),
)


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(first17, at, digit):
    number = first17 + idnumber.check_character(first17)
    assert idnumber.problem(number) is None
    wrong = number[:at] + digit + number[at + 1 :]
    assert wrong == number or idnumber.problem(wrong) is not None


@given(NUMBERS, st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_found(first17, at):
    number = first17 + idnumber.check_character(first17)
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert wrong == number or idnumber.problem(wrong) is not None
