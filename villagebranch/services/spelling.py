"""How names are spelled: the table that the program brings along, read once."""

from functools import cache

from villagebranch.domain.names import Pinyin
from villagebranch.resources import RESOURCES


@cache
def pinyin() -> Pinyin:
    """Return what spells names in pinyin."""
    return Pinyin((RESOURCES / "codes" / "pinyin.tsv").read_text(encoding="utf-8"))
