"""The digits of a recovery card: what a tired hand does to them is told, and in which group."""

import random
from itertools import product

import pytest

from villagebranch.domain.errors import Refused, Unreadable
from villagebranch.domain.recovery_card import DIGITS, GROUPS, POSSIBLE, card_of, read_card, read_group

CARDS = [card_of(random.Random(seed).randrange(POSSIBLE)) for seed in range(40)]


def is_group(text: str, place: int) -> bool:
    try:
        return read_group(text, place) == text
    except Unreadable:
        return False


def test_a_card_has_forty_digits_in_eight_groups():
    for card in (*CARDS, card_of(0), card_of(POSSIBLE - 1)):
        assert [len(group) for group in card] == [DIGITS] * GROUPS
        assert read_card("".join(card)) == card


def test_two_numbers_never_make_the_same_card():
    assert len({card_of(number) for number in range(1000)}) == 1000


def test_every_single_wrong_digit_is_told():
    for card in CARDS:
        for (place, group), at, digit in product(enumerate(card), range(DIGITS), "0123456789"):
            typed = group[:at] + digit + group[at + 1 :]
            assert is_group(typed, place) == (typed == group)


def test_two_neighbours_exchanged_are_told():
    for card in CARDS:
        for (place, group), at in product(enumerate(card), range(DIGITS - 1)):
            typed = group[:at] + group[at + 1] + group[at] + group[at + 2 :]
            assert is_group(typed, place) == (typed == group)


def test_a_group_in_the_place_of_another_is_told():
    for card in CARDS:
        for place, other in product(range(GROUPS), repeat=2):
            assert is_group(card[other], place) == (place == other)


def test_the_groups_that_are_wrong_are_named():
    card = list(card_of(1234567890))
    card[2], card[6] = card[2][::-1], card[6][:-1] + str((int(card[6][-1]) + 1) % 10)
    with pytest.raises(Refused, match=r"^第 3 组、第 7 组抄错了"):
        read_card(" ".join(card))


def test_spaces_dashes_and_full_width_digits_are_read():
    card = card_of(987654321)
    wide = "－".join(card).translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert read_card(wide) == read_card(" - ".join(card)) == card


@pytest.mark.parametrize("text", ["", "1234", "123456", "abcde", "1２3x5", "٣٣٣٣٣"])
def test_what_is_no_group_is_refused(text):
    with pytest.raises(Unreadable):
        read_group(text, 0)


@pytest.mark.parametrize("text", ["", "12345 " * 7, "12345 " * 9, "x" * 40])
def test_what_is_no_card_is_refused(text):
    with pytest.raises(Refused):
        read_card(text)
