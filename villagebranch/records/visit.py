"""A visit, in one of the three ways (三访), to a household or a place."""

from collections.abc import Mapping

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Day, Link, Links, Moment, Text


class Visit(Record):
    __tablename__ = "visit"
    label = "走访"
    registers = (("household_id", "place"),)

    household_id: Mapped[str | None] = field("走访户", Link("household"), width=12)
    place: Mapped[str | None] = field("地点", Text(60), width=12, hint="实地巡访不到户时填，如「3组机耕路」")
    occurred_on: Mapped[str] = field("日期", Day(full=True), required=True)
    recorded_at: Mapped[str | None] = field("记录时间", Moment())
    visitors: Mapped[str] = field("走访人", Links("person"), required=True, width=12)
    visit_type: Mapped[str] = field("走访方式", codes.VISIT_TYPE, required=True, width=8)
    account: Mapped[str | None] = field(
        "谈了什么、看到什么", Text(5000, lines=4), width=40, hint="只写事，不写评价人", private=True
    )

    @classmethod
    def rule(cls, draft: Draft) -> Mapping[str, str]:
        if {"household_id", "place"} <= draft.keys() and not (draft["household_id"] or draft["place"]):
            return {"household_id": "请选走访的户，或填走访的地点"}
        return {}
