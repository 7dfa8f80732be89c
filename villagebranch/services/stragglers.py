"""What came to a record after it was merged into another: a visit, or a field, that another computer wrote meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from villagebranch.db import history
from villagebranch.db.journal import Act, rows_by_id
from villagebranch.db.record import Record, record_tables
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Field
from villagebranch.domain.values import Stored
from villagebranch.records import KINDS
from villagebranch.records.kept import Merged, survivors_of
from villagebranch.services.merging import carry_over, pointing

_RECORDS: Mapping[str, type[Record]] = {record.__tablename__: record for record in KINDS}


@dataclass(frozen=True)
class Straggler:
    """What is still at `gone`, which lives on in `keep`: records by what their kind is called, and fields written late."""

    kind: str
    keep: str
    gone: str
    records: Mapping[str, int]
    late: Sequence[tuple[Field, Stored]]


def stragglers(conn: Connection) -> list[Straggler]:
    """Return the merged records that something came to later."""
    survivors: dict[str, dict[str, str]] = defaultdict(dict)
    for kind, gone, keep in conn.execute(select(Merged.kind, Merged.id, Merged.survivor)):
        survivors[kind][gone] = keep
    return [one for kind, keep_of in survivors.items() for one in _of_kind(conn, kind, keep_of)]


def _of_kind(conn: Connection, kind: str, keep_of: Mapping[str, str]) -> Iterator[Straggler]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for table, name in history.links_to(kind):
        for gone in history.used(conn, table, name, set(keep_of)):
            counts[gone][_RECORDS[table.name].label] += len(pointing(conn, table, name, gone))
    late = _late(conn, kind, keep_of)
    for gone in sorted(counts.keys() | late.keys()):
        yield Straggler(kind, keep_of[gone], gone, counts[gone], late.get(gone, ()))


def _late(
    conn: Connection, kind: str, keep_of: Mapping[str, str]
) -> dict[str, tuple[tuple[Field, Stored], ...]]:
    """Return the fields of merged records that were written by who had not seen the merge, and are not so at the survivor."""
    rows = rows_by_id(conn, record_tables()[kind], [*keep_of, *set(keep_of.values())])
    found = {}
    for gone, changes in history.unseen(conn, kind, list(keep_of), "merged_into").items():
        written = {name for fields in changes for name in fields}
        found[gone] = tuple(
            (field, value)
            for field in _RECORDS[kind].kind().fields
            if field.name in written
            and (value := rows[gone][field.name]) is not None
            and value != rows[keep_of[gone]][field.name]
        )
    return {gone: late for gone, late in found.items() if late}


def bring_over(act: Act, kind: str, gone: str) -> None:
    """Take what came late to a merged record to the one that it lives on in."""
    keep = survivors_of(act.conn, [gone])[gone]
    if keep == gone:
        raise Refused("这条记录现在没有并入别的记录，请重新查一次")
    late = _late(act.conn, kind, {gone: keep}).get(gone, ())
    carry_over(act, kind, keep, gone, {field.name: value for field, value in late})
