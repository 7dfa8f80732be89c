"""待访名单: the households that should be visited again, by the cadre who keeps contact; taken along on the round."""

from dataclasses import replace

from sqlalchemy import Connection

from villagebranch.domain.dayshow import day_words
from villagebranch.domain.paper import Document, Sheet, name_on_paper, said
from villagebranch.domain.table import Column
from villagebranch.domain.values import Stored
from villagebranch.domain.visits import days_since
from villagebranch.ledgers.ledger import Asked, Ledger, filled_on, numbered, rows_or_blank, unit, unit_words
from villagebranch.records.household import Household
from villagebranch.services import cadres, households
from villagebranch.services.households import HouseholdRow

_COLUMNS = (
    Column("number", "序", width=9, align="center"),
    Column("head", "户主", width=19, align="center"),
    Column("place", "门牌", width=22, align="center"),
    Column("tags", "户类型", width=23, align="center"),
    Column("cadre", "联系人", width=18, align="center"),
    Column("last_visit_on", "最近走访", width=23, align="center"),
    Column("days", "已隔", width=15, align="center"),
    Column("note", "走访记要"),
)
_ROW = 10.0  # high enough to write in


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    due = [row for row in households.households(conn, asked.today) if row.is_due(asked.today)]
    cadre = next((one for one in cadres.cadres(conn, asked.today) if one.person_id == asked.person_id), None)
    if cadre is not None:
        due = [row for row in due if row.cadre_id == cadre.id]
    due.sort(key=lambda row: (not row.values["tags"], row.last_visit_on or ""))
    # Whose households they are stands once above the table, where it is one cadre's list.
    columns = [column for column in _COLUMNS if cadre is None or column.name != "cadre"]
    rows = [
        tuple(told[column.name] for column in columns[1:]) for told in (_cells(row, asked) for row in due)
    ]
    sheet = Sheet(
        "待访名单",
        (replace(rows_or_blank(columns, numbered(rows), asked), row_height=_ROW),),
        subtitle="" if asked.blank else f"（{day_words(asked.today.isoformat())}）",
        line=(
            f"联系人：{cadre.name if cadre else '' if asked.blank else '全部'}",
            "" if asked.blank else f"共 {len(due)} 户",
        ),
        signatures=("走访人：", f"打印日期：{filled_on(asked)}"),
    )
    return Document("待访名单", (sheet,), unit_words(facts))


def _cells(row: HouseholdRow, asked: Asked) -> dict[str, Stored]:
    days = days_since(row.last_visit_on, asked.today)
    return {
        "head": name_on_paper(row.head),
        "place": f"{row.values['villager_group'] or ''} {row.values['door'] or ''}".strip(),
        "tags": said(Household.kind().field("tags").value.show(row.values["tags"]), "无"),
        "cadre": said(name_on_paper(row.cadre)),
        "last_visit_on": said(row.last_visit_on, "未走访"),
        "days": "—" if days is None else f"{days} 天",
        "note": "",
    }


LEDGER = Ledger("visit_due_list", "待访名单", "随时 · A4 纵向", ("cadre",), build)
