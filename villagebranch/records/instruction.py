"""What the township asks of a village (通知要求): its words are the township's, whether it is done the village says."""

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain.values import Day, Text


class Instruction(Record):
    __tablename__ = "instruction"
    label = "通知要求"
    writer = "township"
    answered = ("done_on", "done_note")

    title: Mapped[str] = field("事项", Text(80), required=True, width=20)
    words: Mapped[str | None] = field("要求", Text(2000, lines=4), width=30)
    due_on: Mapped[str | None] = field("完成时限", Day(full=True))
    issued_on: Mapped[str] = field("下发日期", Day(full=True), required=True)
    issued_by: Mapped[str | None] = field("下发单位", Text(40), width=12)
    done_on: Mapped[str | None] = field("办完日期", Day(full=True))
    done_note: Mapped[str | None] = field("办理情况", Text(500, lines=2), width=20)
