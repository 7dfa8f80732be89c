"""What a notice and a glance at the screen may show of a person: masked numbers, surnames, texts without names."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from villagebranch.domain.fields import Field
from villagebranch.domain.names import surname
from villagebranch.domain.table import Column
from villagebranch.domain.values import IdNumber, Phone, Stored

# 公示版 by allow-list (practice.md § 4): a column that is not named here never reaches a notice, whatever a
# ledger's author puts into its table. The owner is a cadre at work; the villager who spoke is nowhere.
NOTICE_COLUMNS = frozenset(
    {"number", "words", "measure", "owner", "due_on", "result", "category", "collected_on"}
)


def mask_id(number: str | None) -> str:
    """Return 3304 **** **** 9558: the first four and the last four characters.

    The screens show four and four, practice.md six and four; four it is, since the last two of the six only narrow
    down the county, which everybody in the village knows, and masked text is there to show less.
    """
    if not number or not number[0].isdigit():
        return number or ""
    return f"{number[:4]} **** **** {number[-4:]}"


def mask_phone(phone: str | None) -> str:
    """Return 138****2207; of a shorter number only the first half is left."""
    if not phone or not phone[0].isdigit():
        return phone or ""
    if len(phone) < 11:
        return phone[: (len(phone) + 1) // 2] + "****"
    return f"{phone[:3]}****{phone[-4:]}"


def masked(field: Field, stored: Stored) -> str:
    """Return the words for a value as they may stand on the screen unasked: of a private text only that there is one."""
    words = field.value.show(stored)
    if not field.private:
        return words
    match field.value:
        case IdNumber():
            return mask_id(words)
        case Phone():
            return mask_phone(words)
        case _:
            return "＊＊＊" if words else ""


def surname_only(name: str) -> str:
    """Return 陆某, 欧阳某; of a name with a dot, 买某."""
    return f"{surname(name)}某"


def notice_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns that may stand on a notice."""
    return tuple(column for column in columns if column.name in NOTICE_COLUMNS)


def redact(text: str, names: Iterable[str]) -> str:
    """Return `text` fit for a notice: known `names` become 陆某, phones are masked, ID numbers and doors go.

    The longest names come first, so that 王秀英 is not left as 王秀某 where a 王秀 is known too.
    """
    text = _ID_NUMBER.sub("", text)
    text = _PHONE.sub(lambda found: mask_phone(found.group()), text)
    text = _DOOR.sub("", text)
    return "".join(_surnames_only(text, frozenset(names)))


def _surnames_only(text: str, known: frozenset[str]) -> Iterator[str]:
    lengths, at = _lengths(known), 0
    while at < len(text):
        there = (text[at : at + length] for length in lengths)
        name = next((part for part in there if part in known), "")
        yield surname_only(name) if name else text[at]
        at += len(name) or 1


@lru_cache(maxsize=1)  # a notice asks with the names of the whole village for each of its cells
def _lengths(names: frozenset[str]) -> list[int]:
    return sorted({len(name) for name in names} - {0, 1}, reverse=True)


_ID_NUMBER = re.compile(r"(?<!\d)(?:身份证号?码?[:：]?)?\d{17}[\dXx](?!\d)")
_PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)")
_DOOR = re.compile(r"(?<=组)\s*\d+(?:-\d+)*\s*[号室]|(?<![\d月])\d+[号室](?=\s|$|[,，。;；、]|家|户|门)")
