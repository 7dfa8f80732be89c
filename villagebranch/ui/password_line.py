"""A line of dots for a password, with 显示 beside it."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from villagebranch.ui.widgets import button


class PasswordLine(QWidget):
    """`line` is what is typed into; 显示 turns the dots into words and back."""

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self._show = button("显示", self._turn)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self._show)
        self.setFocusProxy(self.line)

    def name(self, label: str) -> None:
        """Say for those who do not see it whose password it is."""
        self.line.setAccessibleName(label)
        self._show.setAccessibleName(f"显示或隐藏{label}")

    def _turn(self) -> None:
        hidden = self.line.echoMode() == QLineEdit.EchoMode.Password
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._show.setText("隐藏" if hidden else "显示")
