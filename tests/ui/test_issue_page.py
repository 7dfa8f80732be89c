"""The wall, the list and one issue in full, driven by the keyboard over the sample village."""

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from tests.samples import TODAY, Village
from tests.ui.walk import clipped, nameless
from villagebranch.services import issues
from villagebranch.services.issues import IssueRow
from villagebranch.ui import issue_page, saving
from villagebranch.ui.issue_page import IssuePage

CONTROL = Qt.KeyboardModifier.ControlModifier


def raised(village: Village, words: str, on: str = "2026-11-20", **settled: object) -> str:
    with village.store.write("王堃", "收一条问题") as act:
        raw = {"words": words, "source": "来访", "household_id": village.ids["户 陆根发"], "collected_on": on}
        id = issues.collect(act, raw | {"category": "设施"}, TODAY)
        if settled:
            issues.study(act, id, {"owner_id": village.ids["周丽"]} | settled, TODAY)
    return id


def one(village: Village, id: str) -> IssueRow:
    with village.store.read() as conn:
        return issues.one(conn, id)


@pytest.fixture
def wall(office) -> IssuePage:
    """The wall with a new issue, one that is assigned and one that is late."""
    village = office.village
    village.ids["灯"] = raised(village, "路灯不亮")
    village.ids["路"] = raised(village, "机耕路塌方", "2026-11-02", measure="报修", due_on="2026-11-19")
    village.ids["屋"] = raised(village, "屋面漏雨", "2026-11-01", measure="修补", due_on="2026-11-25")
    return cast(IssuePage, office.show("issues"))


def titles(page: IssuePage) -> list[list[str]]:
    return [
        [str(column.model().index(row, 0).data()) for row in range(column.model().rowCount())]
        for column in page.wall.columns
    ]


def press(page: IssuePage, label: str) -> None:
    QApplication.processEvents()
    shown = [one for one in page.findChildren(QPushButton) if one.text() == label and one.isVisible()]
    shown[0].click()


def test_the_wall_shows_each_issue_in_its_column_with_the_late_one_first(wall):
    assert titles(wall) == [["路灯不亮"], ["机耕路塌方", "屋面漏雨"], [], []]
    assert wall.summary == "在办 3 件 · 超期 1 件"
    card = wall.wall.columns[1].model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert card == "机耕路塌方，5组 陆根发 · 11-02 来访，周丽，超期 4 天"


def test_arrows_go_from_card_to_card_and_skip_empty_columns(wall, office):
    first, second = wall.wall.columns[:2]
    assert first.hasFocus()
    assert first.current_id() == office.village.ids["灯"]
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert second.hasFocus()
    assert second.current_id() == office.village.ids["路"]
    QTest.keyClick(second, Qt.Key.Key_Right)
    QTest.keyClick(second, Qt.Key.Key_Down)
    assert second.hasFocus()
    assert second.current_id() == office.village.ids["屋"]


def test_a_step_that_needs_nothing_is_taken_at_once_and_can_be_undone(wall, office):
    second = wall.wall.columns[1]
    second.choose(office.village.ids["路"])
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Right, CONTROL)
    assert titles(wall)[2] == ["机耕路塌方"]
    assert wall.wall.columns[2].hasFocus()
    press_undo(office)
    assert titles(wall)[1] == ["机耕路塌方", "屋面漏雨"]


def press_undo(office) -> None:
    buttons = [one for one in office.window.toast.findChildren(QPushButton) if one.text() == "撤销"]
    buttons[0].click()


def test_a_new_issue_moved_on_is_asked_who_does_what_until_when_beside_the_wall(wall, office):
    QTest.keyClick(wall.wall.columns[0], Qt.Key.Key_Right, CONTROL)
    panel = wall.panel
    assert panel is not None
    assert list(panel.form.boxes) == ["measure", "lead_id", "owner_id", "due_on"]
    QTest.keyClick(wall.focusWidget(), Qt.Key.Key_Return, CONTROL)
    assert wall.panel is panel
    assert one(office.village, office.village.ids["灯"]).stage == "collected"
    panel.form.editor("measure").set_typed("联系供电所")
    panel.form.editor("owner_id").set_stored(office.village.ids["周丽"])
    press(wall, "两周后")
    panel.save()
    row = one(office.village, office.village.ids["灯"])
    assert (row.stage, row.owner, row.due_on, row.confirmed) == ("assigned", "周丽", "2026-12-07", True)
    assert wall.panel is None
    assert wall.wall.columns[1].current_id() == row.id


def test_escape_leaves_the_panel_and_goes_back_to_the_card(wall):
    QTest.keyClick(wall.wall.columns[0], Qt.Key.Key_Right, CONTROL)
    QTest.keyClick(wall.focusWidget(), Qt.Key.Key_Escape)
    assert wall.panel is None
    assert wall.wall.columns[0].hasFocus()


def test_a_card_that_is_dropped_on_a_column_goes_there(wall, office, qtbot):
    source, target = wall.wall.columns[1], wall.wall.columns[2]
    carried = source.model().mimeData([source.model().index(0, 0)])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    )
    target.dropEvent(drop)
    qtbot.waitUntil(lambda: titles(wall)[2] == ["机耕路塌方"])


