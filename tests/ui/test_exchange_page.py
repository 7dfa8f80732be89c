"""交换 through its widgets: two real data folders, real package files on a folder that stands for the stick."""

import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget

from villagebranch.db import disks
from villagebranch.db.disks import Disk
from villagebranch.db.journal import digest
from villagebranch.db.keys import Cost
from villagebranch.db.place import Place
from villagebranch.db.seat import Seat, found
from villagebranch.db.store import Store
from villagebranch.records.member import Member
from villagebranch.records.person import Person
from villagebranch.sync import cards, errands, merge
from villagebranch.sync.conflicts import conflicts
from villagebranch.sync.parcel import collect, known
from villagebranch.ui.exchange_page import ExchangePage
from villagebranch.ui.table_view import TableView

CHEAP = Cost(memory=8 * 1024, passes=1, lanes=1)


def clock() -> datetime:
    return datetime(2026, 11, 23, 9, 30)


@dataclass
class Two:
    """The window of one laptop, the seat of another of the same branch, and the stick between them."""

    office: object
    other: Seat
    stick: Path

    @property
    def here(self) -> Seat:
        return self.office.window.desk.seat

    @property
    def page(self) -> ExchangePage:
        return self.office.page

    def open(self, qtbot, **what) -> ExchangePage:
        self.office.show("exchange", **what)
        self.wait(qtbot)
        return self.page

    def wait(self, qtbot) -> None:
        """Until what was started aside has come back."""
        qtbot.waitUntil(lambda: not self.page.watch._looking)
        self.office.window.desk.work.wait()
        qtbot.wait(20)

    def read(self, qtbot, path: Path) -> ExchangePage:
        self.open(qtbot, file=path)
        return self.page

    def send(self) -> Path:
        """Send from the other laptop."""
        with self.other.store.read() as conn:
            (to,) = cards.partners(conn)
        return errands.send(self.other, to, self.stick / "连心册").path


@pytest.fixture
def two(office, tmp_path, monkeypatch):
    stick = tmp_path / "E"
    here = office.window.desk.seat
    other = found(Place(tmp_path / "other"), "梅溪村党支部", "周丽", "练习练习练习", clock, CHEAP)
    for seat, partner in ((here, other), (other, here)):
        with partner.store.receive() as (conn, _):
            card = cards.keys(conn).card(f"{partner.user.name}的电脑")
        with seat.store.receive() as (conn, _):
            cards.keep_partner(conn, card)
    with here.store.read() as conn:
        (to,) = cards.partners(conn)
    everything = errands.send(here, to, tmp_path / "elsewhere").path
    errands.take_in(other, errands.preview(other, everything.read_bytes()).package, "")
    stick.mkdir()
    monkeypatch.setattr(disks, "sticks", lambda: (Disk(stick, "vfat", removable=True),))
    yield Two(office, other, stick)
    other.close()


