"""The table: a dumb view of rows, quick with very many, and like Excel under the fingers."""

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from villagebranch.domain.table import Column, Table
from villagebranch.domain.values import Choice, Day, Name, Whole
from villagebranch.ui.clipboard import from_clipboard, to_clipboard
from villagebranch.ui.lazy_rows import LazyRows
from villagebranch.ui.table_model import PAGE, SORTED_HERE, TableModel
from villagebranch.ui.table_view import TableView
from villagebranch.ui.theme import STEPS

STATE = Choice({"full": "正式党员", "probationary": "预备党员"})
COLUMNS = (
    Column("name", "姓名", Name()),
    Column("age", "年龄", Whole()),
    Column("joined", "入党", Day()),
    Column("state", "类别", STATE),
)
ROWS = [
    ("周丽", 41, "2012-07-01", "full"),
    ("王堃", 48, "2011-01", "full"),
    ("吴晓燕", None, "2025-12-01", "probationary"),
]
TABLE = Table(COLUMNS, ROWS, ["m1", "m2", "m3"])


@pytest.fixture
def view(theme, qtbot) -> TableView:
    made = TableView(TableModel(TABLE, editable=("age", "state")))
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


def names(model: TableModel) -> list[str]:
    return [model.text(row, 0) for row in range(model.rowCount())]


@pytest.mark.parametrize("editable", [(), ("age",)])
def test_the_model_keeps_qts_rules(qtmodeltester, editable):
    qtmodeltester.check(TableModel(TABLE, editable=editable))


def test_what_is_missing_stands_last_either_way():
    model = TableModel(TABLE)
    model.sort(1)
    assert names(model) == ["周丽", "王堃", "吴晓燕"]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert names(model) == ["王堃", "周丽", "吴晓燕"]
    assert [model.id_of(row) for row in range(3)] == ["m2", "m1", "m3"]


def test_a_new_table_is_shown_in_the_order_chosen_before():
    model = TableModel(TABLE)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    model.show_table(Table(COLUMNS, [*ROWS, ("金巧云", 60, None, "full")], ["m1", "m2", "m3", "m4"]))
    assert names(model)[0] == "金巧云"


def test_the_chosen_record_stays_chosen_when_the_rows_are_sorted(view: TableView):
    view.choose("m2")
    view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert view.chosen_id() == "m2"


def test_only_the_rows_looked_at_are_fetched():
    asked = []

    def fetch(keys):
        asked.append(len(keys))
        return [("陆根发", key % 90, None, "full") for key in keys]

    model = TableModel(Table(COLUMNS, LazyRows(range(1_000_000), fetch)))
    assert model.rowCount() == 1_000_000
    assert model.text(777_777, 1) == str(777_777 % 90)
    assert model.text(777_778, 0) == "陆根发"
    assert asked == [PAGE]


def test_rows_read_lazily_are_sorted_up_to_a_limit(qtbot):
    rows = LazyRows(range(500), lambda keys: [("陆根发", key % 90, None, "full") for key in keys])
    model = TableModel(Table(COLUMNS, rows, [str(key) for key in range(500)]))
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert [model.text(row, 1) for row in (0, 499)] == ["89", "0"]
    assert model.id_of(0) == "89"
    model.show_table(Table(COLUMNS, LazyRows(range(SORTED_HERE + 1), rows._fetch)))
    with qtbot.waitSignal(model.refused):
        model.sort(1)


def test_typed_words_are_read_by_the_value_of_the_column(view: TableView, qtbot):
    model = view.table_model
    with qtbot.waitSignal(model.edited) as edited:
        assert model.setData(model.index(0, 3), "预备党员")
    assert edited.args == ["m1", "state", "probationary"]


def test_what_cannot_be_read_is_refused_with_a_way_to_mend_it(view: TableView, qtbot):
    model = view.table_model
    with qtbot.waitSignal(model.refused) as refused:
        assert not model.setData(model.index(0, 1), "四十")
    assert refused.args[0].startswith("年龄：请填整数")


def test_a_cell_is_typed_into_and_enter_goes_down(view: TableView, qtbot):
    view.setCurrentIndex(view.table_model.index(0, 1))
    qtbot.keyClicks(view, "5")
    editor = view.findChild(QLineEdit)
    qtbot.keyClicks(editor, "2")
    with qtbot.waitSignal(view.table_model.edited) as edited:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert edited.args == ["m1", "age", 52]
    assert view.currentIndex().row() == 1


def test_cells_go_to_excel_and_come_back(view: TableView, qtbot):
    view.selectAll()
    view.copy()
    assert QGuiApplication.clipboard().text().splitlines()[0] == "周丽\t41\t2012-07-01\t正式党员"
    view.setCurrentIndex(view.table_model.index(1, 1))
    QGuiApplication.clipboard().setText("50\t预备党员\r\n51\t正式党员\r\n")
    with qtbot.waitSignal(view.pasted) as pasted:
        view.paste()
    assert pasted.args == [1, 1, [["50", "预备党员"], ["51", "正式党员"]]]


def test_a_cell_of_several_lines_survives_the_clipboard():
    grid = [["第一行\n第二行", '他说"好"'], ["a\tb", ""]]
    assert from_clipboard(to_clipboard(grid)) == grid


def test_column_widths_are_remembered(theme, qtbot, tmp_path):
    settings = QSettings(str(tmp_path / "screen.ini"), QSettings.Format.IniFormat)
    for width in (None, 222):
        made = TableView(TableModel(TABLE), settings=settings, name="members")
        qtbot.addWidget(made)
        made.resize(300, 200)
        made.show()
        if width is None:
            made.horizontalHeader().resizeSection(0, 222)
            qtbot.waitUntil(lambda: settings.contains("columns/members"))
        else:
            assert made.columnWidth(0) == width


def test_eighteen_rows_fit_a_small_screen(shell):
    shell.show_page("households")
    table = shell.current.table
    assert table.viewport().height() // table.rowHeight(0) >= 18


def test_rows_are_low_again_when_the_type_is(shell, theme):
    shell.show_page("households")
    table = shell.current.table
    low = table.rowHeight(0)
    for _ in STEPS[1:]:
        theme.zoom(1)
    theme.zoom(0)
    assert table.rowHeight(0) == low
