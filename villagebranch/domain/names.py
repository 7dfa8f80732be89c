"""Finding people by name: how a name may be spelled in pinyin, and an index that answers every keystroke."""

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

# Surnames of two characters.
_COMPOUND = """
    欧阳 上官 司马 诸葛 夏侯 东方 皇甫 尉迟 公孙 长孙 慕容 司徒 令狐 宇文 万俟 钟离 闻人 轩辕 澹台 淳于
    单于 申屠 呼延 端木 东郭 南宫 百里 独孤 拓跋 赫连 鲜于 太史 濮阳 公冶 宗政 西门 司空 亓官 羊舌 乐正
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())

# Surnames read otherwise than the character alone; where two readings live on, the commoner stands first.
_READ_AS = """
    单:shan 解:xie 仇:qiu 查:zha 曾:zeng 区:ou 覃:qin,tan 乐:yue,le 翟:zhai,di 朴:piao 盖:ge,gai 黑:he,hei
    洗:xian 缪:miao 宓:fu,mi 折:she 召:shao 卜:bu 秘:bi 种:chong 繁:po 员:yun 郇:xun 谌:chen,shen 隗:wei,kui
    句:gou 乜:nie 适:kuo 粘:nian 祭:zhai 都:du 能:nai 薄:bo 莘:xin,shen 佴:nai 炅:gui 藏:zang 重:chong
    尉迟:yu'chi 万俟:mo'qi 单于:chan'yu 澹台:tan'tai
"""
SURNAME_READINGS = {name: read.split(",") for name, read in (pair.split(":") for pair in _READ_AS.split())}

# A syllable is typed whole or as its initial; these initials have two letters.
_LONG_INITIALS = {"zh", "ch", "sh"}


def surname(name: str) -> str:
    """Return the surname: two characters for 欧阳 and its like, else the first."""
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def collation(name: str) -> bytes:
    """Return what names are sorted by: GB 18030 has the characters in daily use in the order of their pinyin."""
    return name.encode("gb18030", "replace")


def village_of(unit: str) -> str:
    """Return what a village is called for short: 梅溪村 for 梅溪村党支部."""
    return re.sub(r"(党支部|党总支部?|党委)(委员会)?$", "", unit) or unit


class Pinyin:
    """Spells names by the table of `packaging/make_pinyin.py`: on each line readings, a tab, the characters."""

    def __init__(self, table: str) -> None:
        self._readings: dict[str, tuple[str, ...]] = {}
        for line in table.splitlines():
            readings, characters = line.split("\t")
            self._readings.update(dict.fromkeys(characters, tuple(readings.split())))

    def spellings(self, name: str, most: int = 12) -> tuple[str, ...]:
        """Return at most `most` spellings of a name, likeliest first: 曾乐 → zeng'le, ceng'le, zeng'yue, …"""
        spelled = [(0, "")]
        for readings in self._syllables(name.lower()):
            longer = [(cost + i, f"{head}'{one}") for cost, head in spelled for i, one in enumerate(readings)]
            spelled = sorted(longer, key=_cost)[:most]
        return tuple(text[1:] for _, text in spelled if text)

    def search_key(self, name: str, *further: str) -> str:
        """Return what an `Index` finds a record by: its name, `further` words (a door, last digits), its spellings."""
        return " ".join((name.replace(" ", ""), *further, *self.spellings(name)))

    def _syllables(self, name: str) -> Iterator[tuple[str, ...]]:
        family = surname(name)
        if special := SURNAME_READINGS.get(family):
            yield tuple(dict.fromkeys((*special, *self._readings.get(family, ()))))
            name = name[len(family) :]
        for part in re.findall(r"[a-z]+|[^a-z]", name):
            if readings := (part,) if part.isascii() and part.isalpha() else self._readings.get(part):
                yield readings


def _cost(spelled: tuple[int, str]) -> int:
    return spelled[0]


