"""A village of the township, and what is kept of its latest report."""

from sqlalchemy import Integer
from sqlalchemy import Text as TextColumn
from sqlalchemy.orm import Mapped, mapped_column

from villagebranch.db.record import Record, field
from villagebranch.domain.values import Name, Text, Whole


class Village(Record):
    """`branch` is the id of the branch's own record in the village's books; `reported_at` is when its latest report was
    taken in and `made_at` when it was made, each by the wall clock of the one who did it.

    `knowledge` says how many acts of each replica it knew (JSON), `conflicts` how many registers were undecided there;
    `apart` is 1 where two computers of the village reported without knowing of one another.
    """

    __tablename__ = "village"
    label = "村"

    name: Mapped[str] = field("党支部", Text(40), required=True, width=16)
    secretary: Mapped[str | None] = field("党支部书记", Name(), width=8)
    households: Mapped[int | None] = field("户数", Whole(0, 99_999, "户"), width=6)
    members: Mapped[int | None] = field("党员数", Whole(0, 99_999, "人"), width=6)
    branch: Mapped[str] = mapped_column(TextColumn, nullable=True)
    reported_at: Mapped[str | None] = mapped_column(TextColumn)
    made_at: Mapped[str | None] = mapped_column(TextColumn)
    knowledge: Mapped[str | None] = mapped_column(TextColumn)
    conflicts: Mapped[int | None] = mapped_column(Integer)
    apart: Mapped[int | None] = mapped_column(Integer)
