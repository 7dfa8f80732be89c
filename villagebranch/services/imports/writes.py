"""What an import is going to write: plain drafts, compared before they are written, and all of them or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from villagebranch.db.journal import Act
from villagebranch.db.record import Record
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Link, Links, Stored
from villagebranch.records import KINDS

Drafts = dict[type[Record], dict[str, Draft]]


@dataclass
class Writes:
    """Additions and changes by record class and id. A new record has a passing id, which others may refer to already."""

    added: Drafts = field(default_factory=dict)
    changed: Drafts = field(default_factory=dict)
    removed: list[tuple[type[Record], str]] = field(default_factory=list)

    def add(self, record: type[Record], draft: Mapping[str, Stored]) -> str:
        """Note a new record and return its passing id."""
        drafts = self.added.setdefault(record, {})
        id = f"+{record.__tablename__}.{len(drafts)}"
        drafts[id] = dict(draft)
        return id

    def set(self, record: type[Record], id: str, draft: Mapping[str, Stored]) -> None:
        """Note changed fields of a record, new or old."""
        new = self.added.get(record, {})
        drafts = new if id in new else self.changed.setdefault(record, {})
        drafts[id] = drafts.get(id, {}) | dict(draft)

    def remove(self, record: type[Record], id: str) -> None:
        """Note that a record is to be deleted."""
        self.removed.append((record, id))

    def make(self, act: Act) -> None:
        """Write all of it, kind by kind: `KINDS` is in the order that records refer to one another."""
        real: dict[str, str] = {}
        for record in (kind for kind in KINDS if kind in self.added):
            drafts = [_with_ids(record, draft, real) for draft in self.added[record].values()]
            real |= zip(self.added[record], act.add_many(record, drafts), strict=True)
        for record, changes in self.changed.items():
            act.put(record.table(), {id: _with_ids(record, draft, real) for id, draft in changes.items()})
        for record, id in self.removed:
            act.remove(record, id)


def _with_ids(record: type[Record], draft: Draft, real: Mapping[str, str]) -> Draft:
    """Return `draft` with the ids that the new records were given."""
    links = [one.name for one in record.kind().fields if isinstance(one.value, (Link, Links))]
    named = {name: str(draft[name]).split() for name in links if draft.get(name)}
    return draft | {name: " ".join(real.get(id, id) for id in ids) for name, ids in named.items()}
