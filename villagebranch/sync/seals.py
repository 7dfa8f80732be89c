"""Seals: the township signs its streams, so that its word holds also where another laptop of the branch passes it on."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select

from villagebranch.db.authority import SyncSeal
from villagebranch.db.identity import role, streams
from villagebranch.db.journal import canonical
from villagebranch.domain.errors import Trouble
from villagebranch.records.superior import Superior
from villagebranch.sync.cards import Card, Keys, keys, verifies
from villagebranch.sync.parcel import Parcel, Point, Seal

_SEALED_AS = b"villagebranch stream\n"


class Stranger(Trouble):
    """The parcel speaks for a township that nobody in this branch has trusted."""

    def __init__(self) -> None:
        super().__init__("包里有不认识的乡镇发来的内容，没有导入，本机资料没有改动。请先收下乡镇的名片。")


class Unsealed(Trouble):
    """A stream of the township goes on without the township's seal, or with one that does not hold."""

    def __init__(self) -> None:
        super().__init__(
            "包里写着是乡镇发来的内容，但乡镇的签名对不上。没有导入，本机资料没有改动。请直接收乡镇的包。"
        )


def sealed(conn: Connection, parcel: Parcel) -> Parcel:
    """Return the parcel with a seal under each of this township's own streams in it, and those that are passed on."""
    own = streams(conn)
    made = [make(keys(conn), replica, parcel.end[replica]) for replica in parcel.end if replica in own]
    others = parcel.end.keys() - own.keys()
    held = [Seal(*row) for row in conn.execute(select(*_COLUMNS)) if row.replica in others]
    return replace(parcel, seals=tuple(made + held))


_COLUMNS = (SyncSeal.replica, SyncSeal.number, SyncSeal.chain, SyncSeal.sign, SyncSeal.signature)


def make(keys: Keys, replica: str, point: Point) -> Seal:
    """Return a seal under a stream, up to a point of its chain."""
    return Seal(replica, *point, keys.card("").sign, keys.sign.sign(_message(replica, *point)))


def _message(replica: str, number: int, chain: bytes) -> bytes:
    return _SEALED_AS + canonical([replica, number, chain.hex()]).encode()


def holds(seal: Seal) -> bool:
    """Tell whether the township whose key it names made this seal."""
    message = _message(seal.replica, seal.number, seal.chain)
    return verifies(Card(seal.sign, "", ""), seal.signature, message)


def check_seals(conn: Connection, parcel: Parcel, fresh: Collection[str]) -> frozenset[str]:
    """Return the streams in a parcel that are a township's; `fresh` are those with acts that are new here.

    Raises `Unsealed` where such a stream goes on without its seal, `Stranger` for a township that is not trusted.
    """
    arriving = {seal.replica: seal for seal in parcel.seals}
    if not (arriving or fresh):
        return frozenset()
    here = {row.replica: row.sign for row in conn.execute(select(SyncSeal.replica, SyncSeal.sign))}
    trusted = _trusted(conn) | _made_known(parcel) if arriving else set()
    for replica, seal in arriving.items():
        if replica not in parcel.end or here.get(replica, seal.sign) != seal.sign:
            raise Unsealed
        if seal.sign not in trusted:
            raise Stranger
        if not holds(seal):
            raise Unsealed
    for replica in fresh:
        if replica in here or replica in arriving:
            under = arriving.get(replica)
            if under is None or (under.number, under.chain) != parcel.end[replica]:
                raise Unsealed
    return frozenset(arriving)


def sealed_by(conn: Connection, sign: str) -> set[str]:
    """Return the streams here that the township with this key has sealed."""
    return set(conn.scalars(select(SyncSeal.replica).where(SyncSeal.sign == sign)))


def _trusted(conn: Connection) -> set[str]:
    """Return the keys of the townships that this database believes: a township's own, and the branch's superiors."""
    if role(conn) == "township":
        return {keys(conn).card("").sign}
    return set(conn.scalars(select(Superior.sign)))


def _made_known(parcel: Parcel) -> set[str]:
    """Return the keys of townships that the branch's own acts in this parcel trust."""
    told = (
        json.loads(change.fields)
        for act in parcel.acts
        for change in act.changes
        if change.kind == Superior.__tablename__
    )
    return {str(fields["sign"]) for fields in told if "sign" in fields}


def keep_seals(conn: Connection, seals: Sequence[Seal]) -> None:
    """Keep the seals that came with a parcel, to be passed on with the streams that they are under."""
    for seal in seals:
        held = conn.scalar(select(SyncSeal.number).where(SyncSeal.replica == seal.replica)) or 0
        if seal.number > held:
            conn.execute(delete(SyncSeal).where(SyncSeal.replica == seal.replica))
            conn.execute(insert(SyncSeal), seal._asdict())
