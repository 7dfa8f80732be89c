"""One page in the making: text, rules and pictures, written at once in the language of a PDF page.

`x` counts from the left and `y` downwards from the top of the frame, in points; text stands on the base line `y`.
"""

from collections.abc import Iterable

from villagebranch.domain.values import Align
from villagebranch.ledgers.press.fonts import Pen
from villagebranch.ledgers.press.page import Frame

Set = tuple[tuple[float, str], ...]
"""Text set in lines: for each line how far it is indented, and the operators that write it."""


class Leaf:
    """A page: `sheet` and `number` are its sheet's place in the document and its own place in the sheet."""

    def __init__(self, frame: Frame, sheet: int, number: int) -> None:
        self.frame = frame
        self.sheet = sheet
        self.number = number
        self.pictures: list[tuple[bytes, float, float, float, float]] = []
        self._text: list[str] = []
        self._rules: list[str] = []
        self._pen: Pen | None = None

    def write(self, pen: Pen, x: float, y: float, lines: Iterable[tuple[float, str]]) -> None:
        """Write set lines below one another, the first on the base line `y`."""
        if pen is not self._pen:
            self._pen = pen
            self._text.append(pen.select)
        x += self.frame.left
        y = self.frame.top - y
        for indent, show in lines:
            self._text.append(f"1 0 0 1 {x + indent:.2f} {y:.2f} Tm{show}")
            y -= pen.leading

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a thin line."""
        left, top = self.frame.left, self.frame.top
        self._rules.append(f"{left + x1:.2f} {top - y1:.2f} m {left + x2:.2f} {top - y2:.2f} l")

    def grid(self, xs: Iterable[float], ys: Iterable[float]) -> None:
        """Draw a rule at each of `xs` and `ys`, from the first to the last of the others."""
        xs, ys = list(xs), list(ys)
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)

    def picture(self, image: bytes, x: float, y: float, width: float, height: float) -> None:
        """Put a JPEG or PNG into a box, as large as it fits; `y` is the upper edge."""
        self.pictures.append((image, self.frame.left + x, self.frame.top - y - height, width, height))

    def content(self) -> bytes:
        """Return the operators of the whole page but its pictures."""
        rules = ["0.6 w 2 J", *self._rules, "S"] if self._rules else []
        return "\n".join([*rules, "BT", *self._text, "ET"]).encode("latin-1")


def set_lines(pen: Pen, lines: Iterable[str], width: float, align: Align) -> Set:
    """Return `lines` ready to be written in a space `width` points wide."""
    if align == "left":
        return tuple((0.0, pen.show(line)) for line in lines)
    share = 0.5 if align == "center" else 1.0
    return tuple((share * (width - pen.width(line)), pen.show(line)) for line in lines)
