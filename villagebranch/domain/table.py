"""Columns and rows, ready to show: what the screen, the paper and the workbook all read."""

from collections.abc import Sequence
from dataclasses import dataclass

from villagebranch.domain.fields import Field
from villagebranch.domain.values import Align, Stored, Text, Value

_TEXT = Text()


@dataclass(frozen=True)
class Column:
    """One column. `width` is in millimetres on paper; None takes what the other columns leave."""

    name: str
    label: str
    value: Value = _TEXT
    width: float | None = None
    align: Align | None = None

    @classmethod
    def of(cls, field: Field, width: float | None = None) -> "Column":
        """Return the column that shows `field`."""
        return cls(field.name, field.label, field.value, width)

    @property
    def alignment(self) -> Align:
        return self.align or self.value.align


@dataclass(frozen=True)
class Table:
    """`rows` hold stored values in the order of `columns`; `ids` names the record behind each row, where there is one."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Stored, ...]]
    ids: Sequence[str] = ()

    def texts(self, row: tuple[Stored, ...]) -> list[str]:
        """Return the words of one row."""
        return [column.value.show(stored) for column, stored in zip(self.columns, row, strict=True)]
