"""Acts as text and back: JSON pages with a column for each fact, since like beside like packs small."""

import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import repeat
from json.encoder import encode_basestring
from typing import Any

from villagebranch.db.journal import QUOTED, canonical
from villagebranch.domain.errors import Trouble
from villagebranch.domain.fields import Draft
from villagebranch.sync.parcel import Change, ForeignAct, read_fields
from villagebranch.sync.uncollected import uncollected

_CHANGES = 5_000  # of one page
_LETTERS = 500_000  # of one page, a single change apart
_HEAD = ForeignAct._fields[:9]
_TEXT, _NUMBER = (str,), (int,)
_MOST = 2**62  # of a number: the clock must still count on from the latest stamp
_SORTS = (_TEXT, _NUMBER, _NUMBER, _TEXT, _TEXT, _TEXT, _NUMBER, (str, type(None)), (str, type(None)))
Column = Sequence[Any]
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
    if page.acts or page.changes:
        yield page.text()


class _Page:
    def __init__(self) -> None:
        self.acts: list[tuple[object, ...]] = []
        self.changes: list[Change] = []
        self._letters = 0

    @property
    def full(self) -> bool:
        return len(self.changes) >= _CHANGES or self._letters >= _LETTERS

    def begin(self, act: ForeignAct) -> None:
        self.acts.append((*act[:9], len(act.changes)))

    def add(self, change: Change) -> None:
        self.changes.append(change)
        self._letters += len(change.fields)

    def text(self) -> bytes:
        columns = [list(column) for column in zip(*self.acts, strict=True)]
        for place in (1, 2) if columns else ():
            columns[place] = _steps(columns[place])
        order, shapes = _shapes(self.changes)
        return canonical({"acts": columns, "order": order, "shapes": shapes}).encode() + b"\n"


def _shapes(changes: Sequence[Change]) -> tuple[list[int], list[tuple[Sequence[str], Sequence[Column]]]]:
    """Return the shapes of these changes, the names and a column for each, and which shape each change is of."""
    read = read_fields([change.fields for change in changes])
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, (change, fields) in enumerate(zip(changes, read, strict=True)):
        places[change.kind, *fields].append(place)
    order = [0] * len(changes)
    shapes: list[tuple[Sequence[str], Sequence[Column]]] = []
    for shape, of_shape in places.items():
        columns: list[Column] = list(zip(*(read[place].values() for place in of_shape), strict=True))
        kinds, records, texts = zip(*(changes[place] for place in of_shape), strict=True)
        if shape[0] == _WHOLE or _texts(shape[1:], columns) != list(texts):
            shape, columns = (_WHOLE,), [kinds, records, texts]
        else:
            columns.insert(0, records)
        for place in of_shape:
            order[place] = len(shapes)
        shapes.append((shape, columns))
    return order, shapes


def _texts(names: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """Return objects as `canonical` writes them, from the names in order and a column of values for each."""
    told = ",".join(encode_basestring(name).replace("%", "%%") + ":%s" for name in names)
    return list(map(f"{{{told}}}".__mod__, zip(*map(_quoted, columns), strict=True)))


def _quoted(column: Column) -> Iterable[str]:
    if set(map(type, column)) == {str}:
        return map(encode_basestring, column)
    return (QUOTED.get(type(value), canonical)(value) for value in column)


def _steps(numbers: Sequence[Any]) -> list[object]:
    """Return each number as the step from the one before: steps are small and alike."""
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]


@uncollected()
def read_pages(text: bytes) -> list[ForeignAct]:
    """Return the acts on these pages; raise `Unreadable` for anything that `write_pages` would not have written."""
    try:
        heads: list[tuple[Any, ...]] = []
        changes: list[Change] = []
        fields: list[Draft] = []
        for line in io.BytesIO(text):
            page = json.loads(line, parse_constant=_no_constant)
            heads += _heads(page["acts"])
            for change, read in _changes(page["order"], page["shapes"]):
                changes.append(change)
                fields.append(read)
        acts = list(_joined(heads, changes, fields))
        if b"u0000" in text and any(map(_bears_nothing, acts)):
            raise ValueError
        return acts
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, AttributeError) as error:
        raise Unreadable from error


def _bears_nothing(act: ForeignAct) -> bool:
    """Tell whether the character NUL is in an act: no text of ours has it, and not every database takes it."""
    names = (part for change in act.changes for part in change[:2])
    values = (value for fields in act.fields or () for value in fields.values())
    return any("\0" in str(text) for text in (*act[:9], *names, *values))


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
        if any(not 0 <= number < _MOST for number in columns[place]):
            raise ValueError
    if any(not 0 <= schema < _MOST for schema in columns[6]):
        raise ValueError
    for at in columns[4]:
        datetime.fromisoformat(at)
    return list(zip(*columns, strict=True))


_Read = tuple[Change, Draft]


def _changes(order: list[int], shapes: list[tuple[list[str], list[list[Any]]]]) -> list[_Read]:
    streams = [_stream(shape, columns) for shape, columns in shapes]
    if any(type(place) is not int or place < 0 for place in order):
        raise ValueError
    found = [next(streams[place], None) for place in order]
    if any(next(stream, None) is not None for stream in streams):
        raise ValueError
    return [change for change in found if change is not None]


def _stream(shape: list[str], columns: list[list[Any]]) -> Iterator[_Read]:
    kind, *names = shape
    if shape == [_WHOLE]:
        kinds, records, texts = columns
        read = read_fields(texts)
    else:
        records, *values = columns
        kinds, texts = [kind] * len(records), _texts(names, values)
        read = list(map(dict, map(zip, repeat(names), zip(*values, strict=True))))
    if names != sorted(set(names)) or not len(kinds) == len(records) == len(texts):
        raise ValueError
    if any(type(text) is not str for column in (shape, kinds, records, texts) for text in column):
        raise ValueError
    return zip(map(Change, kinds, records, texts), read, strict=True)


def _joined(
    heads: Iterable[tuple[Any, ...]], changes: Sequence[Change], fields: Sequence[Draft]
) -> Iterator[ForeignAct]:
    at = 0
    for *head, count in heads:
        until = at + count
        if not at <= until <= len(changes):
            raise ValueError
        yield ForeignAct._make((*head, tuple(changes[at:until]), tuple(fields[at:until])))
        at = until
    if at != len(changes):
        raise ValueError
