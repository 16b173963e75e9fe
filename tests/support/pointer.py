"""A mouse for GUI tests: presses, moves and wheels at exact, also fractional, positions of a widget."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton
RIGHT = Qt.MouseButton.RightButton
MIDDLE = Qt.MouseButton.MiddleButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


class Pointer:
    """Sends mouse events to one widget; the widget takes the focus on a press as it does from a real mouse."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._held = Qt.MouseButton.NoButton

    def _send(self, kind, x, y, button, keys):
        position = QPointF(x, y)
        event = QMouseEvent(kind, position, self._widget.mapToGlobal(position), button, self._held, keys)
        QApplication.sendEvent(self._widget, event)

    def press(self, x, y, button=LEFT, keys=NO_KEYS):
        self._held = button
        if self._widget.focusPolicy() & Qt.FocusPolicy.ClickFocus:
            self._widget.setFocus(Qt.FocusReason.MouseFocusReason)
        self._send(QEvent.Type.MouseButtonPress, x, y, button, keys)

    def move(self, x, y, keys=NO_KEYS):
        self._send(QEvent.Type.MouseMove, x, y, Qt.MouseButton.NoButton, keys)

    def release(self, x, y, keys=NO_KEYS):
        button, self._held = self._held, Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseButtonRelease, x, y, button, keys)

    def click(self, x, y, button=LEFT, keys=NO_KEYS):
        self.press(x, y, button, keys)
        self.release(x, y, keys)

    def double_click(self, x, y):
        self.click(x, y)
        self._held = LEFT
        self._send(QEvent.Type.MouseButtonDblClick, x, y, LEFT, NO_KEYS)
        self.release(x, y)

    def drag(self, *points, button=LEFT, keys=NO_KEYS):
        """Press at the first point, move through the others and release at the last."""
        self.press(*points[0], button, keys)
        for point in points[1:]:
            self.move(*point, keys)
        self.release(*points[-1], keys)

    def wheel(self, x, y, notches, keys=NO_KEYS):
        position = QPointF(x, y)
        QApplication.sendEvent(
            self._widget,
            QWheelEvent(
                position,
                self._widget.mapToGlobal(position),
                QPoint(),
                QPoint(0, round(notches * 120)),
                Qt.MouseButton.NoButton,
                keys,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
