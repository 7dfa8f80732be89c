"""Breaking Chinese text into lines: no closing mark begins a line and no opening mark ends one.

Latin words, numbers with their unit and dates stay whole unless they are wider than a line.
"""

import re
from collections.abc import Iterator

from villagebranch.ledgers.press.fonts import Pen

_OPENING = re.escape("（《〈「『“‘【〔［｛〖([{￥¥$")
_CLOSING = re.escape("，。、；：？！）》〉」』”’】〕］｝〗…—～·％%℃°々,.;:?!)]}")
_PAUSES = "，。；：！？ \u3000"
_UNITS = "年月日时分天组户人件元米亩万斤个次页岁号项名"
_WORD = (
    r"\d{2,4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日|"
    rf"[A-Za-z0-9](?:[-A-Za-z0-9./:,'*@_#&+~%]*[A-Za-z0-9%])?[{_UNITS}]{{0,2}}"
)
_TOKEN = re.compile(rf"\s|[{_OPENING}]*(?:{_WORD}|\S)[{_CLOSING}]*")
_PIECE = re.compile(r"[A-Za-z0-9]+[^A-Za-z0-9]?|.")


def wrap(pen: Pen, text: str, width: float) -> list[str]:
    """Return the lines of `text` (which may hold line ends of its own), each at most `width` points wide."""
    if not text:
        return []
    if "\n" not in text and pen.width(text) <= width:
        return [text]
    return [line for paragraph in text.split("\n") for line in _fill(pen, paragraph.rstrip(), width)]


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


def _fill(pen: Pen, text: str, width: float) -> list[str]:
    if pen.width(text) <= width:
        return [text]
    lines: list[list[str]] = [[]]
    used = 0.0
    for token in _tokens(pen, text, width):
        wide = pen.width(token)
        if used + wide > width and not token.isspace() and lines[-1]:
            lines.append([])
            used = 0.0
        if lines[-1] or len(lines) == 1 or not token.isspace():
            lines[-1].append(token)
            used += wide
    _part_well(pen, lines, width)
    return ["".join(line).rstrip() for line in lines]


def _tokens(pen: Pen, text: str, width: float) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        if pen.width(token) <= width:
            yield token
            continue
        for piece in _PIECE.findall(token):
            if pen.width(piece) <= width:
                yield piece
            else:
                yield from piece


def _part_well(pen: Pen, lines: list[list[str]], width: float) -> None:
    """Part the last two lines at a mark or space near the end of the first; leave no character alone on the last."""
    if len(lines) < 2 or len(lines[-2]) < 3:
        return
    before, last = lines[-2:]
    ends = [at for at in (-1, -2, -3) if len(before) + at > 0 and before[at - 1][-1] in _PAUSES]
    lone = [-1] if len(last) == 1 and pen.width(last[0]) < 2.1 * pen.size and not before[-1].isspace() else []
    for at in (*ends[:1], *lone):
        if pen.width("".join((*before[at:], *last))) <= width:
            last[:0] = before[at:]
            del before[at:]
            return
