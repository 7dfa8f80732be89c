"""Whether a parcel fits on what is known here: nothing missing before it, no identity used twice, nothing forged."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection, Integer, func, select

from villagebranch.db.journal import SyncAct, link
from villagebranch.db.record import record_tables
from villagebranch.domain.errors import Trouble
from villagebranch.domain.fields import Draft
from villagebranch.sync.parcel import (
    ForeignAct,
    Parcel,
    Point,
    Vector,
    chains,
    logged_vector,
    read_fields,
    stamp,
)
from villagebranch.sync.photos import untrue

_TEXTS = frozenset({str, type(None)})
_INTEGERS = range(-(2**63), 2**63)


class Missing(Trouble):
    """What comes before the parcel is not here. `gaps` says for each replica which acts, first to last; `since` and `until`
    are the days around them, '' where nothing is known on that side."""

    def __init__(self, gaps: Mapping[str, tuple[int, int]], since: str, until: str) -> None:
        self.gaps = gaps
        self.period = _period(since, until)
        super().__init__(
            f"这个包前面还缺一段（{self.period}的改动），没有导入，本机资料没有改动。请对方补送一次。"
        )


def _period(since: str, until: str) -> str:
    if since and until:
        return f"{since} 到 {until}" if since != until else f"{since} 当天"
    return f"{since} 以后" if since else f"{until or '这个包'} 以前"


class Reused(Trouble):
    """Two computers have written under the same identity `replica`: one is a copy that went on as if it were the other."""

    def __init__(self, replica: str) -> None:
        self.replica = replica
        super().__init__(
            f"有两台电脑在用同一个编号（{replica}）记录，其中一台是复制出来的。没有导入，本机资料没有改动。"
            "请再送一个包给复制出来的那台，在那台上打开，点「这台换一个新编号」（命令 new-identity），再从那台送一次。"
        )


class Forged(Trouble):
    """The parcel contradicts itself."""

    def __init__(self) -> None:
        super().__init__(
            "这个包的内容前后对不上，可能被改动过。没有导入，本机资料没有改动。请对方重新送一次。"
        )


class Fresh(NamedTuple):
    """An act that is new here, with its place in the chain and the fields of each of its changes."""

    act: ForeignAct
    chain: bytes
    fields: Sequence[Draft]


def fresh(conn: Connection, parcel: Parcel, own: str, held: Vector) -> list[Fresh]:
    """Return the acts of a parcel that are new here; raise `Missing`, `Reused` or `Forged` where it does not fit.

    `own` is the code of this replica, `held` how many acts of each replica are known to it.
    """
    if gaps := {
        replica: (held.get(replica, 0) + 1, point.number)
        for replica, point in parcel.start.items()
        if point.number > held.get(replica, 0)
    }:
        raise Missing(gaps, *_around(conn, parcel, gaps))
    by_replica: dict[str, list[ForeignAct]] = defaultdict(list)
    for act in parcel.acts:
        by_replica[act.replica].append(act)
    if (
        by_replica.keys() - parcel.end.keys()
        or parcel.start.keys() != parcel.end.keys()
        or untrue(parcel.photos)
    ):
        raise Forged
    news: list[Fresh] = []
    for replica, end in parcel.end.items():
        _check_numbers(by_replica[replica], parcel.start[replica], end)
        if end.number > held.get(replica, 0) and replica == own:
            raise Reused(replica)
        news += _follow(conn, replica, held.get(replica, 0), by_replica[replica], parcel)
    _check_order(conn, news, parcel.knowledge)
    return news


def _around(conn: Connection, parcel: Parcel, gaps: Mapping[str, tuple[int, int]]) -> tuple[str, str]:
    """Return the last day known here before the gaps, and the first day in the parcel after them."""
    last = select(func.max(SyncAct.at))
    before = [conn.scalar(last.where(SyncAct.replica == replica)) for replica in gaps]
    after = [act.at for act in parcel.acts if act.replica in gaps]
    return min((at for at in before if at), default="")[:10], min(after, default="")[:10]


def _check_numbers(acts: Sequence[ForeignAct], start: Point, end: Point) -> None:
    # Counted first: the numbers in between may be told to be very many.
    if len(acts) != end.number - start.number or any(
        act.number != number for number, act in enumerate(acts, start.number + 1)
    ):
        raise Forged


def _follow(
    conn: Connection, replica: str, held: int, acts: Sequence[ForeignAct], parcel: Parcel
) -> list[Fresh]:
    """Return the acts of one replica from `held` on, if they go on from the very acts that are held."""
    end = parcel.end[replica]
    common = min(held, end.number)
    here = chains(conn, {replica: common})[replica]
    if end.number <= held:
        if here.chain != end.chain:
            raise Reused(replica)
        return []
    news = acts[common - parcel.start[replica].number :]
    try:
        links = list(_links(here.chain, news))
        if links[-1] != end.chain:
            sound = list(_links(parcel.start[replica].chain, acts))[-1] == end.chain
            raise Reused(replica) if sound else Forged  # sound in itself: it is another chain than ours
    except UnicodeEncodeError as error:
        raise Forged from error
    return list(map(Fresh, news, links, _read(news)))


def _links(chain: bytes, acts: Sequence[ForeignAct]) -> Iterator[bytes]:
    for act in acts:
        chain = link(chain, act.head, act.vector, act.changes)
        yield chain


def _read(acts: Sequence[ForeignAct]) -> Iterator[Sequence[Draft]]:
    """Return the fields of the changes of each act, every value of a sort that its column takes."""
    for act in acts:
        try:
            read = act.fields or read_fields([change.fields for change in act.changes])
        except (ValueError, RecursionError) as error:
            raise Forged from error
        if len({change[:2] for change in act.changes}) != len(read):
            raise Forged
        if not all(map(_fits, map(_KIND, act.changes), read)):
            raise Forged
        yield read


_KIND = itemgetter(0)  # of a change


@cache
def _sorts(kind: str) -> Mapping[str, type]:
    """Return what each column of a record kind takes; nothing for a kind that only a newer program knows."""
    table = record_tables().get(kind)
    columns = () if table is None else table.columns
    return {column.name: int if isinstance(column.type, Integer) else str for column in columns}


@cache
def _no_texts(kind: str) -> frozenset[str]:
    """Return the names under which a record kind takes no text: its whole numbers, and its id, which is not a field."""
    return frozenset(name for name, sort in _sorts(kind).items() if sort is int) | {"id"}


def _fits(kind: str, fields: Draft) -> bool:
    if _TEXTS.issuperset(map(type, fields.values())) and fields.keys().isdisjoint(_no_texts(kind)):
        return True
    sorts = _sorts(kind)
    for name, value in fields.items():
        if value is None:
            continue
        sort = type(value)
        if sorts.get(name, sort) is not sort or (sort is not str and sort is not int):
            return False
        if sort is int and value not in _INTEGERS:
            return False
    return "id" not in fields


def _check_order(conn: Connection, news: Sequence[Fresh], knowledge: Vector) -> None:
    """Hold that stamps and vectors only grow, and that an act bears a later stamp than all that it had seen.

    The winner of a register is the one with the latest stamp: it must be one that nobody had seen yet.
    """
    stamps = {(one.act.replica, one.act.number): one.act.stamp for one in news}
    seen: dict[str, Vector] = {}
    for one in news:
        act = one.act
        if act.replica not in seen:
            seen[act.replica] = logged_vector(conn, act.replica)
        reached = {act.replica: act.number - 1} if act.number > 1 else {}
        if act.vector is not None:
            vector = _vector(act.vector)
            before = seen[act.replica]
            if any(vector.get(replica, 0) < number for replica, number in before.items()):
                raise Forged
            reached |= {replica: n for replica, n in vector.items() if n != before.get(replica)}
            seen[act.replica] = vector
        for replica, number in reached.items():
            if number > knowledge.get(replica, 0) or _stamp(conn, stamps, replica, number) >= act.stamp:
                raise Forged


def _vector(text: str) -> Vector:
    try:
        vector = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Forged from error
    if type(vector) is not dict or any(type(number) is not int or number < 1 for number in vector.values()):
        raise Forged
    return vector


def _stamp(conn: Connection, stamps: dict[tuple[str, int], int], replica: str, number: int) -> int:
    if (replica, number) not in stamps:
        stamps[replica, number] = stamp(conn, replica, number)
    return stamps[replica, number]
