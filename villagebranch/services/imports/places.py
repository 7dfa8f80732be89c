"""Villager groups and doors as villages write them: 第五村民小组, 5组, 5; 5组23号."""

import re

from villagebranch.domain.values import Stored, plain

_DIGITS = "零一二三四五六七八九"
_GROUP = re.compile(
    r"(?:.*村)?第?(\d{1,3}|[二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:村民)?小?组?"
)
_ADDRESS = re.compile(r"(?P<group>.*?组)(?P<door>.*)")


def group_words(stored: Stored) -> str:
    """Return a villager group as the ledgers write it: 5组. A group with a name of its own stays as it is."""
    text = re.sub(r"\s", "", plain(stored))
    found = _GROUP.fullmatch(text)
    return f"{_number(found[1])}组" if found else text


def door_words(stored: Stored) -> str:
    """Return a door as the ledgers write it: 18号."""
    text = re.sub(r"\s", "", plain(stored))
    return f"{text}号" if re.fullmatch(r"\d+(-\d+)?", text) else text


def split_address(stored: Stored) -> tuple[str, str]:
    """Return group and door of an address (5组23号 → 5组, 23号); without a group, all of it is the door."""
    text = re.sub(r"\s", "", plain(stored))
    found = _ADDRESS.fullmatch(text)
    return (group_words(found["group"]), door_words(found["door"])) if found else ("", door_words(text))


def settle(group: Stored, door: Stored) -> tuple[str, str]:
    """Return group and door as the ledgers write them; one column of a book may hold both."""
    if bool(group) != bool(door):
        parts = split_address(group or door)
        return parts if parts[0] or door else (group_words(group), "")
    return group_words(group), door_words(door)


def place(group: Stored, door: Stored) -> str:
    """Return one text for a door of the village, the same for every way to write it; '' unless both are known."""
    parts = settle(group, door)
    return "".join(parts) if all(parts) else ""


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_DIGITS.find(tens or "一") if ten else 0) * 10 + _DIGITS.find(ones or "零")
