"""The mapped base of every record kind: a field is declared once, and the column, the form, the list and the ledger read it.

Mapped classes are declarations and typed column names. Rows are read with `select()` over a connection and written only
through an `Act` (see `journal.py`), so that no write can miss the journal.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Literal, cast

from sqlalchemy import Integer, Table, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.values import Value

Writer = Literal["branch", "township"]


class Base(DeclarativeBase):
    """Holds the metadata of all tables, journalled or not."""


class Record(Base):
    """A record kind: a short replica-coded `id`, and `removed_at` (an ISO time) once it was deleted.

    `registers` names the fields that mean something only together: whoever changes one of a group has decided on all.
    `single` names the fields that no two living records should share. Two laptops may each make one all the same, and
    what a merge brings together is folded into one. `writer` tells who may write such records, the branch or its
    township; `answered` are the fields of a township's record that are the branch's to write.
    """

    __abstract__ = True
    label: ClassVar[str]
    registers: ClassVar[tuple[tuple[str, ...], ...]] = ()
    single: ClassVar[tuple[str, ...]] = ()
    writer: ClassVar[Writer] = "branch"
    answered: ClassVar[tuple[str, ...]] = ()

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    removed_at: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def rule(cls, draft: Draft) -> Mapping[str, str]:
        """Return what contradicts itself in `draft`: field → Chinese sentence. Kinds with such a rule override it."""
        return {}

    @classmethod
    def kind(cls) -> Kind:
        """Return what everything but the database knows of this record kind."""
        return _kinds.get(cls) or _kinds.setdefault(cls, _kind_of(cls))

    @classmethod
    def table(cls) -> Table:
        """Return the table behind the class."""
        return cast(Table, cls.__table__)


_kinds: dict[type[Record], Kind] = {}


def _kind_of(cls: type[Record]) -> Kind:
    told = {column.name: column.info.get("field") for column in cls.table().columns}
    fields = [
        Field(name, *(getattr(one, part) for part in _REST))
        for name, one in told.items()
        if isinstance(one, Field)
    ]
    return Kind(cls.__tablename__, cls.label, tuple(fields), cls.rule)


_REST = ("label", "value", "required", "width", "hint", "private")


def field(
    label: str,
    value: Value,
    *,
    required: bool = False,
    width: int = 10,
    hint: str = "",
    private: bool = False,
) -> MappedColumn[Any]:
    """Declare one field of a record kind: its column, and the `Field` that every screen, paper and workbook reads."""
    told = Field("", label, value, required, width, hint, private)
    return mapped_column(Integer if value.numeric else Text, nullable=True, info={"field": told})


def _mapped(table: str) -> type[Record] | None:
    """Return the record kind behind a table, None for one that only a newer program knows."""
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    return next((cls for cls in classes if cls.__tablename__ == table and issubclass(cls, Record)), None)


@cache
def answered(table: str) -> frozenset[str] | None:
    """Return the fields of a township's record kind that are the branch's to write, None for a kind of the branch."""
    record = _mapped(table)
    return frozenset(record.answered) if record and record.writer == "township" else None


@cache
def groups(table: str) -> Mapping[str, tuple[str, ...]]:
    """Return each field of a record kind that belongs to a group, with the fields of its group."""
    record = _mapped(table)
    found = [record.registers] if record else []
    return {name: group for registers in found for group in registers for name in group}


def register(table: str, name: str) -> str:
    """Return the name of the register that a field belongs to: that of the first field of its group, or its own."""
    return groups(table).get(name, (name,))[0]


def journalled(table: Table) -> bool:
    """Tell whether the rows of `table` are a record kind, whose every write leaves a change."""
    return "removed_at" in table.columns


def record_tables() -> dict[str, Table]:
    """Return the tables of all record kinds by name."""
    return {name: table for name, table in Base.metadata.tables.items() if journalled(table)}
