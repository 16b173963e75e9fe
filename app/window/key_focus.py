"""Who gets Space and Enter, which are shortcuts of the window: a field being typed in, or a button reached with Tab."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QAbstractSpinBox)
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class KeyFocus(QObject):
    """Knows whether the keyboard focus came by Tab, and claims the pressing keys if it did.

    After a click on a button, Space still plays and Enter still accepts; after Tab to a button, they press it. In a
    text field Enter ends the typing. The window hands over every key event that its children left alone.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._came_by_tab = False
        application = cast("QApplication", QApplication.instance())
        application.focusChanged.connect(self._forget_after_click)

    def takes(self, event: QEvent) -> bool:
        """Whether this key event belongs to the focused button rather than to the window's shortcuts."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        key_event = cast("QKeyEvent", event)
        key = key_event.key()
        if key in _TABS:
            self._came_by_tab = True
            return False
        focused = QApplication.focusWidget()
        if isinstance(focused, _TEXT_FIELDS):
            return key in _ENTERS and _accept_override(event)
        if not self._came_by_tab or not isinstance(focused, (QAbstractButton, QComboBox)):
            return False
        if key_event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or key not in (Qt.Key.Key_Space, *_ENTERS):
            return False
        if event.type() == QEvent.Type.KeyPress:
            # Space arrives at the button itself; Enter presses buttons only in dialogs, so it is done here.
            if key in _ENTERS and not key_event.isAutoRepeat() and focused.isEnabled():
                _press(focused)
                return True
            return False
        return _accept_override(event)

    def _forget_after_click(self, _old: QWidget | None, _new: QWidget | None) -> None:
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._came_by_tab = False


def _accept_override(event: QEvent) -> bool:
    """Keep the key from the shortcuts; the press itself then goes its usual way."""
    if event.type() != QEvent.Type.ShortcutOverride:
        return False
    event.accept()
    return True


def _press(focused: QAbstractButton | QComboBox) -> None:
    if isinstance(focused, QComboBox):
        focused.showPopup()
    else:
        focused.click()
