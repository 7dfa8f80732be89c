"""党员名册 (L1): the members of the branch, one line each; the archive copy has ID numbers and whole phone numbers."""

from sqlalchemy import Connection

from villagebranch.domain.dayshow import day_words
from villagebranch.domain.masking import mask_phone
from villagebranch.domain.paper import Document, Sheet, name_on_paper, said
from villagebranch.domain.table import Column
from villagebranch.domain.values import Stored, Text
from villagebranch.ledgers.ledger import Asked, Ledger, filled_on, numbered, rows_or_blank, unit, unit_words
from villagebranch.services.people import MemberRow, members

_CENTERED = Text()
_COLUMNS = (
    ("number", "序", 9.0),
    ("name", "姓名", 20.0),
    ("sex", "性别", 9.0),
    ("ethnicity", "民族", 13.0),
    ("born_on", "出生年月", 18.0),
    ("education", "学历", 13.0),
    ("joined_on", "入党时间", 18.0),
    ("full_on", "转正时间", 18.0),
    ("post", "党内职务", 23.0),
    ("party_group", "党小组", 23.0),
    ("occupation", "职业", 14.0),
    ("phone", "联系电话", 28.0),
    ("address", "现居住地", 20.0),
    ("away", "流动", 9.0),
    ("remark", "备注", None),
)
_ID_COLUMN = Column("id_number", "公民身份号码", _CENTERED, 43.0, "center")


def build(conn: Connection, asked: Asked) -> Document:
    facts = unit(conn)
    columns = [Column(name, label, _CENTERED, width, "center") for name, label, width in _COLUMNS]
    if asked.archive:
        # The number takes the room of what the archive has on the member's card: occupation and party group.
        columns = [column for column in columns if column.name not in ("occupation", "party_group")]
        columns.insert(5, _ID_COLUMN)
    found = members(conn)
    rows = numbered(
        [tuple(_cell(row, column.name, asked.archive) for column in columns[1:]) for row in found]
    )
    full = sum(row["status"] == "full" for row in found)
    counted = f"共 {len(found)} 人，其中正式 {full} 人、预备 {len(found) - full} 人"
    sheet = Sheet(
        "党员名册",
        (rows_or_blank(columns, rows, asked),),
        subtitle="" if asked.blank else f"（截至{day_words(asked.today.isoformat())}）",
        line=(f"单位：{unit_words(facts)}（盖章）", "" if asked.blank else counted),
        signatures=("填表人：", "审核人（党支部书记）：", f"填表日期：{filled_on(asked)}"),
        landscape=True,
    )
    return Document("党员名册", (sheet,), unit_words(facts))


def _cell(row: MemberRow, name: str, archive: bool) -> Stored:
    words = row.words(name)
    match name:
        case "name":
            return name_on_paper(words)
        case "born_on" | "joined_on" | "full_on":
            return said(words[:7])
        case "phone":
            return said(words if archive else mask_phone(words), "无")
        case "post":
            return said(words, "无")
        case "away":
            return "是" if row["away"] else "否"
        case "remark":
            return (
                row.words("away_place")
                if row["away"]
                else words or ("预备" if row["status"] == "probationary" else "")
            )
        case _:
            return said(words)


LEDGER = Ledger("member_roster", "党员名册", "随时更新 · A4 横向", ("archive",), build)
