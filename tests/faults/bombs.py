"""Thirty small files that would become large: ten in zstd, ten in zip, ten in XML."""

import hashlib
import struct
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

import zstandard

from tests.faults.liars import Forger
from tests.faults.liars import told as told_as_json
from villagebranch.domain.table import Column, Table
from villagebranch.exchange.workbook_writer import write_table

_BIG = 64 << 20
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
).encode()


def packages(forger: Forger) -> Iterator[bytes]:
    """Return ten packages, rightly signed, of chunks that grow."""
    blank, page = b" " * _BIG, b'{"acts":[],"order":[],"shapes":[]}\n'
    growing = zstandard.ZstdCompressor(level=1)
    silent = zstandard.ZstdCompressor(level=1, write_content_size=False)
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    )
    for packed, raw in (
        (growing.compress(blank), 1000),
        (growing.compress(blank), 4 << 20),
        (silent.compress(blank), 1000),
        (silent.compress(blank), 4 << 20),
        (wide.compress(blank), 4 << 20),
        (growing.compress(page) * 2, len(page)),
        (growing.compress(growing.compress(blank)), 100),
    ):
        yield _with_chunks(forger, [(raw, packed)])
    full = growing.compress(b" " * (4 << 20))
    yield _with_chunks(forger, [(4 << 20, full)] * 64)
    yield _with_chunks(forger, [(4 << 20, full)] * 100_000)
    yield _with_chunks(forger, [(1, growing.compress(b"["))] * 64)


def _with_chunks(forger: Forger, chunks: list[tuple[int, bytes]]) -> bytes:
    told = [[raw, len(packed), hashlib.sha256(packed).hexdigest()] for raw, packed in chunks]
    manifest = forger.parts[1] | {"chunks": told, "report": 0}
    return forger.signed(told_as_json(manifest), b"".join(packed for _, packed in chunks))


def zipped(parts: dict[str, bytes], squeeze: int = zipfile.ZIP_DEFLATED) -> bytes:
    box = BytesIO()
    with zipfile.ZipFile(box, "w", squeeze) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return box.getvalue()


def book(sheet: bytes, **more: bytes) -> bytes:
    """Return a workbook of one sheet with this XML, and other parts by their names (`sharedStrings` for its file)."""
    with zipfile.ZipFile(
        BytesIO(write_table(Table((Column("a", "列"),), [("值",)]), "表", datetime(2026, 11, 23)))
    ) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    others = {f"xl/{name}.xml": content for name, content in more.items()}
    assert parts.keys() >= {"xl/worksheets/sheet1.xml", *others}
    return zipped(parts | {"xl/worksheets/sheet1.xml": sheet} | others)


def zips() -> Iterator[bytes]:
    """Return ten archives that call themselves workbooks."""
    zeros = b"\0" * _BIG
    yield zipped({"xl/workbook.xml": _BOOK, "xl/media/a.bin": zeros})
    yield zipped({"xl/workbook.xml": zeros})
    yield zipped({"xl/workbook.xml": _BOOK} | {f"xl/{n}.bin": zeros[: 1 << 20] for n in range(150)})
    yield zipped({"xl/workbook.xml": _BOOK} | {f"xl/{n}.xml": b"x" for n in range(20_000)})
    yield zipped({"xl/workbook.xml": _BOOK, "xl/inner.zip": zipped({"a": zeros})})
    yield zipped({"xl/workbook.xml": _BOOK, "xl/a.bin": zeros}, zipfile.ZIP_BZIP2)
    yield zipped({"xl/workbook.xml": _BOOK, "xl/a.bin": zeros}, zipfile.ZIP_LZMA)
    yield _overlapping(zeros)
    yield _belittled(zeros)
    yield (
        zipped({"xl/workbook.xml": _BOOK, "../../../../tmp/x": zeros[:1000], "/etc/passwd": b"x"})
        + zeros[:100]
    )


def _overlapping(content: bytes) -> bytes:
    """A thousand entries in the directory that all are the same bytes of the file."""
    box = BytesIO(zipped({"xl/workbook.xml": _BOOK, "a": content[: 16 << 20]}))
    with zipfile.ZipFile(box, "a") as made:
        one = made.getinfo("a")
        made.filelist += [one] * 180
        made._didModify = True
    return box.getvalue()


def _belittled(content: bytes) -> bytes:
    """An entry that says that it is a hundred bytes long."""
    whole = zipped({"xl/workbook.xml": _BOOK, "xl/sharedStrings.xml": content})
    return whole.replace(struct.pack("<I", len(content)), struct.pack("<I", 100))


def sheet_of(rows: str | bytes, before: str = "") -> bytes:
    told = rows if isinstance(rows, bytes) else rows.encode()
    return f'{before}<worksheet xmlns="{_MAIN}"><sheetData>'.encode() + told + b"</sheetData></worksheet>"


def xmls() -> Iterator[bytes]:
    """Return ten workbooks whose XML is small and means much."""
    laughs = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
        f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)
    )
    yield book(sheet_of('<row><c t="str"><v>&a11;</v></c></row>', laughs + "]>"))
    yield book(sheet_of("", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'))
    yield book(sheet_of('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    yield book(sheet_of("<row>" * 200_000))
    yield book(sheet_of(b'<row r="1"><c r="A1" t="str"><v>' + b"x" * (32 << 20) + b"</v></c></row>"))
    yield book(sheet_of('<row r="1"><c r="A1"><v>' + "9" * 1_000_000 + "</v></c></row>"))
    long = b"<si><t>" + b"y" * 1_000_000 + b"</t></si>"
    strings = f'<sst xmlns="{_MAIN}" count="1" uniqueCount="1">'.encode() + long + b"</sst>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 2000))
    yield book(sheet_of(cells), sharedStrings=strings)
    many = f'<sst xmlns="{_MAIN}" count="4294967295" uniqueCount="4294967295"></sst>'.encode()
    yield book(sheet_of('<row r="1"><c r="A1" t="s"><v>4294967294</v></c></row>'), sharedStrings=many)
    merged = "".join(f'<mergeCell ref="A{n}:XFD1048576"/>' for n in range(1, 50_000))
    yield book(sheet_of("") + f"<mergeCells>{merged}</mergeCells>".encode())
    yield book(sheet_of("".join(f'<row r="{n}"><c r="GR{n}"><v>1</v></c></row>' for n in range(1, 20_000))))
