"""Rows that are read from the store as they come into view, a block at a time: a list of a million starts at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, overload

from villagebranch.db.store import Store
from villagebranch.domain.values import Stored

if TYPE_CHECKING:
    from sqlalchemy import Connection

Row = tuple[Stored, ...]
_BLOCK = 200
_BLOCKS_KEPT = 20


class LazyRows(Sequence[Row]):
    """`read(conn, ids)` gives the rows of some ids, in their order; the latest blocks are remembered."""

    def __init__(
        self, store: Store, ids: Sequence[str], read: Callable[[Connection, Sequence[str]], Sequence[Row]]
    ) -> None:
        self._store, self._ids, self._read = store, ids, read
        self._blocks: OrderedDict[int, Sequence[Row]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        return self._block(place // _BLOCK)[place % _BLOCK]

    def _block(self, number: int) -> Sequence[Row]:
        if number not in self._blocks:
            with self._store.read() as conn:
                self._blocks[number] = self._read(conn, self._ids[number * _BLOCK : (number + 1) * _BLOCK])
            if len(self._blocks) > _BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return self._blocks[number]
