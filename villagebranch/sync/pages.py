"""Acts as text and back: JSON pages with a column for each fact, since like beside like packs small."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from villagebranch.db.journal import canonical
from villagebranch.domain.errors import Trouble
from villagebranch.sync.parcel import Change, ForeignAct

_CHANGES = 5_000  # of one page
_LETTERS = 500_000  # of one page, a single change apart
_HEAD = ForeignAct._fields[:9]
_TEXT, _NUMBER = (str,), (int,)
_SORTS = (_TEXT, _NUMBER, _NUMBER, _TEXT, _TEXT, _TEXT, _NUMBER, (str, type(None)), (str, type(None)))
_WHOLE = "whole"  # the shape of a change whose text is not as this program would write it


class Unreadable(Trouble):
    """The pages are not what this program writes: damaged, or made to do harm."""

    def __init__(self) -> None:
        super().__init__("这个包坏了或被改动过，没有导入，本机资料没有改动。请对方重新送一次。")


def write_pages(acts: Iterable[ForeignAct]) -> Iterator[bytes]:
    """Return the pages of these acts; a large act goes over several."""
    page = _Page()
    for act in acts:
        page.begin(act)
        for change in act.changes:
            if page.full:
                yield page.text()
                page = _Page()
            page.add(change)
    if page.acts or page.order:
        yield page.text()


class _Page:
    def __init__(self) -> None:
        self.acts: list[tuple[object, ...]] = []
        self.order: list[int] = []
        self.shapes: dict[tuple[str, ...], tuple[int, list[list[object]]]] = {}
        self._letters = 0

    @property
    def full(self) -> bool:
        return len(self.order) >= _CHANGES or self._letters >= _LETTERS

    def begin(self, act: ForeignAct) -> None:
        self.acts.append((*act[:9], len(act.changes)))

    def add(self, change: Change) -> None:
        fields = json.loads(change.fields)
        if canonical(fields) == change.fields and change.kind != _WHOLE:
            shape, row = (change.kind, *fields), [change.record, *fields.values()]
        else:
            shape, row = (_WHOLE,), [change.kind, change.record, change.fields]
        if shape not in self.shapes:
            self.shapes[shape] = (len(self.shapes), [[] for _ in row])
        place, columns = self.shapes[shape]
        for column, value in zip(columns, row, strict=True):
            column.append(value)
        self.order.append(place)
        self._letters += len(change.fields)

    def text(self) -> bytes:
        columns = [list(column) for column in zip(*self.acts, strict=True)]
        for place in (1, 2) if columns else ():
            columns[place] = _steps(columns[place])
        shapes = [[list(shape), columns] for shape, (_, columns) in self.shapes.items()]
        return canonical({"acts": columns, "order": self.order, "shapes": shapes}).encode() + b"\n"


def _steps(numbers: Sequence[Any]) -> list[object]:
    """Return each number as the step from the one before: steps are small and alike."""
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]


def read_pages(text: bytes) -> list[ForeignAct]:
    """Return the acts on these pages; raise `Unreadable` for anything that `write_pages` would not have written."""
    try:
        heads: list[tuple[Any, ...]] = []
        changes: list[Change] = []
        for line in text.splitlines():
            page = json.loads(line, parse_constant=_no_constant)
            heads += _heads(page["acts"])
            changes += _changes(page["order"], page["shapes"])
        return list(_joined(heads, changes))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, AttributeError) as error:
        raise Unreadable from error


def _no_constant(_name: str) -> object:
    raise ValueError


def _heads(columns: list[list[Any]]) -> list[tuple[Any, ...]]:
    if not columns:
        return []
    if len(columns) != len(_SORTS) + 1:
        raise ValueError
    for column, sorts in zip(columns, (*_SORTS, _NUMBER), strict=True):
        if not {type(value) for value in column} <= set(sorts):
            raise ValueError
    for place in (1, 2):
        total = 0
        columns[place] = [total := total + step for step in columns[place]]
        if any(not 0 <= number < 2**63 for number in columns[place]):
            raise ValueError
    for at in columns[4]:
        datetime.fromisoformat(at)
    return list(zip(*columns, strict=True))


def _changes(order: list[int], shapes: list[tuple[list[str], list[list[Any]]]]) -> list[Change]:
    streams = [_stream(names, columns) for names, columns in shapes]
    if any(type(place) is not int or place < 0 for place in order):
        raise ValueError
    found = [next(streams[place], None) for place in order]
    if any(next(stream, None) is not None for stream in streams):
        raise ValueError
    return [change for change in found if change is not None]


def _stream(names: list[str], columns: list[list[Any]]) -> Iterator[Change]:
    kind, *fields = names
    if any(type(name) is not str for name in names) or len(columns) != (
        3 if names == [_WHOLE] else len(names)
    ):
        raise ValueError
    rows = zip(*columns, strict=True)
    if names == [_WHOLE]:
        if any(type(text) is not str for column in columns for text in column):
            raise ValueError
        return (Change(*row) for row in rows)
    if any(type(record) is not str for record in columns[0]):
        raise ValueError
    return (Change(kind, row[0], canonical(dict(zip(fields, row[1:], strict=True)))) for row in rows)


def _joined(heads: Iterable[tuple[Any, ...]], changes: list[Change]) -> Iterator[ForeignAct]:
    at = 0
    for *head, count in heads:
        if count < 0 or at + count > len(changes):
            raise ValueError
        yield ForeignAct._make((*head, tuple(changes[at : at + count])))
        at += count
    if at != len(changes):
        raise ValueError
