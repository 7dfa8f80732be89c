"""Sorts of value: each knows how to read what people type, and how to show it.

A stored value is `str`, `int` or `None`, so that the database, the journal and a package hold the same thing.
「无」 and 「不详」 are values of every text and day: the person knows there is none, or that nobody knows.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from villagebranch.domain import dayread, idnumber
from villagebranch.domain.errors import Unreadable

Stored = str | int | None
Align = Literal["left", "center", "right"]

NONE = "无"
UNKNOWN = "不详"
_SAID = {"无": NONE, "没有": NONE, "不详": UNKNOWN, "未知": UNKNOWN, "不清楚": UNKNOWN}
_EMPTY = {"", "—", "-", "－", "/", "——"}


def plain(raw: object) -> str:
    """`raw` as text: half-width digits and letters, no unseen characters, no space at either end."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = str(raw)
    if not text.isprintable():
        text = re.sub("\r\n?|[\u2028\u2029]", "\n", text)
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_HALF_WIDTH))
    return text.strip()


_UNSEEN = {"Cc", "Cf", "Cs"}
_HALF_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


class Value:
    """One sort of value; subclasses override `parse`, and what else differs from text.

    `numeric` ones are stored as `int`.
    """

    align: Align = "left"
    numeric = False

    def parse(self, raw: object, today: date | None = None) -> Stored:
        """Return what is stored for `raw` (typed, pasted, or from a cell); raise `Unreadable` with a remedy."""
        raise NotImplementedError

    def show(self, stored: Stored) -> str:
        """Return the words that stand for `stored` on screen and on paper ('' for None)."""
        return "" if stored is None else str(stored)

    def sort_key(self, stored: Stored) -> tuple[bool, int | str]:
        """Return a key that puts what is missing last."""
        return (stored is None, "" if stored is None else stored)


@dataclass(frozen=True)
class Text(Value):
    """Free text of at most `limit` characters; `lines` above 1 asks for a box of that height."""

    limit: int = 200
    lines: int = 1

    def parse(self, raw: object, today: date | None = None) -> Stored:
        text = plain(raw)
        if self.lines == 1:
            text = re.sub(r"\s+", " ", text)
        if len(text) > self.limit:
            raise Unreadable(f"最多 {self.limit} 个字，现在 {len(text)} 个字")
        return None if text in _EMPTY else text


@dataclass(frozen=True)
class Name(Value):
    """A person's name without padding (周　丽); the dot of minority names is always the same character (·)."""

    align: Align = "center"

    def parse(self, raw: object, today: date | None = None) -> Stored:
        text = re.sub(r"[•・．‧∙●]", "·", plain(raw))
        is_chinese = re.search(r"[\u3400-\u9fff\U00020000-\U0003ffff]", text)
        text = re.sub(r"\s+", "" if is_chinese else " ", text)
        if not text or text in _EMPTY:
            return None
        if len(text) > 40:
            raise Unreadable("姓名最多 40 个字")
        if any(c.isdigit() for c in text):
            raise Unreadable(f"姓名里不能有数字：{text}")
        return text


@dataclass(frozen=True)
class Whole(Value):
    """A whole number between `least` and `most`, both allowed."""

    least: int = 0
    most: int = 999_999
    unit: str = ""
    align: Align = "center"
    numeric = True

    def parse(self, raw: object, today: date | None = None) -> Stored:
        text = re.sub(r"[,，]|\.0+$", "", plain(raw).removesuffix(self.unit)).strip()
        if text in _EMPTY:
            return None
        if not re.fullmatch(r"[+-]?\d{1,9}", text):
            raise Unreadable(f"请填整数，如 10；现在是「{text}」")
        number = int(text)
        if not self.least <= number <= self.most:
            raise Unreadable(f"请填 {self.least} 到 {self.most} 之间的数")
        return number

    def show(self, stored: Stored) -> str:
        return "" if stored is None else f"{stored}{self.unit}"


