"""What came to a record after it was merged into another: a visit, or a field, that another computer wrote meanwhile."""

from collections import Counter
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
    found = (_of(conn, *row) for row in conn.execute(select(Merged.kind, Merged.survivor, Merged.id)).all())
    return [one for one in found if one.records or one.late]


def _of(conn: Connection, kind: str, keep: str, gone: str) -> Straggler:
    counts: Counter[str] = Counter()
    for table, name in history.links_to(kind):
        counts[_RECORDS[table.name].label] += len(pointing(conn, table, name, gone))
    late = tuple(_late(conn, kind, keep, gone))
    return Straggler(kind, keep, gone, {label: n for label, n in counts.items() if n}, late)


def _late(conn: Connection, kind: str, keep: str, gone: str) -> Iterator[tuple[Field, Stored]]:
    """Yield the fields of `gone` that were written by who had not seen the merge, and are not so at `keep`."""
    merges = [edit.ref for edit in history.history(conn, kind, gone) if edit.field == "merged_into"]
    rows = rows_by_id(conn, record_tables()[kind], [keep, gone])
    written = {name for fields in history.unseen(conn, merges[-1], kind, gone) for name in fields}
    for field in _RECORDS[kind].kind().fields:
        value = rows[gone][field.name]
        if field.name in written and value is not None and value != rows[keep][field.name]:
            yield field, value


def bring_over(act: Act, kind: str, gone: str) -> None:
    """Take what came late to a merged record to the one that it lives on in."""
    keep = survivors_of(act.conn, [gone])[gone]
    if keep == gone:
        raise Refused("这条记录现在没有并入别的记录，请重新查一次")
    late = _late(act.conn, kind, keep, gone)
    carry_over(act, kind, keep, gone, {field.name: value for field, value in late})
