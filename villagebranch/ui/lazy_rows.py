"""Rows that are read from the store as they come into view: a list of a million starts at once."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

from villagebranch.domain.values import Stored

Row = tuple[Stored, ...]
Key = TypeVar("Key")


class LazyRows(Sequence[Row], Generic[Key]):
    """Rows of which only the keys are held (an `array` of numbers takes 8 bytes a row, a list of ids some 60).

    `fetch` gives the rows of some keys, in their order. Nothing is kept here: the `TableModel` remembers what it shows.
    """

    def __init__(self, keys: Sequence[Key], fetch: Callable[[Sequence[Key]], Sequence[Row]]) -> None:
        self._keys, self._fetch = keys, fetch

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return self._fetch(self._keys[at])
        return self._fetch([self._keys[at]])[0]

    def pick(self, places: Sequence[int]) -> Sequence[Row]:
        """Return the rows at some places, read at once."""
        return self._fetch([self._keys[place] for place in places])
