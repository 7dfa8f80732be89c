"""超期问题表: the open issues of the villages whose deadline has passed, and room to say why."""

from sqlalchemy import Connection

from villagebranch.domain.dayshow import day_words
from villagebranch.domain.issues import overdue_days
from villagebranch.domain.paper import Document
from villagebranch.ledgers import of_villages
from villagebranch.ledgers.issue_columns import columns
from villagebranch.ledgers.ledger import Asked, Ledger, numbered, rows_or_blank

_COLUMNS = columns(
    number=10,
    village=22,
    words=None,
    category=14,
    lead=19,
    owner=19,
    collected_on=22,
    due_on=22,
    late=16,
    stage=17,
    why=42,
)


def build(conn: Connection, asked: Asked) -> Document:
    found = of_villages.issues(conn, asked, state="overdue")
    rows = [
        of_villages.cells(
            _COLUMNS, one, asked.today, late=f"{overdue_days(one.due_on, one.stage, asked.today)} 天", why=""
        )
        for one in found
    ]
    closing = f"共 {len({one.village_id for one in found})} 个村、{len(found)} 件。" if found else ""
    return of_villages.document(
        conn,
        asked,
        "各村超期问题表",
        rows_or_blank(_COLUMNS, numbered(rows), asked, closing),
        subtitle="" if asked.blank else f"（截至{day_words(asked.today.isoformat())}）",
        line=("按村名排列，不排名次",),
    )


LEDGER = Ledger("village_overdue", "超期问题表", "随时 · A4 横向", ("village",), build, role="township")
