"""A meeting of the branch: general, committee, group, class, theme day, organisational life."""

from collections.abc import Mapping

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Link, Moment, Text, Whole


class Meeting(Record):
    __tablename__ = "meeting"
    label = "会议"

    meeting_type: Mapped[str] = field("会议类型", codes.MEETING_TYPE, required=True, width=10)
    starts_at: Mapped[str] = field("时间", Moment(), required=True, width=14)
    ends_at: Mapped[str | None] = field("结束时间", Moment(), width=14)
    place: Mapped[str | None] = field("地点", Text(60), width=14)
    title: Mapped[str | None] = field("主题", Text(100), width=20)
    chair_id: Mapped[str | None] = field("主持人", Link("person"), width=8)
    recorder_id: Mapped[str | None] = field("记录人", Link("person"), width=8)
    party_group: Mapped[str | None] = field("党小组", Text(20), hint="党小组会填")
    lecturer: Mapped[str | None] = field("授课人及职务", Text(40), hint="党课填")
    hours: Mapped[int | None] = field("学时", Whole(0, 100), width=4)
    guests: Mapped[str | None] = field("列席人员", Text(200), width=20)
    discussion: Mapped[str | None] = field("内容与发言", Text(20_000, lines=6), width=40)
    outcome: Mapped[str | None] = field("效果与后续", Text(2000, lines=2), width=20)

    @classmethod
    def rule(cls, draft: Draft) -> Mapping[str, str]:
        starts, ends = str(draft.get("starts_at") or ""), str(draft.get("ends_at") or "")
        return {"ends_at": "结束时间早于开始时间，请核对"} if "" < ends < starts else {}
