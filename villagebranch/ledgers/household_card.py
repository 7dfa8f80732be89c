"""群众户卡: one household on a page: family, contact, and what was heard and done on the latest visits."""

from collections.abc import Iterable

from sqlalchemy import Connection

from villagebranch.domain.dayshow import age
from villagebranch.domain.paper import Cell, Document, Form, Line, Rows, Sheet, name_on_paper, said
from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Stored
from villagebranch.ledgers.ledger import Asked, Ledger, filled_on, pairs, unit, unit_words
from villagebranch.records.household import Household
from villagebranch.records.household_member import HouseholdMember
from villagebranch.services import households, visits
from villagebranch.services.households import HouseholdRow, Resident
from villagebranch.services.issues import KIND as ISSUE
from villagebranch.services.visits import VisitRow

_FAMILY = (
    Column("name", "家庭成员", width=34, align="center"),
    Column("relation", "关系", width=26, align="center"),
    Column("sex", "性别", width=18, align="center"),
    Column("age", "年龄", width=18, align="center"),
    Column("member", "政治面貌", width=30, align="center"),
    Column("remark", "备注"),
)
_VISITS = (
    Column("occurred_on", "日期", width=24, align="center"),
    Column("visit_type", "走访方式", width=20, align="center"),
    Column("visitors", "走访人", width=24, align="center"),
    Column("account", "走访情况"),
    Column("words", "反映的问题与办理", width=42),
)
_LATEST = 12


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    if asked.blank:
        return Document("群众户卡", (_sheet(None, (), (), asked),), unit_words(facts))
    found = households.households(conn, asked.today, [asked.household_id] if asked.household_id else None)
    ids = [row.id for row in found]
    living, seen = households.families(conn, ids), visits.latest_at(conn, ids, _LATEST)
    cards = [_sheet(row, living.get(row.id, ()), seen.get(row.id, ()), asked) for row in found]
    return Document("群众户卡", cards, unit_words(facts))


def _sheet(
    row: HouseholdRow | None, living: Iterable[Resident], seen: Iterable[VisitRow], asked: Asked
) -> Sheet:
    tags = Household.kind().field("tags").value
    told = dict(row.values) if row else {}
    lines = (
        pairs(
            ("户主", name_on_paper(row.head) if row else ""),
            ("组别门牌", f"{told.get('villager_group') or ''} {told.get('door') or ''}".strip()),
        ),
        pairs(
            ("联系人", said(name_on_paper(row.cadre), "未定") if row else ""),
            ("联系电话", said(str(told.get("phone") or "")) if row else ""),
        ),
        pairs(
            ("户类型", said(tags.show(told.get("tags")), "无") if row else ""),
            ("常住人口", f"{row.people} 人" if row else ""),
        ),
        Line(
            (Cell("备　注", "head"), Cell(said(str(told.get("note") or "")) if row else "", columns=3)), 10.0
        ),
    )
    return Sheet(
        "群众户卡",
        (
            Form((26.0, 55.0, 26.0, 55.0), lines),
            Rows(Table(_FAMILY, _family(living, asked)), blank_rows=0 if row else 6),
            Rows(
                Table(_VISITS, _visits(seen)), blank_rows=2 if row else 6, row_height=10.0, fill=row is None
            ),
        ),
        line=(f"户号：{told.get('number') or ''}", f"填表日期：{filled_on(asked)}"),
    )


def _family(living: Iterable[Resident], asked: Asked) -> list[tuple[Stored, ...]]:
    relation, sex = HouseholdMember.kind().field("relation").value, _sex
    return [
        (
            name_on_paper(one.name),
            relation.show(one.relation),
            sex(one.person["sex"]),
            age(str(one.person["born_on"] or ""), asked.today),
            ("流动党员" if one.away else "党员") if one.member_id else "群众",
            "",
        )
        for one in living
    ]


def _sex(stored: Stored) -> str:
    return households.RESIDENT_FORM.field("sex").value.show(stored)


def _visits(seen: Iterable[VisitRow]) -> list[tuple[Stored, ...]]:
    stage = ISSUE.field("stage").value
    return [
        (
            visit.occurred_on,
            visit.type_words,
            name_on_paper(visit.visitors),
            said(visit.account),
            "；".join(f"{one.words}（{stage.show(one.stage)}）" for one in visit.issues) or "无",
        )
        for visit in seen
    ]


LEDGER = Ledger("household_card", "群众户卡", "一户一张 · A4 纵向", ("household",), build)
