"""党员基本信息采集表 (L2): a page for each member; no cell is left empty."""

from dataclasses import replace

from sqlalchemy import Connection

from villagebranch.domain.dayshow import day_words, party_years
from villagebranch.domain.paper import Cell, Document, Form, Line, Sheet, Words, name_on_paper, said
from villagebranch.ledgers.ledger import Asked, Ledger, filled_on, head, pairs, unit, unit_words
from villagebranch.services.people import MemberRow, members

_RULE = "说明：没有的项目填「无」或「—」，不留空格；出生日期以档案为准。"


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    found = [row for row in members(conn) if not asked.person_id or row.person_id == asked.person_id]
    sheets = (
        [_sheet(unit_words(facts), row, asked) for row in found]
        if not asked.blank
        else [_sheet(unit_words(facts), None, asked)]
    )
    return Document("党员基本信息采集表", sheets, unit_words(facts))


def _sheet(unit_name: str, row: MemberRow | None, asked: Asked) -> Sheet:
    return Sheet(
        "党员基本信息采集表",
        (_form(row, asked), Words(_RULE, size=10.5)),
        line=(f"所在党组织：{unit_name}", f"填表日期：{filled_on(asked)}"),
        signatures=("本人签字：", "党支部书记签字：", "（党支部盖章）"),
    )


def _form(row: MemberRow | None, asked: Asked) -> Form:
    def entry(name: str, absent: str = "—") -> str:
        return said(_words(row, name, asked), absent) if row else ""

    def line(*told: tuple[str, str], columns: int = 1, height: float = 11.0) -> Line:
        return pairs(*told, columns=columns, height=height)

    name = line(("姓名", entry("name")), ("性别", entry("sex")))
    return Form(
        (28.0, 52.0, 25.0, 28.0, 29.0),
        (
            replace(name, cells=(*name.cells, Cell("照片", "muted", rows=4))),
            line(("民族", entry("ethnicity")), ("籍贯", entry("native_place"))),
            line(("出生日期", entry("born_on")), ("学历", entry("education"))),
            line(("公民身份号码", entry("id_number")), columns=3),
            Line(
                (
                    *(head("毕业院校及专业"), Cell(entry("school"), columns=2)),
                    *(head("学位"), Cell(entry("degree", "无"))),
                ),
                11.0,
            ),
            line(("参加工作日期", entry("work_started_on")), ("联系电话", entry("phone", "无")), columns=2),
            line(("家庭住址", entry("address")), columns=4),
            line(("户籍派出所", entry("police_station")), columns=4),
            line(("入党日期", entry("joined_on")), ("转正日期", entry("full_on")), columns=2),
            line(("人员类别", entry("status")), ("党龄", entry("party_years")), columns=2),
            line(("入党介绍人", entry("sponsors")), ("党内职务", entry("post", "无")), columns=2),
            line(("工作岗位", entry("occupation")), ("流动党员", entry("away")), columns=2),
            line(("党费标准", entry("dues_fen")), ("困难情形", entry("hardship", "无")), columns=2),
            line(("奖惩情况", entry("honours", "无")), columns=4, height=28.0),
            line(("备　注", entry("remark")), columns=4, height=22.0),
        ),
    )


def _words(row: MemberRow, name: str, asked: Asked) -> str:
    match name:
        case "name":
            return name_on_paper(row.words(name))
        case "born_on" | "joined_on" | "full_on" | "work_started_on":
            return day_words(row.words(name))
        case "party_years":
            years = party_years(row.words("full_on"), asked.today)
            return "" if years is None else f"{years} 年"
        case "dues_fen":
            return f"{row.words(name)} 元/月" if row[name] is not None else ""
        case "away":
            told = "，".join(
                part for part in (row.words("away_place"), day_words(row.words("away_since"))) if part
            )
            return "否" if not row["away"] else f"是（{told}）" if told else "是"
        case _:
            return row.words(name)


LEDGER = Ledger("member_card", "党员基本信息采集表", "每人一张 · A4 纵向", ("member",), build)
