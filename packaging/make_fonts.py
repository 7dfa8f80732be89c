"""Makes the faces of resources/fonts/ from the published ones and prints what they cover.

Run as `./dev exec python packaging/make_fonts.py SOURCES`, SOURCES being a folder that holds, at any depth,
NotoSansSC_400Regular.ttf, NotoSerifSC_700Bold.ttf, LXGWWenKai-Regular.ttf, HanaMinA.ttf, HanaMinB.ttf and
Unihan_*.txt.bz2; resources/fonts/README.md says which packages have them. Takes three minutes.
"""

import bz2
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "resources" / "fonts"
BUDGET = 60_000_000
EMBEDDING_RESTRICTED = 0x0002

EXT_A = range(0x3400, 0x4DC0)
BEYOND_BMP = range(0x20000, 0x2EBE1)  # Extension B to F
COMPATIBILITY = range(0xF900, 0xFB00)
BLOCKS = {
    "U+4E00-9FFF": range(0x4E00, 0xA000),
    "Ext A": EXT_A,
    "compatibility": COMPATIBILITY,
    "Ext B": range(0x20000, 0x2A6E0),
    "Ext C": range(0x2A700, 0x2B73A),
    "Ext D": range(0x2B740, 0x2B81E),
    "Ext E": range(0x2B820, 0x2CEA2),
    "Ext F": range(0x2CEB0, 0x2EBE1),
}
# Signs that forms use and that none of the three main faces has.
SIGNS = {ord(sign) for sign in "☐☑☒✓✔✗✘☆★☎⊙⊕⊿◇◆"}

# HanaMin draws every stroke as a polygon of some twenty corners. Leaving out corners that stand less than
# this far from the line between their neighbours (unit: 1/1024 of the character's height) makes the face a
# third smaller; at 12 pt it moves an outline by less than 0.05 pt, half a dot at 600 dpi.
TOLERANCE = 4.0

NAMES = {
    0: "Copyright 2008-2017 GlyphWiki Project. Modified for villagebranch: subset, simplified, renamed.",
    1: "VillageBranch Rare",
    2: "Regular",
    3: "VillageBranchRare-Regular;1.0",
    4: "VillageBranch Rare",
    5: "Version 1.0",
    6: "VillageBranchRare-Regular",
    13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
}

Point = tuple[int, int]


def characters(font: TTFont) -> set[int]:
    return set(font.getBestCmap())


def table_of_general_standard(sources: Path) -> set[int]:
    """The 8,105 characters of the 通用规范汉字表 (Unihan's kTGH)."""
    texts = (bz2.decompress(path.read_bytes()).decode() for path in sources.rglob("Unihan_*.txt.bz2"))
    rows = (line.split("\t") for text in texts for line in text.split("\n"))
    return {int(row[0][2:], 16) for row in rows if row[0].startswith("U+") and row[1] == "kTGH"}


def ideographs() -> set[int]:
    return set(EXT_A) | set(BLOCKS["U+4E00-9FFF"]) | set(BEYOND_BMP)


def in_everyday_codes() -> set[int]:
    """The ideographs of GB 2312 (simplified) and of Big5's first level (traditional, everyday)."""
    simplified = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    traditional = (bytes([high, low]) for high in range(0xA4, 0xC7) for low in range(0x40, 0xFF))
    texts = [*(pair.decode("gb2312", "ignore") for pair in simplified)]
    texts += [pair.decode("big5", "ignore") for pair in traditional]
    return {ord(text) for text in texts if len(text) == 1} & ideographs()


