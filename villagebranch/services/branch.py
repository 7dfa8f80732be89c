"""The branch that keeps the book: one set of facts, printed on every ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from villagebranch.db.journal import Act
from villagebranch.domain import codes
from villagebranch.records.branch import Branch
from villagebranch.records.member import Member
from villagebranch.records.person import Person


@dataclass(frozen=True)
class BranchFacts:
    """What is known of the branch, '' for what is not; `id` is '' until it is set up."""

    id: str = ""
    name: str = ""
    township: str = ""
    village: str = ""
    district_code: str = ""
    phone: str = ""
    secretary: str = ""
    place: str = ""
    term_ends_on: str = ""
    report_visits: int = 0


def branch(conn: Connection) -> BranchFacts:
    """Return the facts of the branch; the secretary comes from the roster where the branch names none."""
    columns = [getattr(Branch, name) for name in BranchFacts.__dataclass_fields__]
    row = conn.execute(
        select(*columns).where(Branch.removed_at.is_(None)).order_by(Branch.id).limit(1)
    ).first()
    known = {name: value for name, value in row._mapping.items() if value} if row else {}
    return BranchFacts(**{"secretary": _secretary(conn)} | known)


def save(act: Act, raw: Mapping[str, object], today: date) -> str:
    """Keep what was typed about the branch and return its id; raise `Refused` with every problem at once."""
    id = branch(act.conn).id
    draft = Branch.kind().draft(raw, today, partial=bool(id))
    if not id:
        return act.add(Branch, draft)
    act.set(Branch, id, draft)
    return id


def _secretary(conn: Connection) -> str:
    holder = select(Person.name).join(Member, Member.person_id == Person.id)
    in_post = holder.where(
        Member.post == codes.POSTS[0], Member.removed_at.is_(None), Person.removed_at.is_(None)
    )
    return conn.scalar(in_post.order_by(Member.id).limit(1)) or ""
