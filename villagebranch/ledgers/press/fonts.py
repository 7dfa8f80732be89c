"""Fonts on paper: which glyph stands for a character, how wide it is, and how a page names it.

Every character is looked for in its own face first and then in all others, so that no box is ever printed. What no
face has is printed as 〓 (the printers' mark for a missing sort) and reported; it still copies as the character it is.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import uharfbuzz

KAI, HEI, SONG = "LXGWWenKai-Regular", "NotoSansSC-Regular", "NotoSerifSC-Bold"
GETA = "〓"

_MARKS, _OPENING = "，。、；：？！）》〉」』】〕", "（《〈「『【〔"
_CROWDED = re.compile(f"[{_MARKS}](?=[{_MARKS}{_OPENING}])|[{_OPENING}](?=[{_OPENING}])")
"""A full-width mark before another one: half of the space between them is too much."""
_CLOSER = 0xF0000
_CLOSERS = {chr(ord(mark) + _CLOSER): mark for mark in _MARKS + _OPENING}
"""Stand for marks after which the next one moves up by half its width."""
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}

_V = TypeVar("_V")


class Face:
    """One font file."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.outlines: Any = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path))
        self.metrics: Any = uharfbuzz.Font(self.outlines)
        self.upem: int = self.outlines.upem
        box = self.metrics.get_glyph_extents(self.glyph("国") or 1)
        self.middle: float = (box.y_bearing + box.height / 2) / self.upem
        """Height of the middle of a character above the base line, in ems."""

    def glyph(self, character: str) -> int:
        """Return the number of the glyph, 0 where the face has none."""
        return self.metrics.get_nominal_glyph(ord(character)) or 0

    def advance(self, glyph: int) -> float:
        """Return how far the glyph moves the pen, in ems."""
        return float(self.metrics.get_glyph_h_advance(glyph) / self.upem)


@cache
def _faces(folder: Path) -> tuple[Face, ...]:
    """Open the three faces that we set in, then all others of the folder, which only fill gaps."""
    own = [folder / f"{name}.ttf" for name in (KAI, HEI, SONG)]
    return tuple(Face(path) for path in (*own, *sorted(set(folder.glob("*.ttf")) - set(own))))


class Sorts:
    """What one document uses of a face: the number that its pages write for each character."""

    def __init__(self, face: Face, name: str) -> None:
        self.face = face
        self.name = name
        self.glyphs: dict[str, int] = {}
        """Character → glyph; the place in this dict, counted from 1, is what a page writes."""
        self._codes: dict[str, str] = {}

    def code(self, character: str, glyph: int) -> str:
        """Return the two bytes, escaped for a PDF string, that stand for `character` on a page."""
        if character not in self._codes:
            self.glyphs[character] = glyph
            number = len(self.glyphs).to_bytes(2, "big").decode("latin-1")
            self._codes[character] = number.translate(_ESCAPED)
        return self._codes[character]


_ESCAPED = {ord("\\"): "\\\\", ord("("): "\\(", ord(")"): "\\)", ord("\r"): "\\r"}


def _closer(crowded: re.Match[str]) -> str:
    return chr(ord(crowded.group()) + _CLOSER)


class Lookup(dict[str, _V], Generic[_V]):
    """A dict that finds what it has not been asked for before; a hit costs no call."""

    def __init__(self, find: Callable[[str], _V]) -> None:
        self._find = find

    def __missing__(self, key: str) -> _V:
        value = self[key] = self._find(key)
        return value


class Pen:
    """One face at one size and grey: measures text and writes it in the language of a PDF page."""

    def __init__(self, chain: list[Sorts], size: float, grey: float, missing: dict[str, None]) -> None:
        self.size = size
        self.leading = size * 1.32
        self.middle = chain[0].face.middle * size
        self.select = f"/{chain[0].name} {size:g} Tf {grey:g} g"
        self.advances: Lookup[float] = Lookup(self._advance)
        self._code: Lookup[str] = Lookup(self._write)
        self._chain = chain
        self._missing = missing

    def width(self, text: str) -> float:
        """Return the width of `text` in points."""
        return sum(map(self.advances.__getitem__, text)) - len(_CROWDED.findall(text)) * self.size / 2

    def show(self, text: str) -> str:
        """Return the operators that write `text`."""
        codes = "".join(map(self._code.__getitem__, _CROWDED.sub(_closer, text)))
        return f"[({codes})]TJ"

    def _advance(self, character: str) -> float:
        sorts, glyph = self._find(character)
        return sorts.face.advance(glyph) * self.size if glyph else 0.0

    def _write(self, character: str) -> str:
        if character in _CLOSERS:
            return f"{self._code[_CLOSERS[character]]})500("
        sorts, glyph = self._find(character)
        if not glyph:
            return ""
        code = sorts.code(character, glyph)
        main = self._chain[0]
        if sorts is main:
            return code
        return f")]TJ /{sorts.name} {self.size:g} Tf[({code})]TJ /{main.name} {self.size:g} Tf[("

    def _find(self, character: str) -> tuple[Sorts, int]:
        """Return a face that has `character`, and its glyph there: 0 for what is not seen on paper."""
        if character == "\t":
            character = " "
        kind = unicodedata.category(character)
        if kind in _UNSEEN:
            return self._chain[0], 0
        for sorts in self._chain:
            if glyph := sorts.face.glyph(character):
                return sorts, glyph
        if kind == "Mn":
            return self._chain[0], 0
        self._missing[character] = None
        return self._find(GETA)


class Fonts:
    """The fonts of one document. `missing` gathers the characters that no face has."""

    def __init__(self, folder: Path) -> None:
        self.sorts = [Sorts(face, f"F{number}") for number, face in enumerate(_faces(folder), 1)]
        self._missing: dict[str, None] = {}
        self._pens: dict[tuple[str, float, float], Pen] = {}

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(self._missing)

    def pen(self, face: str, size: float, grey: float = 0.0) -> Pen:
        """Return the pen that writes in `face` (KAI, HEI or SONG) at `size` points."""
        key = (face, size, grey)
        if key not in self._pens:
            chain = sorted(self.sorts, key=lambda sorts: sorts.face.name != face)
            self._pens[key] = Pen(chain, size, grey, self._missing)
        return self._pens[key]
