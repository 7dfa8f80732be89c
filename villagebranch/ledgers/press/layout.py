"""Puts a document on pages: headings, blocks, signatures, and at last the line at each foot, when all pages are known."""

from collections import Counter
from collections.abc import Sequence

from villagebranch.domain.paper import Block, Cover, Document, Form, Rows, Sheet, Words
from villagebranch.ledgers.press import form, rows
from villagebranch.ledgers.press.breaking import balanced, wrap
from villagebranch.ledgers.press.flow import Flow
from villagebranch.ledgers.press.fonts import HEI, KAI, SONG, Fonts, Pen
from villagebranch.ledgers.press.leaf import Leaf, Setting, set_lines, set_running
from villagebranch.ledgers.press.page import MM

_GAP = 2 * MM
_BEFORE_WORDS = 3 * MM
_AFTER_WORDS = 1 * MM
_BEFORE_SIGNATURES = 6 * MM
_SIGNATURE_LEADING = 9 * MM
_BETWEEN = 4 * MM
_WORDS_LEADING = 1.6


def lay_out(document: Document, fonts: Fonts) -> list[Leaf]:
    """Return the pages of a document."""
    flow = Flow(fonts)
    for sheet in document.sheets:
        flow.open(sheet, goes_on=document.booklet and not _is_cover(sheet))
        _sheet(flow, sheet)
    _feet(flow, document.unit)
    return flow.leaves


def _sheet(flow: Flow, sheet: Sheet) -> None:
    if not _is_cover(sheet):
        _heading(flow, sheet)
    for number, block in enumerate(sheet.blocks):
        _block(flow, block, _tail(flow, sheet, number + 1))
    if sheet.signatures:
        if _signatures_height(flow, sheet) > flow.room:
            flow.turn()
        flow.y += _BEFORE_SIGNATURES
        _spread(flow, flow.pens.line, sheet.signatures, _SIGNATURE_LEADING)


def _is_cover(sheet: Sheet) -> bool:
    return any(isinstance(block, Cover) for block in sheet.blocks)


def _heading(flow: Flow, sheet: Sheet) -> None:
    pens = flow.pens
    _centred(flow, pens.title, sheet.title, 1.3)
    if sheet.subtitle:
        flow.y += 1 * MM
        _centred(flow, pens.subtitle, sheet.subtitle, 1.4)
    flow.y += 3 * MM
    if sheet.line:
        _spread(flow, pens.line, sheet.line, 1.5 * pens.line.size)
        flow.y += 1 * MM


def _centred(flow: Flow, pen: Pen, text: str, leading: float) -> None:
    """Write a heading; `leading` in ems."""
    height = leading * pen.size
    for line in balanced(pen, text, flow.width):
        flow.leaf.fit(0.0, flow.y, height, set_lines(pen, (line,), flow.width, "center"))
        flow.y += height


def _spread(flow: Flow, pen: Pen, texts: Sequence[str], leading: float) -> None:
    """Write texts beside one another with equal space between them; what does not fit goes below."""
    for row in _rows_of(pen, texts, flow.width):
        spare = flow.width - sum(map(pen.width, row))
        x = 0.0
        for text in row:
            flow.leaf.say(pen, x, flow.y + leading / 2 + pen.middle, text)
            x += pen.width(text) + spare / max(len(row) - 1, 1)
        flow.y += leading


def _rows_of(pen: Pen, texts: Sequence[str], width: float) -> list[list[str]]:
    rows_: list[list[str]] = [[]]
    for text in texts:
        for line in wrap(pen, text, width) or [""]:
            if (
                rows_[-1]
                and sum(pen.width(other) + _BETWEEN for other in rows_[-1]) + pen.width(line) > width
            ):
                rows_.append([])
            rows_[-1].append(line)
    return rows_


def _tail(flow: Flow, sheet: Sheet, first: int) -> float:
    """Return how much after block `first` - 1 must stay with its end: closing words and signatures, if not too long."""
    rest = sheet.blocks[first:]
    if not all(isinstance(block, Words) for block in rest):
        return 0.0
    words = sum(_words_height(flow, block) for block in rest if isinstance(block, Words))
    tail = words + _signatures_height(flow, sheet)
    return tail if tail < flow.height / 2 else 0.0


