"""The process that opens a stranger's workbook: it has little memory, little time, and nothing to lose.

It is started by `workbook_reader`, writes one marshalled answer to its standard output and ends. Whatever goes wrong
here, out of memory and a crash of the parser included, reaches the reader as an answer that never came.
"""

import gc
import marshal
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from villagebranch.exchange.aside import cap_memory

MEGABYTE = 1 << 20
_INFLATED = 100 * MEGABYTE
_ENTRIES = 200
_RATIO = 100
_SMALL = MEGABYTE  # a part smaller than this may be packed as tightly as it likes
_CHUNK, _PIECE = 1 << 15, 1 << 22
_DTD = b"<!DOCTYPE"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


class Limits(NamedTuple):
    """How much a workbook may hold, and what opening it may cost."""

    rows: int = 20_000
    columns: int = 200
    seconds: int = 30
    memory: int = 300 * MEGABYTE


class Stopped(Exception):
    """The workbook is not read: one Chinese sentence says why and what to do."""


_DAMAGED = "文件已损坏。请用 WPS 打开后另存为「Excel 工作簿（.xlsx）」，再导入新存的文件"
_LOCKED = "文件设了打开密码。请在 WPS 里去掉密码、保存后再导入"
_TOO_BIG = "文件展开后太大，不像花名册或台账。请把要导入的工作表单独另存为一个文件"
_UNSAFE = "文件里有不属于表格的内容，为安全起见没有打开。请用 WPS 打开后另存为「Excel 工作簿（.xlsx）」"
_WEB_PAGE = "文件其实是网页，只是改了名。请用 WPS 打开后另存为「Excel 工作簿（.xlsx）」"
_TEXT = "文件其实是文本，只是改了名。请用 WPS 打开后另存为「Excel 工作簿（.xlsx）」"
_NO_TABLE = "文件不是 Excel 表格（.xlsx 或 .xls）。请选择表格文件"


def main(arguments: list[str]) -> None:
    """Answer for the file and the limits in `arguments`: (sentence, None), or ('', sheets)."""
    limits = Limits(*map(int, arguments[1:]))
    gc.disable()  # one answer and out: collecting garbage on the way costs a tenth of the time
    cap_memory(limits.memory)
    answer: tuple[str, object]
    try:
        answer = ("", _sheets(Path(arguments[0]), limits))
    except Stopped as stopped:
        answer = (str(stopped), None)
    with open(1, "wb") as out:
        marshal.dump(answer, out)
    os._exit(0)  # no need to tidy up a million cells first


def _sheets(path: Path, limits: Limits) -> list[tuple[Any, ...]]:
    check(path)
    import python_calamine as calamine

    try:
        # An open file is known by what is in it; a path would be believed by its ending.
        with path.open("rb") as file, calamine.load_workbook(file) as book:
            return [
                _sheet(book.get_sheet_by_name(each.name), each.visible, limits)
                for each in book.sheets_metadata
                if each.typ == calamine.SheetTypeEnum.WorkSheet
            ]
    except calamine.PasswordError:
        raise Stopped(_LOCKED) from None
    except (calamine.CalamineError, OSError):
        raise Stopped(_DAMAGED) from None


def _sheet(sheet: Any, visible: Any, limits: Limits) -> tuple[Any, ...]:
    """Return name, whether it is shown, rows, the dates taken out of the rows, and merged ranges."""
    height, width = (edge + 1 for edge in sheet.end or (-1, -1))
    if height > limits.rows:
        raise Stopped(f"工作表「{sheet.name}」有 {height} 行，一次最多 {limits.rows} 行。{_PART}")
    if width > limits.columns:
        raise Stopped(f"工作表「{sheet.name}」有 {width} 列，一次最多 {limits.columns} 列。{_PART}")
    rows = sheet.to_python(skip_empty_area=False)
    return sheet.name, "Hidden" not in str(visible), rows, _take_dates(rows), sheet.merged_cell_ranges or []


_PART = "请删去多余的内容，或分成几个文件导入"


def _take_dates(rows: list[list[Any]]) -> list[tuple[int, list[int], list[str]]]:
    """Take out of `rows` what cannot be marshalled: return for a column its rows with days, and the days. Hours become
    text."""
    taken = []
    for column, cells in enumerate(zip(*rows, strict=True)):
        if _CLOCK.isdisjoint(map(type, cells)):
            continue
        places = [row for row, cell in enumerate(cells) if isinstance(cell, date)]  # a datetime is one, too
        taken.append((column, places, [cells[row].isoformat() for row in places]))
        for row in places:
            rows[row][column] = ""
        for row, cell in enumerate(cells):
            if isinstance(cell, (time, timedelta)):
                rows[row][column] = str(cell)
    return taken


_CLOCK = {date, datetime, time, timedelta}


def check(path: Path) -> None:
    """Look at `path` before a parser does; raise `Stopped` unless it is a workbook of ordinary make and size."""
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith(b"PK\x03\x04"):
            _check_zip(path)
        elif head.startswith(_OLE):
            _check_old(head + file.read(_INFLATED))
        else:
            raise Stopped(_what_else(head))


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            _check_parts(archive.infolist(), file)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, NotImplementedError, ValueError):
        raise Stopped(_DAMAGED) from None


def _check_parts(parts: list[zipfile.ZipInfo], file: BinaryIO) -> None:
    names = {part.filename for part in parts}
    if not names & {"xl/workbook.xml", "content.xml", "xl/workbook.bin"}:
        raise Stopped(_NO_TABLE)
    if len(parts) > _ENTRIES:
        raise Stopped(_UNSAFE)
    inflated = 0
    for part in parts:
        if part.flag_bits & 1:
            raise Stopped(_LOCKED)
        most = min(_INFLATED, inflated + max(_SMALL, part.compress_size * _RATIO))
        before = b""
        for piece in _pieces(part, file):
            inflated += len(piece)
            if inflated > most:
                raise Stopped(_TOO_BIG)
            if _DTD in piece or _DTD in before + piece[: len(_DTD)]:
                raise Stopped(_UNSAFE)
            before = piece[-len(_DTD) :]


def _pieces(part: zipfile.ZipInfo, file: BinaryIO) -> Iterator[bytes]:
    """Inflate a part bit by bit; its checksum is left to the parser, which inflates it once more."""
    file.seek(part.header_offset + 26)
    file.seek(sum(struct.unpack("<HH", file.read(4))), os.SEEK_CUR)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Stopped(_UNSAFE)
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    left = part.compress_size
    while left > 0 and (packed := file.read(min(left, _CHUNK))):
        left -= len(packed)
        if part.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, _PIECE)
            packed = inflate.unconsumed_tail


def _check_old(content: bytes) -> None:
    """Tell an old workbook (.xls) from what else Office keeps in the same container."""
    streams = [name for name in _STREAMS if name.encode("utf-16-le") in content]
    if "EncryptedPackage" in streams:
        raise Stopped(_LOCKED)
    if "Workbook" not in streams and "Book" not in streams:
        raise Stopped(_NO_TABLE)
    if len(content) > _INFLATED:
        raise Stopped(_TOO_BIG)


_STREAMS = ("EncryptedPackage", "Workbook", "Book")


def _what_else(head: bytes) -> str:
    """Return what to say of a file that no spreadsheet program wrote."""
    if not head.strip():
        return "文件是空的。请检查是否选错了文件"
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<"):
        return _WEB_PAGE
    return _NO_TABLE if b"\0" in head else _TEXT


if __name__ == "__main__":
    main(sys.argv[1:])
