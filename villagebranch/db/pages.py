"""Reads a damaged database file page by page, as far below SQLite as it takes: whatever is whole is found.

SQLCipher seals each page for itself (AES-256-CBC, then HMAC-SHA512 over it and its number), and a page of a table holds
whole rows: so what a broken page costs is what stands on it, and never what another page only leads to. The formats are
SQLite's (https://www.sqlite.org/fileformat2.html) and SQLCipher 4's with a raw key.
"""

import struct
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from villagebranch.db.cipher import Key

PAGE, _SALT, _IV, _SEAL = 4096, 16, 16, 64
_USABLE = PAGE - _IV - _SEAL
_HEAD = b"SQLite format 3\x00"
_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER = 0x0D, 0x05, 0x0A, 0x02
_INNER = (_TABLE_INNER, _INDEX_INNER)
_MOST_COLUMNS, _MOST_PAGES = 200, 1 << 22

Value = str | int | float | bytes | None
Row = tuple[Value, ...]


class Unsound(Exception):
    """What stands here is no page, no row, or leads to a page that is broken."""


class Sealed:
    """The pages of an encrypted file, by their number from 1; with `unsealed`, whatever their seals say."""

    def __init__(self, path: Path, key: Key, unsealed: bool = False) -> None:
        self._file = path.open("rb")
        self._key, self._unsealed = key, unsealed
        salt = self._file.read(_SALT)
        mask = bytes(byte ^ 0x3A for byte in salt)
        self._mac = PBKDF2HMAC(SHA512(), 32, mask, 2).derive(key.raw)
        self.count = path.stat().st_size // PAGE

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @lru_cache(maxsize=512)  # noqa: B019 - as short-lived as the file
    def page(self, number: int) -> bytes:
        """Return what stands on a page, without the seal; raise `Unsound` where it is broken or the disk does not give it."""
        if not 1 <= number <= self.count:
            raise Unsound
        try:
            self._file.seek((number - 1) * PAGE)
            raw = self._file.read(PAGE)
        except OSError as error:
            raise Unsound from error
        start = _SALT if number == 1 else 0
        if len(raw) < PAGE:
            raise Unsound
        if not self._unsealed:
            self._check(raw[start:], number)
        iv = raw[_USABLE : _USABLE + _IV]
        opener = Cipher(algorithms.AES(self._key.raw), modes.CBC(iv)).decryptor()
        return (_HEAD if number == 1 else b"") + opener.update(raw[start:_USABLE]) + opener.finalize()

    def _check(self, sealed: bytes, number: int) -> None:
        mac = HMAC(self._mac, SHA512())
        mac.update(sealed[:-_SEAL] + struct.pack("<I", number))
        try:
            mac.verify(sealed[-_SEAL:])
        except InvalidSignature as error:
            raise Unsound from error


