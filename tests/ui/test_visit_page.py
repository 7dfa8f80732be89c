"""记一次走访 from the keyboard, its draft, its problems; the list of visits."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Office
from tests.ui.fingers import write
from villagebranch.db import history
from villagebranch.services import issues, visits
from villagebranch.ui.visit_page import VisitPage

CONTROL = Qt.KeyboardModifier.ControlModifier


class Fingers:
    """Types into whatever has the focus, and counts the strokes that are not text."""

    def __init__(self) -> None:
        self.strokes = 0

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QApplication.processEvents()
        QTest.keyClick(QApplication.focusWidget(), key, modifier)
        QApplication.processEvents()
        self.strokes += 1

    def write(self, text: str) -> None:
        write(QApplication.focusWidget(), text)

    def spell(self, letters: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), letters)


@pytest.fixture
def fingers() -> Fingers:
    return Fingers()


def told(office: Office) -> list[visits.VisitRow]:
    with office.village.store.read() as conn:
        return visits.rows(conn, visits.ids(conn, visits.Wanted()))


def record(office: Office, fingers: Fingers) -> VisitPage:
    """Record a visit with one issue, without the mouse."""
    fingers.press(Qt.Key.Key_N, CONTROL)
    page = office.page
    assert isinstance(page, VisitPage)
    fingers.spell("lgf")
    fingers.press(Qt.Key.Key_Return)
    while QApplication.focusWidget() is not page.form.editor("account").box:
        fingers.press(Qt.Key.Key_Return)
    fingers.write("血压偏高，药快吃完了。")
    fingers.press(Qt.Key.Key_I, CONTROL)
    fingers.write("稻谷没有车送粮站")
    fingers.press(Qt.Key.Key_Return, CONTROL)
    return page


def test_a_visit_with_an_issue_takes_at_most_twelve_strokes_beyond_the_text(office: Office, fingers: Fingers):
    office.show("home")
    record(office, fingers)
    row = told(office)[0]
    assert (row.where, row.visitors, row.occurred_on, row.visit_type) == (
        "陆根发 户 · 5组 18号",
        "王堃",
        "2026-11-23",
        "home",
    )
    assert [issue.words for issue in row.issues] == ["稻谷没有车送粮站"]
    assert fingers.strokes <= 12


def test_after_saving_the_page_waits_for_the_next_household(office: Office, fingers: Fingers):
    office.show("home")
    page = record(office, fingers)
    typed = page.form.typed()
    assert (typed["household_id"], typed["account"], typed["visitors"]) == ("", "", "王堃")
    assert page.heard.typed() == []
    assert QApplication.focusWidget() is page.form.editor("household_id").line


def test_the_household_s_story_stands_beside_the_form(office: Office, fingers: Fingers):
    office.show("home")
    record(office, fingers)
    page = office.show("visit", household_id=office.village.ids["户 陆根发"])
    assert page.summary == "陆根发 户"
    assert page.story.told == "陆根发 户"


def test_what_is_typed_survives_until_the_page_is_opened_again(office: Office):
    page = office.show("visit")
    page.form.restore({"account": "话说到一半"})
    page.form.changed.emit()
    page._draft.write()
    kept = (office.window.desk.folder / "drafts" / "visit").read_bytes()
    assert "话说到一半".encode() not in kept  # nobody reads it who cannot open the database
    office.show("home")
    office.show("visit")
    assert page.form.typed()["account"] == "话说到一半"


def test_a_draft_goes_when_the_visit_is_saved(office: Office, fingers: Fingers):
    office.show("home")
    page = record(office, fingers)
    assert page._draft.read() is None


def test_a_visit_to_nobody_is_shown_under_its_field_and_nothing_is_lost(office: Office):
    page = office.show("visit")
    page.form.editor("account").set_typed("写了很多字")
    page._save()
    assert "请选走访的户" in page.form.boxes["household_id"]._problem.text()
    assert page.form.typed()["account"] == "写了很多字"
    assert told(office) == []


def test_a_deadline_that_cannot_be_is_told_with_its_row(office: Office):
    page = office.show("visit", household_id=office.village.ids["户 陆根发"])
    page.heard.restore([{"words": "路灯不亮", "due_on": "2026-13-01"}])
    page._save()
    assert "第 1 条办结期限" in page.heard._problem.text()
    assert told(office) == []


def test_a_visit_can_be_corrected_and_its_history_tells(office: Office, fingers: Fingers):
    office.show("home")
    record(office, fingers)
    id = told(office)[0].id
    page = office.show("visit", id=id)
    assert page.form.typed()["account"] == "血压偏高，药快吃完了。"
    page.form.editor("account").set_typed("血压正常了。")
    page._save()
    with office.village.store.read() as conn:
        changed = [edit.after for edit in history.history(conn, "visit", id) if edit.field == "account"]
        assert len(issues.ids(conn, issues.Wanted())) == 1
    assert changed == ["血压偏高，药快吃完了。", "血压正常了。"]


def test_the_list_shows_the_visit_in_full_beside_it_and_deletes_with_a_way_back(
    office: Office, fingers: Fingers
):
    office.show("home")
    record(office, fingers)
    page = office.show("visits")
    assert page.table.table_model.rowCount() == 1
    page._remove(told(office)[0].id)
    assert page.table.table_model.rowCount() == 0
    office.window._undo(office.village.store.last_act)
    assert page.table.table_model.rowCount() == 1


def test_the_list_is_narrowed_by_month_person_and_way(office: Office, fingers: Fingers):
    office.show("home")
    record(office, fingers)
    page = office.show("visits")
    page._month.choose("2026-10")
    page.refresh()
    assert page.table.table_model.rowCount() == 0
    page._month.choose("2026-11")
    page._way.choose("home")
    page.refresh()
    assert page.table.table_model.rowCount() == 1
