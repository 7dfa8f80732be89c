"""What two computers changed without knowing of one another and nobody has decided yet: how much, and of which record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from villagebranch.db import history
from villagebranch.db.record import Record
from villagebranch.records import KINDS
from villagebranch.services.histories import Part
from villagebranch.services.merging import merged_field

_RECORDS: Mapping[str, type[Record]] = {record.__tablename__: record for record in KINDS}


@dataclass(frozen=True)
class Disputed:
    """One register of one record; `label` names it as the form does."""

    kind: str
    record: str
    label: str


def disputed(conn: Connection) -> list[Disputed]:
    """Return all that is to be decided."""
    return [Disputed(kind, record, _label(kind, name)) for kind, record, name in history.disputed(conn)]


def of_parts(conn: Connection, parts: Iterable[Part]) -> list[Disputed]:
    """Return what is to be decided of the records that a page shows as one thing."""
    shown = {(part.kind, part.id) for part in parts}
    return [one for one in disputed(conn) if (one.kind, one.record) in shown]


def _label(kind: str, name: str) -> str:
    labels = {field.name: field.label for field in (merged_field(kind), *_RECORDS[kind].kind().fields)}
    return labels.get(name, "要不要删除")
