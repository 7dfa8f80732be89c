"""The township's window over real data folders: what villages sent is taken in, seen, answered and sent back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from tests import township
from tests.township import CHEAP, clock
from villagebranch.db import disks
from villagebranch.db.disks import Disk
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat, found
from villagebranch.records.issue import Issue
from villagebranch.services import branch, issues, township_month, township_reply, village_issues
from villagebranch.services.township import take_report
from villagebranch.sync import cards, errands, handover
from villagebranch.sync.cards import Card
from villagebranch.sync.gathering import Outcome
from villagebranch.ui.app import surroundings
from villagebranch.ui.main_window import MainWindow
from villagebranch.ui.page import Page
from villagebranch.ui.theme import Theme

MEIXI = "梅溪村党支部"


@dataclass
class Town:
    """The window of a township, the stick that villages bring, and the ids of its villages."""

    window: MainWindow
    seat: Seat
    ids: dict[str, str]
    stick: Path

    @property
    def page(self) -> Page:
        return self.window.current

    def show(self, name: str, **what: object) -> Page:
        self.window.show_page(name, **what)
        return self.page

    def wait(self) -> None:
        self.window.desk.work.wait()
        QApplication.processEvents()


@pytest.fixture
def town(qtbot, theme: Theme, tmp_path: Path, monkeypatch) -> Iterator[Town]:
    seat = township.seat(tmp_path / "town")
    ids = township.settle(seat.store)
    stick = tmp_path / "E"
    stick.mkdir()
    monkeypatch.setattr(disks, "sticks", lambda: (Disk(stick, "vfat", removable=True),))
    window = MainWindow(surroundings(seat, clock), theme)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    with qtbot.waitActive(window):
        window.show()
    yield Town(window, seat, ids, stick)
    window.desk.work.wait()
    seat.close()


def card_of(seat: Seat) -> Card:
    with seat.store.receive() as (conn, _):
        return cards.keys(conn).own_card(conn, seat.user.name)


def stranger(folder: Path, name: str) -> Seat:
    """Return a village with one escalated issue, that nobody knows yet."""
    made = found(Place(folder), name, "周丽", "练习练习练习", clock, CHEAP)
    today = clock().date()
    with made.store.write("周丽", "新建资料") as act:
        branch.save(act, {"name": name, "township": "枫泾镇"}, today)
        draft = {"words": f"{name}的桥断了", "stage": "escalated", "collected_on": "2026-11-20"}
        issues.add(act, draft | {"category": "road", "escalated_on": "2026-11-21"}, by=None)
    return made


def trust(here: Seat, other: Seat) -> None:
    card = card_of(other)
    with here.store.write("周丽", "收名片") as act:
        handover.trust(act, replace(card, name=handover.called(act.conn, card)))


def village(folder: Path, town: Seat, name: str) -> Seat:
    """Return a village that knows the township and is known to it."""
    made = stranger(folder, name)
    trust(made, town)
    trust(town, made)
    return made


def report(seat: Seat, folder: Path) -> Path:
    with seat.store.read() as conn:
        (to,) = cards.partners(conn)
    return errands.send(seat, to, folder).path


@pytest.fixture
def two(town: Town, tmp_path: Path) -> Iterator[tuple[Seat, Seat]]:
    """Two villages besides those that are there, whose reports lie on the stick."""
    made = tuple(village(tmp_path / name, town.seat, f"{name}村党支部") for name in ("东荡", "西庄"))
    for one in made:
        report(one, town.stick / "连心册")
    yield made
    for one in made:
        one.close()


def said(within: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(one.text() for one in within.findChildren(QLabel) if one.isVisible())


def press(within: QWidget, text: str) -> None:
    QApplication.processEvents()
    next(one for one in within.findChildren(QPushButton) if one.isVisible() and one.text() == text).click()
    QApplication.processEvents()


def rows(page: Page) -> list[list[str]]:
    model = page.table.table_model
    return [
        [model.text(row, column) for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def look_at_stick(town: Town, qtbot) -> None:
    qtbot.waitUntil(lambda: bool(town.page.gather.watch.seen) and not town.page.gather.watch._looking)


def outcomes(town: Town, qtbot) -> list[Outcome]:
    """Press 从 U 盘收 and return what became of the packages."""
    look_at_stick(town, qtbot)
    with qtbot.waitSignal(town.page.gather.gathered) as told:
        town.page.gather.take.click()
    return told.args[0]


def unanswered(town: Town) -> int:
    with town.seat.store.read() as conn:
        return village_issues.unanswered(conn, clock().date())


def test_a_township_has_its_own_rail(town: Town):
    town.show("home")
    assert [one.text() for one in town.window.rail.buttons.values()][:2] == ["本月", "问题"]
    assert not {"visits", "meetings", "members", "households"} & set(town.window.rail.buttons)


def test_villages_stand_by_name_with_how_their_month_stands(town: Town):
    page = town.show("home")
    assert rows(page) == [
        ["柳浜村", "10-28", "0/10", "0", "0", "0", "本月未交"],
        ["梅溪村", "11-22", "18/20", "2", "1", "1", "收好"],
        ["石桥村", "11-22", "7/20", "1", "0", "1", "2 处要定夺"],
    ]
    assert page.summary == "3 个村 · 已收 2 包"


def test_the_four_figures_are_those_of_all_villages(town: Town):
    lines = said(town.show("home")).splitlines()
    figures = [
        lines[lines.index(label) + 1] for label in ("本月走访", "新收问题", "超期问题", "上报镇里待答复")
    ]
    assert figures == ["25", "3", "2", "2"]
    assert "最久 12 天" in lines


def test_villages_are_not_ranked_by_a_click_on_a_column(town: Town):
    page = town.show("home")
    page.table.horizontalHeader().sectionClicked.emit(2)
    assert [row[0] for row in rows(page)] == ["柳浜村", "梅溪村", "石桥村"]


def test_packages_of_all_villages_are_taken_in_one_go(town: Town, two, qtbot):
    page = town.show("home")
    look_at_stick(town, qtbot)
    assert page.gather.take.text() == "从 U 盘收 2 包"
    assert {one.who for one in outcomes(town, qtbot) if one.taken} == {"东荡村党支部", "西庄村党支部"}
    assert "收好 2 包" in said(page)
    assert unanswered(town) == 4
    assert town.window.rail.buttons["issues"].accessibleName() == "问题，4 件待办"


def test_a_bad_package_hinders_no_other(town: Town, two, qtbot):
    good = next(iter((town.stick / "连心册").iterdir()))
    (town.stick / "半截.vbx").write_bytes(good.read_bytes()[:700])
    unknown = village(town.stick.parent / "stranger", town.seat, "北浜村党支部")
    report(unknown, town.stick)
    with town.seat.store.receive() as (conn, _):
        cards.forget(conn, card_of(unknown))
    unknown.close()
    town.show("home")
    told = outcomes(town, qtbot)
    assert [bool(one.taken) for one in told] == [True, True, False, False]
    assert any("还不认识" in one.said for one in told[2:])
    assert "没收 2 包" in said(town.page)


def test_packages_taken_in_one_go_are_taken_back_in_one_go(town: Town, two, qtbot):
    page = town.show("home")
    outcomes(town, qtbot)
    press(page, "撤销这次收的包")
    assert unanswered(town) == 2
    assert not page.goes_back()


def test_only_one_backup_is_made_for_all_packages(town: Town, two, qtbot):
    town.show("home")
    outcomes(town, qtbot)
    assert len(list(town.seat.place.backups.iterdir())) == 1


def test_packages_in_a_folder_are_taken_too(town: Town, two, qtbot, tmp_path: Path):
    report(two[0], tmp_path / "mail")
    page = town.show("home")
    with qtbot.waitSignal(page.gather.gathered) as told:
        page.gather.take_from(tmp_path / "mail")
    assert len(told.args[0]) == 1


def test_a_village_is_added_by_accepting_its_card_and_reports_from_then_on(town: Town, tmp_path: Path, qtbot):
    new = stranger(tmp_path / "北浜", "北浜村党支部")
    _, fingerprint = errands.give_card(new, town.stick / "连心册")
    page = town.show("exchange")
    qtbot.waitUntil(lambda: bool(page.watch.seen) and not page.watch._looking)
    press(page, "收名片")
    town.wait()
    assert fingerprint in said(page)
    assert page.findChild(QLineEdit).text() == "北浜村党支部"
    press(page, "念过了，一样，收下名片")
    assert ["北浜村", "—", "0/0", "0", "0", "0", "本月未交"] in rows(town.show("home"))
    look_at_stick(town, qtbot)
    trust(new, town.seat)
    report(new, town.stick / "连心册")
    new.close()
    town.page.gather.watch.look()
    assert [one.who for one in outcomes(town, qtbot) if one.taken] == ["北浜村党支部"]
    town.page.go_back()
    assert ["北浜村", "11-23", "0/0", "1", "0", "0", "收好"] in rows(town.page)


def test_a_card_that_reads_out_differently_adds_no_village(town: Town, tmp_path: Path, qtbot):
    new = stranger(tmp_path / "北浜", "北浜村党支部")
    path = errands.give_card(new, tmp_path)[0].path
    new.close()
    page = town.show("exchange", file=str(path))
    town.wait()
    press(page, "不一样，不收")
    assert len(rows(town.show("home"))) == 3


def test_an_answer_goes_into_the_stream_of_its_village_and_is_taken_back_from_the_toast(town: Town):
    page = town.show("home")
    page.answer("meixi11-00001")
    page.panel.form.fill({"disposition": "solved", "words": "已派人抢修"})
    page.panel.save()
    assert unanswered(town) == 1
    assert town.seat.store.stream_of(town.seat.store.last_act) == town.ids[MEIXI]
    town.window._undo(town.seat.store.last_act)
    assert unanswered(town) == 2


def test_an_answer_without_a_decision_says_what_is_missing(town: Town):
    page = town.show("home")
    page.answer("meixi11-00001")
    page.panel.save()
    assert "请填答复" in said(page.panel)
    assert unanswered(town) == 2


def test_answers_go_to_the_villages_that_have_something_to_get(town: Town, two, qtbot):
    page = town.show("home")
    outcomes(town, qtbot)
    page.go_back()
    assert page.escalated.export.text() == "没有要导出给各村的"
    with two[0].store.read() as conn:
        source = conn.scalars(Issue.table().select().with_only_columns(Issue.id)).one()
    page.answer(source)
    page.panel.form.fill({"disposition": "granted", "words": "镇里出钱"})
    page.panel.save()
    press(page, "答复后导出给各村（1 包）")
    town.wait()
    (reply,) = (town.stick / "连心册").glob("*镇里答复*")
    assert "可以拔出 U 盘" in said(page)
    assert page.escalated.export.text() == "再导出一次（1 包，村里还没有回过话）"
    taken = errands.take_in(two[0], errands.open_package(two[0], reply.read_bytes()), reply.name)
    assert taken.outlook.new == {"township_reply": 1}


def test_a_village_opens_with_its_cadres_and_issues(town: Town):
    page = town.show("home")
    page.table.opened.emit(town.ids[MEIXI])
    page = town.page
    assert page.title == MEIXI
    assert [row[0] for row in rows(page)] == ["路灯不亮", "3组机耕路塌方，农机过不去"]
    assert "组织委员" in said(page)
    page.go_back()
    assert town.page.title.endswith("各村本月")


def test_a_village_tells_when_it_reported(town: Town, two, qtbot):
    town.show("home")
    outcomes(town, qtbot)
    with town.seat.store.read() as conn:
        new = township_month.villages(conn, "2026-11", clock().date())
    page = town.show("village", id=next(one.id for one in new if one.name == "东荡村党支部"))
    assert "11-23 09:30" in said(page)


def test_issues_are_filtered_by_state_and_village(town: Town):
    page = town.show("issues")
    page._state.choose(("unanswered",))
    page.refresh()
    assert [row[0] for row in rows(page)] == ["梅溪村", "石桥村"]
    page._village.choose(town.ids[MEIXI])
    page.refresh()
    assert [row[1] for row in rows(page)] == ["3组机耕路塌方，农机过不去"]


def test_of_many_issues_only_those_in_view_are_read(town: Town):
    issues = {
        f"big-{number:05}": township.issue(f"第{number}件", "assigned", "2026-11-02") for number in range(450)
    }
    told = replace(township.LIUBANG, issues=issues, reported_at="2026-11-22T08:00:00")
    with town.seat.store.write("陆明华", "收村里的上报") as act:
        report = township.report(told)
        take_report(act, town.ids["柳浜村党支部"], report, {"liubang": 2}, told.reported_at)
    page = town.show("issues")
    model = page.table.table_model
    assert (model.rowCount(), len(model._pages)) == (454, 1)
    assert model.text(453, 1) == "校车不进村"
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert model.text(0, 1) == "路灯不亮"


def test_the_filters_of_the_issues_stand_on_one_line(town: Town):
    page = town.show("issues")
    QApplication.processEvents()
    filters = [one for one in page._list.findChildren(QPushButton) if one.isVisible()]
    assert len({one.mapTo(page, QPoint()).y() for one in filters}) == 1


def test_an_answer_is_withdrawn_from_the_issue(town: Town):
    page = town.show("issues", id="meixi11-00001")
    press(page, "答复")
    page.panel.form.fill({"disposition": "solved"})
    page.panel.save()
    assert "镇里已解决" in said(page)
    press(page, "撤回")
    assert unanswered(town) == 2


def test_what_is_asked_goes_to_each_village_that_is_chosen_and_is_taken_back_in_one_go(town: Town):
    page = town.show("instruct")
    page.form.restore({"title": "上报年度党员名册", "due_on": "2026-12-10", "villages": "梅溪村、石桥村"})
    page.save()
    page = town.page
    assert rows(page) == [["上报年度党员名册", "11-23", "12-10", "0/2", "在办"]]
    assert "2 个村没办完" in said(page)
    town.window.toast.findChild(QPushButton).click()
    assert rows(town.page) == []


def test_what_is_asked_of_nobody_is_not_written(town: Town):
    page = town.show("instruct")
    page.form.restore({"title": "上报年度党员名册", "villages": ""})
    page.save()
    assert "请填送给哪些村" in said(page)
    assert town.page is page


def test_a_village_that_has_done_what_was_asked_is_seen(town: Town):
    page = town.show("instruct")
    page.form.restore({"title": "上报年度党员名册", "due_on": "2026-11-20"})
    page.save()
    with town.seat.store.read() as conn:
        asked = {one.village: one for one in township_reply.instructions(conn)}
    told = township.report(township.MEIXI)
    done = {asked[MEIXI].id: {"done_on": "2026-11-22", "done_note": "已交到党建办"}}
    later = replace(told, rows={**told.rows, "instruction_report": done})
    with town.seat.store.write("陆明华", "收村里的上报") as act:
        take_report(act, town.ids[MEIXI], later, {"meixi11": 2}, "2026-11-23T08:00:00")
    page = town.show("instructions")
    assert [row[3:] for row in rows(page)] == [["1/3", "超期"]]
    assert "11-22 · 晚了 · 已交到党建办" in said(page)


def test_an_instruction_is_withdrawn_from_one_village(town: Town):
    page = town.show("instruct")
    page.form.restore({"title": "上报年度党员名册"})
    page.save()
    press(town.page, "撤回")
    assert [row[3] for row in rows(town.page)] == ["0/2"]


def test_the_search_finds_villages_by_initials_and_issues_by_words(town: Town):
    find = town.window.desk.find
    assert [(hit.page, hit.title) for hit in find("mxc")] == [("village", MEIXI)]
    assert [(hit.page, hit.detail) for hit in find("校车")] == [("issues", "石桥村")]
    assert find("") == []


def test_settings_of_a_township_leave_out_what_only_villages_have(town: Town):
    page = town.show("settings")
    assert [page._list.item(place).text() for place in range(page._list.count())] == [
        *("单位资料", "使用人与密码", "备份与恢复", "操作记录", "练习")
    ]


def test_an_act_in_a_village_s_stream_is_taken_back_from_the_list_of_acts(town: Town):
    page = town.show("home")
    page.answer("meixi11-00001")
    page.panel.form.fill({"disposition": "solved"})
    page.panel.save()
    press(town.show("settings", section="acts"), "撤销")
    assert unanswered(town) == 2


def test_f1_tells_of_the_township_s_screens(town: Town):
    town.show("issues")
    town.window._help()
    assert town.page._book.toPlainText().splitlines()[0] == "乡镇"


def test_visits_are_shown_only_where_the_village_chose_to_report_them(town: Town):
    page = town.show("village", id=town.ids[MEIXI])
    page._state.choose(("visits",))
    page.refresh()
    assert "谁家谈了什么不出村" in said(page)
    told = township.report(township.MEIXI)
    visit = {
        "occurred_on": "2026-11-20",
        "visit_type": "home",
        "place": "5组 18号",
        "account": "药够吃到月底",
    }
    month = {"period": "2026-11", "liaison": 2, "home": 15, "patrol": 3, "households": 18}
    later = replace(
        told, rows={**told.rows, "village_visit": {"v": visit}, "village_month": {"2026-11": month}}
    )
    with town.seat.store.write("陆明华", "收村里的上报") as act:
        take_report(act, town.ids[MEIXI], later, {"meixi11": 2}, "2026-11-23T08:00:00")
    page.refresh()
    model = page.visits.table_model
    assert [model.text(0, column) for column in range(model.columnCount())] == [
        *("2026-11-20", "上门家访", "", "5组 18号", "药够吃到月底")
    ]
    assert "联系走访 2 次 · 上门家访 15 次 · 实地巡访 3 次" in said(page)


def test_an_answer_half_written_is_asked_about_before_it_is_left(town: Town):
    page = town.show("home")
    page.answer("meixi11-00001")
    town.window.go_to("ledgers")
    assert town.page is not page
    page = town.show("home")
    page.answer("meixi11-00001")
    page.panel.form.restore({"words": "已派人"})
    town.window.go_to("ledgers")
    assert town.page is page
    press(town.window.question, "不存，离开")
    assert town.page is not page
    assert page.panel is None


def test_an_answer_half_written_beside_the_list_is_asked_about_too(town: Town):
    page = town.show("issues", id="meixi11-00001")
    press(page, "答复")
    page.panel.form.restore({"words": "已派人"})
    town.window.go_to("ledgers")
    assert town.page is page
    press(town.window.question, "接着改")
    assert page.panel.form.typed()["words"] == "已派人"


def test_what_is_asked_of_the_villages_half_written_is_asked_about_before_it_is_left(town: Town):
    page = town.show("instruct")
    page.form.editor("title").changed.emit()
    press(town.window.header, "返回")
    assert town.page is page
    press(town.window.question, "不存，返回")
    assert town.page.title == "通知要求"
