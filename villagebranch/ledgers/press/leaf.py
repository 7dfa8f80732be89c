"""One page in the making: text, rules and pictures, written at once in the language of a PDF page.

`x` counts from the left and `y` downwards from the top of the frame, in points; text stands on the base line `y`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from villagebranch.domain.paper import Sheet
from villagebranch.domain.values import Align
from villagebranch.ledgers.press.fonts import Pen
from villagebranch.ledgers.press.page import Frame


@dataclass(slots=True)
class Setting:
    """Text set in lines: for each how far it is indented and what writes it.

    `operators` write all of them, `height` is what they take, `drop` how far the first base line is below their middle.
    """

    pen: Pen
    lines: tuple[tuple[float, str], ...]
    indent: float
    operators: str
    height: float
    drop: float

    @classmethod
    def of(cls, pen: Pen, lines: tuple[tuple[float, str], ...]) -> "Setting":
        """Join the lines by moves from each to the next."""
        height = len(lines) * pen.leading
        drop = pen.middle + (pen.leading - height) / 2
        if not lines:
            return cls(pen, (), 0.0, "", height, drop)
        indent, operators = lines[0]
        for (before, _), (after, show) in pairwise(lines):
            operators += f"\n{after - before:.2f} {-pen.leading:.2f} Td{show}"
        return cls(pen, lines, indent, operators, height, drop)

    def part(self, begin: int, end: int | None) -> "Setting":
        """Return the lines from `begin` to before `end`."""
        return Setting.of(self.pen, self.lines[begin:end])


def set_lines(pen: Pen, lines: Iterable[str], width: float, align: Align) -> Setting:
    """Set `lines` in a space `width` points wide."""
    if align == "left":
        return Setting.of(pen, tuple((0.0, pen.show(line)) for line in lines))
    share = 0.5 if align == "center" else 1.0
    return Setting.of(pen, tuple((share * (width - pen.width(line)), pen.show(line)) for line in lines))


def set_running(pen: Pen, lines: Sequence[str], width: float) -> Setting:
    """Set running text: lines that all but fill `width` are stretched to it, the last one never."""
    stretched = [_stretched(pen, line, width) for line in lines[:-1]]
    return Setting.of(pen, tuple((0.0, show) for show in (*stretched, *map(pen.show, lines[-1:]))))


def _stretched(pen: Pen, line: str, width: float) -> str:
    gaps, spare = len(line) - 1, width - pen.width(line)
    if 0 < spare < pen.size * min(1.6, 0.08 * gaps):
        return f" {spare / gaps:.3f} Tc{pen.show(line)} 0 Tc"
    return pen.show(line)


class Leaf:
    """A page of `sheet`: the page with this `number`, counted from 1, of a paper that is bound as one."""

    def __init__(self, frame: Frame, sheet: Sheet, paper: int, number: int) -> None:
        self.frame = frame
        self.sheet = sheet
        self.paper = paper
        self.number = number
        self.pictures: list[tuple[bytes, float, float, float, float]] = []
        self._text: list[str] = []
        self._rules: list[str] = []
        self._pen: Pen | None = None

    def write(self, x: float, y: float, setting: Setting) -> None:
        """Write lines below one another, the first on the base line `y`."""
        if setting.pen is not self._pen:
            self._pen = setting.pen
            self._text.append(setting.pen.select)
        x += self.frame.left + setting.indent
        self._text.append(f"1 0 0 1 {x:.2f} {self.frame.top - y:.2f} Tm{setting.operators}")

    def fit(self, x: float, y: float, height: float, setting: Setting) -> None:
        """Write lines in the middle of a box whose upper edge is `y`."""
        self.write(x, y + height / 2 + setting.drop, setting)

    def say(self, pen: Pen, x: float, y: float, text: str) -> None:
        """Write `text` in one line."""
        self.write(x, y, set_lines(pen, (text,), 0.0, "left"))

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a thin line."""
        left, top = self.frame.left, self.frame.top
        self._rules.append(f"{left + x1:.2f} {top - y1:.2f} m {left + x2:.2f} {top - y2:.2f} l")

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Draw a thin line at each of `xs` and `ys`, from the first to the last of the others."""
        across = [f"{self.frame.left + x:.2f}" for x in xs]
        down = [f"{self.frame.top - y:.2f}" for y in ys]
        self._rules += [f"{x} {down[0]} m {x} {down[-1]} l" for x in across]
        self._rules += [f"{across[0]} {y} m {across[-1]} {y} l" for y in down]

    def picture(self, image: bytes, x: float, y: float, width: float, height: float) -> None:
        """Put a JPEG or PNG into a box, as large as it fits; `y` is the upper edge."""
        self.pictures.append((image, self.frame.left + x, self.frame.top - y - height, width, height))

    def settle(self) -> None:
        """Take less memory, now that the page is full."""
        self._text = ["\n".join(self._text)]

    def content(self) -> bytes:
        """Return the operators of the whole page but its pictures."""
        rules = ["0.6 w 2 J", *self._rules, "S"] if self._rules else []
        return "\n".join([*rules, "BT", *self._text, "ET"]).encode("latin-1")
