"""The first page: open a video, go on with a recent one, or look at the demo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.icons import IconLabel, icon
from widgets.theme import current_theme, set_role, translucent

_SHOWN: Final = 6
_WIDTH: Final = 520


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A file opened before: its path, its name to show, a line about it, and whether it is still there."""

    path: str
    name: str
    note: str = ""
    exists: bool = True


class WelcomePage(QWidget):
    """What the window shows while nothing is open; files can be dropped anywhere on it.

    Signals:
        open_requested(), demo_requested().
        recent_requested(str): the path of a recent file.
        forget_requested(str): take this path off the list.
        files_dropped(list): paths of dropped files.
    """

    open_requested = Signal()
    demo_requested = Signal()
    recent_requested = Signal(str)
    forget_requested = Signal(str)
    files_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._is_drop_over = False
        title = QLabel("DiveReview", self)
        set_role(title, "display")
        claim = QLabel("Find, review and correct the dives in a video.", self)
        set_role(claim, "muted")
        self.open_button = QPushButton(icon("open", "on_accent"), "  Open a video or review…", self)
        set_role(self.open_button, "primary")
        self.open_button.setToolTip("Open a video, a folder of images or a review (Ctrl+O)")
        self.open_button.clicked.connect(self.open_requested)
        self.demo_button = QPushButton(icon("play"), "  Try the demo", self)
        self.demo_button.setToolTip("Analyse a short clip that the program draws itself")
        self.demo_button.clicked.connect(self.demo_requested)
        for button in (self.open_button, self.demo_button):
            button.setMinimumHeight(38)
            button.setIconSize(QSize(18, 18))
        hint = QHBoxLayout()
        hint.setSpacing(8)
        hint.addWidget(IconLabel("video", 16, "text_faint", self))
        self.hint = QLabel("or drop a video here", self)
        set_role(self.hint, "muted")
        hint.addWidget(self.hint, 1)
        self.recent_title = QLabel("Recent", self)
        set_role(self.recent_title, "heading")
        self.recent_card = QFrame(self)
        set_role(self.recent_card, "card")
        self._recent_layout = QVBoxLayout(self.recent_card)
        self._recent_layout.setContentsMargins(6, 6, 6, 6)
        self._recent_layout.setSpacing(0)

        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.open_button, 1)
        buttons.addWidget(self.demo_button)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(title)
        column.addWidget(claim)
        column.addSpacing(12)
        column.addLayout(buttons)
        column.addLayout(hint)
        column.addSpacing(16)
        column.addWidget(self.recent_title)
        column.addWidget(self.recent_card)
        column.addStretch(3)
        content = QWidget(self)
        content.setFixedWidth(_WIDTH)
        content.setLayout(column)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.addWidget(content, 0, Qt.AlignmentFlag.AlignHCenter)
        self.recent_lines: list[RecentLine] = []
        self.set_recent([])

    def set_recent(self, files: Sequence[RecentFile]) -> None:
        """List the files opened last, newest first; at most six are shown."""
        for line in self.recent_lines:
            self._recent_layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.recent_lines = [RecentLine(file, self.recent_card) for file in files[:_SHOWN]]
        for line in self.recent_lines:
            self._recent_layout.addWidget(line)
            line.open.clicked.connect(lambda _=False, path=line.file.path: self.recent_requested.emit(path))
            line.forget.clicked.connect(lambda _=False, path=line.file.path: self.forget_requested.emit(path))
        self.recent_title.setVisible(bool(files))
        self.recent_card.setVisible(bool(files))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 Qt's name
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._set_drop_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 Qt's name
        """Forget the files that went away again."""
        super().dragLeaveEvent(event)
        self._set_drop_over(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 Qt's name
        """Say which files were dropped."""
        self._set_drop_over(False)
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def _set_drop_over(self, is_over: bool) -> None:
        self._is_drop_over = is_over
        self.hint.setText("Let go to open it" if is_over else "or drop a video here")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 Qt's name and signature
        """The window's ground, with a frame while files hang over it."""
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.window))
        if self._is_drop_over:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine))
            painter.setBrush(translucent(theme.accent, 0.06))
            painter.drawRoundedRect(self.rect().adjusted(12, 12, -12, -12), 12, 12)


class RecentLine(QWidget):
    """One recent file: a button over the whole line and one that forgets it."""

    def __init__(self, file: RecentFile, parent: QWidget) -> None:
        super().__init__(parent)
        self.file = file
        is_review = file.path.endswith(".divereview")
        self.open = QPushButton(icon("review" if is_review else "video", "text_muted"), "", self)
        set_role(self.open, "row")
        self.open.setEnabled(file.exists)
        self.open.setToolTip(file.path if file.exists else f"{file.path} is not there any more")
        self.open.setAccessibleName(f"Open {file.name}")
        self.open.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        metrics = self.open.fontMetrics()
        self.open.setText("  " + metrics.elidedText(file.name, Qt.TextElideMode.ElideMiddle, 270))
        note = QLabel(file.note if file.exists else "not found", self)
        set_role(note, "small")
        self.forget = QToolButton(self)
        self.forget.setIcon(icon("close", "text_faint"))
        self.forget.setIconSize(QSize(12, 12))
        self.forget.setToolTip("Take it off the list")
        self.forget.setAccessibleName(f"Take {file.name} off the list")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(6)
        layout.addWidget(self.open, 1)
        layout.addWidget(note)
        layout.addWidget(self.forget)
