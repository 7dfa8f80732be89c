"""People and party members: one form over both, so that a name is typed once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from villagebranch.db.among import among
from villagebranch.db.journal import Act
from villagebranch.domain import codes, dayshow
from villagebranch.domain.errors import Refused
from villagebranch.domain.fields import Draft, Field, Kind
from villagebranch.domain.probation import probation_ends
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Choice, Day, Stored, Whole
from villagebranch.records.cadre import Cadre
from villagebranch.records.household_member import HouseholdMember
from villagebranch.records.kept import living
from villagebranch.records.member import Member
from villagebranch.records.person import Person

MEMBER_FORM = Kind(
    "member",
    "党员",
    (*Person.kind().fields, *(field for field in Member.kind().fields if field.name != "person_id")),
    lambda draft: {**Person.rule(draft), **Member.rule(draft)},
)
"""What is asked of a party member, of the person and of the membership alike."""


_PERSON_FIELDS = frozenset(field.name for field in Person.kind().fields)
_NAMES = tuple(field.name for field in MEMBER_FORM.fields)
LISTED = ("name", "sex", "born_on", "joined_on", "post", "party_group", "status", "away", "exempt")
"""The fields that `roster` shows, and `members` is asked for where nothing else is wanted."""


@dataclass(frozen=True)
class MemberRow:
    """One party member: the household is the one lived in, if any; `values` holds the fields that were asked for."""

    id: str
    person_id: str
    household_id: str | None
    values: Mapping[str, Stored]

    def __getitem__(self, name: str) -> Stored:
        return self.values[name]

    def words(self, name: str) -> str:
        """Return one field as people read it."""
        return MEMBER_FORM.field(name).value.show(self.values[name])


def names(conn: Connection, ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of these people by id."""
    return dict(conn.execute(_NAMES_OF, {"ids": {id for id in ids if id}}).tuples().all())


_NAMES_OF = select(Person.id, Person.name).where(among(Person.id))


def villager_names(conn: Connection) -> frozenset[str]:
    """Return the names of everybody but the cadres, whose work is public: a notice must not bear them."""
    at_work = select(Cadre.person_id).where(Cadre.removed_at.is_(None))
    private = select(Person.name).where(Person.removed_at.is_(None), Person.id.not_in(at_work))
    public = select(Person.name).where(Person.id.in_(at_work))
    return frozenset(conn.scalars(private)) - frozenset(conn.scalars(public))


def members(
    conn: Connection, ids: Iterable[str] | None = None, fields: Sequence[str] = _NAMES
) -> list[MemberRow]:
    """Return the party members, in the order of a roster: by post, then group, then the day they joined.

    `fields` are to be read; what orders the roster is always among `LISTED`.
    """
    query = (
        select(
            Member.id,
            Member.person_id,
            HouseholdMember.household_id,
            *(getattr(Person if name in _PERSON_FIELDS else Member, name) for name in fields),
        )
        .join(Person, Person.id == Member.person_id)
        .outerjoin(
            HouseholdMember, (HouseholdMember.person_id == Person.id) & HouseholdMember.removed_at.is_(None)
        )
        .where(Member.removed_at.is_(None), Person.removed_at.is_(None))
    )
    if ids is not None:
        query = query.where(among(Member.id, list(ids)))
    rows = {
        id: MemberRow(id, person_id, home, dict(zip(fields, values, strict=True)))
        for id, person_id, home, *values in conn.execute(query).all()
    }
    return sorted(rows.values(), key=_roster_order)


def household_words(head: Stored, group: Stored, door: Stored) -> str:
    """Return how a household is spoken of: 陆根发 户 · 5组 18号."""
    place = f"{group or ''} {door or ''}".strip()
    return f"{head} 户 · {place}" if head and place else f"{head} 户" if head else place


def _roster_order(row: MemberRow) -> tuple[object, ...]:
    return (
        codes.post_rank(row.words("post")),
        str(row["party_group"] or "~"),
        str(row["joined_on"] or "~"),
        row.id,
    )


