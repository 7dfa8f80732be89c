"""A ledger of ten columns in Chinese as PDF: our writer beside typst and ReportLab's platypus.

To reach: at 1,000 rows 0.35 x typst and 0.15 x platypus; at 10,000 rows 0.15 x typst, 0.05 x platypus, 100 MiB,
and not more than 6 times the cost of 1,000 rows. `--quick` leaves out the 10,000 rows.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import compare

HOUSE = Path(__file__).parent.parent
sys.path.insert(0, str(HOUSE))
import villagebranch.ledgers  # noqa: E402, F401 - the list of ledgers (and the database) is there before any is printed

FONTS = HOUSE / "resources/fonts"
HEADS = ["序", "日期", "户主", "组别", "走访方式", "走访人", "走访情况", "反映的问题", "办理情况", "评价"]
MM = [10, 20, 18, 14, 20, 18, 0, 45, 30, 14]
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙", "建国志明秀英丽华永年金龙晓燕"
ACCOUNTS = [
    "查看机耕路塌方处，长约{}米，农机不能过，已同施工队商量先用碎石垫平。",
    "秋收结束，谈明年种植打算，想流转{}亩地，已讲清手续。",
    "子女在外，身体尚好，日常由{}号邻居照看，无其他困难。",
]
PROBLEMS = ["土地流转怎么办手续（{}亩）", "无", "村口路灯不亮 {} 盏，晚上走路不便"]


def rows(count: int) -> list[tuple[str, ...]]:
    """Return made-up visits; no two accounts are the same."""
    return [
        (
            str(n + 1),
            f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}",
            SURNAMES[n % 12] + GIVEN[n % 14] + GIVEN[n * 5 % 13],
            f"第{n % 9 + 1}组",
            "上门家访",
            SURNAMES[n % 7] + GIVEN[n * 3 % 14],
            ACCOUNTS[n % 3].format(n + 2),
            PROBLEMS[n * 7 % 3].format(n % 90 + 1),
            "已上报镇里，在办",
            "满意",
        )
        for n in range(count)
    ]


def ours(data: list[tuple[str, ...]], folder: Path) -> None:
    from villagebranch.domain.paper import Document, Rows, Sheet
    from villagebranch.domain.table import Column, Table
    from villagebranch.ledgers.pdf import write_pdf

    columns = tuple(
        Column(head, head, width=width or None, align="left" if 5 < n < 9 else "center")
        for n, (head, width) in enumerate(zip(HEADS, MM, strict=True))
    )
    sheet = Sheet("走访记录表", (Rows(Table(columns, data)),), landscape=True)
    (folder / "ours.pdf").write_bytes(write_pdf(Document("走访记录表", (sheet,), "某村党支部"), FONTS).pdf)


def typst(data: list[tuple[str, ...]], folder: Path) -> None:
    import typst as compiler

    widths = ", ".join(f"{width}mm" if width else "1fr" for width in MM)
    cells = "\n".join(", ".join(json.dumps(text, ensure_ascii=False) for text in row) + "," for row in data)
    heads = ", ".join(json.dumps(head, ensure_ascii=False) for head in HEADS)
    (folder / "ledger.typ").write_text(
        f"""#set page(paper: "a4", flipped: true, margin: (x: 20mm, top: 28mm, bottom: 23mm),
  footer: context align(center)[第 #counter(page).display() 页 共 #counter(page).final().first() 页])
#set text(font: "LXGW WenKai", size: 10.5pt, lang: "zh")
#align(center, text(font: "Noto Serif SC", weight: "bold", size: 22pt)[走访记录表])
#table(columns: ({widths}), align: center + horizon, stroke: 0.6pt, table.header({heads}),
{cells}
)
""",
        encoding="utf-8",
    )
    compiler.compile(
        str(folder / "ledger.typ"),
        output=str(folder / "typst.pdf"),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )


def platypus(data: list[tuple[str, ...]], folder: Path) -> None:
    from reportlab.lib.colors import black
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate

    registerFont(TTFont("Kai", str(FONTS / "LXGWWenKai-Regular.ttf")))
    registerFont(TTFont("Song", str(FONTS / "NotoSerifSC-Bold.ttf")))
    cell = ParagraphStyle("cell", fontName="Kai", fontSize=10.5, leading=14, wordWrap="CJK")
    title = ParagraphStyle("title", fontName="Song", fontSize=22, leading=30, alignment=1)
    widths = [(width or 68) * mm for width in MM]
    table = LongTable(
        [[Paragraph(text, cell) for text in row] for row in (HEADS, *data)], widths, repeatRows=1
    )
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.6, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    pages = SimpleDocTemplate(str(folder / "platypus.pdf"), pagesize=landscape(A4), topMargin=28 * mm)
    pages.build([Paragraph("走访记录表", title), table])


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        small = _compare(1_000, folder)
        if "--quick" not in sys.argv:
            large = _compare(10_000, folder)
            print(f"10,000 rows cost {large / small:.2f} times 1,000 rows")


def _compare(count: int, folder: Path) -> float:
    data = rows(count)
    peers = {"typst": lambda: typst(data, folder), "platypus": lambda: platypus(data, folder)}
    return compare(f"PDF ledger, {count:,} rows", lambda: ours(data, folder), peers)["ours"].cpu


if __name__ == "__main__":
    main()
