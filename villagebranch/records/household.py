"""A household: what is needed to find its door and to serve it, and no more (practice.md § 4)."""

from sqlalchemy import Text as TextColumn
from sqlalchemy.orm import Mapped, mapped_column

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.values import Phone, Text, Whole, YesNo


class Household(Record):
    """`merged_into` names the record that this one turned out to be the same as."""

    __tablename__ = "household"
    label = "群众户"

    merged_into: Mapped[str | None] = mapped_column(TextColumn)

    number: Mapped[int | None] = field("户号", Whole(1, 99_999), width=5)
    villager_group: Mapped[str | None] = field("村民小组", Text(20), width=6, hint="如 5组")
    door: Mapped[str | None] = field("门牌", Text(20), width=6, hint="如 18号")
    phone: Mapped[str | None] = field("联系电话", Phone(), width=11, private=True)
    tags: Mapped[str | None] = field("户类型", codes.TAGS, hint="只填户主愿意让人看到的")
    card_given: Mapped[int | None] = field("联系卡已发放", YesNo(), width=6)
    note: Mapped[str | None] = field("备注", Text(500, lines=3), width=20, hint="只写事，不写评价人")
