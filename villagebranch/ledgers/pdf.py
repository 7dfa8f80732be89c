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
from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc

from villagebranch.domain.paper import Document
from villagebranch.ledgers.press.fonts import Fonts, Sorts
from villagebranch.ledgers.press.layout import lay_out
from villagebranch.ledgers.press.leaf import Leaf
from villagebranch.ledgers.press.page import MM

rl_config.useA85 = 0

_DEFLATE_LEVEL = 3
"""Six would make a file 6 % smaller and take half as long again."""
_DROPPED_TABLES = (b"BASE", b"GDEF", b"GPOS", b"GSUB", b"OS/2", b"gasp", b"name", b"vhea", b"vmtx")


@dataclass(frozen=True)
class Printed:
    """A finished document. `sizes` are the pages' widths and heights in millimetres, `missing` the characters that no
    face has, printed as 〓. `fronts` (from 0) are the pages that begin a paper of their own: printed on both sides,
    each needs an empty page before it where it would come on a back."""

    pdf: bytes
    sizes: tuple[tuple[int, int], ...]
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
    file = _File(document)
    for leaf in leaves:
        file.add_page(leaf)
    for sorts in typeset.sorts:
        if sorts.glyphs:
            file.add_font(sorts)
    return Printed(
        file.content(),
        tuple((round(leaf.frame.paper_width / MM), round(leaf.frame.paper_height / MM)) for leaf in leaves),
        tuple(n for n, leaf in enumerate(leaves) if leaf.number == 1),
        typeset.missing,
    )


class _Ready(pdfdoc.PDFObject):  # type: ignore[misc]
    """An object whose bytes we have written: ReportLab gives it a number and puts it into the file."""

    __RefOnly__ = 1

    def __init__(self, content: bytes) -> None:
        self.content = content

    def format(self, document: Any) -> bytes:
        return self.content


class _File:
    """A PDF file in the making."""

    def __init__(self, document: Document) -> None:
        self.document = pdfdoc.PDFDocument(invariant=1, lang="zh-CN")
        info = self.document.info
        info.title, info.author, info.creator, info.subject = document.name, document.unit, "连心册", ""
        self.pages = self._number(self.document.Pages)
        self.fonts, self.images = pdfdoc.PDFDictionary({}), pdfdoc.PDFDictionary({})
        self.resources = self._number(pdfdoc.PDFDictionary({"Font": self.fonts, "XObject": self.images}))

    def add_page(self, leaf: Leaf) -> None:
        width, height = leaf.frame.paper_width, leaf.frame.paper_height
        drawings = [self._picture(*picture) for picture in leaf.pictures]
        content = self._stream(b"\n".join([leaf.content(), *drawings]))
        page = (
            f"<< /Type /Page /Parent {self.pages} /MediaBox [0 0 {width:.2f} {height:.2f}] "
            f"/Resources {self.resources} /Contents {content} >>"
        )
        self.document.addPage(_Ready(page.encode("ascii")))

    def add_font(self, sorts: Sorts) -> None:
        """Embed what is used of a face."""
        content, glyphs = _subset(sorts)
        name = f"{_tag(content)}+{sorts.face.name}"
        file = self._stream(content, f"/Length1 {len(content)}")
        descriptor = self._object(
            f"/Type /FontDescriptor /FontName /{name} {_descriptor(sorts)} /FontFile2 {file}"
        )
        widths = " ".join(f"{sorts.face.advance(glyph) * 1000:.0f}" for glyph in sorts.glyphs.values())
        places = self._stream(b"".join(glyph.to_bytes(2, "big") for glyph in (0, *glyphs)))
        descendant = self._object(
            f"/Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /FontDescriptor {descriptor} "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/DW 1000 /W [1 [{widths}]] /CIDToGIDMap {places}"
        )
        unicode = self._stream(_to_unicode(list(sorts.glyphs)))
        font = (
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant}] /ToUnicode {unicode} >>"
        )
        self.fonts[sorts.name] = self.document.Reference(_Ready(font.encode("ascii")))

    def content(self) -> bytes:
        return bytes(self.document.GetPDFData(None))

    def _picture(self, image: bytes, x: float, y: float, width: float, height: float) -> bytes:
        """Add an image to the file, once for all its uses, and return what draws it as large as the box allows."""
        name = sha256(image).hexdigest()[:16]
        known = pdfdoc.xObjectName(name)
        objects = self.document.idToObject
        if known not in objects:
            self.document.addForm(name, pdfdoc.PDFImageXObject(name, _readable(image), mask=None))
        drawn = objects[known]
        self.images[known] = pdfdoc.PDFObjectReference(known)
        scale = min(width / drawn.width, height / drawn.height)
        wide, high = drawn.width * scale, drawn.height * scale
        x, y = x + (width - wide) / 2, y + (height - high) / 2
        return f"q {wide:.2f} 0 0 {high:.2f} {x:.2f} {y:.2f} cm /{known} Do Q".encode("ascii")

    def _stream(self, content: bytes, entries: str = "") -> str:
        packed = zlib.compress(content, _DEFLATE_LEVEL)
        head = f"<< /Filter /FlateDecode /Length {len(packed)} {entries} >>\nstream\n".encode("ascii")
        return self._number(_Ready(b"%b%b\nendstream\n" % (head, packed)))

    def _object(self, entries: str) -> str:
        return self._number(_Ready(f"<< {entries} >>".encode("ascii")))

    def _number(self, thing: Any) -> str:
        """Return how other objects refer to `thing`."""
        return str(self.document.Reference(thing).format(self.document), "ascii")


def _readable(image: bytes) -> Any:
    """Return an image as ReportLab takes it in: a JPEG as it is, whatever shines through on white."""
    picture = Image.open(BytesIO(image))
    if not picture.has_transparency_data:
        return ImageReader(BytesIO(image))
    sheet = Image.new("RGBA", picture.size, "white")
    sheet.alpha_composite(picture.convert("RGBA"))
    return ImageReader(sheet.convert("RGB"))


def _descriptor(sorts: Sorts) -> str:
    """Return the measures of a face that a viewer may want, in thousandths of an em."""
    face, em = sorts.face, 1000 / sorts.face.upem
    extents = face.metrics.get_font_extents("ltr")
    head = face.outlines.reference_table("head").data
    box = " ".join(
        f"{int.from_bytes(head[at : at + 2], 'big', signed=True) * em:.0f}" for at in range(36, 44, 2)
    )
    ascent, descent = extents.ascender * em, extents.descender * em
    return f"/Flags 4 /FontBBox [{box}] /ItalicAngle 0 /Ascent {ascent:.0f} /Descent {descent:.0f} /CapHeight 700 /StemV 80"


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
