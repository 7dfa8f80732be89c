"""A person's place in a household."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.values import Link, Text


class HouseholdMember(Record):
    __tablename__ = "household_member"
    label = "家庭成员"
    registers = (("household_id", "relation"),)
    single = ("person_id",)

    household_id: Mapped[str] = field("所在户", Link("household"), required=True)
    person_id: Mapped[str] = field("姓名", Link("person"), required=True)
    relation: Mapped[str] = field("与户主关系", codes.RELATION, required=True, width=8)
    remark: Mapped[str | None] = field("备注", Text(100))
