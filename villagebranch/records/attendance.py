"""Whether a party member came to a meeting, and why not."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.values import Link, Text, YesNo


class Attendance(Record):
    __tablename__ = "attendance"
    label = "到会情况"
    registers = (("status", "reason"),)
    single = ("meeting_id", "person_id")

    meeting_id: Mapped[str] = field("会议", Link("meeting"), required=True)
    person_id: Mapped[str] = field("姓名", Link("person"), required=True)
    status: Mapped[str] = field("到会", codes.ATTENDANCE, required=True, width=8)
    reason: Mapped[str | None] = field("原因", Text(60), width=14)
    can_vote: Mapped[int | None] = field("有表决权", YesNo(), width=6)
