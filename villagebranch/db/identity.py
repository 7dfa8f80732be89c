"""Who this replica is, and how far it has counted: saved in the same transaction as the act that counted on."""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, Text, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from villagebranch.db.record import Base

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


class LocalState(Base):
    """What belongs to this copy of the database alone, and never travels."""

    __tablename__ = "local_state"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)


_COUNTS = ("acts", "ids", "clock", "schema")
_NAMES = ("uid", "code", "chain", *_COUNTS)
_PAIRS = select(LocalState.key, LocalState.value)
_KEPT = _PAIRS.where(LocalState.key.in_(_NAMES))


class Partner(Base):
    """A computer that this one exchanges with; `acked` is the vector that it last said it had (JSON).

    `role` is 'branch' or 'township', `unit` what its branch or township is called, `branch` the id of that branch's
    record.
    """

    __tablename__ = "partner"

    sign: Mapped[str] = mapped_column(Text, primary_key=True)
    age: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    acked: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    branch: Mapped[str] = mapped_column(Text)


class ExchangeLog(Base):
    """One package that went out or came in: `way` is 'out' or 'in', `sign` and `partner` say to or from whom ('' for a
    snapshot, which is for whoever knows its passphrase), `acts` are those that came in, or up to which it went out."""

    __tablename__ = "exchange_log"

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text)
    sign: Mapped[str] = mapped_column(Text)
    partner: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    package: Mapped[str] = mapped_column(Text)
    file: Mapped[str] = mapped_column(Text)
    changes: Mapped[int] = mapped_column(Integer)
    acts: Mapped[str] = mapped_column(Text)


@dataclass
class Identity:
    """`uid` is unique in the world, `code` its short form in record ids; `clock` is the last stamp (ms, hybrid logical).

    `stream` is '' but where a township writes to a village: each village gets a stream of acts of its own.
    """

    uid: str
    code: str
    acts: int = 0
    ids: int = 0
    clock: int = 0
    chain: bytes = b""
    schema: int = 0
    stream: str = ""

    @classmethod
    def fresh(cls, clock: int = 0, schema: int = 0, stream: str = "") -> "Identity":
        """Return a new identity; `clock` is the last stamp that this database has seen."""
        code = "".join(secrets.choice(_LETTERS) for _ in range(7))
        return cls(secrets.token_hex(16), code, clock=clock, schema=schema, stream=stream)

    @classmethod
    def load(cls, conn: Connection, stream: str = "") -> "Identity | None":
        """Return the identity that this database was given, or None in a new one, or before the first act of a stream."""
        of_stream = LocalState.key.in_([_key(stream, name) for name in _NAMES])
        asked = _PAIRS.where(of_stream) if stream else _KEPT
        kept = {key.removeprefix(_key(stream, "")): value for key, value in conn.execute(asked)}
        return cls._of(kept, stream) if "uid" in kept else None

    @classmethod
    def load_streams(cls, conn: Connection) -> "dict[str, Identity]":
        """Return the identities of all streams that this database has begun to write."""
        kept: dict[str, dict[str, str]] = defaultdict(dict)
        for key, value in conn.execute(_PAIRS.where(LocalState.key.contains("/"))):
            stream, _, name = key.partition("/")
            kept[stream][name] = value
        return {stream: cls._of(told, stream) for stream, told in kept.items() if "uid" in told}

    @classmethod
    def _of(cls, kept: Mapping[str, str], stream: str) -> "Identity":
        numbers = {name: int(kept[name]) for name in _COUNTS}
        return cls(kept["uid"], kept["code"], chain=bytes.fromhex(kept["chain"]), stream=stream, **numbers)

    @classmethod
    def of_stream(cls, conn: Connection, stream: str) -> "Identity":
        """Return the identity of a stream, a fresh one before its first act."""
        own = cls.load(conn)
        assert own is not None
        return cls.load(conn, stream) or cls.fresh(own.clock, own.schema, stream)

    def save(self, conn: Connection) -> None:
        """Write the state, within the caller's transaction."""
        told = {"uid": self.uid, "code": self.code, "chain": self.chain.hex()}
        told |= {name: str(getattr(self, name)) for name in _COUNTS}
        rows = {_key(self.stream, name): value for name, value in told.items()}
        conn.execute(delete(LocalState).where(LocalState.key.in_(rows)))
        conn.execute(insert(LocalState), [{"key": key, "value": value} for key, value in rows.items()])

    def next_id(self) -> str:
        """Return a new record id: replica code and counter, so padded that a replica's ids sort as they were made."""
        self.ids += 1
        return f"{self.code}-{_base36(self.ids).zfill(5)}"

    def tick(self, at: str) -> int:
        """Return the stamp of an act at wall clock `at`: it never goes back, whatever the clock does."""
        self.clock = max(self.clock + 1, int(datetime.fromisoformat(at).timestamp() * 1000))
        return self.clock

    def saw(self, stamp: int) -> None:
        """Set the clock past an act of another replica, so that what is written next comes after it."""
        self.clock = max(self.clock, stamp)

    def acted(self, number: int, chain: bytes) -> None:
        """Count an act."""
        self.acts, self.chain = number, chain


def _key(stream: str, name: str) -> str:
    return f"{stream}/{name}" if stream else name


def role(conn: Connection) -> str:
    """Return whose database this is: 'branch' or 'township'."""
    return conn.scalar(select(LocalState.value).where(LocalState.key == "role")) or "branch"


def take_role(conn: Connection, role: str) -> None:
    """Make this the database of a branch or of a township; only a new one is asked."""
    conn.execute(delete(LocalState).where(LocalState.key == "role"))
    conn.execute(insert(LocalState), {"key": "role", "value": role})


def streams(conn: Connection) -> dict[str, str]:
    """Return the streams that this database writes, or wrote before it was restored, besides its own acts: the code that
    their acts bear → the stream."""
    return {code: key.partition("/")[0] for code, key in conn.execute(_STREAMS)}


_STREAMS = select(LocalState.value, LocalState.key).where(
    LocalState.key.like("%/code") | LocalState.key.like("%/was/%")
)


def keep_code(conn: Connection, stream: str, code: str) -> None:
    """Remember under which code a stream was written before it was restored."""
    conn.execute(insert(LocalState), {"key": f"{stream}/was/{code}", "value": code})


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"