@dataclass(frozen=True)
class Money(Value):
    """An amount of money, stored in fen (分)."""

    align: Align = "right"
    numeric = True

    def parse(self, raw: object, today: date | None = None) -> Stored:
        text = plain(round(raw, 2) if isinstance(raw, float) else raw)
        text = re.sub(r"[,，¥￥]|元$", "", text).replace("．", ".").strip()
        if text in _EMPTY:
            return None
        if not re.fullmatch(r"-?\d{1,9}(\.\d{1,2})?", text):
            raise Unreadable(f"请填金额，如 12.50；现在是「{text}」")
        yuan, _, rest = text.lstrip("-").partition(".")
        fen = int(yuan) * 100 + int(rest.ljust(2, "0") or 0)
        return -fen if text.startswith("-") else fen

    def show(self, stored: Stored) -> str:
        if stored is None:
            return ""
        fen = int(stored)
        return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


@dataclass(frozen=True)
class Choice(Value):
    """One of a closed list: `options` maps a stored code to its label, `also` further writings to a code.

    The codes that party software prints before a label (`223_正式党员`, `868_汉族`) are dropped.
    """

    options: Mapping[str, str]
    also: Mapping[str, str] = field(default_factory=dict)
    align: Align = "center"

    def parse(self, raw: object, today: date | None = None) -> Stored:
        text = re.sub(r"\s+", "", plain(raw))
        if text in _EMPTY:
            return None
        for writing in (text, re.sub(r"^[0-9A-Za-z]+_(?=\D)", "", text)):
            code = self._code(writing)
            if code is not None:
                return code
        listed = "、".join(list(self.options.values())[:8])
        raise Unreadable(f"「{text}」不在可选项里，可填：{listed}{'…' if len(self.options) > 8 else ''}")

    def _code(self, writing: str) -> str | None:
        if writing in self.options:
            return writing
        for code, label in self.options.items():
            if writing == label:
                return code
        return self.also.get(writing)

    def show(self, stored: Stored) -> str:
        return "" if stored is None else self.options.get(str(stored), str(stored))

    def sort_key(self, stored: Stored) -> tuple[bool, int | str]:
        codes = list(self.options)
        return (stored is None, codes.index(str(stored)) if stored in codes else len(codes))


@dataclass(frozen=True)
class Choices(Value):
    """Several of a closed list, stored as codes with a space between them, in the list's order."""

    options: Mapping[str, str]
    also: Mapping[str, str] = field(default_factory=dict)

    def parse(self, raw: object, today: date | None = None) -> Stored:
        one = Choice(self.options, self.also)
        parts = [p for p in re.split(r"[\s、,，;；/]+", plain(raw)) if p not in _EMPTY]
        codes = {one.parse(part) for part in parts}
        return " ".join(code for code in self.options if code in codes) or None

    def show(self, stored: Stored) -> str:
        return "、".join(self.options.get(code, code) for code in str(stored or "").split())


@dataclass(frozen=True)
class YesNo(Value):
    """Yes (1) or no (0)."""

    align: Align = "center"
    numeric = True

    def parse(self, raw: object, today: date | None = None) -> Stored:
        text = plain(raw).lower()
        if text in _EMPTY:
            return None
        if text in {"是", "有", "√", "✓", "y", "yes", "1", "true", "已"}:
            return 1
        if text in {"否", "无", "没有", "×", "n", "no", "0", "false", "未"}:
            return 0
        raise Unreadable(f"请填「是」或「否」；现在是「{text}」")

    def show(self, stored: Stored) -> str:
        return "" if stored is None else "是" if stored else "否"


@dataclass(frozen=True)
class Day(Value):
    """A day, or only its month or year, stored as '1978-02-11', '1978-02' or '1978'; 「无」 and 「不详」 too.

    `full` asks for a whole day. Read are all the writings of `dayread`, and Excel's own dates and numbers.
    """

    full: bool = False
    align: Align = "center"

    def parse(self, raw: object, today: date | None = None) -> Stored:
        stored = self._read(raw, today)
        if stored is None or not self.full or len(stored) == 10:
            return stored
        raise Unreadable(f"请填到哪一天，如 2026-11-23；现在是「{plain(raw)}」")

    def _read(self, raw: object, today: date | None) -> str | None:
        if isinstance(raw, date):
            return dayread.of_date(raw)
        if isinstance(raw, (int, float)) and (stored := dayread.of_number(raw)):
            return stored
        text = re.sub(r"\s+", " ", plain(raw))
        if text in _EMPTY or text in _SAID:
            return _SAID.get(text)
        if isinstance(raw, float) and text.endswith(".1"):
            year = text.split(".")[0]
            raise Unreadable(f"数字 {text} 看不出是 1 月还是 10 月，请改成 {year}-01 或 {year}-10")
        return dayread.read_day(text, today, full=self.full)