def said(widget: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def press(widget: QWidget, text: str) -> None:
    QApplication.processEvents()
    found = [one for one in widget.findChildren(QPushButton) if one.text() == text and one.isVisible()]
    assert found, f"no {text}: {[one.text() for one in widget.findChildren(QPushButton)]}"
    found[0].click()


def choose(widget: QWidget, name: str) -> None:
    (radio,) = [one for one in widget.findChildren(QRadioButton) if one.accessibleName().startswith(name)]
    radio.click()


def set_phone(seat: Seat, id: str, phone: str) -> None:
    with seat.store.write(seat.user.name, "修改") as act:
        act.set(Person, id, {"phone": phone})


def phone(seat: Seat, id: str) -> str:
    with seat.store.read() as conn:
        return conn.scalar(Person.table().select().with_only_columns(Person.phone).where(Person.id == id))


def digests(two: Two) -> set[str]:
    found = set()
    for seat in (two.here, two.other):
        with seat.store.read() as conn:
            found.add(digest(conn))
    return found


def test_packages_on_the_stick_are_listed_by_partner_and_kind(two, qtbot):
    set_phone(two.other, two.office.village.ids["周丽"], "13900000001")
    path = two.send()
    (two.stick / "坏.vbx").write_bytes(path.read_bytes()[:-20])
    page = two.open(qtbot)
    assert "周丽的电脑 的改动" in said(page)
    assert "还没有收" in said(page)
    assert "坏的" in said(page)
    assert "2 个交换包" in page.summary


def test_a_package_is_looked_at_then_taken_and_taken_back_after_a_restart(two, qtbot):
    id = two.office.village.ids["周丽"]
    before = phone(two.here, id)
    set_phone(two.other, id, "13900000001")
    path = two.send()
    page = two.read(qtbot, path)
    assert "签名可信" in said(page)
    assert "收到的内容还没有写入" in said(page)
    assert phone(two.here, id) == before
    press(page, "收下")
    two.wait(qtbot)
    assert phone(two.here, id) == "13900000001"
    assert "收到 周丽的电脑" in said(page.log)
    press(page.log, "撤销")
    assert phone(two.here, id) == before
    assert "已撤销" in said(page.log)
    press(page.log, "恢复")
    assert phone(two.here, id) == "13900000001"


def test_a_backup_is_made_before_a_package_is_taken(two, qtbot):
    set_phone(two.other, two.office.village.ids["周丽"], "13900000001")
    page = two.read(qtbot, two.send())
    press(page, "收下")
    two.wait(qtbot)
    assert list(two.here.place.backups.glob("*-merge.vbb"))


def test_a_conflict_is_decided_while_it_is_taken_in(two, qtbot):
    id = two.office.village.ids["周丽"]
    set_phone(two.other, id, "13900000001")
    set_phone(two.here, id, "13900000002")
    page = two.read(qtbot, two.send())
    assert "两边都改过：人员 周丽" in said(page)
    assert "139****0001" in said(page)
    choose(page, "联系电话：这台电脑")
    press(page, "收下")
    two.wait(qtbot)
    assert phone(two.here, id) == "13900000002"
    with two.here.store.read() as conn:
        assert conflicts(conn) == ()


def test_what_both_changed_of_a_member_and_of_the_person_stands_in_one_table(two, qtbot):
    person, member = two.office.village.ids["吴晓燕"], two.office.village.ids["党员 吴晓燕"]
    for seat, number, place in ((two.other, "13900000001", "上海"), (two.here, "13900000002", "杭州")):
        set_phone(seat, person, number)
        with seat.store.write(seat.user.name, "修改") as act:
            act.set(Member, member, {"away_place": place})
    page = two.read(qtbot, two.send())
    assert "两边都改过：党员 吴晓燕" in said(page)
    assert "两边都改过：人员" not in said(page)
    choose(page, "外出地点：另一台电脑")
    choose(page, "联系电话：这台电脑")
    press(page, "收下")
    two.wait(qtbot)
    assert phone(two.here, person) == "13900000002"
    with two.here.store.read() as conn:
        asked = Member.table().select().with_only_columns(Member.away_place).where(Member.id == member)
        assert conn.scalar(asked) == "上海"
        assert conflicts(conn) == ()


def test_what_is_sent_lies_on_the_stick_and_makes_both_equal(two, qtbot):
    set_phone(two.here, two.office.village.ids["周丽"], "13900000003")
    two.open(qtbot)
    press(two.page.send, "导出给 周丽的电脑")
    two.wait(qtbot)
    assert "可以拔出 U 盘了" in said(two.page.send)
    (path,) = (two.stick / "连心册").iterdir()
    errands.take_in(two.other, errands.preview(two.other, path.read_bytes()).package, path.name)
    assert len(digests(two)) == 1
    assert "送出 周丽的电脑" in said(two.page.log)


def test_what_becomes_of_each_record_is_read_before_it_is_taken(two, qtbot):
    id = two.office.village.ids["周丽"]
    set_phone(two.other, id, "13900000001")
    with two.other.store.write("周丽", "添加") as act:
        act.add(Person, {"name": "张桂芳"})
    page = two.read(qtbot, two.send())
    press(page, "逐条看（2 条）")
    shown = page.findChild(TableView).table_model
    cells = [[shown.index(row, column).data() for column in range(4)] for row in range(2)]
    assert cells[0][:3] == ["改动", "人员", "周丽"]
    assert cells[0][3].endswith("→ 139****0001")
    assert cells[1] == ["新增", "人员", "张桂芳", ""]


def test_a_stranger_and_a_broken_file_are_told_and_nothing_changes(two, qtbot, tmp_path):
    page = two.open(qtbot)
    with two.here.store.receive() as (conn, _):
        (card,) = cards.partners(conn)
        cards.forget(conn, card)
    page.read(two.send())
    two.wait(qtbot)
    assert "还不认识" in two.office.window.banner.accessibleName()
    with two.here.store.receive() as (conn, _):
        cards.keep_partner(conn, replace(card, name="周丽"))
    broken = tmp_path / "b.vbx"
    broken.write_bytes(b"\x89VBX\r\n\x01nonsense")
    page.read(broken)
    two.wait(qtbot)
    assert "坏了" in two.office.window.banner.accessibleName()


def test_many_deletions_are_asked_about_before_they_are_taken(two, qtbot):
    with two.other.store.write("周丽", "添加") as act:
        ids = act.add_many(Person, [{"name": f"村民甲{n}"} for n in range(12)])
    page = two.read(qtbot, two.send())
    press(page, "收下")
    two.wait(qtbot)
    with two.other.store.write("周丽", "删除") as act:
        for id in ids:
            act.remove(Person, id)
    page = two.read(qtbot, two.send())
    assert "要删除的：" in said(page)
    press(page, "收下")
    assert two.office.window.question.isVisible()
    press(two.office.window.question, "收下，删除 12 条")
    two.wait(qtbot)
    with two.here.store.read() as conn:
        assert conn.scalar(
            Person.table().select().with_only_columns(Person.removed_at).where(Person.id == ids[0])
        )


def test_a_card_is_trusted_after_its_characters_were_read_out(two, qtbot):
    with two.here.store.receive() as (conn, _):
        cards.forget(conn, cards.partners(conn)[0])
    sent, fingerprint = errands.give_card(two.other, two.stick)
    page = two.open(qtbot)
    assert "周丽" not in said(page.send)
    press(page, "收名片")
    two.wait(qtbot)
    assert fingerprint in said(page)
    assert "在电话里念一遍核对" in said(page)
    page.findChild(QLineEdit).setText("周丽的笔记本")
    press(page, "念过了，一样，收下名片")
    assert "导出给 周丽的笔记本" in [one.text() for one in page.send.findChildren(QPushButton)]
    assert sent.path.exists()


def test_a_partner_is_renamed_and_left(two, qtbot):
    page = two.open(qtbot, view="partners")
    page.findChild(QLineEdit).setText("周丽的新电脑")
    press(page, "改称呼")
    with two.here.store.read() as conn:
        assert [one.name for one in cards.partners(conn)] == ["周丽的新电脑"]
    press(page, "不再交换")
    press(two.office.window.question, "不再和 周丽的新电脑 交换")
    with two.here.store.read() as conn:
        assert cards.partners(conn) == []
    assert "还没有交换对象" in said(page.send)


def test_everything_is_locked_by_a_passphrase_of_eight(two, qtbot):
    page = two.open(qtbot, view="all")
    for line in page.findChildren(QLineEdit):
        line.setText("太短")
    press(page, "写到 U 盘")
    assert "至少 8 个字" in said(page)
    for line in page.findChildren(QLineEdit):
        line.setText("梅溪村党支部 2026")
    press(page, "写到 U 盘")
    two.wait(qtbot)
    assert "可以拔出 U 盘了" in said(page.send)
    (path,) = (two.stick / "连心册").glob("*全部资料*")
    page.read(path)
    two.wait(qtbot)
    page.findChild(QLineEdit).setText("梅溪村党支部 2026")
    press(page, "打开看一遍")
    two.wait(qtbot)
    assert "都已经有了" in said(page)


def test_a_gap_says_which_days_are_missing_and_the_request_heals_it(two, qtbot):
    id = two.office.village.ids["周丽"]
    set_phone(two.other, id, "13900000001")
    lost = two.send()
    lost.unlink()
    with two.other.store.receive() as (conn, _):
        (card,) = cards.partners(conn)
        cards.acknowledge(conn, card, known(conn))
    set_phone(two.other, id, "13900000002")
    page = two.read(qtbot, two.send())
    assert "前面缺一段" in said(page)
    assert "2026-11-23" in said(page)
    press(page, "把请求补送写回去")
    (request,) = (two.stick / "连心册").glob("*请求补送*")
    told = errands.preview(two.other, request.read_bytes())
    errands.take_in(two.other, told.package, request.name)
    page.read(two.send())
    two.wait(qtbot)
    press(page, "收下")
    two.wait(qtbot)
    assert phone(two.here, id) == "13900000002"


@pytest.fixture
def contested(two, qtbot) -> str:
    """A person of whom both sides changed the phone, taken in and not decided."""
    id = two.office.village.ids["周丽"]
    set_phone(two.other, id, "13900000001")
    set_phone(two.here, id, "13900000002")
    page = two.read(qtbot, two.send())
    press(page, "收下")
    two.wait(qtbot)
    return id


def test_what_is_undecided_is_counted_in_the_rail_and_due_on_the_first_page(two, qtbot, contested):
    window = two.office.window
    assert window.rail.buttons["exchange"].accessibleName() == "交换，1 件待办"
    home = two.office.show("home")
    (due,) = [one for one in home._due if one.page == "exchange"]
    assert due.title == "1 处两边都改过"
    home._act_on(str(home._due.index(due)))
    assert "两边都改过：人员 周丽" in said(two.page)


def test_the_records_own_page_says_what_is_undecided_and_leads_there(two, qtbot, contested):
    page = two.office.show("members")
    page.table.choose(member_of(two.here, contested))
    assert "两边都改过，还没有定夺：联系电话。" in said(page)
    press(page, "去定夺")
    assert "等您定夺（1 处）" in said(two.page)


def member_of(seat: Seat, person: str) -> str:
    with seat.store.read() as conn:
        members = Member.table().select().with_only_columns(Member.id).where(Member.person_id == person)
        return conn.scalar(members)


def test_deciding_closes_the_conflict_and_is_taken_back(two, qtbot, contested):
    page = two.open(qtbot, view="conflicts")
    before = phone(two.here, contested)
    press(page, "显示")
    assert "13900000001" in said(page)
    choose(page, "联系电话：另一台电脑")
    press(page, "定下来（1 处）")
    assert phone(two.here, contested) == "13900000001"
    assert "没有要定夺的了" in said(page)
    assert two.office.window.rail.buttons["exchange"].accessibleName() == "交换"
    press(two.office.window.toast, "撤销")
    assert phone(two.here, contested) == before


def test_all_of_a_pair_are_decided_the_same_way(two, qtbot):
    ids = [two.office.village.ids[name] for name in ("周丽", "王堃")]
    for place, id in enumerate(ids):
        set_phone(two.other, id, f"1390000000{place}")
        set_phone(two.here, id, f"1380000000{place}")
    page = two.read(qtbot, two.send())
    press(page, "收下")
    two.wait(qtbot)
    page = two.open(qtbot, view="conflicts")
    press(page, "全部按这台")
    press(page, "定下来（2 处）")
    assert [phone(two.here, id) for id in ids] == ["13800000000", "13800000001"]


def test_a_deletion_against_an_edit_is_said_in_words(two, qtbot):
    id = two.office.village.ids["周丽"]
    set_phone(two.other, id, "13900000001")
    with two.here.store.write("王堃", "删除") as act:
        act.remove(Person, id)
    page = two.read(qtbot, two.send())
    assert "删除了这一条" in said(page)
    assert "还在用：改了联系电话" in said(page)


def test_a_package_that_is_dropped_on_the_page_is_looked_at(two, qtbot):
    set_phone(two.other, two.office.village.ids["周丽"], "13900000001")
    path, page = two.send(), two.open(qtbot)
    urls = QMimeData()
    urls.setUrls([QUrl.fromLocalFile(str(path))])
    at, none = QPointF(9, 9), Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, urls, Qt.MouseButton.LeftButton, none))
    two.wait(qtbot)
    assert "签名可信" in said(page)


