"""Which cadre keeps contact with which household, and since when."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain.values import Day, Link


class HouseholdLink(Record):
    __tablename__ = "household_link"
    label = "联系户"
    single = ("household_id", "to_on")

    cadre_id: Mapped[str] = field("联系人", Link("cadre"), required=True)
    household_id: Mapped[str] = field("户", Link("household"), required=True)
    from_on: Mapped[str | None] = field("开始联系", Day())
    to_on: Mapped[str | None] = field("结束联系", Day())
