"""What a village reports to its township, as the township keeps it: one row for each row of the village's report."""

from sqlalchemy import BigInteger
from sqlalchemy import Text as TextColumn
from sqlalchemy.orm import Mapped, mapped_column

from villagebranch.db.record import Record, field
from villagebranch.domain import codes
from villagebranch.domain.values import Day, Link, Month, Name, Text, Whole


class Reported(Record):
    """A row of a report: `source` is its name in the village's books, `touched` the stamp of the latest act behind it."""

    __abstract__ = True

    village_id: Mapped[str] = field("村", Link("village"), required=True, width=10)
    source: Mapped[str] = mapped_column(TextColumn, nullable=True)
    touched: Mapped[int | None] = mapped_column(BigInteger)


class CadreMonth(Reported):
    """How many households a cadre visited in a month, and how many there should be (村干部每月走访10户)."""

    __tablename__ = "cadre_month"
    label = "村干部月走访"

    period: Mapped[str] = field("月份", Month(), required=True)
    name: Mapped[str] = field("姓名", Name(), required=True, width=8)
    post: Mapped[str | None] = field("职务", Text(30), width=10)
    visited: Mapped[int] = field("已走访", Whole(0, 9_999, "户"), required=True)
    quota: Mapped[int] = field("应走访", Whole(0, 9_999, "户"), required=True)


class VillageMonth(Reported):
    """The visits of a village in a month, by the three ways (三访), and the households that were visited."""

    __tablename__ = "village_month"
    label = "村月走访"

    period: Mapped[str] = field("月份", Month(), required=True)
    liaison: Mapped[int] = field("联系走访", Whole(0, 99_999, "次"), required=True)
    home: Mapped[int] = field("上门家访", Whole(0, 99_999, "次"), required=True)
    patrol: Mapped[int] = field("实地巡访", Whole(0, 99_999, "次"), required=True)
    households: Mapped[int] = field("走访户数", Whole(0, 99_999, "户"), required=True)


class VillageIssue(Reported):
    """An issue of a village: who raised it stays there, only the villager group goes up."""

    __tablename__ = "village_issue"
    label = "村里的问题"

    words: Mapped[str] = field("问题", Text(1000, lines=2), required=True, width=24)
    villager_group: Mapped[str | None] = field("组", Text(20), width=6)
    source_way: Mapped[str | None] = field("来源", codes.ISSUE_SOURCE, width=6)
    category: Mapped[str | None] = field("类别", codes.ISSUE_CATEGORY, width=6)
    collected_on: Mapped[str] = field("收集日期", Day(full=True), required=True)
    stage: Mapped[str] = field("进展", codes.ISSUE_STAGE, required=True, width=8)
    measure: Mapped[str | None] = field("解决办法和措施", Text(1000, lines=2), width=20)
    lead: Mapped[str | None] = field("责任领导", Name(), width=8)
    owner: Mapped[str | None] = field("责任人", Name(), width=8)
    due_on: Mapped[str | None] = field("完成时限", Day(full=True))
    resolved_on: Mapped[str | None] = field("办结日期", Day(full=True))
    result: Mapped[str | None] = field("办理结果", Text(1000, lines=2), width=20)
    fed_back_on: Mapped[str | None] = field("反馈日期", Day(full=True))
    satisfaction: Mapped[str | None] = field("满意度", codes.SATISFACTION, width=8)
    escalated_on: Mapped[str | None] = field("上报日期", Day(full=True))
    asked: Mapped[str | None] = field("请镇里解决什么", Text(1000, lines=2), width=20)


class VillageVisit(Reported):
    """A visit with its account: comes up only from a branch that chose so."""

    __tablename__ = "village_visit"
    label = "村里的走访"

    occurred_on: Mapped[str] = field("日期", Day(full=True), required=True)
    visit_type: Mapped[str] = field("走访方式", codes.VISIT_TYPE, required=True, width=8)
    visitors: Mapped[str | None] = field("走访人", Text(200), width=12)
    place: Mapped[str | None] = field("走访户或地点", Text(60), width=12)
    account: Mapped[str | None] = field("走访情况", Text(5000, lines=4), width=40, private=True)


class InstructionReport(Reported):
    """What a village says of an instruction; `source` is the instruction's id."""

    __tablename__ = "instruction_report"
    label = "通知办理情况"

    done_on: Mapped[str] = field("办完日期", Day(full=True), required=True)
    done_note: Mapped[str | None] = field("办理情况", Text(500, lines=2), width=20)


REPORTED: tuple[type[Reported], ...] = (
    CadreMonth,
    VillageMonth,
    VillageIssue,
    VillageVisit,
    InstructionReport,
)