def _signatures_height(flow: Flow, sheet: Sheet) -> float:
    if not sheet.signatures:
        return 0.0
    return _BEFORE_SIGNATURES + _SIGNATURE_LEADING * len(
        _rows_of(flow.pens.line, sheet.signatures, flow.width)
    )


def _block(flow: Flow, block: Block, tail: float) -> None:
    match block:
        case Rows():
            rows.place(flow, block, tail)
        case Form():
            form.place(flow, block, tail)
        case Words():
            _words(flow, block, tail)
        case Cover():
            _cover(flow, block)


def _words_setting(flow: Flow, block: Words) -> tuple[Setting, float]:
    """Return running text set in lines, and how far they stand apart."""
    pen = flow.fonts.pen(KAI, block.size)
    lines = wrap(pen, block.text, flow.width)
    running = block.align == "left"
    setting = (
        set_running(pen, lines, flow.width) if running else set_lines(pen, lines, flow.width, block.align)
    )
    return setting, _WORDS_LEADING * block.size


def _words_height(flow: Flow, block: Words) -> float:
    setting, leading = _words_setting(flow, block)
    return _BEFORE_WORDS + len(setting.lines) * leading + _AFTER_WORDS


def _words(flow: Flow, block: Words, tail: float) -> None:
    setting, leading = _words_setting(flow, block)
    flow.y += _BEFORE_WORDS
    lines = len(setting.lines)
    for number in range(lines):
        left = lines - number
        if leading * left + tail > flow.room if left <= 2 else leading > flow.room:
            flow.turn()
        flow.leaf.fit(0.0, flow.y, leading, setting.part(number, number + 1))
        flow.y += leading
    flow.y += _AFTER_WORDS


def _cover(flow: Flow, block: Cover) -> None:
    pen = flow.fonts.pen
    flow.y = 0.2 * flow.height
    _centred(flow, pen(SONG, 36), block.title, 1.4)
    flow.y = 0.48 * flow.height
    head, entry = pen(HEI, 16), pen(KAI, 16)
    widest = max((head.width(label) for label, _ in block.lines), default=0.0)
    longest = max((entry.width(value) for _, value in block.lines), default=0.0)
    blank = min(max(0.42 * flow.width, longest + 2 * entry.size), flow.width - widest - _GAP)
    x = (flow.width - widest - _GAP - blank) / 2
    for label, value in block.lines:
        y = flow.y + 8 * MM
        _spaced_out(flow, head, label, x, y, widest)
        flow.leaf.write(x + widest + _GAP, y, set_lines(entry, [value], blank, "center"))
        flow.leaf.rule(x + widest + _GAP, y + 1.8 * MM, x + widest + _GAP + blank, y + 1.8 * MM)
        flow.y += 14 * MM
    foot = pen(KAI, 16)
    flow.y = flow.height - 12 * MM * len(block.foot)
    for text in block.foot:
        _centred(flow, foot, text, 1.8)


def _spaced_out(flow: Flow, pen: Pen, text: str, x: float, y: float, width: float) -> None:
    """Write the characters of a label as far apart as it takes to fill `width`."""
    step = (width - pen.width(text)) / max(len(text) - 1, 1)
    for character in text:
        flow.leaf.say(pen, x, y, character)
        x += pen.width(character) + step


def _feet(flow: Flow, unit: str) -> None:
    """Write the line at the foot of every page but covers."""
    pen = flow.pens.foot
    pages = Counter(leaf.paper for leaf in flow.leaves)
    for leaf in flow.leaves:
        if _is_cover(leaf.sheet):
            continue
        text = (
            f"{unit}　　第 {leaf.number} 页 共 {pages[leaf.paper]} 页"
            if leaf.sheet.numbered
            else leaf.sheet.foot
        )
        text = text.strip("\u3000")
        leaf.say(pen, (leaf.frame.width - pen.width(text)) / 2, leaf.frame.foot, text)
