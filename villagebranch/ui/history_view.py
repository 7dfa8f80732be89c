"""修改历史: who changed what of a record, and 改回 beside each field that still stands so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from villagebranch.services import histories
from villagebranch.services.histories import Telling
from villagebranch.ui import colours
from villagebranch.ui.desk import Desk
from villagebranch.ui.page import acting
from villagebranch.ui.pane import cut
from villagebranch.ui.widgets import button, words

_FIRST_SHOWN = 6
_LONGEST = 24


class HistoryView(QWidget):
    """Shows the lines of `tellings`; `put_back` is called after a field was given its earlier value."""

    def __init__(self, desk: Desk, tellings: Sequence[Telling], put_back: Callable[[], None]) -> None:
        super().__init__()
        self.desk = desk
        self._tellings, self._put_back = tellings, put_back
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(words("修改历史", "head"))
        column.addLayout(self._grid)
        self._more = button(f"全部 {len(tellings)} 条", self._show_all, link=True)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._more.setVisible(len(tellings) > _FIRST_SHOWN)
        self._show(tellings[:_FIRST_SHOWN])

    def _show_all(self) -> None:
        self._more.hide()
        self._show(self._tellings[_FIRST_SHOWN:])

    def _show(self, tellings: Sequence[Telling]) -> None:
        for telling in tellings:
            row = self._grid.rowCount()
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(words(self._day(telling.edit.at), "muted"), row, 0, top)
            self._grid.addWidget(words(telling.edit.author, "secondary"), row, 1, top)
            self._grid.addWidget(_change(telling), row, 2, top)
            if telling.can_go_back:
                back = button("改回", partial(self._go_back, telling), link=True)
                back.setAccessibleName(f"{telling.label}改回 {telling.before or '空白'}")
                self._grid.addWidget(back, row, 3, top)

    def _day(self, at: str) -> str:
        return at[5:10] if at.startswith(str(self.desk.today().year)) else at[:10]

    @acting
    def _go_back(self, telling: Telling) -> None:
        with self.desk.store.write(self.desk.user, "改回") as act:
            histories.put_back(act, telling)
        self.desk.done(f"{telling.label} 已改回 {cut(telling.before, _LONGEST) or '空白'}")
        self._put_back()


def _change(telling: Telling) -> QWidget:
    """Return the words for one line: 外出地 ~~九亭镇~~ → 新桥镇, 党费 交至 9 月."""
    label = words("", "secondary", wrap=True)
    before, after = (escape(cut(text, _LONGEST)) for text in (telling.before, telling.after))
    if not (before or after):
        label.setText(telling.label)
        return label
    struck = f"<s style='color:{colours.MUTED}'>{before}</s> → " if before else ""
    became = f"<span style='color:{colours.TEXT}'>{after or '（空）'}</span>"
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setText(f"{escape(telling.label)} {struck}{became}")
    label.setToolTip(f"{telling.edit.form}：{telling.before} → {telling.after}")
    return label
