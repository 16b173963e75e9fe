"""Everything about one dive, to look at and to correct."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from inference.diving.boards import BOARDS
from widgets.code_editor import CodeEditor
from widgets.dive_data import DiveDetails
from widgets.frame_field import FrameField
from widgets.metrics_block import MetricsBlock
from widgets.origin_line import OriginLine
from widgets.rule_list import RuleList
from widgets.status_buttons import StatusButtons
from widgets.theme import set_role

_FIELDS: Final = ("start", "end", "board", "code", "path", "note")


class DiveInspector(QScrollArea):
    """Shows one dive; each edit is a signal, and what comes back through `set_dive` is what is shown.

    Signals:
        start_edited(int), end_edited(int): frame numbers a person typed.
        start_time_edited(float), end_time_edited(float): times in seconds a person typed instead.
        start_here_requested(), end_here_requested(): take the frame that is shown.
        board_edited(object): a board key or None. code_edited(object): a dive code or None.
        status_edited(str), note_edited(str).
        revert_requested(str): the field whose human value is to go.
    """

    start_edited = Signal(int)
    end_edited = Signal(int)
    start_time_edited = Signal(float)
    end_time_edited = Signal(float)
    start_here_requested = Signal()
    end_here_requested = Signal()
    board_edited = Signal(object)
    code_edited = Signal(object)
    status_edited = Signal(str)
    note_edited = Signal(str)
    revert_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details: DiveDetails | None = None
        self._refusals: dict[str, str] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Dive inspector")

        self.title = QLabel(self)
        set_role(self.title, "title")
        self.subtitle = QLabel(self)
        set_role(self.subtitle, "muted")
        self.status = StatusButtons(self)
        self.start = FrameField("Start", "mark-start", "[", self)
        self.end = FrameField("End", "mark-end", "]", self)
        self.refusals = RuleList(self)
        self.board = _BoardBox(self)
        self.code = CodeEditor(self)
        self.note = _NoteField(self)
        self.metrics = MetricsBlock(self)
        self.origins = {name: OriginLine(name, self) for name in _FIELDS}
        self.empty = QLabel("Choose a dive in the table or on the timeline.", self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        set_role(self.empty, "muted")

        self._body = self._build_body()
        page = QWidget(self)
        set_role(page, "panel")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.addWidget(self._body)
        layout.addWidget(self.empty)
        layout.addStretch(1)
        self.setWidget(page)
        self.setMinimumWidth(page.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width())
        self._connect()
        self.set_dive(None)

    def _build_body(self) -> QWidget:
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        heading = QHBoxLayout()
        heading.addWidget(self.title, 1)
        heading.addWidget(self.subtitle)
        column.addLayout(heading)
        column.addWidget(self.status)
        column.addWidget(_line(body))
        fields = QGridLayout()
        fields.setHorizontalSpacing(8)
        fields.setVerticalSpacing(2)
        fields.setColumnStretch(1, 1)
        for row, (title, name, field) in enumerate(
            (("Start", "start", self.start), ("End", "end", self.end), ("Board", "board", self.board))
        ):
            label = QLabel(title, body)
            set_role(label, "muted")
            fields.addWidget(label, 2 * row, 0)
            fields.addWidget(field, 2 * row, 1)
            fields.addWidget(self.origins[name], 2 * row + 1, 1)
        column.addLayout(fields)
        column.addWidget(self.refusals)
        column.addWidget(_line(body))
        column.addWidget(self.code)
        column.addWidget(self.origins["code"])
        column.addWidget(_line(body))
        column.addWidget(self.metrics)
        column.addWidget(self.origins["path"])
        column.addWidget(self.note)
        column.addWidget(self.origins["note"])
        return body

    def _connect(self) -> None:
        self.status.status_chosen.connect(self.status_edited)
        self.start.frame_typed.connect(self.start_edited)
        self.end.frame_typed.connect(self.end_edited)
        self.start.time_typed.connect(self.start_time_edited)
        self.end.time_typed.connect(self.end_time_edited)
        self.start.current_requested.connect(self.start_here_requested)
        self.end.current_requested.connect(self.end_here_requested)
        self.start.refused.connect(self._refuser("start"))
        self.end.refused.connect(self._refuser("end"))
        self.board.board_chosen.connect(self.board_edited)
        self.code.code_edited.connect(self.code_edited)
        self.note.edited.connect(self.note_edited)
        for name, line in self.origins.items():
            line.revert_requested.connect(lambda name=name: self.revert_requested.emit(name))

    def set_dive(self, details: DiveDetails | None) -> None:
        """Show a dive, or that none is chosen. What a person is typing stays while the dive stays the same."""
        is_other = details is None or self._details is None or details.id != self._details.id
        self._details = details
        self._body.setVisible(details is not None)
        self.empty.setVisible(details is None)
        if details is None:
            return
        if is_other:
            self.note.forget()
            self.start.set_frame(None)
            self.end.set_frame(None)
        self._show(details)

    def commit(self) -> None:
        """Store what a person is typing, as leaving the field does; before another dive is shown."""
        focused = self.focusWidget()
        if isinstance(focused, QLineEdit | QPlainTextEdit) and focused.hasFocus():
            focused.clearFocus()

    def details(self) -> DiveDetails | None:
        """The dive shown."""
        return self._details

    def _show(self, details: DiveDetails) -> None:
        self.title.setText(f"Dive {details.number}")
        self.subtitle.setText(_summary(details))
        self.status.set_status(details.status, details.score)
        self.start.set_frame(details.start, frame_count=details.frame_count)
        self.end.set_frame(details.end, frame_count=details.frame_count)
        self.board.set_board(details.board)
        self.code.set_dive_code(
            details.code,
            dive_id=details.id,
            board=details.board,
            probabilities=details.attribute_probabilities,
            proposals=details.proposals,
        )
        self.note.set_note(details.note)
        self.metrics.set_metrics(details.metrics)
        for name, line in self.origins.items():
            line.set_origin(details.origins.get(name), is_editable=details.is_editable)
        for editor in (self.status, self.start, self.end, self.board, self.code):
            editor.setEnabled(details.is_editable)
        self.note.setReadOnly(not details.is_editable)

    def _refuser(self, name: str) -> Callable[[str], None]:
        def refuse(sentence: str) -> None:
            self._refusals[name] = sentence
            self.refusals.show_sentences([text for text in self._refusals.values() if text], "danger")

        return refuse


def _summary(details: DiveDetails) -> str:
    seconds = details.end.seconds - details.start.seconds
    frames = details.end.frame - details.start.frame + 1
    return f"{seconds:.2f} s · {frames} frame{'s' if frames != 1 else ''}"


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    set_role(line, "line")
    return line


class _BoardBox(QComboBox):
    """The boards, and none; the wheel scrolls the inspector and never changes the board by accident."""

    board_chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Board")
        self.setToolTip("Board")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.addItem("not known", None)
        for board in BOARDS:
            self.addItem(board.label, board.key)
        self.activated.connect(lambda index: self.board_chosen.emit(self.itemData(index)))

    def set_board(self, key: str | None) -> None:
        """Show this board; a key that is none of the boards is shown as it is."""
        index = self.findData(key)
        if index < 0:
            self.addItem(str(key), key)
            index = self.count() - 1
        self.setCurrentIndex(index)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 Qt's name
        """Leave the wheel to the inspector."""
        event.ignore()


class _NoteField(QPlainTextEdit):
    """A note of a few lines, kept when the field is left or with Ctrl+Return."""

    edited = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Note")
        self.setAccessibleName("Note")
        self.setToolTip("A note about this dive; kept when you leave the field")
        self.setTabChangesFocus(True)
        self.setFixedHeight(56)
        self._stored = ""

    def set_note(self, note: str) -> None:
        """Show the stored note unless a person is typing another."""
        is_typing = self.toPlainText() != self._stored
        self._stored = note
        if not is_typing and self.toPlainText() != note:
            self.setPlainText(note)

    def forget(self) -> None:
        """Give up what was typed, for another dive."""
        self._stored = ""
        self.setPlainText("")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Keep on Ctrl+Return, give up on Escape."""
        if event.key() == Qt.Key.Key_Return and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._commit()
        elif event.key() == Qt.Key.Key_Escape:
            self.setPlainText(self._stored)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 Qt's name
        """Keep the note."""
        super().focusOutEvent(event)
        self._commit()

    def event(self, event: QEvent) -> bool:
        """Let text keys be text, whatever shortcuts the window has."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.text().isprintable():
            event.accept()
        return super().event(event)

    def _commit(self) -> None:
        text = self.toPlainText()
        if text != self._stored and not self.isReadOnly():
            self._stored = text
            self.edited.emit(text)