def cut(path: Path, wanted: Iterable[int], features: bool) -> TTFont:
    """The font at `path` with the wanted characters alone."""
    options = subset.Options()
    options.hinting = features
    options.layout_features = ["*"] if features else []
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.recalc_bounds = True
    options.drop_tables += ["FFTM"] if features else ["FFTM", "vmtx", "vhea", "GSUB", "GPOS", "BASE"]
    font = TTFont(path, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    return font


def distance_squared(point: Point, start: Point, end: Point) -> float:
    """From the point to the stretch between start and end."""
    x, y = point[0] - start[0], point[1] - start[1]
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = along_x * along_x + along_y * along_y
    share = min(1.0, max(0.0, (x * along_x + y * along_y) / length)) if length else 0.0
    return (x - share * along_x) ** 2 + (y - share * along_y) ** 2


def simplified(ring: list[Point]) -> list[Point]:
    """A closed polygon with the corners that matter (Douglas and Peucker's method)."""
    if len(ring) < 5:
        return ring
    start = ring[0]
    opposite = max(
        range(len(ring)), key=lambda i: (ring[i][0] - start[0]) ** 2 + (ring[i][1] - start[1]) ** 2
    )
    closed = [*ring, start]
    kept = {0, opposite}
    stretches = [(0, opposite), (opposite, len(ring))]
    while stretches:
        first, last = stretches.pop()
        between = range(first + 1, last)
        if not between:
            continue
        distances = [distance_squared(closed[i], closed[first], closed[last]) for i in between]
        farthest = max(distances)
        if farthest > TOLERANCE**2:
            corner = first + 1 + distances.index(farthest)
            kept.add(corner)
            stretches += [(first, corner), (corner, last)]
    return [ring[i] for i in sorted(kept)]


def redrawn(font: TTFont, name: str) -> Any:
    """The glyph without the corners that do not matter. HanaMin's few with curves stay as they are."""
    corners, ends, on_curve = font["glyf"][name].getCoordinates(font["glyf"])
    if not all(flag & 1 for flag in on_curve):
        return font["glyf"][name]
    pen = TTGlyphPen(None)
    start = 0
    for end in ends:
        ring = simplified([(int(x), int(y)) for x, y in corners[start : end + 1]])
        start = end + 1
        pen.moveTo(ring[0])
        for point in ring[1:]:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def add_glyphs(font: TTFont, other: TTFont) -> None:
    """Puts the characters of `other` into `font`; both have 1024 units to the em."""
    added = sorted(other.getBestCmap().items())
    font.setGlyphOrder([*font.getGlyphOrder(), *(f"extra{code:05X}" for code, _ in added)])
    for code, name in added:
        new_name = f"extra{code:05X}"
        font["glyf"].glyphs[new_name] = other["glyf"][name]
        font["hmtx"].metrics[new_name] = other["hmtx"].metrics[name]
        for table in font["cmap"].tables:
            if code <= 0xFFFF or table.format == 12:
                table.cmap[code] = new_name
    font["glyf"].glyphOrder = font.getGlyphOrder()


def make_rare(sources: Path, covered: set[int], out: Path) -> None:
    hana_a, hana_b = find(sources, "HanaMinA.ttf"), find(sources, "HanaMinB.ttf")
    font = cut(hana_b, set(BEYOND_BMP) - covered, features=False)
    add_glyphs(font, cut(hana_a, (set(COMPATIBILITY) | SIGNS) - covered, features=False))
    for name in font.getGlyphOrder():
        if font["glyf"][name].numberOfContours > 0:
            font["glyf"].glyphs[name] = redrawn(font, name)
    font["name"].names = []
    for number, text in NAMES.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font.save(out)


def find(sources: Path, name: str) -> Path:
    return next(sources.rglob(name))


def check(path: Path) -> None:
    font = TTFont(path, lazy=True)
    assert "glyf" in font, f"{path.name}: ReportLab takes TrueType outlines only"
    assert not font["OS/2"].fsType & EMBEDDING_RESTRICTED, f"{path.name}: embedding is restricted"


def report(standard: set[int]) -> None:
    faces = {path.name: characters(TTFont(path, lazy=True)) for path in sorted(FONTS.glob("*.ttf"))}
    faces["all together"] = set().union(*faces.values())
    print("| Face | MB | " + " | ".join(BLOCKS) + f" | 通用规范汉字表 ({len(standard)}) |")
    print("| --- | ---: |" + " ---: |" * (len(BLOCKS) + 1))
    for name, has in faces.items():
        size = sum(path.stat().st_size for path in FONTS.glob(name if name.endswith(".ttf") else "*.ttf"))
        counts = [f"{len(has.intersection(block))} of {len(block)}" for block in BLOCKS.values()]
        print(f"| {name} | {size / 1e6:.1f} | " + " | ".join(counts) + f" | {len(has & standard)} |")


def main(sources: Path) -> None:
    standard = table_of_general_standard(sources)
    sans, kai = FONTS / "NotoSansSC-Regular.ttf", FONTS / "LXGWWenKai-Regular.ttf"
    serif, rare = FONTS / "NotoSerifSC-Bold.ttf", FONTS / "VillageBranchRare-Regular.ttf"
    shutil.copyfile(find(sources, "NotoSansSC_400Regular.ttf"), sans)
    shutil.copyfile(find(sources, "LXGWWenKai-Regular.ttf"), kai)
    plain = characters(TTFont(sans, lazy=True)) | characters(TTFont(kai, lazy=True))
    # Titles are the names of places, branches and ledgers: rarer characters come from the sans face.
    bold = find(sources, "NotoSerifSC_700Bold.ttf")
    rarer = ideographs() & plain - standard - in_everyday_codes()
    cut(bold, characters(TTFont(bold, lazy=True)) - rarer, features=True).save(serif)
    make_rare(sources, plain | characters(TTFont(serif, lazy=True)), rare)
    for path in FONTS.glob("*.ttf"):
        check(path)
    report(standard)
    total = sum(path.stat().st_size for path in FONTS.iterdir())
    assert total <= BUDGET, f"{total:,} bytes are more than {BUDGET:,}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
