"""An issue that a villager raised, from its collection to the answer that the villager is told."""

from collections.abc import Mapping

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Day, Link, Name, Text, YesNo


class Issue(Record):
    """`resolved_on` is the day it left the open ones: resolved, explained or merged."""

    __tablename__ = "issue"
    label = "问题"
    registers = (("resolved_on", "result"), ("fed_back_on", "fed_back_way", "satisfaction"))

    words: Mapped[str] = field(
        "问题", Text(1000, lines=2), required=True, width=24, hint="记原话，确认后不再改"
    )
    confirmed: Mapped[int | None] = field("原话已确认", YesNo(), width=6)
    visit_id: Mapped[str | None] = field("来自走访", Link("visit"))
    household_id: Mapped[str | None] = field("反映户", Link("household"), width=12)
    reporter: Mapped[str | None] = field("反映人", Name(), width=8, hint="不是户里反映的才填", private=True)
    source: Mapped[str | None] = field("来源", codes.ISSUE_SOURCE, width=6)
    issue_kind: Mapped[str | None] = field("性质", codes.ISSUE_KIND, width=6)
    category: Mapped[str | None] = field("类别", codes.ISSUE_CATEGORY, width=6)
    collected_on: Mapped[str] = field("收集日期", Day(full=True), required=True)
    answer: Mapped[str | None] = field("当场答复", Text(500), width=16)
    stage: Mapped[str] = field("进展", codes.ISSUE_STAGE, required=True, width=8)
    measure: Mapped[str | None] = field("解决办法和措施", Text(1000, lines=2), width=20)
    lead_id: Mapped[str | None] = field("责任领导", Link("person"), width=8)
    owner_id: Mapped[str | None] = field("责任人", Link("person"), width=8)
    due_on: Mapped[str | None] = field("完成时限", Day(full=True))
    resolved_on: Mapped[str | None] = field("办结日期", Day(full=True))
    result: Mapped[str | None] = field("办理结果", Text(1000, lines=2), width=20)
    fed_back_on: Mapped[str | None] = field("反馈日期", Day(full=True))
    fed_back_way: Mapped[str | None] = field("反馈方式", codes.FEEDBACK_WAY, width=6)
    satisfaction: Mapped[str | None] = field("满意度", codes.SATISFACTION, width=8)
    escalated_on: Mapped[str | None] = field("上报日期", Day(full=True))
    merged_into: Mapped[str | None] = field("并入", Link("issue"))

    @classmethod
    def rule(cls, draft: Draft) -> Mapping[str, str]:
        collected = str(draft.get("collected_on") or "")
        late = {"resolved_on": "办结日期早于收集日期", "fed_back_on": "反馈日期早于收集日期"}
        return {
            name: f"{told}，请核对"
            for name, told in late.items()
            if "" < str(draft.get(name) or "") < collected
        }
