"""各村走访进度表: what the cadres of each village visited against what is due, for a month or for the year up to it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, groupby

from sqlalchemy import Connection

from villagebranch.domain.names import village_of
from villagebranch.domain.paper import Document, name_on_paper, said
from villagebranch.domain.periods import month_label
from villagebranch.domain.table import Column
from villagebranch.domain.values import Stored
from villagebranch.ledgers import of_villages
from villagebranch.ledgers.ledger import Asked, Ledger, rows_or_blank
from villagebranch.services import township_month
from villagebranch.services.township_month import CadreFigures

_COLUMNS = (
    Column("number", "序", width=12, align="center"),
    Column("village", "村", width=38, align="center"),
    Column("name", "村干部", width=28, align="center"),
    Column("post", "职务", width=44, align="center"),
    Column("quota", "应走访（户）", width=28, align="center"),
    Column("visited", "已走访（户）", width=28, align="center"),
    Column("part", "完成", width=22, align="center"),
    Column("note", "说明"),
)
_SUM = "小计"


def build(conn: Connection, asked: Asked) -> Document:
    month = asked.month or f"{asked.today:%Y-%m}"
    first = f"{month[:4]}-01" if asked.whole_year else month
    found = [] if asked.blank else township_month.cadres(conn, asked.village_id, first, month)
    names = {id: name for id, name in township_month.names(conn).items() if asked.village_id in ("", id)}
    told = f"{month_label(first)}至{int(month[5:])}月" if asked.whole_year else month_label(month)
    rows = list(_rows(found, {} if asked.blank else names))
    sums = frozenset(place for place, row in enumerate(rows) if row[0] == _SUM)
    return of_villages.document(
        conn,
        asked,
        "各村走访进度表",
        replace(rows_or_blank(_COLUMNS, rows, asked, _total(found) if found else ""), sums=sums),
        subtitle="（　　　　年　　月）" if asked.blank else f"（{told}）",
        line=("按村名排列，不排名次",),
    )


def _rows(found: Sequence[CadreFigures], names: dict[str, str]) -> Iterator[tuple[Stored, ...]]:
    """Yield the cadres of each village, numbered through all of them, and after those of each their sum."""
    by_village = {id: list(rows) for id, rows in groupby(found, lambda one: one.village_id)}
    numbers = count(1)
    for id, name in names.items():
        village, cadres = village_of(name), by_village.get(id, [])
        if not cadres:
            yield ("—", village, *["—"] * 5, "没有报来")
            continue
        for one in cadres:
            cells = (village, name_on_paper(one.name), said(one.post), one.quota, one.visited)
            yield (next(numbers), *cells, _part(one.visited, one.quota), "")
        visited, quota = _sums(cadres)
        yield (_SUM, village, f"{len(cadres)} 人", "—", quota, visited, _part(visited, quota), "")


def _sums(cadres: Sequence[CadreFigures]) -> tuple[int, int]:
    return sum(one.visited for one in cadres), sum(one.quota for one in cadres)


def _part(visited: int, quota: int) -> str:
    return f"{visited * 100 // quota}%" if quota else "—"


def _total(found: Sequence[CadreFigures]) -> str:
    visited, quota = _sums(found)
    villages = len({one.village_id for one in found})
    people = f"合计：{villages} 个村、{len(found)} 名村干部"
    return f"{people}，应走访 {quota:,} 户，已走访 {visited:,} 户，完成 {_part(visited, quota)}。"


LEDGER = Ledger(
    "village_visit_progress",
    "各村走访进度表",
    "每月一次 · A4 横向",
    ("month", "whole_year", "village"),
    build,
    role="township",
)
