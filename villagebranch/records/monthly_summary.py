"""The monthly summary of issues: once frozen, a snapshot that later corrections do not touch."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain.values import Choice, Link, Moment, Month, Text

SUMMARY_STATE = Choice({"draft": "未定稿", "frozen": "已定稿"})


class MonthlySummary(Record):
    """`snapshot` is the JSON that `services.monthly_summary` made when the summary was frozen."""

    __tablename__ = "monthly_summary"
    label = "问题月度汇总"
    registers = (("state", "meeting_id", "frozen_at", "snapshot"),)

    period: Mapped[str] = field("月份", Month(), required=True)
    state: Mapped[str] = field("状态", SUMMARY_STATE, required=True)
    meeting_id: Mapped[str | None] = field("研究会", Link("meeting"))
    frozen_at: Mapped[str | None] = field("定稿时间", Moment())
    snapshot: Mapped[str | None] = field("内容", Text(10_000_000, lines=2))
