"""A PostgreSQL server in place of the file, for a township with several seats; imported only where an address is given.

The tables, the statements and their answers are those of the file: whole numbers of 64 bits, texts ordered by their
bytes, nothing before everything. Writers wait for one another, so that the acts are counted without a gap.
"""

import re
from typing import Any

import psycopg
from sqlalchemy import Connection, Integer, create_engine, delete, event, insert, select
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from villagebranch.db.identity import Identity, LocalState
from villagebranch.domain.errors import Refused, Trouble

_WRITERS = 0x6C7863  # the advisory lock that a writer holds until its transaction ends
_WAIT_FOR_ANSWER = 10  # seconds


class Server:
    """One database on a PostgreSQL server, at an address like postgresql+psycopg://user@host/name."""

    begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    begin_writing = f"BEGIN; SET LOCAL lock_timeout = '30s'; SELECT pg_advisory_xact_lock({_WRITERS})"
    shared = True

    def __init__(self, address: str) -> None:
        self.url = _read(address)
        self.witness = ServerWitness()

    def engine(self) -> Engine:
        """Return an engine over the server; a connection that has died is replaced before it is used."""
        engine = create_engine(
            self.url,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={
                "application_name": "villagebranch",
                "client_encoding": "utf8",
                "connect_timeout": _WAIT_FOR_ANSWER,
            },
        )
        engine.dialect.statement_compiler = _Statements
        event.listen(engine, "connect", _check_encoding)
        return engine

    def in_words(self, error: BaseException) -> Trouble:
        """Return what to say of a server that is gone, full, busy or closed to us; raise any other error again."""
        if isinstance(error, psycopg.Error):
            told = error.sqlstate or _untold(error)
            for prefixes, sentence in _SENTENCES:
                if told.startswith(prefixes):
                    return Trouble(sentence)
        raise error


class ServerWitness:
    """Knows a database that was restored or copied from another one, on this server or elsewhere: it goes on under a new
    identity, since it may have forgotten acts that its peers have."""

    def denies(self, conn: Connection, identity: Identity) -> bool:
        """Tell whether the acts were last counted in another database."""
        known = conn.scalar(select(LocalState.value).where(LocalState.key == _COUNTED_AT))
        return known not in (None, self._here(conn))

    def begin(self, conn: Connection, identity: Identity) -> None:
        """Write down in the database which one it is."""
        conn.execute(delete(LocalState).where(LocalState.key == _COUNTED_AT))
        conn.execute(insert(LocalState), {"key": _COUNTED_AT, "value": self._here(conn)})

    def note(self, identity: Identity) -> bool:
        """Nothing more is needed: what was counted is where the word is."""
        return True

    def _here(self, conn: Connection) -> str:
        return str(conn.exec_driver_sql(_HERE).scalar_one())


_COUNTED_AT = "counted_at"
# The number of the server's files, of the database, and of the history that a recovery begins anew.
_HERE = """
SELECT concat_ws('/', server.system_identifier, oid, last.timeline_id)
FROM pg_control_system() AS server, pg_control_checkpoint() AS last, pg_database
WHERE datname = current_database()"""


def _read(address: str) -> URL:
    try:
        url = make_url(address)
        named = url.get_dialect().name == "postgresql" and bool(url.database)
    except (ArgumentError, NoSuchModuleError) as error:
        raise Refused({"database": _WRITTEN_SO}) from error
    if not named:
        raise Refused({"database": _WRITTEN_SO})
    return url.set(drivername="postgresql+psycopg")


_WRITTEN_SO = "数据库地址要写成 postgresql+psycopg://用户@主机/库名"


def _check_encoding(raw: Any, _record: object) -> None:
    if raw.info.parameter_status("server_encoding") != "UTF8":
        raise Trouble("这个数据库的编码不是 UTF-8，存不下全部汉字。请让管理员建一个 UTF-8 编码的库。")


