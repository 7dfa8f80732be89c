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
    if "\n" in text:
        return [
            line for paragraph in text.split("\n") for line in wrap(pen, paragraph.rstrip(), width) or [""]
        ]
    if pen.width(text) <= width:
        return [text] if text else []
    return _fill(pen, text, width)


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
    tokens = _TOKEN.findall(text)
    wides = [*map(pen.measured.__getitem__, tokens)]
    if max(wides, default=0.0) > width:
        tokens = list(_smaller(pen, tokens, width))
        wides = [*map(pen.measured.__getitem__, tokens)]
    line: list[str] = []
    lines = [line]
    used = 0.0
    for token, wide in zip(tokens, wides, strict=True):
        used += wide
        if used > width and line and not token.isspace():
            line = []
            lines.append(line)
            used = wide
        line.append(token)
    _part_well(pen, lines, width - used)
    return ["".join(line).rstrip() for line in lines]


def _smaller(pen: Pen, tokens: list[str], width: float) -> Iterator[str]:
    """Yield the tokens, those wider than a line in pieces."""
    for token in tokens:
        if pen.measured[token] <= width:
            yield token
            continue
        for piece in _PIECE.findall(token):
            if pen.width(piece) <= width:
                yield piece
            else:
                yield from piece


def _part_well(pen: Pen, lines: list[list[str]], spare: float) -> None:
    """Part the last two lines at a mark or space near the end of the first; leave no character alone on the last.

    `spare` is how much wider the last line may become.
    """
    if len(lines) < 2 or len(lines[-2]) < 3:
        return
    before, last = lines[-2:]
    ends = [at for at in (-1, -2, -3) if len(before) + at > 0 and before[at - 1][-1] in _PAUSES]
    if not ends and len(last) == 1 and pen.measured[last[0]] < 2.1 * pen.size and not before[-1].isspace():
        ends = [-1]
    if ends and sum(map(pen.measured.__getitem__, before[ends[0] :])) <= spare:
        last[:0] = before[ends[0] :]
        del before[ends[0] :]
