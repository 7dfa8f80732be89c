"""Photos of a record: by file, dropped or pasted; made small and stripped of everything but the picture, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QFileDialog, QLabel, QVBoxLayout, QWidget

from villagebranch.db.journal import Act
from villagebranch.domain.errors import Trouble
from villagebranch.exchange.pictures import Picture, taken
from villagebranch.services import attachments
from villagebranch.ui.desk import Desk
from villagebranch.ui.flow_layout import FlowLayout
from villagebranch.ui.widgets import button, clear, words
from villagebranch.ui.work import Progress

_HEIGHT = 96


class PhotoStrip(QWidget):
    """Small pictures in a row, those kept and those still to be attached."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._new: list[Picture] = []
        self._kept: list[tuple[str, bytes]] = []
        self._flow = FlowLayout(self, 8)
        self.setAcceptDrops(True)
        self.setAccessibleName("照片")
        QShortcut(
            QKeySequence("Ctrl+Shift+V"), self, context=Qt.ShortcutContext.WindowShortcut
        ).activated.connect(self.paste)

    def choose(self) -> None:
        """Ask for files."""
        names, _ = QFileDialog.getOpenFileNames(self, "添照片", "", "照片 (*.jpg *.jpeg *.png)")
        self._take_files([Path(name) for name in names])

    def paste(self) -> None:
        """Take the picture from the clipboard."""
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            return
        kept = QBuffer()
        kept.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(kept, b"PNG")
        self._take(bytes(kept.data().data()))

    def clear(self) -> None:
        """Forget all pictures shown."""
        self._new, self._kept = [], []
        self._show()

    def show_of(self, kind: str, id: str) -> None:
        """Show the pictures of a record."""
        with self.desk.store.read() as conn:
            found = attachments.photos(conn, kind, id)
            self._kept = [(one.id, attachments.picture(conn, one.sha256) or b"") for one in found]
        self._new = []
        self._show()

    def attach(self, act: Act, kind: str, id: str) -> None:
        """Attach the new pictures to a record, as part of its act."""
        for picture in self._new:
            attachments.attach(act, kind, id, picture.jpeg, picture.width, picture.height)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._take_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _take_files(self, paths: list[Path]) -> None:
        for path in paths:
            try:
                self._take(path.read_bytes())
            except OSError:
                self.desk.report(Trouble(f"打不开「{path.name}」，请检查 U 盘或文件"))

    def _take(self, data: bytes) -> None:
        def work(progress: Progress) -> Picture:
            progress.say("正在处理照片")
            return taken(data)

        self.desk.work.start(work, self._add)

    def _add(self, picture: Picture) -> None:
        self._new.append(picture)
        self._show()

    def _drop_new(self, index: int) -> None:
        del self._new[index]
        self._show()

    def _detach(self, id: str) -> None:
        with self.desk.store.write(self.desk.user, "删照片") as act:
            attachments.detach(act, id)
        self._kept = [one for one in self._kept if one[0] != id]
        self._show()
        self.desk.done("照片已删")

    def _show(self) -> None:
        clear(self._flow)
        for id, jpeg in self._kept:
            self._flow.addWidget(self._frame(jpeg, partial(self._detach, id)))
        for index, picture in enumerate(self._new):
            self._flow.addWidget(self._frame(picture.jpeg, partial(self._drop_new, index)))
        self.setVisible(bool(self._kept or self._new))

    def _frame(self, jpeg: bytes, remove: Callable[[], None]) -> QWidget:
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        pixmap = QPixmap()
        if pixmap.loadFromData(jpeg):
            label = QLabel()
            label.setAccessibleName("照片")
            label.setPixmap(pixmap.scaledToHeight(_HEIGHT, Qt.TransformationMode.SmoothTransformation))
            column.addWidget(label)
        else:
            column.addWidget(words("照片还没有传到这台电脑", "muted"))
        column.addWidget(button("不要这张", remove))
        return frame
