"""What the township answers to an issue that a village took up to it."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.values import Day, Link, Text


class TownshipReply(Record):
    __tablename__ = "township_reply"
    label = "镇里答复"
    writer = "township"

    issue_id: Mapped[str] = field("问题", Link("issue"), required=True)
    disposition: Mapped[str] = field("答复", codes.DISPOSITION, required=True, width=8)
    words: Mapped[str | None] = field("答复内容", Text(1000, lines=3), width=30)
    replied_on: Mapped[str] = field("答复日期", Day(full=True), required=True)
    replied_by: Mapped[str | None] = field("答复人", Text(40), width=10)
