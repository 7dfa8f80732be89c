"""Who may write what: a branch its own records, its township only what is the township's to say.

A stream of acts is a township's when the township has sealed it (`sync/seals.py`), or, in the township's own database,
when it is one of its streams to a village. What somebody wrote that was not theirs stays in the journal, since others
have it in theirs, but comes into no record: everything that derives records from the journal asks here. Like heads
(`sync/standing.py`) it is derived and not kept: `sync.quarantine` lists it.
"""

from sqlalchemy import Connection, Integer, LargeBinary, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from villagebranch.db.identity import streams
from villagebranch.db.record import Base, answered
from villagebranch.domain.fields import Draft


class SyncSeal(Base):
    """The township's signature under its stream `replica` up to an act, with the chain there."""

    __tablename__ = "sync_seal"

    replica: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    chain: Mapped[bytes] = mapped_column(LargeBinary)
    sign: Mapped[str] = mapped_column(Text)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


_SEALED = select(SyncSeal.replica)


class Authority:
    """Tells whose word counts; `sealed` are streams whose seal is just arriving."""

    def __init__(self, conn: Connection, sealed: frozenset[str] = frozenset()) -> None:
        self._township = frozenset(conn.scalars(_SEALED)) | streams(conn).keys() | sealed

    def lawful(self, kind: str, replica: str, fields: Draft) -> Draft | None:
        """Return what `replica` may write of these fields, None where nothing of them is its to write."""
        branchs = answered(kind)
        township = replica in self._township
        if branchs is None:
            return None if township else fields
        allowed = {name: value for name, value in fields.items() if (name in branchs) != township}
        return allowed or None

    def is_township(self, replica: str) -> bool:
        """Tell whether the acts of `replica` are a township's."""
        return replica in self._township