def test_a_card_that_cannot_go_back_says_where_it_can_go(wall, office):
    second = wall.wall.columns[1]
    second.setFocus()
    second.choose(office.village.ids["屋"])
    QTest.keyClick(second, Qt.Key.Key_Left, CONTROL)
    assert titles(wall)[1] == ["机耕路塌方", "屋面漏雨"]
    said = [label.text() for label in office.window.toast.findChildren(QLabel)]
    assert "「已交办」不能转为「已梳理」" in said[0]


def test_several_cards_are_told_back_in_one_act(wall, office):
    for id in (office.village.ids["路"], office.village.ids["屋"]):
        with office.village.store.write("周丽", "办结") as act:
            issues.advance(act, id, "resolved", TODAY, {"result": "修好了"})
    wall.refresh()
    last = wall.wall.columns[3]
    last.setFocus()
    last.selectAll()
    QTest.keyClick(last, Qt.Key.Key_Right, CONTROL)
    assert wall.panel is not None
    wall.panel.form.editor("fed_back_way").set_typed("电话")
    wall.panel.form.editor("satisfaction").set_typed("满意")
    wall.panel.save()
    assert titles(wall)[3] == []
    assert one(office.village, office.village.ids["屋"]).shown("satisfaction") == "满意"
    press_undo(office)
    assert len(titles(wall)[3]) == 2


def test_enter_opens_the_issue_in_full_and_back_returns_to_its_card(wall, office):
    QTest.keyClick(wall.wall.columns[0], Qt.Key.Key_Return)
    said = [label.text() for label in wall.findChildren(QLabel) if label.isVisible()]
    assert "路灯不亮" in said
    assert "办理经过" in said
    assert any("已收集" in one for one in said)
    assert wall.goes_back()
    wall.go_back()
    assert not wall.goes_back()
    assert wall.wall.columns[0].hasFocus()


def test_the_words_are_corrected_until_they_are_confirmed(wall, office):
    wall.open(id=office.village.ids["灯"])
    wall.refresh()
    press(wall, "改内容")
    assert wall.panel is not None
    assert "words" in wall.panel.form.boxes
    wall.panel.form.editor("words").set_typed("村口路灯不亮")
    wall.panel.save()
    assert one(office.village, office.village.ids["灯"]).words == "村口路灯不亮"
    press(wall, "原话确认无误")
    press(wall, "改内容")
    assert "words" not in wall.panel.form.boxes


def test_a_deleted_issue_leaves_the_wall_and_undo_brings_it_back(wall, office):
    wall.open(id=office.village.ids["灯"])
    wall.refresh()
    press(wall, "删除")
    assert not wall.goes_back()
    assert titles(wall)[0] == []
    press_undo(office)
    assert titles(wall)[0] == ["路灯不亮"]


def test_an_issue_that_did_not_come_from_a_visit_is_collected(wall, office):
    press(wall, "收一条问题")
    panel = wall.panel
    assert panel is not None
    panel.form.editor("words").set_typed("沟渠堵塞")
    panel.form.editor("source").set_typed("电话")
    panel.save()
    assert "沟渠堵塞" in titles(wall)[0]


def test_filters_narrow_the_wall(wall, qtbot):
    wall._words.setText("漏雨")
    qtbot.waitUntil(lambda: titles(wall) == [[], ["屋面漏雨"], [], []])
    wall._words.clear()
    wall._category.choose("medical")
    wall.refresh()
    assert titles(wall) == [[], [], [], []]


def test_the_whole_list_is_exported_as_it_is_filtered(wall, office, tmp_path: Path, monkeypatch):
    where = tmp_path / "问题.xlsx"
    monkeypatch.setattr(saving, "ask_where", lambda *_asked: where)
    press(wall, "全部列表")
    assert wall.table.table_model.rowCount() == 3
    press(wall, "导出表格")
    office.window.desk.work.wait()
    assert where.read_bytes()[:2] == b"PK"


def test_a_column_of_hundreds_is_painted_without_a_wait(wall, office, qtbot):
    with office.village.store.write("王堃", "导入") as act:
        for n in range(320):
            issues.add(act, {"words": f"第{n}件", "collected_on": "2026-11-01", "stage": "collected"}, None)
    wall.refresh()
    first = wall.wall.columns[0]
    assert first.model().rowCount() == 300
    assert any("还有 21 件没有列出" in label.text() for label in wall.findChildren(QLabel))
    assert first.grab().size() == first.size()


@pytest.mark.parametrize("size", [(1366, 768), (1093, 614), (900, 480)])
@pytest.mark.parametrize("steps", [0, 4])
def test_nothing_of_the_wall_and_of_an_issue_is_cut_off(wall, office, theme, qtbot, size, steps):
    office.window.resize(*size)
    for _ in range(steps):
        theme.zoom(1)
    qtbot.wait(20)
    assert office.window.size().toTuple() == size
    assert clipped(office.window) + nameless(office.window) == []
    wall.open(id=office.village.ids["路"])
    wall.refresh()
    qtbot.wait(20)
    assert clipped(office.window) + nameless(office.window) == []
    press(wall, "办结")
    qtbot.wait(20)
    assert clipped(office.window) + nameless(office.window) == []


def test_what_can_be_done_with_a_card_stands_in_its_menu(wall, office, qtbot):
    wall._show_menu([office.village.ids["路"]], QPoint(10, 10))
    menu = wall.findChildren(issue_page.QMenu)[-1]
    labels = [action.text() for action in menu.actions() if action.text()]
    assert labels == ["看办理情况", "开始办理", "办结", "解释说明", "上报镇里", "并入另一件"]
    menu.close()
