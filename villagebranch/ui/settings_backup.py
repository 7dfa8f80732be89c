"""备份与恢复: how old the last backup is, a new one now, one onto a stick, and back to an earlier day in a few clicks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from villagebranch.db import backup, set_aside
from villagebranch.db.backup import Backup
from villagebranch.db.disks import sticks
from villagebranch.db.keys import mark_of
from villagebranch.db.seat import BACKED_UP_THERE, Seat
from villagebranch.db.set_aside import SetAside
from villagebranch.domain.dayshow import day_words
from villagebranch.domain.errors import Trouble
from villagebranch.ui import backup_words
from villagebranch.ui.desk import Desk
from villagebranch.ui.exchange_finds import size_words
from villagebranch.ui.page import acting
from villagebranch.ui.widgets import Card, Pill, button, clear, words
from villagebranch.ui.work import Progress

_ASIDE = "恢复备份、换用抢救出的资料时，原来的资料另放在这里，不会自己删掉。核对过恢复的资料一样不少，再删它腾地方。"


class BackupSettings(Card):
    """The backups of this computer, newest first; restoring leaves the window, which opens again on the restored data."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(margin=24, spacing=12)
        self.desk = desk
        self.body.addWidget(words("备份与恢复", "title"))
        self._list = QVBoxLayout()
        if desk.seat is not None and desk.seat.served:
            self.body.addWidget(words(BACKED_UP_THERE, "secondary", wrap=True))
            self.body.addStretch(1)
            return
        told = (
            "退出、导入、升级之前都会自动备份；每一份都重新打开检查过。留最近 7 天、4 周、12 个月的，"
            "固定住的一直留着。电脑丢了只有 U 盘上的备份能找回资料，请每周往 U 盘存一份。"
        )
        self.body.addWidget(words(told, "secondary", wrap=True))
        row = QHBoxLayout()
        row.addWidget(button("现在备份", self._back_up, primary=True))
        row.addWidget(button("备份到 U 盘", self._carry))
        if desk.may("restore"):
            row.addWidget(button("从别处的备份恢复", self._choose))
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addLayout(self._list)
        self._aside = QVBoxLayout()
        self.body.addLayout(self._aside)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """List the backups anew."""
        clear(self._list)
        if self.desk.seat is None or self.desk.seat.served:
            return
        found = backup.list_backups(self.desk.seat.place.backups)
        if not found:
            self._list.addWidget(words("还没有备份。", "muted"))
        for one in found:
            self._list.addWidget(self._line(one))
        self._list_set_aside(set_aside.all_set_aside(self.desk.seat.place))

    def _line(self, one: Backup) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(words(backup_words.when(one)))
        row.addWidget(words(backup_words.reason(one), "muted"))
        row.addWidget(words(backup_words.counts(one), "secondary"), 1)
        if one.pinned:
            row.addWidget(Pill("固定", "green"))
        row.addWidget(button("不固定" if one.pinned else "固定", partial(self._pin, one)))
        if self.desk.may("restore"):
            row.addWidget(button("恢复到这一份", partial(self._ask, one)))
        return line

    def _list_set_aside(self, found: Sequence[SetAside]) -> None:
        clear(self._aside)
        if found:
            self._aside.addWidget(words("另放的资料", "head"))
            self._aside.addWidget(words(_ASIDE, "secondary", wrap=True))
        for one in found:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(words(f"{backup_words.moment(one.at)} 以前的资料"))
            row.addWidget(words(size_words(one.size), "secondary"), 1)
            if self.desk.may("restore"):
                row.addWidget(button("删除…", partial(self._ask_to_delete, one)))
            self._aside.addWidget(line)

    def _ask_to_delete(self, one: SetAside) -> None:
        when = backup_words.moment(one.at)
        question = f"{when} 恢复以前的那份资料会真的删掉（{size_words(one.size)}），再也找不回。现在用的资料和备份不受影响。"
        self.desk.confirm(question, "删除这份资料", "不删除", partial(self._delete, one))

    @acting
    def _delete(self, one: SetAside) -> None:
        self.desk.require("restore")
        set_aside.delete(one)
        self.desk.toast(f"已删除，腾出 {size_words(one.size)}")
        self.refresh()

    def _back_up(self) -> None:
        seat = self.desk.seat
        assert seat is not None

        def work(progress: Progress) -> Backup:
            progress.say("正在备份，并重新打开检查")
            return _made_of(seat)

        self.desk.work.start(work, self._made)

    def _made(self, made: Backup) -> None:
        self.desk.toast(f"已备份，检查过：{backup_words.counts(made)}")
        self.desk.changed()
        self.refresh()

    @acting
    def _carry(self) -> None:
        folder = self._stick()
        seat = self.desk.seat
        if folder is None or seat is None:
            return

        def work(progress: Progress) -> Backup:
            progress.say("正在备份到 U 盘，写完再读一遍核对")
            return backup.carry(seat.place, _made_of(seat), folder, datetime.now())

        self.desk.work.start(work, lambda made: self._carried(made.path))

    def _stick(self) -> Path | None:
        found = sticks()
        if len(found) == 1:
            return Path(found[0].mount)
        if not found:
            raise Trouble("没有找到 U 盘。请插好 U 盘，等几秒再点一次。")
        chosen = QFileDialog.getExistingDirectory(self, "备份到哪个 U 盘", str(found[0].mount))
        return Path(chosen) if chosen else None

    def _carried(self, path: Path) -> None:
        self.desk.toast(f"U 盘上的备份已核对：{path.name}，可以拔出")
        self.desk.changed()
        self.refresh()

    @acting
    def _pin(self, one: Backup) -> None:
        backup.pin(one, pinned=not one.pinned)
        self.refresh()

    @acting
    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "选一份备份", "", "连心册备份 (*.vbb)")
        if name:
            one = backup.read_backup(Path(name))
            self._refuse_others(one)
            self._ask(one)

    def _refuse_others(self, one: Backup) -> None:
        """Tell of a backup that the present key does not open, before the window is left for it."""
        assert self.desk.seat is not None
        if one.about.mark != mark_of(self.desk.seat.key):
            whose = one.keys().branch
            raise Trouble(f"这份备份是「{whose}」另一份资料的，钥匙不同，不能恢复到这里。现在的资料没有动。")

    def _ask(self, one: Backup) -> None:
        when = backup_words.when(one)
        question = (
            f"资料会回到 {when} 的样子：{backup_words.counts(one)}。"
            "现在的资料另放一边，在这一页能看到，不会自己删掉；恢复后要重新输一次密码。"
        )
        self.desk.confirm(
            question, f"恢复到 {day_words(f'{one.made_at:%Y-%m-%d}')}", "不恢复", partial(self._restore, one)
        )

    @acting
    def _restore(self, one: Backup) -> None:
        self.desk.require("restore")
        self.desk.restart(one)


def _made_of(seat: Seat) -> Backup:
    made = seat.back_up("asked")
    assert made is not None, "nothing is offered where a server has the data"
    return made