class DamagedFile:
    """What can still be read of a database: `broken` are its broken pages, `lost` how many of them belonged to each table."""

    def __init__(self, path: Path, key: Key) -> None:
        self._pages = Sealed(path, key)
        self.count = self._pages.count
        self._look()
        if len(self.broken) == self.count:
            # The head of the file is gone, and all seals with it, for it has a part in them: the rows tell by themselves
            # whether they are any.
            self._pages.close()
            self._pages = Sealed(path, key, unsealed=True)
            self._look()
        self.lost: dict[str, int] = defaultdict(int)
        self._free = set(self._free_pages())
        self._roots = {(sort, of): root for sort, of, root in self._schema()}
        self._roots["table", "sqlite_master"] = 1
        self._of = {name: self._walk(name, root) for name, root in self._roots.items()}

    def _look(self) -> None:
        """Look at every page once: what is it, and is it sound?"""
        self.broken: list[int] = []
        self._sorts: dict[int, int] = {}
        for number in range(1, self.count + 1):
            try:
                self._sorts[number] = self._pages.page(number)[100 if number == 1 else 0]
            except Unsound:
                self.broken.append(number)
        if 1 in self._sorts:
            declared = min(struct.unpack_from(">I", self._pages.page(1), 28)[0], _MOST_PAGES)
            self.broken += range(self.count + 1, declared + 1)

    def close(self) -> None:
        """Let go of the file."""
        self._pages.close()

    def rows(self, table: str) -> Iterator[tuple[int, Row]]:
        """Yield the rows of a table that its own tree leads to, with their row ids."""
        for number in self._of.get(("table", table), ()):
            if self._sorts[number] == _TABLE_LEAF:
                yield from self._rows_on(number)

    def keys(self, table: str) -> Iterator[Row]:
        """Yield what the index of a table's primary key names: also rows that are lost."""
        for number in self._of.get(("index", table), ()):
            yield from self._keys_on(number)

    def strays(self) -> Iterator[list[tuple[int, Row]]]:
        """Yield the rows of each sound page that no tree leads to any more."""
        owned = self._free.union(*self._of.values())
        for number, sort in self._sorts.items():
            if sort == _TABLE_LEAF and number not in owned and number > 1:
                yield list(self._rows_on(number))

    def _schema(self) -> Iterator[tuple[str, str, int]]:
        """Yield what the schema names: 'table' or 'index' (of a primary key), of which table, and its first page."""
        for number in self._walk(("schema", ""), 1):
            for _, row in self._rows_on(number) if self._sorts[number] == _TABLE_LEAF else ():
                match row:
                    case ("table", str(name), _, int(root), *_):
                        yield "table", name, root
                    case ("index", str(name), str(table), int(root), *_) if name.startswith(
                        "sqlite_autoindex"
                    ):
                        yield "index", table, root

    def _walk(self, name: tuple[str, str], root: int) -> list[int]:
        """Return the sound pages of a tree, from its first page on; the others are counted as lost."""
        found: list[int] = []
        seen, waiting = {root}, [root]
        while waiting:
            number = waiting.pop()
            if number not in self._sorts:
                if name[0] == "table":
                    self.lost[name[1]] += 1
                continue
            found.append(number)
            if self._sorts[number] in _INNER:
                below = [child for child in self._children(number) if child not in seen]
                seen.update(below)
                waiting += reversed(below)
        return found

    def _children(self, number: int) -> list[int]:
        page, at = self._pages.page(number), 100 if number == 1 else 0
        cells = [struct.unpack_from(">I", page, cell)[0] for cell in self._cells(page, at, 12)]
        return [*cells, struct.unpack_from(">I", page, at + 8)[0]]

    def _free_pages(self) -> Iterator[int]:
        """Yield the pages that are kept for later use: what stands on them was moved elsewhere."""
        try:
            trunk = struct.unpack_from(">I", self._pages.page(1), 32)[0]
            seen: set[int] = set()
            while trunk and trunk not in seen:
                seen.add(trunk)
                page = self._pages.page(trunk)
                following, count = struct.unpack_from(">II", page)
                yield trunk
                yield from struct.unpack_from(f">{min(count, _USABLE // 4 - 2)}I", page, 8)
                trunk = following
        except Unsound:
            return

    def _cells(self, page: bytes, at: int, head: int) -> list[int]:
        (count,) = struct.unpack_from(">H", page, at + 3)
        count = min(count, (len(page) - at - head) // 2)
        places = struct.unpack_from(f">{count}H", page, at + head)
        return [place for place in places if place < len(page) - 4]

    def _rows_on(self, number: int) -> Iterator[tuple[int, Row]]:
        page, at = self._pages.page(number), 100 if number == 1 else 0
        for cell in self._cells(page, at, 8):
            try:
                size, place = _varint(page, cell)
                rowid, place = _varint(page, place)
                yield rowid, read_row(self._payload(page, place, size, _USABLE - 35))
            except (Unsound, IndexError, struct.error, UnicodeDecodeError):
                continue

    def _keys_on(self, number: int) -> Iterator[Row]:
        page, inner = self._pages.page(number), self._sorts[number] == _INDEX_INNER
        for cell in self._cells(page, 0, 12 if inner else 8):
            try:
                size, place = _varint(page, cell + 4 * inner)
                yield read_row(self._payload(page, place, size, (_USABLE - 12) * 64 // 255 - 23))
            except (Unsound, IndexError, struct.error, UnicodeDecodeError):
                continue

    def _payload(self, page: bytes, place: int, size: int, most: int) -> bytes:
        """Return a payload of `size` bytes of which the page holds all up to `most`; the rest is on a chain of pages."""
        if not 0 < size <= self.count * PAGE:
            raise Unsound
        here = size
        if size > most:
            least = (_USABLE - 12) * 32 // 255 - 23
            here = least + (size - least) % (_USABLE - 4)
            here = least if here > most else here
        parts = [page[place : place + here]]
        left = size - here
        following = struct.unpack_from(">I", page, place + here)[0] if left else 0
        while left > 0:
            page = self._pages.page(following)
            parts.append(page[4 : 4 + min(left, _USABLE - 4)])
            left -= _USABLE - 4
            following = struct.unpack_from(">I", page)[0]
        return b"".join(parts)


def read_row(payload: bytes) -> Row:
    """Return the values of a row as SQLite writes it; raise `Unsound`, or `IndexError` where it is cut off."""
    end, place = _varint(payload, 0)
    sorts: list[int] = []
    while place < end:
        sort, place = _varint(payload, place)
        sorts.append(sort)
    if place != end or len(sorts) > _MOST_COLUMNS:
        raise Unsound
    values: list[Value] = []
    for sort in sorts:
        size = _SIZES.get(sort, (sort - 12) // 2)
        if place + size > len(payload):
            raise Unsound
        values.append(_value(sort, payload[place : place + size]))
        place += size
    return tuple(values)


_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0, 10: 0, 11: 0}


def _value(sort: int, raw: bytes) -> Value:
    if sort in (0, 10, 11):
        return None
    if sort in (8, 9):
        return sort - 8
    if sort == 7:
        number: float = struct.unpack(">d", raw)[0]
        return number
    if sort < 7:
        return int.from_bytes(raw, "big", signed=True)
    return raw.decode() if sort % 2 else raw


def _varint(page: bytes, place: int) -> tuple[int, int]:
    """Return the number that begins at `place`, and where the next thing begins."""
    number = 0
    for more in range(9):
        byte = page[place + more]
        if more == 8:
            return _signed(number << 8 | byte), place + 9
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, place + more + 1
    raise Unsound


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number
