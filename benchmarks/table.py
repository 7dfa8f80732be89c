"""A table of 1,000,000 rows beside one of 1,000: what a repaint costs, and what each row holds in memory.

To reach: a repaint at most 1.1 times that of 1,000 rows and at most 10 ms; at most 12 bytes a row and 10 MiB.
"""

import json
import os
import statistics
import time
from array import array
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Choice, Day, Name, Text, Whole
from villagebranch.ui.delegates import Tags
from villagebranch.ui.lazy_rows import LazyRows
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.theme import Theme

WAYS = Choice({"liaison": "联系走访", "home": "上门家访", "field": "实地巡访"})
COLUMNS = (
    Column("head", "户主", Name()),
    Column("group", "小组"),
    Column("door", "门牌", Whole(unit="号")),
    Column("on", "日期", Day()),
    Column("way", "方式", WAYS),
    Column("visitor", "走访人", Name()),
    Column("account", "情况", Text(2000)),
    Column("state", "", Text()),
)
ROUNDS = 60


def fetch(keys):
    return [
        (
            "陆根发",
            f"{key % 9}组",
            key % 90,
            "2026-11-23",
            "home",
            "周丽",
            "血压偏高，药快吃完了；稻已收完",
            "已走访",
        )
        for key in keys
    ]


def resident() -> int:
    """Bytes of memory that are this process's own."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def view_of(rows: int) -> TableView:
    made = TableView(
        TableModel(Table(COLUMNS, LazyRows(array("q", range(rows)), fetch))),
        looks={"state": Tags({"已走访": "green"})},
    )
    made.resize(1000, 600)
    made.show()
    QApplication.processEvents()
    return made


def repaint(view: TableView) -> float:
    """CPU milliseconds of painting the whole view once."""
    start = time.process_time()
    view.viewport().repaint()
    return (time.process_time() - start) * 1000


def main() -> None:
    app = QApplication([])
    Theme(app)
    few = view_of(1000)
    repaint(few)
    before = resident()
    many = view_of(1_000_000)
    for place in range(0, many.verticalScrollBar().maximum(), many.verticalScrollBar().maximum() // 50):
        many.verticalScrollBar().setValue(place)
        repaint(many)
    held = resident() - before
    costs = [(repaint(few), repaint(many)) for _ in range(ROUNDS)]
    small, large = (statistics.median(each) for each in zip(*costs, strict=True))
    per_row = (held - 10 * 2**20) / 1_000_000
    print(f"repaint of 1,000 rows {small:.2f} ms, of 1,000,000 rows {large:.2f} ms: {large / small:.2f} x")
    print(
        f"memory of 1,000,000 rows after scrolling through them: {held / 2**20:.1f} MiB, {per_row:.1f} bytes a row + 10 MiB"
    )
    figures = {"small_ms": small, "large_ms": large, "ratio": large / small, "bytes_a_row": per_row}
    print(json.dumps({"name": "table of 1,000,000 rows", **figures}))


if __name__ == "__main__":
    main()