class Index:
    """Finds rows by the beginning of any of their words, by spelling or initials, and by 汉字 anywhere.

    A row is an id and a key, words with spaces between (`Pinyin.search_key`). A word with letters is a spelling:
    lu'gen'fa is found by lugenfa, lgf and lugf. One sorted list answers in microseconds, where LIKE reads all rows.
    """

    def __init__(self, rows: Iterable[tuple[str, str]] = ()) -> None:
        self._ids: list[str] = []
        self._written: list[str] = []
        self._places: dict[str, int] = {}
        self._syllables: set[str] = set()
        self._beginnings: set[str] = set()
        self._words = sorted(word for id, key in rows for word in self._enter(id, key))

    def put(self, id: str, key: str) -> None:
        """Add a row, or give it a new key."""
        self.drop(id)
        for word in self._enter(id, key):
            insort(self._words, word)

    def drop(self, id: str) -> None:
        """Forget a row. Its words stay until the index is made anew, and lead nowhere."""
        place = self._places.pop(id, None)
        if place is not None:
            self._ids[place] = self._written[place] = ""

    def search(self, query: str, limit: int = 20) -> list[str]:
        """Return the ids of at most `limit` rows: whole beginnings first, then exact initials, then all others."""
        query = re.sub(r"[\s'’]+", "", query).lower()
        ids: dict[str, None] = {}
        for place in self._by_letters(query) if query.isascii() and query.isalpha() else self._by_text(query):
            if id := self._ids[place]:
                ids[id] = None
            if len(ids) == limit:
                break
        return list(ids)

    def _enter(self, id: str, key: str) -> Iterator[tuple[str, int]]:
        place = self._places[id] = len(self._ids)
        written = []
        for word in key.lower().split():
            yield word, place
            if word.isascii() and word[0].isalpha():
                syllables = word.split("'")
                self._learn(syllables)
                yield f"{_initials(syllables)}/{word}", place
            else:
                written.append(word)
        self._ids.append(id)
        self._written.append(" ".join(written))

    def _learn(self, syllables: list[str]) -> None:
        for one in syllables:
            if one not in self._syllables:
                self._syllables.add(one)
                self._beginnings.update(one[:length] for length in range(1, len(one) + 1))

    def _by_text(self, query: str) -> Iterator[int]:
        if query:
            yield from (place for _, place in self._from(query))
        if not query.isascii():
            yield from (place for place, written in enumerate(self._written) if query in written)

    def _by_letters(self, query: str) -> Iterator[int]:
        cuts = self._cuts(query)
        spelled_out = [cut for cut in cuts if self._syllables.issuperset(cut[:-1])]
        for beginning in (*("'".join(cut) for cut in spelled_out), f"{query}/", query):
            yield from (place for _, place in self._from(beginning))
        for cut in cuts:
            for word, place in self._from(_initials(cut)):
                if _fits(cut, word.partition("/")[2].split("'")):
                    yield place

    def _from(self, beginning: str) -> Iterator[tuple[str, int]]:
        """Yield the words that begin so, with their places."""
        for at in range(bisect_left(self._words, (beginning,)), len(self._words)):
            if not self._words[at][0].startswith(beginning):
                return
            yield self._words[at]

    def _cuts(self, query: str) -> list[tuple[str, ...]]:
        """Return the ways to read letters as whole syllables and initials, the last a beginning; at most 32."""
        ways: dict[int, list[tuple[str, ...]]] = {}
        for start in reversed(range(len(query))):
            tail = query[start:]
            ways[start] = [(tail,)] if tail in self._beginnings else []
            for size in range(min(6, len(tail) - 1), 0, -1):
                if _is_initial(tail[:size]) or tail[:size] in self._syllables:
                    ways[start] += [(tail[:size], *rest) for rest in ways[start + size]]
            del ways[start][32:]
        return ways[0]


def _fits(cut: tuple[str, ...], syllables: list[str]) -> bool:
    """Whether every piece is its syllable or an initial of it; the last may be any beginning."""
    *before, last = cut
    if len(cut) > len(syllables) or not syllables[len(before)].startswith(last):
        return False
    return all(
        syllable == piece or (_is_initial(piece) and syllable.startswith(piece))
        for piece, syllable in zip(before, syllables, strict=False)
    )


def _is_initial(piece: str) -> bool:
    return len(piece) == 1 or piece in _LONG_INITIALS


def _initials(syllables: Iterable[str]) -> str:
    return "".join(one[0] for one in syllables)
