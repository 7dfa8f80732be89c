"""Bringing a database up to date: numbered files of plain SQL, which never read today's models."""

import json
import re
from dataclasses import replace
from functools import cache
from importlib import resources

from sqlalchemy import Connection, delete, insert, inspect, select

from villagebranch.db.catch_up import catch_up
from villagebranch.db.identity import Identity, LocalState, keep_code, streams
from villagebranch.db.journal import SyncVector
from villagebranch.db.witness import Testimony
from villagebranch.domain.errors import Trouble


@cache
def scripts() -> dict[int, str]:
    """Return the SQL of every migration by its number."""
    folder = resources.files("villagebranch.db") / "migrations"
    named = ((re.match(r"(\d+)_.*\.sql$", entry.name), entry) for entry in folder.iterdir())
    found = {int(match[1]): entry for match, entry in named if match}
    return {number: found[number].read_text(encoding="utf-8") for number in sorted(found)}


def behind(conn: Connection) -> bool:
    """Tell whether the database is of an older program; raise `Trouble` for one made by a newer program."""
    schema, newest = _schema(conn), max(scripts())
    if schema > newest:
        raise Trouble("这份资料是用更新版本的连心册建的，请先升级程序再打开。资料没有改动。")
    return 0 < schema < newest


def bring_up_to_date(conn: Connection, witness: Testimony | None = None) -> Identity:
    """Run the missing migrations, give a new, restored or copied database its identity, and return it."""
    schema = _schema(conn)
    for number, script in scripts().items():
        for statement in statements(script) if number > schema else ():
            conn.exec_driver_sql(_spoken(conn, statement))
    if 0 < schema < max(scripts()):
        catch_up(conn, schema)
    identity = kept = Identity.load(conn)
    restored = conn.scalar(select(LocalState.value).where(LocalState.key == "restored_from"))
    if identity is None:
        identity = Identity.fresh()
    elif restored is not None or (witness is not None and witness.denies(conn, identity)):
        identity = _succeed(conn, identity)
        succeed_streams(conn)
        conn.execute(delete(LocalState).where(LocalState.key == "restored_from"))
    identity = replace(identity, schema=max(scripts()))
    if identity != kept:  # or the file would be written to, and flushed, each time that it is opened
        identity.save(conn)
    if witness is not None:
        witness.begin(conn, identity)
    return identity


def statements(script: str) -> list[str]:
    """Return the statements of a script; each ends with a semicolon at the end of a line."""
    lines = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    return [part.strip() for part in re.split(r";\s*(?:\n|$)", lines) if part.strip()]


def _spoken(conn: Connection, statement: str) -> str:
    """Return a statement in the words of the database; the scripts are written for SQLite."""
    if conn.dialect.name == "sqlite":
        return statement
    from villagebranch.db.postgres import translated

    return translated(statement)


def _schema(conn: Connection) -> int:
    if not inspect(conn).has_table(LocalState.__tablename__):
        return 0
    return int(conn.scalar(select(LocalState.value).where(LocalState.key == "schema")) or 0)


def _succeed(conn: Connection, old: Identity) -> Identity:
    """Whoever was restored or copied goes on under a new name: peers may know acts of the old one that are not here."""
    new = Identity.fresh(old.clock, old.schema)
    logged = SyncVector.replica == old.code
    latest = select(SyncVector.vector).where(logged).order_by(SyncVector.number.desc())
    seen = json.loads(conn.scalar(latest.limit(1)) or "{}")
    if old.acts:
        seen[old.code] = old.acts
    # What was logged for an act still to come: that act may have been done since, elsewhere.
    conn.execute(delete(SyncVector).where(logged, SyncVector.number > old.acts))
    conn.execute(insert(SyncVector), {"replica": new.code, "number": 1, "vector": json.dumps(seen)})
    return new


def succeed_streams(conn: Connection) -> None:
    """What a township writes to its villages goes on under new names as well."""
    for stream in set(streams(conn).values()):
        old = Identity.load(conn, stream)
        if old is not None:
            keep_code(conn, stream, old.code)
            replace(_succeed(conn, old), stream=stream).save(conn)
