"""Salvage: a new database out of what a damaged one still holds, in the journal's own terms.

The new database is a new replica, and tells its peers the truth about what it has: of each replica it keeps the acts up to
the first that is lost, torn, or that had seen what is lost. What was saved beyond is done again under the new name, by the
old authors at the old times; what the journal has lost of a record but its row still shows is put in last.
"""

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from villagebranch.db.authority import Authority, SyncSeal
from villagebranch.db.cipher import Key, open_raw
from villagebranch.db.files import spoken
from villagebranch.db.identity import Identity, streams
from villagebranch.db.journal import (
    BY_ACT,
    Act,
    ActRef,
    SyncAct,
    SyncChange,
    SyncConflict,
    SyncVector,
    read_runs,
    refresh_kept,
)
from villagebranch.db.migrate import succeed_streams
from villagebranch.db.pages import DamagedFile
from villagebranch.db.record import Base, Record, record_tables
from villagebranch.db.store import Store
from villagebranch.db.torn import AUTHOR, FORM, Ref, TornJournal, read_told, ref_of
from villagebranch.db.wreck import COPIED, Told, Wreck, look_through, shapes
from villagebranch.domain.errors import Trouble
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Stored

_OWN = ("uid", "code", "chain", "acts", "ids", "clock", "schema", "restored_from")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What came of it, by table: living records `saved`, how many of them were `pieced` together from the journal alone, and
    records that are `lost` but for their names. `acts_lost` and `photos_lost` are what is missing of the journal and of
    the pictures; `pages` and `broken` what the file is made of."""

    pages: int
    broken: int
    saved: Mapping[str, int] = field(default_factory=dict)
    pieced: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    acts: int = 0
    acts_lost: int = 0
    photos_lost: int = 0

    def sentences(self) -> list[str]:
        """Return in plain words what was saved and what was not."""
        kinds = (one.class_ for one in Base.registry.mappers if issubclass(one.class_, Record))
        called = {kind.__tablename__: kind.label for kind in kinds}
        told = [f"文件共 {self.pages} 页，坏了 {self.broken} 页。"]
        told.append(f"抢救出来：{_listed(self.saved, called) or '没有记录'}；修改记录 {self.acts} 次。")
        if any(self.pieced.values()):
            told.append(f"其中按修改记录拼回来的，请核对：{_listed(self.pieced, called)}。")
        if any(self.lost.values()):
            told.append(f"没有救回来的：{_listed(self.lost, called)}。")
        if self.acts_lost:
            told.append(
                f"有 {self.acts_lost} 次修改的记录丢了：谁、什么时候改的不知道了，改成的内容大多还在。"
            )
        if self.photos_lost:
            told.append(f"有 {self.photos_lost} 张照片没有救回来。")
        if len(told) == 2:
            told.append("没有发现丢了什么。")
        return told


def salvage(
    source: Path, key: Key, target: Path, clock: Callable[[], Any], say: Say = lambda _: None
) -> Report:
    """Write what is readable of the database `source` into a new one at `target`, under the same key.

    `source` is only read. Raises `Trouble` where nothing at all can be read, or the disk is full.
    """
    with spoken():
        copy = target.with_name("damaged.part")
        try:
            _copy(source, copy)
            _roll_back(copy, key)
            file = DamagedFile(copy, key)
            try:
                return _bring_in(file, key, target, clock, say)
            finally:
                file.close()
        finally:
            for left in (copy, _journal(copy)):
                left.unlink(missing_ok=True)


def _copy(source: Path, copy: Path) -> None:
    shutil.copyfile(source, copy)
    if _journal(source).exists():
        shutil.copyfile(_journal(source), _journal(copy))


def _roll_back(copy: Path, key: Key) -> None:
    """Let SQLite undo an act that was under way, where it still can; what it says of the rest is known."""
    with suppress(Trouble):
        open_raw(copy, key).close()


def _journal(database: Path) -> Path:
    return database.with_name(database.name + "-journal")


def _bring_in(file: DamagedFile, key: Key, target: Path, clock: Callable[[], Any], say: Say) -> Report:
    store = Store(target, key, clock)
    try:
        with store.receive() as (conn, identity):
            say("正在一页一页地读")
            records = record_tables()
            wreck = look_through(file, shapes(conn, records), list(records))
            if not any(wreck.all(table) for table in ("sync_act", "sync_change", *records)):
                raise Trouble("这个文件里一条资料也读不出来，没有抢救成。请从备份恢复；原来的文件没有动。")
            at = clock().isoformat(timespec="seconds")
            return _Salvage(conn, identity, wreck, at).carry_out(say)
    except BaseException:
        store.close()
        for left in (target, _journal(target)):
            with suppress(OSError):
                left.unlink(missing_ok=True)
        raise
    finally:
        store.close()


class _Salvage:
    """One salvage under way, within one transaction of the new database."""

    def __init__(self, conn: Connection, identity: Identity, wreck: Wreck, at: str) -> None:
        self.conn, self.identity, self.wreck, self.at = conn, identity, wreck, at
        self.journal = TornJournal.of(wreck)
        self.tables = record_tables()
        self.names: dict[Ref, ActRef] = {}

    def carry_out(self, say: Say) -> Report:
        say("正在核对修改流水")
        ends = self.journal.whole()
        self._copy_small_tables(ends)
        self._keep(ends)
        self._rename_streams(ends)
        say("正在补上断开的流水")
        self._do_again(ends)
        say("正在补上流水里没有的")
        self._put_in_rows()
        refresh_kept(
            self.conn, {name: list(self.conn.scalars(select(t.c.id))) for name, t in self.tables.items()}
        )
        return self._report()

    def _copy_small_tables(self, ends: Mapping[str, int]) -> None:
        seals = [seal for code, seal in self.journal.seals.items() if code in ends]
        if seals:
            self.conn.execute(insert(SyncSeal), seals)
        for name in COPIED:
            rows = self.wreck.all(name)
            if name == "local_state":
                rows = [row for row in rows if row["key"] not in _OWN]
            if name == "attachment_blob":
                rows = [row for row in rows if _is_sound(row)]
            for row in rows:
                names = ", ".join(f'"{column}"' for column in row)
                values = ", ".join(f":{column}" for column in row)
                self.conn.execute(text(f"INSERT OR IGNORE INTO {name} ({names}) VALUES ({values})"), row)  # noqa: S608

    def _keep(self, ends: Mapping[str, int]) -> None:
        """Take over the acts up to `ends` as they are, and make the records of them."""
        heads = [head for ref, head in self.journal.acts.items() if ref[1] <= ends.get(ref[0], 0)]
        heads.sort(key=lambda head: (int(str(head["stamp"])), str(head["replica"])))
        told = [(ref_of(head), self.journal.told(ref_of(head))) for head in heads]
        changes = [
            {"replica": ref[0], "number": ref[1], "item": item, "kind": kind, "record": id, "fields": fields}
            for ref, parts in told
            for item, (kind, id, fields) in enumerate(parts)
        ]
        vectors = [
            {"replica": code, "number": number, "vector": vector}
            for code, logged in self.journal.vectors.items()
            for number, vector in logged.items()
            if number <= ends.get(code, 0)
        ]
        if ends:
            vectors.append({"replica": self.identity.code, "number": 1, "vector": json.dumps(dict(ends))})
        for table, rows in ((SyncAct, heads), (SyncChange, changes), (SyncVector, vectors)):
            if rows:
                self.conn.execute(insert(table), rows)
        self._write_records((ref[0], *part) for ref, parts in told for part in parts)
        for head in self.journal.acts.values():
            self.identity.saw(int(str(head["stamp"])))

    def _write_records(self, changes: Iterable[tuple[str, str, str, str]]) -> None:
        """Write the records as these changes leave them, one upon the other."""
        state: dict[str, dict[str, Draft]] = defaultdict(lambda: defaultdict(dict))
        authority = Authority(self.conn)
        for code, kind, id, fields in changes:
            told = authority.lawful(kind, code, read_told(fields)) if kind in self.tables else None
            if told is not None:
                state[kind][id] |= self._known(kind, told)
        self._keep_conflicts(state)
        for kind, records in state.items():
            blank: Draft = dict.fromkeys(self.tables[kind].columns.keys())
            rows = [blank | fields | {"id": id} for id, fields in records.items()]
            self.conn.execute(insert(self.tables[kind]), rows, execution_options=BY_ACT)

    def _keep_conflicts(self, state: Mapping[str, Mapping[str, Draft]]) -> None:
        """Leave open what was open, as long as both sides are still there."""
        for row in self.wreck.all("sync_conflict"):
            kind, record, register = (str(row[name]) for name in ("kind", "record", "register"))
            touched = (SyncChange.kind == kind) & (SyncChange.record == record)
            sides = select(func.count(SyncChange.replica.distinct())).where(touched)
            if record in state.get(kind, {}) and (self.conn.scalar(sides) or 0) > 1:
                self.conn.execute(
                    insert(SyncConflict), {"kind": kind, "record": record, "register": register}
                )
                if register == "removed_at":
                    state[kind][record]["removed_at"] = None

    def _known(self, kind: str, told: Draft) -> Draft:
        columns = self.tables[kind].columns
        return {name: value for name, value in told.items() if name in columns and name != "id"}

    def _rename_streams(self, ends: Mapping[str, int]) -> None:
        """What a township writes to its villages goes on under new names as well, from what is whole of it."""
        for stream in set(streams(self.conn).values()):
            if (own := Identity.load(self.conn, stream)) is not None:
                end = ends.get(own.code, 0)
                head = self.journal.acts.get((own.code, end))
                own.acted(end, bytes(head["chain"]) if head else b"")  # type: ignore[arg-type]
                own.saw(self.identity.clock)
                own.save(self.conn)
        succeed_streams(self.conn)

    def _do_again(self, ends: Mapping[str, int]) -> None:
        """Do the acts beyond `ends` once more, each by its author and at its time."""
        authority, own = Authority(self.conn), streams(self.conn)
        for head in self.journal.beyond(ends):
            ref = ref_of(head)
            if ref[0] in self.journal.seals:
                continue  # the township's word, which only the township can say again
            at = str(head["at"]) or self.at
            writer = Identity.load(self.conn, own[ref[0]]) if ref[0] in own else self.identity
            act = Act(self.conn, writer or self.identity, str(head["author"]), at, str(head["form"]))
            act.undoes = tuple(self._renamed(str(head["undoes"] or ""), ends))
            told: dict[str, dict[str, Draft]] = defaultdict(lambda: defaultdict(dict))
            for kind, id, fields in self.journal.told(ref):
                lawful = authority.lawful(kind, act.ref.replica, read_told(fields))
                if kind in self.tables and lawful is not None:
                    told[kind][id] |= self._known(kind, lawful)
            for kind, drafts in told.items():
                act.adopt(self.tables[kind], drafts)
            if (made := act.seal()) is not None:
                self.names[ref] = made

    def _renamed(self, undoes: str, ends: Mapping[str, int]) -> Iterator[ActRef]:
        """Yield what acts are called now that this one had taken back."""
        for code, first, last in read_runs(undoes):
            for number in range(first, min(last, first + len(self.journal.acts)) + 1):
                if number <= ends.get(code, 0):
                    yield ActRef(code, number)
                elif (code, number) in self.names:
                    yield self.names[code, number]

    def _put_in_rows(self) -> None:
        """Let the rows say what the journal has lost: those in their place always, strays only where there is nothing else."""
        act, authority = Act(self.conn, self.identity, AUTHOR, self.at, FORM), Authority(self.conn)
        for kind, table in self.tables.items():
            present = self._present(table)
            drafts: dict[str, Draft] = {}
            found = [(row, True) for row in self.wreck.rows.get(kind, ())]
            for row, in_place in (*found, *((row, False) for row in self.wreck.strays.get(kind, ()))):
                id, fields = _split(row, table)
                before = present.get(id)
                if before is not None:
                    fields = {name: value for name, value in fields.items() if before[name] != value}
                lawful = authority.lawful(kind, self.identity.code, fields) if fields else None
                if before is None and lawful == fields:
                    drafts.setdefault(id, fields)
                elif before is not None and lawful and in_place:
                    drafts[id] = lawful
            act.adopt(table, drafts)
        act.seal()

    def _present(self, table: Table) -> dict[str, dict[str, Stored]]:
        return {str(row["id"]): dict(row) for row in self.conn.execute(select(table)).mappings()}

    def _report(self) -> Report:
        saved: dict[str, int] = {}
        pieced: dict[str, int] = {}
        lost: dict[str, int] = {}
        told: dict[str, set[str]] = defaultdict(set)
        for row in self.wreck.all("sync_change"):
            told[str(row["kind"])].add(str(row["record"]))
        for kind, table in self.tables.items():
            present = self._present(table)
            living = {id for id, row in present.items() if row["removed_at"] is None}
            in_place = {str(row["id"]) for row in self.wreck.rows.get(kind, ())}
            saved[kind], pieced[kind] = len(living), len(living - in_place)
            lost[kind] = len((self.wreck.named.get(kind, set()) | told[kind]) - present.keys())
        return Report(
            self.wreck.pages,
            self.wreck.broken,
            saved,
            pieced,
            lost,
            len(self.journal.acts),
            self.journal.missing(self._counted()),
            self._photos_lost(),
        )

    def _counted(self) -> Iterator[Ref]:
        """Yield how far this replica had counted."""
        own = {row["key"]: str(row["value"]) for row in self.wreck.all("local_state")}
        if "code" in own and own.get("acts", "").isdecimal():
            yield own["code"], int(own["acts"])

    def _photos_lost(self) -> int:
        gone = "SELECT count(*) FROM attachment WHERE removed_at IS NULL AND sha256 NOT IN (SELECT sha256 FROM attachment_blob)"
        return int(self.conn.scalar(text(gone)) or 0)


def _listed(counts: Mapping[str, int], called: Mapping[str, str]) -> str:
    return "、".join(f"{called.get(kind, kind)} {count}" for kind, count in counts.items() if count)


def _split(row: Told, table: Table) -> tuple[str, dict[str, Any]]:
    fields = {name: value for name, value in row.items() if name in table.columns and name != "id"}
    return str(row["id"]), fields


def _is_sound(row: Told) -> bool:
    content = row["bytes"]
    return isinstance(content, bytes) and hashlib.sha256(content).hexdigest() == row["sha256"]
