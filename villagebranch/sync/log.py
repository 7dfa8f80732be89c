"""来往记录: what went out and came in, kept on this computer alone, so that it can be told and taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select

from villagebranch.db.among import among
from villagebranch.db.history import Undoings
from villagebranch.db.identity import ExchangeLog
from villagebranch.db.journal import ActRef, read_runs, runs
from villagebranch.sync.cards import Card
from villagebranch.sync.package import Header

OUT, IN = "out", "in"
_COLUMNS = ("number", "at", "way", "sign", "partner", "kind", "file", "changes", "acts")


@dataclass(frozen=True)
class Dealing:
    """One package that went out or came in; `changes` counts what was in it, or what of it was new.

    `acts`, in the words of `journal.runs`, are those that came in, which `undone_by` took all back; of what went out, the
    last of each replica that the partner has then.
    """

    number: int
    at: str
    way: str
    sign: str
    partner: str
    kind: str
    file: str
    changes: int
    acts: str
    undone_by: ActRef | None = None

    @property
    def refs(self) -> list[ActRef]:
        """The acts, one by one."""
        told = read_runs(self.acts)
        return [ActRef(code, number) for code, first, last in told for number in range(first, last + 1)]


def note(
    conn: Connection,
    way: str,
    at: str,
    who: Card | None,
    package: tuple[Header, str],
    acts: Iterable[ActRef],
    changes: int,
) -> None:
    """Write a package down; `package` is its header and the name of its file, `who` None where it is for anybody."""
    header, file = package
    row = {"at": at, "way": way, "sign": who.sign if who else "", "partner": who.name if who else ""}
    row |= {"kind": header.kind, "package": header.id, "file": file, "acts": runs(acts)}
    conn.execute(insert(ExchangeLog), {**row, "changes": changes})


def dealings(conn: Connection, limit: int = 50) -> list[Dealing]:
    """Return the latest, newest first."""
    query = select(*(getattr(ExchangeLog, name) for name in _COLUMNS))
    rows = conn.execute(query.order_by(ExchangeLog.number.desc()).limit(limit)).mappings().all()
    undone = Undoings(conn)
    return [Dealing(**{**row, "undone_by": undone.of_all(row["acts"])}) for row in rows]


def taken(conn: Connection) -> set[str]:
    """Return the ids of the packages that were taken in."""
    return set(conn.scalars(select(ExchangeLog.package).where(ExchangeLog.way == IN)))


@dataclass
class LastSent:
    """When something was last sent to a partner ('' for never), up to which act of each replica, and whether it was heard of
    since."""

    at: str = ""
    reached: dict[str, int] = field(default_factory=dict)
    heard: bool = False


def last_sent(conn: Connection, partners: Sequence[Card]) -> list[LastSent]:
    """Return what was last sent to each of these partners."""
    to_one = among(ExchangeLog.sign, [card.sign for card in partners])
    columns = (ExchangeLog.sign, ExchangeLog.way, ExchangeLog.at, ExchangeLog.acts)
    query = select(*columns).where(to_one, ExchangeLog.kind != "request").order_by(ExchangeLog.number)
    sent = {card.sign: LastSent() for card in partners}
    for sign, way, at, acts in conn.execute(query):
        sent[sign].heard = way == IN
        if way == IN:
            continue
        sent[sign].at = at
        for code, _first, last in read_runs(acts):
            sent[sign].reached[code] = max(last, sent[sign].reached.get(code, 0))
    return list(sent.values())
