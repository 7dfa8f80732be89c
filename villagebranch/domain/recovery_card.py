"""The digits of a recovery card: eight groups of four free digits and one that tells when the group was mistyped.

32 free digits are as hard to guess as 106 bits. The check digit is Damm's, begun at the place of the group: every single
wrong digit, every two neighbours exchanged and every group typed in the place of another one are told.
"""

import re
import unicodedata

from villagebranch.domain.errors import Refused, Unreadable

GROUPS, DIGITS = 8, 5
POSSIBLE = 10 ** (GROUPS * (DIGITS - 1))

# H. M. Damm, Total anti-symmetrische Quasigruppen (2004): the table of order ten.
_TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

Card = tuple[str, ...]


def card_of(number: int) -> Card:
    """Return the card with the free digits of `number`, which is below `POSSIBLE`."""
    free = f"{number:0{GROUPS * (DIGITS - 1)}}"
    parts = (free[start : start + DIGITS - 1] for start in range(0, len(free), DIGITS - 1))
    return tuple(part + _check(part, place) for place, part in enumerate(parts))


def read_group(text: str, place: int) -> str:
    """Return what was typed for the group at `place` (from 0); raise `Unreadable` with what is wrong."""
    typed = digits(text)
    if len(typed) != DIGITS:
        raise Unreadable(f"每组 {DIGITS} 个数字，现在是 {len(typed)} 个")
    if _check(typed[:-1], place) != typed[-1]:
        raise Unreadable("这一组抄错了，请对着卡再看一遍")
    return typed


def read_card(text: str) -> Card:
    """Return a whole card; raise `Refused` (field `card`) naming the groups that are wrong."""
    typed = digits(text)
    if len(typed) != GROUPS * DIGITS:
        raise Refused({"card": f"应急卡一共 {GROUPS * DIGITS} 个数字，现在是 {len(typed)} 个。"})
    groups = [typed[start : start + DIGITS] for start in range(0, len(typed), DIGITS)]
    wrong = [place for place, group in enumerate(groups) if _check(group[:-1], place) != group[-1]]
    if wrong:
        named = "、".join(f"第 {place + 1} 组" for place in wrong)
        raise Refused({"card": f"{named}抄错了，请对着卡再看一遍。"})
    return tuple(groups)


def digits(text: str) -> str:
    """Return the digits of what was typed, scanned or pasted: full-width ones too, without spaces and dashes."""
    return re.sub(r"[\s\-—·,，]", "", unicodedata.normalize("NFKC", text))


def _check(free: str, place: int) -> str:
    """Return the check digit; what is no digit has none."""
    state = place
    for character in free:
        if not ("0" <= character <= "9"):
            return ""
        state = int(_TABLE[state][int(character)])
    return str(next(digit for digit in range(10) if _TABLE[state][digit] == "0"))
