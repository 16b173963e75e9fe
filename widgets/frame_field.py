"""A field for a frame of the video: shows its number and time code, takes either typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from inference.results import FrameTime
from inference.time_code import parse_time_code, time_code
from widgets.icons import icon
from widgets.theme import TEXT_PX, set_role, tabular


class FrameField(QWidget):
    """Frame number to type, time code beside it, and a button that takes the frame shown.

    A text with a colon, comma or point is a time code, anything else a frame number. What is neither, or lies outside
    the video, is refused with a sentence.

    Signals:
        frame_typed(int): a person typed another frame number.
        time_typed(float): a person typed a time in seconds; the owner knows which frame is shown then.
        current_requested(): take the frame that is shown now.
        refused(str): the sentence why the text was not taken; empty once it is put right.
    """

    frame_typed = Signal(int)
    time_typed = Signal(float)
    current_requested = Signal()
    refused = Signal(str)

    def __init__(self, name: str, icon_name: str, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._frame_count = 0
        self._shown: FrameTime | None = None
        self.edit = _Field(self)
        self.edit.setAccessibleName(f"{name} frame")
        self.edit.setToolTip(f"{name} frame: type a frame number, or a time such as 0:49.36")
        self.time = QLabel(self)
        set_role(self.time, "muted")
        self.take = QToolButton(self)
        self.take.setIcon(icon(icon_name))
        self.take.setToolTip(f"{name} at the frame shown ({shortcut})")
        self.take.setAccessibleName(f"{name} at the frame shown")
        self._fit_fonts()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.edit, 1)
        layout.addWidget(self.time)
        layout.addWidget(self.take)
        self.edit.committed.connect(self._on_committed)
        self.edit.given_up.connect(self._show)
        self.take.clicked.connect(self.current_requested)

    def set_frame(self, time: FrameTime | None, *, frame_count: int = 0) -> None:
        """Show this frame; frame_count bounds what may be typed, 0 meaning unknown."""
        is_same = (time, frame_count) == (self._shown, self._frame_count)
        self._shown, self._frame_count = time, frame_count
        if not (is_same and self.edit.isModified()):
            self._show()

    def _show(self) -> None:
        self.edit.setText("" if self._shown is None else str(self._shown.frame))
        self.time.setText("" if self._shown is None else time_code(self._shown.seconds))
        self._refuse("")

    def _on_committed(self) -> None:
        text = self.edit.text().strip()
        if self._shown is None or text == str(self._shown.frame) or not text:
            self._show()
            return
        if any(mark in text for mark in ":.,"):
            try:
                seconds = parse_time_code(text)
            except ValueError as error:
                self._refuse(str(error))
                return
            self._accept()
            self.time_typed.emit(seconds)
        elif not text.isascii() or not text.isdecimal():
            self._refuse(f"“{text}” is neither a frame number nor a time; write 1234 or 00:00:49.36.")
        elif self._frame_count and int(text) >= self._frame_count:
            self._refuse(f"There is no frame {text}; the last one is {self._frame_count - 1}.")
        else:
            self._accept()
            self.frame_typed.emit(int(text))

    def _accept(self) -> None:
        self.edit.setModified(False)
        self._refuse("")

    def _refuse(self, sentence: str) -> None:
        problem = "error" if sentence else ""
        if self.edit.property("problem") != problem:
            self.edit.setProperty("problem", problem)
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)
        self.refused.emit(sentence)

    def _fit_fonts(self) -> None:
        self.edit.setFont(tabular(self.font(), pixel_size=TEXT_PX))
        self.time.setFont(tabular(self.font(), pixel_size=TEXT_PX - 1))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 Qt's name
        """Keep even digits when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_fonts()


class _Field(QLineEdit):
    """Commits on Return and on leaving if a person changed it; gives up on Escape."""

    committed = Signal()
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 Qt's name
        """Commit or give up."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.committed.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 Qt's name
        """Commit what was typed."""
        super().focusOutEvent(event)
        if self.isModified() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.committed.emit()
