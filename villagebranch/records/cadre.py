"""A village cadre: a dated post of a person, with dated links to households and a dated monthly quota of visits."""

from collections.abc import Mapping

from sqlalchemy.orm import Mapped

from villagebranch.db.record import Record, field
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Day, Link, Text


class Cadre(Record):
    __tablename__ = "cadre"
    label = "村干部"
    single = ("person_id", "to_on")

    person_id: Mapped[str] = field("姓名", Link("person"), required=True)
    post: Mapped[str | None] = field("职务", Text(30), hint="印在手册上，如「支部委员」")
    from_on: Mapped[str | None] = field("任职时间", Day())
    to_on: Mapped[str | None] = field("离任时间", Day(), hint="在任的不填")

    @classmethod
    def rule(cls, draft: Draft) -> Mapping[str, str]:
        start, end = str(draft.get("from_on") or ""), str(draft.get("to_on") or "")
        return {"to_on": "离任时间早于任职时间，请核对"} if start and end and end < start[: len(end)] else {}
