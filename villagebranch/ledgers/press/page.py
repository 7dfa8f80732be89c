"""The sheet of paper: where text may stand on the front and on the back of a leaf that is bound at one edge.

The binding edge is the left of a front page in portrait, and its top in landscape; on the back it is the right and
the bottom, so that it is the same physical edge (GB/T 9704-2012). Lengths inside are points.
"""

from dataclasses import dataclass

MM = 72 / 25.4
SHORT, LONG = 210.0, 297.0

BINDING = 28.0
_PORTRAIT_EDGE = 20.0
_PORTRAIT_TOP = 20.0
_LANDSCAPE_SIDE = 20.0
_LANDSCAPE_EDGE = 14.0
_FOOT = 9.0
_BOTTOM = 12.0


@dataclass(frozen=True)
class Frame:
    """The part of one page that text fills; `left` and `top` are measured from the lower left corner of the paper."""

    paper_width: float
    paper_height: float
    left: float
    top: float
    width: float
    height: float

    @property
    def foot(self) -> float:
        """Where the line with the page number stands, below `top`."""
        return self.height + (_FOOT - 2.5) * MM


def frame(number: int, landscape: bool) -> Frame:
    """Return the frame of page `number`, counted from 1: odd pages are fronts. All pages have equally large frames."""
    front = number % 2 == 1
    if landscape:
        above = BINDING if front else _LANDSCAPE_EDGE
        width = LONG - 2 * _LANDSCAPE_SIDE
        height = SHORT - BINDING - _LANDSCAPE_EDGE - _FOOT
        return Frame(
            LONG * MM, SHORT * MM, _LANDSCAPE_SIDE * MM, (SHORT - above) * MM, width * MM, height * MM
        )
    left = BINDING if front else _PORTRAIT_EDGE
    width = SHORT - BINDING - _PORTRAIT_EDGE
    height = LONG - _PORTRAIT_TOP - _FOOT - _BOTTOM
    return Frame(SHORT * MM, LONG * MM, left * MM, (LONG - _PORTRAIT_TOP) * MM, width * MM, height * MM)
