"""A workbook of 50,000 rows and 15 columns in: our safe reader beside the bare parser and openpyxl.

To reach: 1.3 x calamine, all safety checks included (parts counted while they are inflated, a process of its own with
a cap on memory and time, the cells brought back).
"""

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from measure import compare

sys.path.insert(0, str(Path(__file__).parent.parent))

ROWS = 50_000
HEADS = [
    *("序号", "姓名", "性别", "民族", "出生日期", "入党日期", "公民身份号码", "学历"),
    *("党内职务", "家庭住址", "联系电话", "党小组", "介绍人", "备注", "是否流动"),
]
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙", "建国志明秀英丽华永年金龙晓燕"


def row(n: int) -> list[object]:
    """Return one made-up member; names repeat, numbers do not."""
    name = SURNAMES[n % 12] + GIVEN[n % 14] + GIVEN[n * 5 % 13]
    return [
        n,
        name,
        "男女"[n % 2],
        ["汉族", "畲族", "侗族"][n % 3],
        date(1940 + n % 60, n % 12 + 1, n % 28 + 1),
        date(1970 + n % 50, n % 12 + 1, n % 28 + 1),
        f"33042419{n * 7919 % 10**10:010}",
        ["高中", "中专", "初中"][n % 3],
        "支部委员",
        f"{n % 8 + 1}组{n % 90 + 1}号",
        f"13{n * 104729 % 10**9:09}",
        f"第{n % 5 + 1}党小组",
        SURNAMES[n % 7] + GIVEN[n * 3 % 14],
        f"参加了第 {n % 977} 次学习，发言一次",
        "否",
    ]


def make(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADS)
        for n in range(1, ROWS):
            for place, cell in enumerate(row(n)):
                sheet.write(n, place, cell, day if isinstance(cell, date) else None)


def ours(path: Path) -> None:
    from villagebranch.exchange.workbook_child import Limits
    from villagebranch.exchange.workbook_reader import read_workbook

    assert len(read_workbook(path, Limits(rows=ROWS)).sheets[0].rows) == ROWS


def calamine(path: Path) -> None:
    from python_calamine import load_workbook

    assert len(load_workbook(path).get_sheet_by_index(0).to_python()) == ROWS


def openpyxl(path: Path) -> None:
    from openpyxl import load_workbook

    assert sum(1 for _ in load_workbook(path, read_only=True).active.iter_rows(values_only=True)) == ROWS


def main() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "名册.xlsx")
        make(path)
        peers = {"calamine": lambda: calamine(path), "openpyxl": lambda: openpyxl(path)}
        compare("workbook in, 50,000 x 15", lambda: ours(path), peers)


if __name__ == "__main__":
    main()
