"""Writes documents as PDF with ReportLab: the one place that knows the file format.

Each face is embedded once, cut down to the glyphs that the document uses, as a composite font (Type0, Identity-H)
whose codes are our own: so every character copies and searches as itself, even where two share a glyph.
"""

import gc
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import uharfbuzz
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc

from villagebranch.domain.paper import Document
from villagebranch.ledgers.press.fonts import Fonts, Sorts
from villagebranch.ledgers.press.layout import lay_out
from villagebranch.ledgers.press.leaf import Leaf

rl_config.useA85 = 0

_DROPPED_TABLES = (b"BASE", b"GDEF", b"GPOS", b"GSUB", b"OS/2", b"gasp", b"name", b"vhea", b"vmtx")


@dataclass(frozen=True)
class Printed:
    """A finished document. `sizes` are the pages' widths and heights in millimetres; `fronts` the pages (from 0) that
    must be the front of a leaf when both sides are printed; `missing` the characters printed as 〓."""

    pdf: bytes
    sizes: tuple[tuple[float, float], ...]
    fronts: tuple[int, ...]
    missing: tuple[str, ...]

    @property
    def pages(self) -> int:
        return len(self.sizes)


def write_pdf(document: Document, fonts: Path) -> Printed:
    """Set `document` in the faces of the folder `fonts`; the same document gives the same bytes."""
    with _no_collecting():
        return _write(document, Fonts(fonts))


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Setting makes very many small objects and no cycles: looking for cycles would take a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _write(document: Document, typeset: Fonts) -> Printed:
    leaves = lay_out(document, typeset)
    file = pdfdoc.PDFDocument(invariant=1, lang="zh-CN")
    file.info.title = document.name
    file.info.author = file.info.creator = document.unit
    file.info.subject = ""
    for leaf in leaves:
        _add_page(file, leaf)
    for sorts in typeset.sorts:
        if sorts.glyphs:
            file.idToObject[pdfdoc.BasicFonts].dict[sorts.name] = _font(file, sorts)
    return Printed(
        file.GetPDFData(None),
        tuple((leaf.frame.paper_width / 72 * 25.4, leaf.frame.paper_height / 72 * 25.4) for leaf in leaves),
        tuple(n for n, leaf in enumerate(leaves) if leaf.number % 2 == 1 and n % 2 == 1),
        typeset.missing,
    )


def _add_page(file: Any, leaf: Leaf) -> None:
    page = pdfdoc.PDFPage()
    page.pagewidth, page.pageheight = round(leaf.frame.paper_width, 2), round(leaf.frame.paper_height, 2)
    resources = pdfdoc.PDFResourceDictionary()
    resources.basicFonts()
    drawings = [_picture(file, resources, *picture) for picture in leaf.pictures]
    page.Resources = resources
    page.Contents = _stream(b"\n".join([leaf.content(), *drawings]))
    file.addPage(page)


def _stream(content: bytes, **entries: Any) -> Any:
    packed = zlib.compress(content, 6)
    return pdfdoc.PDFStream(
        pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode"), **entries}), packed
    )


def _picture(
    file: Any, resources: Any, image: bytes, x: float, y: float, width: float, height: float
) -> bytes:
    """Add an image to the file, once for all its uses, and return the operators that draw it as large as it fits."""
    name = sha256(image).hexdigest()[:16]
    known = pdfdoc.xObjectName(name)
    if known not in file.idToObject:
        file.addForm(name, pdfdoc.PDFImageXObject(name, ImageReader(BytesIO(image)), mask=None))
    drawn = file.idToObject[known]
    resources.XObject[known] = pdfdoc.PDFObjectReference(known)
    scale = min(width / drawn.width, height / drawn.height)
    wide, high = drawn.width * scale, drawn.height * scale
    x, y = x + (width - wide) / 2, y + (height - high) / 2
    return f"q {wide:.2f} 0 0 {high:.2f} {x:.2f} {y:.2f} cm /{known} Do Q".encode()


def _font(file: Any, sorts: Sorts) -> Any:
    """Embed what is used of a face and return a reference to its font object."""
    content, glyphs = _subset(sorts)
    face = sorts.face
    name = pdfdoc.PDFName(f"{_tag(content)}+{face.name}")
    em = 1000 / face.upem
    extents = face.metrics.get_font_extents("ltr")
    head = face.outlines.reference_table("head").data
    box = [int.from_bytes(head[at : at + 2], "big", signed=True) * em for at in range(36, 44, 2)]
    descriptor = {
        "Type": pdfdoc.PDFName("FontDescriptor"),
        "FontName": name,
        "Flags": 4,
        "FontBBox": pdfdoc.PDFArray([round(edge) for edge in box]),
        "ItalicAngle": 0,
        "Ascent": round(extents.ascender * em),
        "Descent": round(extents.descender * em),
        "CapHeight": 700,
        "StemV": 80,
        "FontFile2": file.Reference(_stream(content, Length1=len(content))),
    }
    system = {
        "Registry": pdfdoc.PDFString("Adobe"),
        "Ordering": pdfdoc.PDFString("Identity"),
        "Supplement": 0,
    }
    widths = [round(face.advance(glyph) * 1000) for glyph in sorts.glyphs.values()]
    descendant = {
        "Type": pdfdoc.PDFName("Font"),
        "Subtype": pdfdoc.PDFName("CIDFontType2"),
        "BaseFont": name,
        "CIDSystemInfo": pdfdoc.PDFDictionary(system),
        "FontDescriptor": file.Reference(pdfdoc.PDFDictionary(descriptor)),
        "DW": 1000,
        "W": pdfdoc.PDFArray([1, pdfdoc.PDFArray(widths)]),
        "CIDToGIDMap": file.Reference(_stream(b"".join(glyph.to_bytes(2, "big") for glyph in (0, *glyphs)))),
    }
    font = {
        "Type": pdfdoc.PDFName("Font"),
        "Subtype": pdfdoc.PDFName("Type0"),
        "BaseFont": name,
        "Encoding": pdfdoc.PDFName("Identity-H"),
        "DescendantFonts": pdfdoc.PDFArray([file.Reference(pdfdoc.PDFDictionary(descendant))]),
        "ToUnicode": file.Reference(_stream(_to_unicode(list(sorts.glyphs)))),
    }
    return file.Reference(pdfdoc.PDFDictionary(font))


def _subset(sorts: Sorts) -> tuple[bytes, list[int]]:
    """Return the face cut down to what is used, and the glyphs' numbers in it, in the order of their codes."""
    wanted = uharfbuzz.SubsetInput()
    wanted.glyph_set.update(sorts.glyphs.values())
    wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in _DROPPED_TABLES)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    plan = uharfbuzz.SubsetPlan(sorts.face.outlines, wanted)
    numbers = plan.old_to_new_glyph_mapping
    return bytes(plan.execute().blob.data), [numbers[glyph] for glyph in sorts.glyphs.values()]


def _tag(content: bytes) -> str:
    """Return the six capitals that mark a subset."""
    return "".join(chr(ord("A") + byte % 26) for byte in sha256(content).digest()[:6])


def _to_unicode(characters: Sequence[str]) -> bytes:
    """Return the table that tells a viewer which character each code is, so that text copies and searches."""
    lines = [f"<{n:04X}> <{c.encode('utf-16-be').hex().upper()}>" for n, c in enumerate(characters, 1)]
    hundreds = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(some)} beginbfchar\n" + "\n".join(some) + "\nendbfchar" for some in hundreds)
    return f"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{body}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
""".encode("ascii")
