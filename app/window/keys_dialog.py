"""The dialog in which a person changes the keys, and what the table of actions looks like there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from app.window.action_set import ActionSet
from app.window.action_table import ACTIONS
from app.window.settings import Settings
from widgets.shortcuts import ShortcutEditor, ShortcutEntry


def shortcut_entries() -> tuple[ShortcutEntry, ...]:
    """Every action of the table."""
    return tuple(ShortcutEntry(spec.id, spec.text.rstrip("…"), spec.group, spec.keys) for spec in ACTIONS)


class KeysDialog(QDialog):
    """Keys take effect and are remembered as soon as they are set."""

    def __init__(self, actions: ActionSet, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions, self._settings = actions, settings
        self.setWindowTitle("Keys")
        self.resize(600, 560)
        self.editor = ShortcutEditor(self)
        self.editor.set_shortcuts(shortcut_entries(), settings.shortcuts)
        self.editor.keys_changed.connect(self._change)
        close = QPushButton("Close", self)
        close.clicked.connect(self.close)
        for button in self.findChildren(QPushButton):
            # Enter is a key to be recorded here.
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addWidget(self.editor, 1)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def _change(self, action: str, keys: list[str]) -> None:
        own = dict(self._settings.shortcuts)
        default = next(spec.keys for spec in ACTIONS if spec.id == action)
        own.pop(action, None)
        if tuple(keys) != default:
            own[action] = tuple(keys)
        self._settings.shortcuts = own
        self._actions.set_keys(own)