def save_member(act: Act, raw: Mapping[str, object], today: date, id: str | None = None) -> str:
    """Add a party member with the person behind it, or change both; return the member's id. Raises `Refused`."""
    draft = MEMBER_FORM.draft(raw, today, partial=id is not None)
    person = {name: value for name, value in draft.items() if name in _PERSON_FIELDS}
    member = {name: value for name, value in draft.items() if name not in _PERSON_FIELDS}
    if id is None:
        person_id = known_person(act.conn, draft) or act.add(Person, person)
        if act.conn.scalar(
            select(Member.id).where(Member.person_id == person_id, Member.removed_at.is_(None))
        ):
            raise Refused({"name": "这个人已经在党员名册里"})
        act.set(Person, person_id, {name: value for name, value in person.items() if value is not None})
        return act.add(Member, member | {"person_id": person_id})
    row = next(iter(members(act.conn, [id])))
    act.set(Person, row.person_id, person)
    act.set(Member, id, member)
    return id


def known_person(conn: Connection, draft: Draft) -> str | None:
    """Return the id of the person that `draft` is about where one is known, so that nobody is kept twice.

    It is whoever bears the ID number, else the name and the birthday (of which a part may be known). Raises `Refused`
    where somebody bears the name and no birthday was given to tell the two apart.
    """
    number, born_on = (str(draft.get(name) or "") for name in ("id_number", "born_on"))
    alive = select(Person.id, Person.born_on, Person.id_number).where(living(Person))
    is_told = number[:1].isdigit()
    if is_told and (bearer := conn.execute(alive.where(Person.id_number == number)).first()):
        return str(bearer.id)
    namesakes = [
        (id, known)
        for id, known, other in conn.execute(alive.where(Person.name == draft["name"]))
        if known and not (is_told and other)
    ]
    for id, known in namesakes:
        if born_on and (known.startswith(born_on) or born_on.startswith(known)):
            return str(id)
    if namesakes and not born_on:
        told = f"村里已有一位 {draft['name']}（{namesakes[0][1]} 出生），请填出生日期，看是不是同一个人"
        raise Refused({"born_on": told})
    return None


def remove_member(act: Act, id: str) -> None:
    """Take a party member off the roster; the person stays."""
    act.remove(Member, id)


AGE = Field("age", "年龄", Whole(0, 150), width=4)


_ROSTER = (
    Column.of(MEMBER_FORM.field("name")),
    Column.of(MEMBER_FORM.field("sex")),
    Column.of(AGE),
    Column("joined_on", "入党", Day()),
    Column.of(MEMBER_FORM.field("post")),
    Column("party_group", "党小组"),
    Column("status", "类别", Choice({"full": "正式", "probationary": "预备"})),
    Column("mark", ""),
)


def roster(rows: Iterable[MemberRow], today: date) -> Table:
    """Return the list of the 党员 page."""
    table_rows, ids = [], []
    for row in rows:
        born_on = str(row["born_on"] or "")
        values = {**row.values, "age": dayshow.age(born_on, today), "mark": mark(row, today)}
        table_rows.append(tuple([values[column.name] for column in _ROSTER]))
        ids.append(row.id)
    return Table(_ROSTER, table_rows, ids)


def book(conn: Connection, ids: Iterable[str]) -> Table:
    """Return all that is known of these members, as the roster is exported; a contact stands there by name."""
    rows = members(conn, ids)
    contacts = names(conn, (str(row["contact_id"] or "") for row in rows))
    columns = tuple(
        Column("contact", field.label) if field.name == "contact_id" else Column.of(field)
        for field in MEMBER_FORM.fields
    )
    cells = []
    for row in rows:
        values = {**row.values, "contact": contacts.get(str(row["contact_id"]))}
        cells.append(tuple([values[column.name] for column in columns]))
    return Table(columns, cells, [row.id for row in rows])


def mark(row: MemberRow, today: date) -> str | None:
    """Return the one word that stands beside a member on the roster: 流动, 年老体弱, 还剩 8 天转正."""
    ends = probation_ends(row.words("joined_on")) if row["status"] == "probationary" else None
    if ends is not None:
        left = (ends - today).days
        return f"还剩 {left} 天转正" if left >= 0 else "已到转正时间"
    return "流动" if row["away"] else "年老体弱" if row["exempt"] else None
