"""本月, 从表格导入 and 设置 over the sample village."""

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget

from tests.ui.conftest import Office
from villagebranch.db import backup, vault
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import found
from villagebranch.resources import RESOURCES
from villagebranch.services import branch, cadres, people, visits
from villagebranch.ui.editors import LineEditor


def said(within: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(one.text() for one in within.findChildren(QLabel) if one.isVisible())


def press(within: QWidget, text: str) -> None:
    QApplication.processEvents()
    next(one for one in within.findChildren(QPushButton) if one.isVisible() and one.text() == text).click()
    QApplication.processEvents()


def test_the_month_counts_a_visit_as_soon_as_it_is_recorded(office: Office):
    page = office.show("home")
    assert " / 20 户" in said(page)
    with office.village.store.write("周丽", "记一次走访") as act:
        raw = {
            "household_id": office.village.ids["户 陆根发"],
            "occurred_on": "今天",
            "visitors": office.village.ids["周丽"],
            "visit_type": "home",
        }
        visits.record(act, raw, [{"words": "路灯不亮"}], office.village.today)
    office.show("home")
    assert page.summary == "2026年11月 · 第48周"
    lines = said(page).splitlines()
    assert lines[lines.index("本月走访") + 1] == "1"
    assert lines[lines.index("新收问题") + 1] == "1"


def test_what_is_due_opens_the_act(office: Office):
    page = office.show("home")
    place = next(n for n, one in enumerate(page._due) if one.tag == "走访" and "张桂芳" in one.title)
    page._act_on(str(place))
    assert office.page.title == "记一次走访"
    assert office.page.story.told == "张桂芳 户"


@pytest.fixture
def importing(office: Office):
    page = office.show("import", book="members")
    page.read(RESOURCES / "demo" / "党员花名册.xlsx")
    office.window.desk.work.wait()
    QApplication.processEvents()
    return page


def test_a_book_is_looked_at_before_a_byte_is_written(office: Office, importing):
    assert "表头在第 3 行" in said(importing)
    press(importing, "下一步：看一遍")
    assert "党员：新增 57，更新 1" in said(importing)
    with office.village.store.read() as conn:
        assert len(people.members(conn)) == 3


def test_an_import_is_taken_back_by_one_button(office: Office, importing):
    press(importing, "下一步：看一遍")
    press(importing, "导入：新增 57，更新 1")
    with office.village.store.read() as conn:
        assert len(people.members(conn)) == 60
    press(importing, "撤销这次导入")
    with office.village.store.read() as conn:
        assert len(people.members(conn)) == 3


def test_an_import_makes_a_backup_first(office: Office, importing):
    press(importing, "下一步：看一遍")
    press(importing, "导入：新增 57，更新 1")
    found = backup.list_backups(office.window.desk.seat.place.backups)
    assert [one.about.reason for one in found] == ["import"]


def test_refused_rows_are_saved_as_a_book(office: Office, importing, tmp_path: Path, monkeypatch):
    target = tmp_path / "要改的行.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    press(importing, "下一步：看一遍")
    press(importing, "把要改的行存成表格")
    assert target.read_bytes().startswith(b"PK")


def test_a_column_put_right_by_hand_is_what_counts(office: Office, importing):
    from PySide6.QtWidgets import QComboBox

    box = next(b for b in importing.findChildren(QComboBox) if b.accessibleName() == "联系电话在表里的哪一列")
    box.setCurrentIndex(0)
    press(importing, "下一步：看一遍")
    press(importing, "导入：新增 57，更新 1")
    with office.village.store.read() as conn:
        added = [row for row in people.members(conn) if row.words("id_number")]
    assert added
    assert not any(row["phone"] for row in added)


def test_a_file_that_is_no_workbook_is_said_in_a_banner(office: Office, tmp_path: Path):
    wrong = tmp_path / "花名册.xlsx"
    wrong.write_text("不是表格")
    page = office.show("import", book="members")
    page.read(wrong)
    office.window.desk.work.wait()
    QApplication.processEvents()
    assert "花名册.xlsx" in said(office.window.banner)


def test_the_branch_s_name_reaches_the_rail_and_the_unlock_page(office: Office):
    page = office.show("settings", section="branch")
    section = page._made[0]
    section.form.editor("name").set_typed("新黎村党支部")
    section._save()
    with office.village.store.read() as conn:
        assert branch.branch(conn).name == "新黎村党支部"
    assert vault.read(office.window.desk.seat.place).branch == "新黎村党支部"
    assert "新黎村党支部" in said(office.window.rail)


def test_a_quota_holds_from_this_month_on(office: Office):
    section = office.show("settings", section="cadres")._made[1]
    with office.village.store.read() as conn:
        one = cadres.cadres(conn, office.village.today)[0]
    field = next(line for line in section.findChildren(LineEditor) if line.typed() == "10户")
    field.set_typed("一打")
    field.line.editingFinished.emit()
    assert field.typed() == "一打"
    assert "请填整数" in office.window.toast.accessibleName()
    field.set_typed("12")
    field.line.editingFinished.emit()
    with office.village.store.read() as conn:
        assert cadres.quota(conn, "2026-11")[one.id] == 12
        assert cadres.quota(conn, "2026-10").get(one.id, 10) == 10


def test_a_backup_is_listed_with_what_is_in_it(office: Office):
    section = office.show("settings", section="backup")._made[3]
    section._back_up()
    office.window.desk.work.wait()
    QApplication.processEvents()
    assert "党员 3、户 2" in said(section)


def test_every_act_can_be_taken_back_from_the_list(office: Office):
    with office.village.store.write("周丽", "改电话") as act:
        people.save_member(
            act, {"phone": "13900000087"}, office.village.today, office.village.ids["党员 周丽"]
        )
    section = office.show("settings", section="acts")._made[4]
    press(section, "撤销")
    with office.village.store.read() as conn:
        assert people.members(conn, [office.village.ids["党员 周丽"]])[0]["phone"] is None
    assert "撤销（1 项）" in said(section)


def test_data_that_a_backup_took_the_place_of_are_told_and_deleted_only_after_asking(office: Office):
    place = office.window.desk.seat.place
    section = office.show("settings", section="backup")._made[3]
    assert "另放的资料" not in said(section)
    folder = place.backups / "set-aside-20261101-183000"
    folder.mkdir()
    (folder / "village.db").write_bytes(b"0" * 3_000_000)
    section.refresh()
    assert "2026年11月1日 18:30 以前的资料" in said(section)
    assert "2.9 MB" in said(section)
    press(section, "删除…")
    assert folder.exists()
    press(office.window.question, "删除这份资料")
    assert not folder.exists()
    assert "另放的资料" not in said(section)


def test_the_backup_of_another_branch_is_refused_before_anything_is_left(
    office: Office, tmp_path: Path, monkeypatch
):
    other = found(Place(tmp_path / "other"), "乙村党支部", "李四", "稻香2026", datetime.now, Cost(8, 1, 1))
    path = other.back_up("asked").path
    other.close()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    office.show("settings", section="backup")._made[3]._choose()
    assert "「乙村党支部」" in office.window.banner.accessibleName()
    assert not office.window.question.isVisible()
