"""The run of pages that blocks are placed on, one after the other."""

from dataclasses import dataclass

from villagebranch.ledgers.press.fonts import HEI, KAI, SONG, Fonts, Pen
from villagebranch.ledgers.press.leaf import Leaf
from villagebranch.ledgers.press.page import frame


@dataclass(frozen=True)
class Pens:
    """The pens of our forms: titles 宋, heads 黑, whatever is filled in 楷."""

    title: Pen
    subtitle: Pen
    line: Pen
    head: Pen
    entry: Pen
    muted: Pen
    foot: Pen

    @classmethod
    def of(cls, fonts: Fonts) -> "Pens":
        return cls(
            title=fonts.pen(SONG, 22),
            subtitle=fonts.pen(KAI, 12),
            line=fonts.pen(KAI, 12),
            head=fonts.pen(HEI, 10.5),
            entry=fonts.pen(KAI, 10.5),
            muted=fonts.pen(KAI, 10.5, 0.45),
            foot=fonts.pen(KAI, 10.5),
        )


class Flow:
    """Where the next thing goes: the page `leaf`, and `y` points below the top of its frame."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self.pens = Pens.of(fonts)
        self.leaves: list[Leaf] = []
        self.y = 0.0
        self._sheet = -1
        self._landscape = False

    def open(self, landscape: bool, booklet: bool) -> None:
        """Begin a sheet on a new page; the pages of a booklet lie behind one another, other sheets begin as fronts."""
        self._sheet += 1
        self._landscape = landscape
        self._behind = len(self.leaves) if booklet else 0
        self._number = 0
        self.turn()

    def turn(self) -> None:
        """Go on to the next page."""
        if self.leaves:
            self.leaf.settle()
        self._number += 1
        face = frame(self._behind + self._number, self._landscape)
        self.leaves.append(Leaf(face, self._sheet, self._behind + self._number))
        self.y = 0.0

    @property
    def leaf(self) -> Leaf:
        return self.leaves[-1]

    @property
    def width(self) -> float:
        return self.leaf.frame.width

    @property
    def height(self) -> float:
        return self.leaf.frame.height

    @property
    def room(self) -> float:
        """How much of the page is left."""
        return self.height - self.y
