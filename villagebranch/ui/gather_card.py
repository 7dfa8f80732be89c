"""收包: the packages of the villages on a stick or in a folder, taken in one go, with a line for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal

from villagebranch.sync import gathering, stick
from villagebranch.sync.gathering import Outcome
from villagebranch.sync.stick import Found, Seen
from villagebranch.ui.desk import Desk
from villagebranch.ui.saving import ask_folder
from villagebranch.ui.stick_watch import StickWatch
from villagebranch.ui.widgets import Card, button, words
from villagebranch.ui.work import Progress

_TOLD = "插上 U 盘，一次收完各村的交换包；有一包不好，不影响别的包。"


class GatherCard(Card):
    """Watches the sticks while it is shown; `gathered` bears the outcomes, one for each package."""

    gathered = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__("收包")
        self.desk = desk
        self._found: list[Found] = []
        self.watch = StickWatch(self, desk.store)
        self.watch.changed.connect(self._look_again)
        self._note = words("", "muted", wrap=True)
        self.take = button("从 U 盘收包", lambda: self._take(self._found), primary=True)
        self.body.addWidget(words(_TOLD, "secondary", wrap=True))
        self.body.addWidget(self.take)
        self.body.addWidget(self._note)
        self.body.addWidget(button("从文件夹收…", self._choose, link=True), 0, Qt.AlignmentFlag.AlignLeft)
        self._say()

    def take_from(self, folder: Path) -> None:
        """Take what lies in a folder."""
        keys = self.watch.keys
        self.desk.work.start(
            lambda _progress: stick.look([folder], keys), lambda seen: self._take(self._sorted(seen))
        )

    def _sorted(self, seen: Sequence[Seen]) -> list[Found]:
        own = self.watch.keys.card("").fingerprint
        with self.desk.store.read() as conn:
            return stick.sort(conn, seen, own)

    def _look_again(self) -> None:
        self._found = self._sorted(self.watch.seen)
        self._say()

    def _say(self) -> None:
        new, strange = gathering.to_take(self._found), gathering.in_the_way(self._found)
        self.take.setText(f"从 U 盘收 {len(new)} 包" if new else "从 U 盘收包")
        self.take.setEnabled(bool(new or strange))
        unknown = sum(one.state == "stranger" for one in strange)
        told = [f"{unknown} 包是还不认识的电脑送的，先到「交换」收它的名片" if unknown else ""]
        told.append(f"{len(strange) - unknown} 包打不开" if len(strange) > unknown else "")
        nothing = "U 盘上没有新的包。" if self.watch.roots else "没有插 U 盘。"
        self._note.setText("；".join(filter(None, told)) or ("" if new else nothing))
        self._note.setHidden(not self._note.text())

    def _choose(self) -> None:
        if folder := ask_folder(self, "各村的交换包在哪个文件夹"):
            self.take_from(folder)

    def _take(self, found: Sequence[Found]) -> None:
        """Take them one after the other; those that somebody must see to are tried too, so that it is said why."""
        wanted = [*gathering.to_take(found), *gathering.in_the_way(found)]
        if not wanted:
            self.desk.toast("这里没有各村新送来的包")
            return
        seat, outcomes = self.desk.seat, list[Outcome]()
        assert seat is not None

        def work(progress: Progress) -> None:
            for place, one in enumerate(wanted):
                progress.say(f"正在收第 {place + 1} 包，共 {len(wanted)} 包", place / len(wanted))
                backed_up = any(done.taken for done in outcomes)
                outcomes.append(gathering.take_one(seat, one, backed_up=backed_up))

        self.take.setEnabled(False)
        job = self.desk.work.start(work, lambda _none: self._tell(outcomes))
        job.stopped.connect(lambda: self._tell(outcomes), Qt.ConnectionType.QueuedConnection)

    def _tell(self, outcomes: list[Outcome]) -> None:
        self._look_again()
        self.desk.changed()
        self.gathered.emit(outcomes)
