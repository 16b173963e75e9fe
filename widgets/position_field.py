"""The field that states the frame shown and takes another one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from inference.time_code import frame_label, parse_time_code
from widgets.theme import tabular
from widgets.time_axis import TimeAxis


def parse_position(text: str, axis: TimeAxis) -> int:
    """The frame that a typed frame number ("1234") or time ("49.36", "0:49") means.

    Raises:
        ValueError: with a sentence for the person, if the text is neither or lies outside the video.
    """
    text = text.removeprefix("frame").split("·")[0].strip()
    if text.isdecimal():
        frame = int(text)
        if frame >= axis.frame_count:
            raise ValueError(f"There is no frame {frame}; the last one is {axis.frame_count - 1}.")
        return frame
    seconds = parse_time_code(text)
    if not axis.start_s <= seconds <= axis.end_s:
        raise ValueError(f"“{text}” lies outside the video, which ends at {axis.end_s:.2f} s.")
    return axis.frame_at(seconds)


class PositionField(QLineEdit):
    """States the frame shown as "frame 1234 · 00:00:49.36"; typing a frame number or a time and Enter asks for it."""

    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = TimeAxis(0, 25.0)
        self._frame: int | None = None
        self._label = ""
        self._is_clicked_into = False
        self.setFont(tabular(self.font()))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setToolTip("Frame shown. Type a frame number or a time and press Enter to go there.")
        self.setAccessibleName("Frame shown")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.returnPressed.connect(self._submit)
        self.textEdited.connect(lambda: self._mark_problem(None))
        self._fit_width()

    def set_axis(self, axis: TimeAxis) -> None:
        """Which frames and times there are."""
        self._axis = axis
        self._fit_width()

    def set_position(self, frame: int | None, seconds: float = 0.0) -> None:
        """State another frame; what is being typed stays."""
        self._frame = frame
        self._label = "" if frame is None else frame_label(frame, seconds)
        if not self.hasFocus():
            self.setText(self._label)

    def _fit_width(self) -> None:
        widest = frame_label(max(self._axis.frame_count - 1, 99_999), 35_999)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance(widest) + 28)

    def _submit(self) -> None:
        try:
            frame = parse_position(self.text(), self._axis)
        except ValueError as error:
            self._mark_problem("error")
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), str(error), self)
            self.selectAll()
            return
        self.clearFocus()
        self.seek_requested.emit(frame)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Only the number is there to be replaced."""
        super().focusInEvent(event)
        self._is_clicked_into = event.reason() == Qt.FocusReason.MouseFocusReason
        self.setText("" if self._frame is None else str(self._frame))
        self.selectAll()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The click that brings the focus leaves everything selected, so that typing replaces it."""
        if self._is_clicked_into:
            self._is_clicked_into = False
        else:
            super().mousePressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The label again."""
        super().focusOutEvent(event)
        self._mark_problem(None)
        self.setText(self._label)

    def _mark_problem(self, kind: str | None) -> None:
        if self.property("problem") != kind:
            self.setProperty("problem", kind)
            self.style().unpolish(self)
            self.style().polish(self)

    def event(self, event: QEvent) -> bool:
        """Keys typed here, Esc among them, are no shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and self.hasFocus():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc gives up typing."""
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
        else:
            super().keyPressEvent(event)