def test_a_clerk_sees_what_is_open_and_decides_nothing(two, qtbot, contested):
    user = two.here.user
    two.here.user = replace(user, role="clerk")
    page = two.open(qtbot, view="conflicts")
    assert "请书记或副书记来定" in said(page)
    assert not page.findChildren(QRadioButton)
    two.here.user = user


def test_what_was_not_the_senders_to_write_can_be_looked_up(two, qtbot):
    page = two.open(qtbot)
    press(page.log, "没有采纳的内容")
    assert "没有这样的内容" in said(page)


def test_person_entered_on_both_laptops_leads_to_the_duplicates_once_it_has_come(two, qtbot):
    for seat in (two.here, two.other):
        with seat.store.write(seat.user.name, "添加") as act:
            act.add(Person, {"name": "吴阿根", "born_on": "1954-03-01"})
    page = two.read(qtbot, two.send())
    press(page, "收下")
    two.wait(qtbot)
    qtbot.waitUntil(lambda: "查重 2" in [one.text() for one in page.findChildren(QPushButton)])
    press(page, "查重 2")  # the sample village has a pair of its own
    assert two.office.page.title == "查重"


def test_package_that_shows_a_copy_offers_a_new_number_and_nothing_is_lost(two, qtbot, tmp_path):
    """The other laptop has what a copy of this one wrote; this one wrote other things under the same number."""
    copy = ExactCopy(two.here)
    with two.here.store.write("王堃", "添加") as act:
        act.add(Person, {"name": "吴阿根"})
    with copy.store.write("王堃", "添加") as act:
        act.add(Person, {"name": "张桂芳"})
    copy.hand_over(two.other)
    page = two.read(qtbot, two.send())
    assert "两台电脑在用同一个编号" in said(page)
    before = two.here.store.replica
    restarted = []
    object.__setattr__(two.office.window.desk, "restart", restarted.append)
    press(page, "这台换一个新编号")
    press(two.office.window, "换新编号")
    two.wait(qtbot)
    assert restarted == [None]
    assert two.here.store.replica != before
    with two.here.store.read() as conn:
        names = set(conn.scalars(Person.table().select().with_only_columns(Person.name)))
    assert {"吴阿根", "张桂芳"} <= names


def test_copied_laptop_gets_a_card_of_its_own(two, qtbot):
    page = two.open(qtbot, view="partners")
    own, replica = page._own, two.here.store.replica
    restarted = []
    object.__setattr__(two.office.window.desk, "restart", restarted.append)
    press(page, "这台是从别的电脑复制来的，要换一张新名片")
    press(two.office.window, "换新编号")
    two.wait(qtbot)
    assert restarted == [None]
    assert two.here.store.replica != replica
    with two.here.store.receive() as (conn, _):
        assert cards.keys(conn).card("").fingerprint != own


class ExactCopy:
    """An exact copy of a laptop's database, without the word that would give it away."""

    def __init__(self, seat: Seat) -> None:
        path = seat.place.folder.parent / "copied.db"
        shutil.copy2(seat.place.database, path)
        self.store = Store(path, seat.key, clock)

    def hand_over(self, to: Seat) -> None:
        with self.store.read() as conn, to.store.read() as there:
            parcel = collect(conn, known(there))
        with to.store.receive() as (conn, identity):
            merge.take(conn, identity, parcel)
        self.store.close()
