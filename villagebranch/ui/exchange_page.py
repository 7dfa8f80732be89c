"""交换: what came on a stick, looked at before it is taken in; what goes out; what both sides changed; what has been so far."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QVBoxLayout, QWidget

from villagebranch.db import history
from villagebranch.db.identity import role
from villagebranch.domain.errors import Trouble
from villagebranch.domain.fields import Draft
from villagebranch.services.branch import branch
from villagebranch.services.disputed import disputed
from villagebranch.services.titles import titles
from villagebranch.sync import cards, disputes, errands, log, quarantine, stick
from villagebranch.sync.cards import Card as PartnerCard
from villagebranch.sync.check import Reused
from villagebranch.sync.conflicts import conflicts, settle
from villagebranch.sync.disputes import Matter
from villagebranch.sync.errands import Preview, Sent, Taken
from villagebranch.sync.log import Dealing
from villagebranch.sync.merge import Name
from villagebranch.sync.stick import Found
from villagebranch.ui.desk import Desk
from villagebranch.ui.dispute_band import DisputeBand
from villagebranch.ui.duplicates_link import DuplicatesLink
from villagebranch.ui.exchange_all import AllView, LockedView
from villagebranch.ui.exchange_conflicts import ConflictsView
from villagebranch.ui.exchange_finds import FindsView
from villagebranch.ui.exchange_partners import CardView, PartnersView
from villagebranch.ui.exchange_preview import MissingView, PreviewView
from villagebranch.ui.exchange_refused import RefusedView
from villagebranch.ui.exchange_renew import RenewView
from villagebranch.ui.exchange_side import LogCard, SendCard
from villagebranch.ui.page import Action, Page, acting
from villagebranch.ui.stick_watch import StickWatch
from villagebranch.ui.widgets import Card, clear
from villagebranch.ui.work import Progress

_BESIDE_FROM = 1000
_NAMED = 20
_PACKAGES = "交换包 (*.vbx);;所有文件 (*)"


class ExchangePage(Page):
    """`open(file=…)` looks at that package, `open(view='conflicts')` shows what is to be decided."""

    title = "U 盘交换"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.buttons = (Action("打开文件…", self._choose),)
        self._view = "finds"
        self._file, self._content = Path(), b""
        self._preview: Preview | None = None
        self._pane: PreviewView | None = None
        self.watch = StickWatch(self, desk.store)
        self.watch.changed.connect(self._look_again)
        self._left = Card(margin=0)
        self.send = SendCard(desk, self.refresh, self.turn_to)
        self.log = LogCard(desk, self._take_back, self._bring_again, self.turn_to)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.send)
        self._doubts = DuplicatesLink(desk)
        column.addWidget(self._doubts)
        column.addWidget(self.log, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.addWidget(self._left, 12)
        self._row.addWidget(right, 5)
        self.setAcceptDrops(True)

    # What every page does.

    def open(self, **what: Any) -> None:
        self.send.forget_done()
        self.turn_to(str(what.get("view", "finds")))
        if file := what.get("file"):
            self.read(Path(file))

    def refresh(self) -> None:
        with self.desk.store.read() as conn:
            township = role(conn) == "township"
            known = cards.partners(conn)
            waiting = [None] * len(known) if township else errands.waiting(conn, known)
            told = log.dealings(conn, 500)
        self.send.show_partners(list(zip(known, waiting, strict=True)), township=township)
        self.log.show_dealings(told)
        self._doubts.refresh()
        if self._view in ("finds", "conflicts"):
            self.turn_to(self._view)

    def goes_back(self) -> bool:
        return self._view != "finds"

    def go_back(self) -> None:
        self.turn_to("finds")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.read(Path(event.mimeData().urls()[0].toLocalFile()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.window().width() >= _BESIDE_FROM
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if beside else ways.TopToBottom)

    # What stands at the left.

    def turn_to(self, view: str) -> None:
        """Show another view: 'finds', 'conflicts', 'refused', 'partners', 'all'."""
        self._view = view
        match view:
            case "finds":
                self._show_finds()
            case "partners":
                self._show_partners()
            case "conflicts":
                self._show_conflicts()
            case "refused":
                with self.desk.store.read() as conn:
                    self._show(RefusedView(quarantine.in_words(conn)))
            case "all":
                self._show(AllView(self.desk, self._given))
        self.header_changed.emit()

    def _show_partners(self) -> None:
        with self.desk.store.read() as conn:
            known = cards.partners(conn)
        ways = (self._given, self._choose, self._partners_changed)
        self._show(PartnersView(self.desk, known, self._own, ways))

    def _show_conflicts(self) -> None:
        with self.desk.store.read() as conn:
            found = conflicts(conn)
            matters = disputes.tell(conn, found, self.desk.store.replica, self._now())
        may = self.desk.may("settle")
        self._show(ConflictsView(matters, self._decide, self.go_back, may=may))
        self.say(f"{len(found)} 处要定夺" if found else "没有要定夺的")

    @acting
    def _decide(self, chosen: Mapping[str, Draft]) -> None:
        self._settle(chosen)
        self.desk.done(f"已定 {len(chosen)} 处")
        self.refresh()

    def _settle(self, chosen: Mapping[str, Draft]) -> None:
        self.desk.require("settle")
        with self.desk.store.write(self.desk.user, "定夺不一致") as act:
            for one in conflicts(act.conn):
                if (decided := chosen.get(str(one))) is not None:
                    settle(act, one, decided)

    def _partners_changed(self) -> None:
        self.turn_to("partners")
        self.refresh()

    def _given(self, sent: Sent) -> None:
        """Say that something else than a partner's package is on the stick."""
        self.send.say_done(sent)
        self.refresh()

    def _show(self, widget: QWidget) -> None:
        self._pane = widget if isinstance(widget, PreviewView) else None
        clear(self._left.body)
        self._left.body.addWidget(widget, 1)

    def _show_finds(self) -> None:
        found = self._found()
        with self.desk.store.read() as conn:
            open_here = disputed(conn)
        view = FindsView(found, len(self.watch.roots), self._open_found, self._choose)
        if open_here:
            view.column.insertWidget(0, DisputeBand(self.desk, open_here))
        self._show(view)
        where = "、".join(str(root) for root in self.watch.roots)
        self.say(f"从 {where} 读到 {len(found)} 个交换包" if where else "没有插 U 盘")

    def _found(self) -> list[Found]:
        own = self._own
        with self.desk.store.read() as conn:
            return stick.sort(conn, self.watch.seen, own)

    @property
    def _own(self) -> str:
        return self.watch.keys.card("").fingerprint

    def _look_again(self) -> None:
        if self._view == "finds":
            self._show_finds()

    # Taking in.

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "打开交换包", "", _PACKAGES)
        if name:
            self.read(Path(name))

    def _open_found(self, one: Found) -> None:
        self.read(one.seen.path)

    def read(self, path: Path, passphrase: str = "") -> None:
        """Copy a package from the stick and show what it would do."""
        seat = self.desk.seat
        assert seat is not None

        def work(progress: Progress) -> tuple[int, Preview | PartnerCard | None]:
            progress.say(f"正在读「{path.name}」")
            content = self._content = errands.fetch(seat, path)
            progress.say("正在核对签名，看里面有什么")
            return len(content), errands.look_into(seat, content, passphrase)

        self._file = path
        self.desk.work.start(work, self._show_read, partial(self._not_read, passphrase))

    def _not_read(self, passphrase: str, failure: Exception) -> None:
        if not isinstance(failure, Reused) or failure.replica != self.desk.store.replica:
            self.desk.report(failure)
            return
        self._view = "preview"
        self._show(RenewView(self.desk, self._file.name, self._content, passphrase, self.go_back))
        self.header_changed.emit()

    def _show_read(self, read: tuple[int, Preview | PartnerCard | None]) -> None:
        size, told = read
        self._view = "preview"
        self.say(self._file.name)
        match told:
            case None:
                self._show(LockedView(self.desk, self._file.name, partial(self.read, self._file)))
            case PartnerCard():
                self._show(CardView(self.desk, told, self._partners_changed))
            case Preview(missing=None):
                self._show_preview(told, size)
            case Preview(missing=missing):
                self._preview = told
                period = missing.period if missing else ""
                self._show(MissingView(told, period, self._ask_again, self.go_back))
        self.header_changed.emit()

    def _show_preview(self, told: Preview, size: int) -> None:
        self._preview = told
        with self.desk.store.read() as conn:
            ours = branch(conn).name or "这台电脑"
            gone = [_called(titles(conn, *_one(name)), name) for name in told.outlook.deletions[:_NAMED]]
        more = len(told.outlook.deletions) - _NAMED
        named = [*gone, f"另外 {more} 条"] if more > 0 else gone
        ways = (self._take, self.go_back, self.desk.may("settle"))
        self._show(PreviewView(told, ours, size, self._matters(told), named, ways))

    def _matters(self, told: Preview) -> list[Matter]:
        with self.desk.store.read() as conn:
            return disputes.tell(conn, told.conflicts, self.desk.store.replica, self._now())

    def _now(self) -> str:
        assert self.desk.seat is not None
        return self.desk.seat.now()

    def _take(self) -> None:
        """Take the package in, after a question of its own where it deletes very much."""
        assert self._preview is not None
        gone = len(self._preview.outlook.deletions)
        if not self._preview.outlook.drastic:
            self._take_in(deletions=False)
            return
        self.desk.confirm(
            f"收下这个包会删除 {gone} 条记录，数量很大。请先在电话里问清楚对方是不是真的要删。删掉的一年内都能找回。",
            f"收下，删除 {gone} 条",
            "先不收",
            lambda: self._take_in(deletions=True),
        )

    @acting
    def _take_in(self, *, deletions: bool) -> None:
        seat, told, file = self.desk.seat, self._preview, self._file.name
        assert seat is not None
        assert told is not None
        assert self._pane is not None
        if deletions:
            self.desk.require("delete_many")
        chosen = dict(self._pane.conflicts.chosen())
        self._pane.take.setEnabled(False)

        def work(progress: Progress) -> Taken:
            progress.say("正在备份，然后收下")
            return errands.take_in(seat, told.package, file, deletions=deletions)

        self.desk.work.start(work, lambda taken: self._taken(taken, chosen), self._not_taken)

    def _not_taken(self, failure: Exception) -> None:
        if self._pane is not None:
            self._pane.take.setEnabled(True)
        self.desk.report(failure)

    def _taken(self, taken: Taken, chosen: Mapping[str, Draft]) -> None:
        if chosen:
            self._settle(chosen)
        said = f"已收下 {taken.outlook.changes:,} 处改动" if taken.outlook.acts else "已收下，没有新的内容"
        if taken.dealing.kind == "request":
            said = f"已记下。点「导出给 {taken.dealing.partner}」，缺的就补上了"
        undo = ("撤销", lambda: self._take_back(taken.dealing)) if taken.dealing.acts else None
        self.desk.toast(said, offer=undo)
        self.turn_to("finds")
        self.refresh()
        self.desk.changed()

    @acting
    def _take_back(self, dealing: Dealing) -> None:
        with self.desk.store.write(self.desk.user, "撤销收到的包") as act:
            undone = errands.take_back(act, dealing)
        kept = f"；{undone.kept} 条后来又改过或用到，保持原样" if undone.kept else ""
        self.desk.done(f"收到的 {undone.back} 条已撤销{kept}")
        self.refresh()

    @acting
    def _bring_again(self, dealing: Dealing) -> None:
        if dealing.undone_by is None:
            return
        with self.desk.store.write(self.desk.user, "恢复收到的包") as act:
            history.undo(act, dealing.undone_by)
        self.desk.done("收到的内容已恢复")
        self.refresh()

    @acting
    def _ask_again(self) -> None:
        seat, told = self.desk.seat, self._preview
        if seat is None or told is None:
            return
        folder = self._file.parent
        if not folder.exists():
            raise Trouble("U 盘好像已经拔掉了。请插好，再点一次。")
        self.send.say_done(errands.ask_again(seat, told.sender, folder))
        self.go_back()
        self.refresh()


def _one(name: Name) -> tuple[str, list[str]]:
    return name[0], [name[1]]


def _called(told: Mapping[str, str], name: Name) -> str:
    return told.get(name[1]) or disputes.label(name[0])
