"""One step in the life of an issue: what was done, when, by whom. The log is only ever added to."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.values import Day, Link, Text


class IssueEvent(Record):
    __tablename__ = "issue_event"
    label = "问题办理记录"

    issue_id: Mapped[str] = field("问题", Link("issue"), required=True)
    event_type: Mapped[str] = field("步骤", codes.ISSUE_STAGE, required=True, width=8)
    happened_on: Mapped[str] = field("日期", Day(full=True), required=True)
    note: Mapped[str | None] = field("说明", Text(1000, lines=2), width=24)
    by_id: Mapped[str | None] = field("经办人", Link("person"))
