"""The party branch that keeps this database: one row."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain.values import Day, Name, Phone, Text, YesNo


class Branch(Record):
    __tablename__ = "branch"
    label = "党支部"

    name: Mapped[str] = field(
        "党支部名称", Text(40), required=True, width=16, hint="印在每张台账上，如「梅溪村党支部」"
    )
    township: Mapped[str | None] = field("乡镇", Text(30), width=12)
    village: Mapped[str | None] = field("村", Text(30), width=12)
    district_code: Mapped[str | None] = field(
        "统计用区划代码", Text(12), width=12, hint="12 位，上级报表要填时才用"
    )
    phone: Mapped[str | None] = field("联系电话", Phone(), hint="印在公示上，请填村里的公开电话")
    secretary: Mapped[str | None] = field("党支部书记", Name(), hint="印在公示和签字栏上")
    place: Mapped[str | None] = field("常用会议地点", Text(40), width=16)
    term_ends_on: Mapped[str | None] = field("支委会任期届满", Day(), hint="届满前 6 个月提醒换届")
    report_visits: Mapped[int | None] = field(
        "走访记录也报给乡镇", YesNo(), hint="不报：镇里只收到户数、次数和问题，谁家谈了什么不出村"
    )
