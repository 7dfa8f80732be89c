"""The table on the screen: keys and clipboard like Excel's, column widths that are remembered."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTableView, QWidget

from villagebranch.ui.clipboard import from_clipboard, to_clipboard
from villagebranch.ui.delegates import CellDelegate, Look
from villagebranch.ui.table_model import TableModel
from villagebranch.ui.theme import row_height
from villagebranch.ui.widgets import set_property

_MEASURED_ROWS = 60
_SHORTEST = 8
_BESIDE = 9
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TableView(QTableView):
    """Shows a `TableModel`; `looks` names the columns that are more than words.

    `chosen` bears the record id of the current row, `opened` that of a row double-clicked or entered (in a table that
    is not editable), `pasted` (row, column, grid of texts) what was pasted from the current cell on.
    With `settings`, the widths that a person gave the columns are kept under `name`.
    """

    chosen = Signal(str)
    opened = Signal(str)
    pasted = Signal(int, int, object)

    def __init__(
        self,
        model: TableModel,
        *,
        looks: Mapping[str, Look] | None = None,
        settings: QSettings | None = None,
        name: str = "",
    ) -> None:
        super().__init__()
        self._model, self._settings, self._key = model, settings, f"columns/{name}"
        self._kept = ""
        model.setParent(self)
        self._delegate = CellDelegate(self, looks)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self._behave()
        self._connect()
        self._fit_rows()

    @property
    def table_model(self) -> TableModel:
        """The model shown."""
        return self._model

    def choose(self, record: str) -> None:
        """Make the row of a record the current one, and the only one chosen."""
        row = self._model.row_of(record)
        if row < 0:
            return
        # The selection is named: Qt would add to it while Ctrl is still held down from the Ctrl + S of a form.
        only = QItemSelectionModel.SelectionFlag.ClearAndSelect
        if self.selectionBehavior() == QAbstractItemView.SelectionBehavior.SelectRows:
            only |= QItemSelectionModel.SelectionFlag.Rows
        index = self._model.index(row, max(0, self.currentIndex().column()))
        self.selectionModel().setCurrentIndex(index, only)

    def chosen_id(self) -> str:
        """Return the record id of the current row, '' where there is none."""
        index = self.currentIndex()
        return self._model.id_of(index.row()) if index.isValid() else ""

    def chosen_ids(self) -> list[str]:
        """Return the record ids of all selected rows, from top to bottom."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        return [self._model.id_of(row) for row in rows]

    def copy(self) -> None:
        """Put the selected cells on the clipboard."""
        rows: dict[int, list[str]] = {}
        for row, column in sorted((index.row(), index.column()) for index in self.selectedIndexes()):
            rows.setdefault(row, []).append(self._model.text(row, column))
        if rows:
            QGuiApplication.clipboard().setText(to_clipboard(rows.values()))

    def paste(self) -> None:
        """Emit what the clipboard holds as cells, from the current cell on."""
        grid = from_clipboard(QGuiApplication.clipboard().text())
        if grid:
            at = self.currentIndex()
            self.pasted.emit(max(0, at.row()), max(0, at.column()), grid)

    # The names below are Qt's.

    def sizeHint(self) -> QSize:
        """Ask for little, take what is given."""
        return QSize(20 * self.fontMetrics().height(), 5 * row_height(self.fontMetrics()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._ring(True)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in _ENTER and not event.modifiers():
            if self.state() == QAbstractItemView.State.EditingState:
                return  # the editor closes by itself, and then goes down
            self._down() if self._model.is_editable else self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Ring the table for those who came by keyboard; a mouse already knows where it is."""
        super().focusInEvent(event)
        self._ring(event.reason() in _BY_KEYBOARD)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        if hint == QAbstractItemDelegate.EndEditHint.SubmitModelCache:
            self._down()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_rows()
            self._lay_columns()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_columns()

    def _behave(self) -> None:
        editable = self._model.is_editable
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(editable)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        behaviour = QAbstractItemView.SelectionBehavior
        self.setSelectionBehavior(behaviour.SelectItems if editable else behaviour.SelectRows)
        triggers = QAbstractItemView.EditTrigger
        typing = triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed
        self.setEditTriggers(typing if editable else triggers.NoEditTriggers)
        self.verticalHeader().hide()
        # Its own least height follows the type one step late, and would keep the rows of a larger one.
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setSortingEnabled(True)

    def _connect(self) -> None:
        self._soon = QTimer(self, singleShot=True, interval=300)
        self._soon.timeout.connect(self._keep_columns)
        self.horizontalHeader().sectionResized.connect(self._resized)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.chosen.emit(self.chosen_id()))
        self._model.modelAboutToBeReset.connect(self._keep_place)
        self._model.modelReset.connect(self._find_place)

    def _ring(self, shown: bool) -> None:
        if self.property("ring") != shown:
            set_property(self, "ring", shown)

    def _keep_place(self) -> None:
        self._kept = self.chosen_id()

    def _find_place(self) -> None:
        self._lay_columns()
        if self._kept:
            self.choose(self._kept)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid() and not self._model.is_editable:
            self.opened.emit(self._model.id_of(index.row()))

    def _down(self) -> None:
        at = self.currentIndex()
        below = self._model.index(at.row() + 1, at.column())
        if below.isValid():
            self.setCurrentIndex(below)

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(row_height(self.fontMetrics()))

    def _lay_columns(self) -> None:
        """Give each column what its words need, or what the person gave it, and share out what is left."""
        header = self.horizontalHeader()
        header.blockSignals(True)
        widths = self._given_widths() or self._fitted(self._natural_widths())
        spare = max(0, self.viewport().width() - sum(widths))
        for place, width in enumerate(widths):
            header.resizeSection(place, width + spare * width // max(1, sum(widths)))
        header.blockSignals(False)
        self.updateGeometries()

    def _fitted(self, widths: list[int]) -> list[int]:
        """Take what is wanting from the long columns, and from the room beside the words; dates and names stay whole."""
        shortest = _SHORTEST * self.fontMetrics().horizontalAdvance("国")
        give = [max(_BESIDE, width - shortest) for width in widths]
        wanting = min(sum(give), max(0, sum(widths) - self.viewport().width()))
        return [
            width - -(-wanting * part // max(1, sum(give))) for width, part in zip(widths, give, strict=True)
        ]

    def _natural_widths(self) -> list[int]:
        rows = range(min(_MEASURED_ROWS, self._model.rowCount()))
        return [
            self._delegate.natural_width(
                column, [self._model.text(row, place) for row in rows], self.fontMetrics()
            )
            for place, column in enumerate(self._model.table.columns)
        ]

    def _given_widths(self) -> list[int]:
        if self._settings is None:
            return []
        kept = self._settings.value(self._key, [])
        widths = [int(width) for width in kept] if isinstance(kept, list) else []
        return widths if len(widths) == self._model.columnCount() else []

    def _resized(self, _place: int, _old: int, _new: int) -> None:
        self._soon.start()

    def _keep_columns(self) -> None:
        if self._settings is not None:
            header = self.horizontalHeader()
            self._settings.setValue(self._key, [header.sectionSize(place) for place in range(header.count())])
