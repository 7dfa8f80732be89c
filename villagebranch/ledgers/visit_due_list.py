"""待访名单: the households that should be visited again, by the cadre who keeps contact; taken along on the round."""

from sqlalchemy import Connection

from villagebranch.domain.paper import Document, Sheet, name_on_paper, said
from villagebranch.domain.table import Column
from villagebranch.domain.visits import days_since
from villagebranch.ledgers.ledger import Asked, Ledger, filled_on, numbered, rows_or_blank, unit, unit_words
from villagebranch.records.household import Household
from villagebranch.services import cadres, households
from villagebranch.services.households import HouseholdRow

_COLUMNS = (
    Column("number", "序", width=9, align="center"),
    Column("head", "户主", width=19, align="center"),
    Column("villager_group", "组别", width=13, align="center"),
    Column("door", "门牌", width=15, align="center"),
    Column("tags", "户类型", width=24, align="center"),
    Column("cadre", "联系人", width=19, align="center"),
    Column("last_visit_on", "最近走访", width=24, align="center"),
    Column("days", "已隔", width=15, align="center"),
    Column("note", "走访记要（手写）"),
)


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    due = [row for row in households.households(conn, asked.today) if row.is_due(asked.today)]
    cadre = next((one for one in cadres.cadres(conn, asked.today) if one.person_id == asked.person_id), None)
    if cadre is not None:
        due = [row for row in due if row.cadre_id == cadre.id]
    due.sort(key=lambda row: (not row.values["tags"], row.last_visit_on or ""))
    sheet = Sheet(
        "待访名单",
        (rows_or_blank(_COLUMNS, numbered([_cells(row, asked) for row in due]), asked),),
        subtitle="" if asked.blank else f"（{asked.today:%Y-%m-%d}）",
        line=(
            f"联系人：{cadre.name if cadre else '' if asked.blank else '全部'}",
            "" if asked.blank else f"共 {len(due)} 户",
        ),
        signatures=("走访人：", f"打印日期：{filled_on(asked)}"),
    )
    return Document("待访名单", (sheet,), unit_words(facts))


def _cells(row: HouseholdRow, asked: Asked) -> tuple[str | int | None, ...]:
    tags = Household.kind().field("tags").value
    days = days_since(row.last_visit_on, asked.today)
    place = (str(row.values["villager_group"] or ""), str(row.values["door"] or ""))
    told = said(tags.show(row.values["tags"]), "")
    return (
        name_on_paper(row.head),
        *place,
        told,
        said(row.cadre),
        said(row.last_visit_on, "未走访"),
        "" if days is None else f"{days} 天",
        "",
    )


LEDGER = Ledger("visit_due_list", "待访名单", "随时 · A4 纵向", ("cadre",), build)