class _Statements(PGCompiler_psycopg):
    """Orders as SQLite does: what is empty comes first, and last where the order is turned round. And a whole number is
    as long as it is: the driver says so of each, where SQLAlchemy would take 32 bits for granted."""

    def order_by_clause(self, select: Any, **kw: Any) -> str:
        told = [self.process(one, **kw) for one in select._order_by_clauses]
        return " ORDER BY " + ", ".join(map(_with_nulls, told)) if told else ""

    def render_bind_cast(self, type_: Any, dbapi_type: Any, sqltext: str) -> str:
        if isinstance(type_, Integer):
            return sqltext
        told: str = super().render_bind_cast(type_, dbapi_type, sqltext)  # type: ignore[no-untyped-call]
        return told


def _with_nulls(ordered: str) -> str:
    return ordered + (" NULLS LAST" if ordered.endswith(" DESC") else " NULLS FIRST")


def translated(statement: str) -> str:
    """Return a statement of a migration, which is written for SQLite, in the words of PostgreSQL."""
    if statement.startswith("CREATE INDEX"):
        head, columns, rest = re.fullmatch(r"(.*? ON \w+ )\((.*?)\)(.*)", statement, re.DOTALL).groups()  # type: ignore[union-attr]
        return f"{head}({', '.join(_with_nulls(one.strip()) for one in columns.split(','))}){rest}"
    if counted := re.search(r"PRIMARY KEY \((\w+)\)", statement):
        # SQLite counts a whole number that is the key by itself.
        statement = re.sub(rf"\b{counted[1]} INTEGER\b", r"\g<0> GENERATED BY DEFAULT AS IDENTITY", statement)
    for ours, theirs in _WORDS:
        statement = re.sub(ours, theirs, statement)
    return statement


_WORDS = (
    (r"\bTEXT\b", 'TEXT COLLATE "C"'),
    (r"\bINTEGER\b", "BIGINT"),
    (r"\bBLOB\b", "BYTEA"),
    # The number that SQLite gives each row by itself, and by which a search finds what is new.
    (r"CREATE TABLE sync_change \(", r"\g<0>\n    rowid BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE,"),
)


def _untold(error: psycopg.Error) -> str:
    """Return the code that the driver leaves out of an error in connecting (`pgconn` is what came of that), or in a
    connection that broke."""
    for pattern, code in _CODES if error.pgconn is not None else ():
        if re.search(pattern, str(error), re.IGNORECASE):
            return code
    if error.pgconn is not None or "resolve" in str(error):
        return "08001"
    return "08006" if isinstance(error, psycopg.OperationalError) else "XX000"


_CODES = (
    (r"database .* does not exist|数据库 .* 不存在", "3D000"),
    (r"authentication|password|pg_hba|role .* does not exist|认证|口令|密码|角色 .* 不存在", "28000"),
    (r"too many (clients|connections)|remaining connection slots", "53300"),
    (r"starting up|shutting down|recovery mode|not yet accepting", "57P03"),
)
_LOST = "和数据库服务器的连接断了，这一步是否保存还不能确定。请等服务器恢复，重新打开程序核对。"
_BUSY = "数据库服务器正忙着别的座席的保存，这一步没有保存。请等一会儿，再试一次。"
_DAMAGED = "数据库服务器上的资料有损坏，这一步没有保存。请告诉管理员，从服务器的备份恢复。"
_LONG = "内容太长，数据库收不下，这一步没有保存。请把太长的内容改短。"
_SENTENCES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("08001", "57P03"), "连不上数据库服务器。请检查网线、服务器是否开着，再试一次；资料没有改动。"),
    (("08", "57P", "57014"), _LOST),
    (("28",), "数据库服务器不认这个用户或密码。请检查数据库地址里的用户，密码问管理员。"),
    (("3D",), "数据库服务器上没有这个库。请检查数据库地址，或让管理员先建好库。"),
    (("42501",), "数据库用户的权限不够，这一步没有保存。请让管理员给这个用户建表和读写的权限。"),
    (("53300",), "连到数据库服务器的人太多了。请等一会儿，再试一次。"),
    (("53",), "数据库服务器的磁盘或内存满了，这一步没有保存。请告诉管理员腾出空间，再试一次。"),
    (("55P03", "40"), _BUSY),
    (("25006",), "数据库服务器现在只让读，这一步没有保存。请告诉管理员。"),
    (("54",), _LONG),
    (("58", "XX001", "XX002"), _DAMAGED),
)
