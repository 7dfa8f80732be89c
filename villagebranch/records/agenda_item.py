"""One item on a meeting's agenda: what was discussed, how it was voted, what was resolved, and the issue it answers."""

from collections.abc import Mapping

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Day, Link, Text, Whole, YesNo


class AgendaItem(Record):
    __tablename__ = "agenda_item"
    label = "议题"
    registers = (("vote_way", "votes_yes", "votes_no", "votes_abstain", "votes_written"),)

    meeting_id: Mapped[str] = field("会议", Link("meeting"), required=True)
    position: Mapped[int] = field("序", Whole(1, 99), required=True, width=3)
    title: Mapped[str] = field("议题", Text(200), required=True, width=20)
    reporter_id: Mapped[str | None] = field("汇报人", Link("person"), width=8)
    discussion: Mapped[str | None] = field("讨论要点", Text(5000, lines=3), width=30)
    vote_way: Mapped[str | None] = field("表决方式", codes.VOTE_WAY, width=8)
    votes_yes: Mapped[int | None] = field("赞成", Whole(), width=4)
    votes_no: Mapped[int | None] = field("反对", Whole(), width=4)
    votes_abstain: Mapped[int | None] = field("弃权", Whole(), width=4)
    votes_written: Mapped[int | None] = field(
        "其中书面意见", Whole(), width=4, hint="未到会但事先寄来书面意见的，计入赞成票"
    )
    resolution: Mapped[str | None] = field("决议", Text(2000, lines=2), width=24)
    owner_id: Mapped[str | None] = field("责任人", Link("person"), width=8)
    due_on: Mapped[str | None] = field("完成时限", Day(full=True))
    issue_id: Mapped[str | None] = field("所议问题", Link("issue"))
    earlier_id: Mapped[str | None] = field(
        "会前支委会议题", Link("agenda_item"), hint="重要事项提交党员大会前一般先经支委会"
    )
    major: Mapped[int | None] = field("重要事项", YesNo(), width=6)
    election: Mapped[int | None] = field("选举", YesNo(), width=6)

    @classmethod
    def rule(cls, draft: Draft) -> Mapping[str, str]:
        voted = any(draft.get(name) is not None for name in ("votes_yes", "votes_no", "votes_abstain"))
        if voted and "resolution" in draft and not draft["resolution"]:
            return {"resolution": "有表决就要写明决议"}
        return {}
