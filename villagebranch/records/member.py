"""A party member of the branch: what ledgers L1 and L2 ask beyond the person."""

from collections.abc import Mapping

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Day, Link, Money, Text, YesNo


class Member(Record):
    __tablename__ = "member"
    label = "党员"
    registers = (("away", "away_since", "away_place"),)
    single = ("person_id",)

    person_id: Mapped[str] = field("姓名", Link("person"), required=True)
    status: Mapped[str] = field("人员类别", codes.MEMBER_STATUS, required=True, width=8)
    joined_on: Mapped[str | None] = field("入党日期", Day(), hint="支部大会通过接收为预备党员的日期")
    full_on: Mapped[str | None] = field("转正日期", Day())
    post: Mapped[str | None] = field("党内职务", Text(30))
    party_group: Mapped[str | None] = field("所在党小组", Text(20))
    sponsors: Mapped[str | None] = field("入党介绍人", Text(40))
    away: Mapped[int | None] = field("流动党员", YesNo(), width=6, hint="外出 6 个月以上且未转组织关系")
    away_since: Mapped[str | None] = field("外出时间", Day())
    away_place: Mapped[str | None] = field("外出地点", Text(60), width=14)
    contact_id: Mapped[str | None] = field("支部联系人", Link("person"), hint="流动党员由谁经常联系")
    exempt: Mapped[int | None] = field("年老体弱", YesNo(), width=6, hint="组织活动不作硬性要求，不计入缺席")
    dues_fen: Mapped[int | None] = field("党费标准（元/月）", Money())
    hardship: Mapped[str | None] = field("困难情形", Text(100), private=True)
    honours: Mapped[str | None] = field("奖惩情况", Text(500, lines=3))
    remark: Mapped[str | None] = field("备注", Text(200, lines=2))

    @classmethod
    def rule(cls, draft: Draft) -> Mapping[str, str]:
        joined, full = str(draft.get("joined_on") or ""), str(draft.get("full_on") or "")
        if joined[:1].isdigit() and full[:1].isdigit() and full < joined[: len(full)]:
            return {"full_on": "转正日期早于入党日期，请核对"}
        return {}
