"""The run of pages that blocks are placed on, one after the other."""

from dataclasses import dataclass

from villagebranch.domain.paper import Sheet
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

    def open(self, sheet: Sheet, goes_on: bool) -> None:
        """Begin a sheet on a new page, which `goes_on` with the paper before it or is the first of another."""
        last = self.leaves[-1] if self.leaves else None
        if last and goes_on:
            self._add(sheet, last.paper, last.number + 1)
        else:
            self._add(sheet, last.paper + 1 if last else 0, 1)

    def turn(self) -> None:
        """Go on to the next page."""
        self._add(self.leaf.sheet, self.leaf.paper, self.leaf.number + 1)

    def _add(self, sheet: Sheet, paper: int, number: int) -> None:
        if self.leaves:
            self.leaf.settle()
        self.leaves.append(Leaf(frame(number, sheet.landscape), sheet, paper, number))
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
