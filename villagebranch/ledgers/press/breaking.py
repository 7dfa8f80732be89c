"""Breaking Chinese text into lines: no closing mark begins a line and no opening mark ends one.

Latin words, numbers with their unit and dates stay whole unless they are wider than a line.
"""

import re
from bisect import bisect_right
from itertools import accumulate, pairwise

from villagebranch.ledgers.press.fonts import Pen

_OPENING = re.escape("（《〈「『“‘【〔［｛〖([{￥¥$")
_NEVER_FIRST = "，。、；：？！）》〉」』”’】〕］｝〗…—～·％%℃°々,.;:?!)]}"
_CLOSING = re.escape(_NEVER_FIRST)
_PAUSES = "，。；：！？ \u3000"
_UNITS = "年月日时分天组户人件元米亩万斤个次页岁号项名"
_WORD = (
    r"\d{2,4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日|"
    rf"[A-Za-z0-9](?:[-A-Za-z0-9./:,'*@_#&+~%]*[A-Za-z0-9%])?[{_UNITS}]{{0,2}}"
)
_NARROW = 24
"""In ems: wider lines are running text, which is parted only where it must be."""
_TOKEN = re.compile(rf"\s+|[{_OPENING}]*(?:{_WORD}|\S)[{_CLOSING}]*")
_PIECE = re.compile(r"[A-Za-z0-9]+[^A-Za-z0-9]?|.", re.DOTALL)
_PLAIN = re.compile(rf"(?![{_UNITS}])[\u4e00-\u9fff][\u4e00-\u9fff]")
"""Two characters that a line may end between without a look at what is before them."""


def wrap(pen: Pen, text: str, width: float) -> list[str]:
    """Return the lines of `text` (which may hold line ends of its own), each at most `width` points wide."""
    if "\n" in text:
        return [line for paragraph in text.split("\n") for line in wrap(pen, paragraph, width) or [""]]
    text = text.rstrip()
    ends = [*accumulate(map(pen.advances.__getitem__, text))]
    if not ends or ends[-1] <= width:
        return [text] if text else []
    breaks = [0]
    limit = width
    while (at := max(bisect_right(ends, limit), breaks[-1] + 1)) < len(text):
        if not _PLAIN.match(text, at - 1):
            at = _break_before(text, breaks[-1], at)
        breaks.append(at)
        limit = ends[at - 1] + width
    if width < _NARROW * pen.size:
        _part_well(text, ends, breaks, limit, pen.size)
    return [text[start:end].rstrip() for start, end in pairwise((*breaks, len(text)))]


def balanced(pen: Pen, text: str, width: float) -> list[str]:
    """Return as few lines as `wrap` does, but about equally long: 收集／日期 rather than 收集日／期."""
    lines = wrap(pen, text, width)
    if len(lines) < 2 or "\n" in text:
        return lines
    narrow = pen.width(text) / len(lines)
    while narrow < width:
        closer = wrap(pen, text, narrow)
        if len(closer) == len(lines):
            return closer
        narrow += pen.size / 4
    return lines


def _break_before(text: str, start: int, end: int) -> int:
    """Return where the line that begins at `start` ends, when `end` is the first character without room on it."""
    if text[end].isspace():
        return end + len(text[end:]) - len(text[end:].lstrip())
    for pattern in (_TOKEN, _PIECE):
        at = start
        for token in pattern.finditer(text, start):
            if token.end() > end:
                break
            at = token.end()
        if at > start:
            return at
    return max(end, start + 1)


def _part_well(text: str, ends: list[float], breaks: list[int], limit: float, em: float) -> None:
    """Part the last two lines at a mark or space near the end of the first; leave no character alone on the last.

    `limit` is where the last line may end, measured as `ends` are: on one line without end.
    """
    start, end = (0, *breaks)[-2:]
    for at in range(end - 1, max(end - 4, start + 1), -1):
        if text[at - 1] in _PAUSES and text[at] not in _NEVER_FIRST and not text[at].isspace():
            break
    else:
        lone = ends[-1] - ends[end - 1] < 2.1 * em and _PLAIN.match(text, end - 2)
        at = end - 1 if lone else end
    if start + 1 < at < end and ends[-1] - ends[at - 1] <= limit - ends[end - 1]:
        breaks[-1] = at
