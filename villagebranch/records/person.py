"""A person: known once, whether as villager, party member or cadre."""

from collections.abc import Mapping

from sqlalchemy import Text as TextColumn
from sqlalchemy.orm import Mapped, mapped_column

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.fields import Draft
from villagebranch.domain.values import Day, IdNumber, Name, Phone, Text


class Person(Record):
    """`merged_into` names the record that this one turned out to be the same as."""

    __tablename__ = "person"
    label = "人员"

    merged_into: Mapped[str | None] = mapped_column(TextColumn)

    name: Mapped[str] = field("姓名", Name(), required=True, width=8)
    sex: Mapped[str | None] = field("性别", codes.SEX, width=4)
    born_on: Mapped[str | None] = field("出生日期", Day(), hint="以档案为准，可与身份证号不同")
    ethnicity: Mapped[str | None] = field("民族", codes.ETHNICITY, width=6)
    id_number: Mapped[str | None] = field(
        "公民身份号码", IdNumber(), width=18, hint="上级报表要填时才填", private=True
    )
    phone: Mapped[str | None] = field("联系电话", Phone(), width=11, private=True)
    address: Mapped[str | None] = field("家庭住址", Text(80), width=14, private=True)
    native_place: Mapped[str | None] = field("籍贯", Text(40))
    education: Mapped[str | None] = field("学历", codes.EDUCATION, width=6)
    degree: Mapped[str | None] = field("学位", Text(20))
    school: Mapped[str | None] = field("毕业院校及专业", Text(60), width=16)
    occupation: Mapped[str | None] = field("工作岗位", Text(40))
    work_started_on: Mapped[str | None] = field("参加工作日期", Day())
    police_station: Mapped[str | None] = field("户籍派出所", Text(40))

    @classmethod
    def rule(cls, draft: Draft) -> Mapping[str, str]:
        born, worked = str(draft.get("born_on") or ""), str(draft.get("work_started_on") or "")
        if born[:1].isdigit() and worked[:1].isdigit() and worked < born[: len(worked)]:
            return {"work_started_on": "参加工作日期早于出生日期，请核对"}
        return {}