@dataclass(frozen=True)
class Month(Value):
    """A month, stored as '2026-11'."""

    align: Align = "center"

    def parse(self, raw: object, today: date | None = None) -> Stored:
        day = Day().parse(raw, today)
        if day is None:
            return None
        if not re.match(r"\d{4}-\d{2}", str(day)):
            raise Unreadable(f"请填到哪个月，如 2026-11；现在是「{plain(raw)}」")
        return str(day)[:7]

    def show(self, stored: Stored) -> str:
        return "" if stored is None else f"{str(stored)[:4]}年{int(str(stored)[5:7])}月"


@dataclass(frozen=True)
class IdNumber(Value):
    """A citizen's ID number (GB 11643-1999): 18 characters whose check character agrees."""

    align: Align = "center"

    def parse(self, raw: object, today: date | None = None) -> Stored:
        text = re.sub(r"[\s'’`]", "", plain(raw)).upper()
        if (isinstance(raw, (int, float)) and raw >= 10**15) or re.fullmatch(r"\d\.\d+E\+?\d+", text):
            raise Unreadable("这一格是数字格式，表格只保留 15 位，末尾已丢失；请把该列设为文本后重新填写")
        if text in _EMPTY:
            return None
        if text in _SAID:
            return _SAID[text]
        if problem := idnumber.problem(text):
            raise Unreadable(problem)
        return text


@dataclass(frozen=True)
class Phone(Value):
    """A telephone number: digits, kept as text."""

    align: Align = "center"

    def parse(self, raw: object, today: date | None = None) -> Stored:
        text = plain(raw)
        if text in _EMPTY:
            return None
        if text in _SAID:
            return _SAID[text]
        digits = re.sub(r"[\s()（）-]", "", text)
        if not re.fullmatch(r"\+?\d{5,15}", digits):
            raise Unreadable(f"电话只能有数字，如 13800000000 或 0573-1234567；现在是「{text}」")
        return re.sub(r"\s", "", text) if "-" in text else digits


@dataclass(frozen=True)
class Link(Value):
    """The id of a record of another kind; words for it come from the service that looked it up."""

    to: str

    def parse(self, raw: object, today: date | None = None) -> Stored:
        return plain(raw) or None


@dataclass(frozen=True)
class Links(Value):
    """Several ids with a space between them, in the order that the person gave."""

    to: str

    def parse(self, raw: object, today: date | None = None) -> Stored:
        return " ".join(dict.fromkeys(plain(raw).split())) or None


@dataclass(frozen=True)
class Moment(Value):
    """A point in time to the minute, stored as '2026-11-20 14:00'; the hour may be missing."""

    align: Align = "center"

    def parse(self, raw: object, today: date | None = None) -> Stored:
        if isinstance(raw, datetime):
            return raw.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")
        text = plain(raw)
        found = _HOUR.search(text)
        day = Day(full=True).parse(text[: found.start()] if found else text, today)
        if found is None:
            return day
        if day is None:
            raise Unreadable(f"请写上日期，如 2026-11-20 14:00；现在是「{text}」")
        hours = int(found["hours"])
        if found["later"] and hours < 12:
            hours += 12
        minutes = 30 if found["minutes"] == "半" else int(found["minutes"] or 0)
        if hours > 23 or minutes > 59:
            raise Unreadable(f"没有「{found.group().strip()}」这个时间，如 14:00")
        return f"{day} {hours:02}:{minutes:02}"


_HOUR = re.compile(
    r"[ T]*(?:上午|早上|中午|(?P<later>下午|晚上))? *"
    r"(?P<hours>\d{1,2})[:：点时](?P<minutes>\d{1,2}|半)?分?(?::\d{2}(?:\.\d+)?)?$"
)
