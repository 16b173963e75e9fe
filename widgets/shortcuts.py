"""The keys of the window: a table to change them in, with conflicts named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets.icons import icon
from widgets.rule_list import RuleList

_ACTION_COLUMN, _KEYS_COLUMN = 0, 1
_ROW_HEIGHT = 25


@dataclass(frozen=True, slots=True)
class ShortcutEntry:
    """An action, the group it is listed in, and its default keys in Qt's portable text ("Ctrl+Shift+Z")."""

    action: str
    text: str
    group: str
    default_keys: tuple[str, ...] = ()


def key_text(keys: Sequence[str]) -> str:
    """Keys as this system writes them, with "or" between alternatives."""
    return " or ".join(native_key(key) for key in keys)


def native_key(key: str) -> str:
    """One key sequence as this system writes it."""
    return QKeySequence(key, QKeySequence.SequenceFormat.PortableText).toString(QKeySequence.SequenceFormat.NativeText)


def find_conflicts(entries: Sequence[ShortcutEntry], keys: Mapping[str, Sequence[str]]) -> list[str]:
    """One sentence for each key that several actions have."""
    owners: dict[str, list[str]] = {}
    for entry in entries:
        for key in dict.fromkeys(_portable(key) for key in keys.get(entry.action, ())):
            owners.setdefault(key, []).append(entry.text)
    return [_conflict_sentence(key, texts) for key, texts in owners.items() if len(texts) > 1]


def _conflict_sentence(key: str, texts: Sequence[str]) -> str:
    quoted = [f"“{text}”" for text in texts]
    listed = f"both {quoted[0]} and {quoted[1]}" if len(quoted) == 2 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    return f"{native_key(key)} belongs to {listed}; give one of them another key."


def _portable(key: str) -> str:
    return QKeySequence(key, QKeySequence.SequenceFormat.PortableText).toString(
        QKeySequence.SequenceFormat.PortableText
    )


class ShortcutEditor(QWidget):
    """All actions by group with their keys; choose one, press its new key, done.

    Signals:
        keys_changed(str, list): an action and its new keys in portable text; not sent while they conflict with another
            action's, until the conflict is gone.
    """

    keys_changed = Signal(str, list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[str, ShortcutEntry] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._announced: dict[str, tuple[str, ...]] = {}
        self._items: dict[str, QTreeWidgetItem] = {}
        self._groups: dict[str, QTreeWidgetItem] = {}
        self._recorder_shows = ""

        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Find an action or a key")
        self.search.setAccessibleName("Find an action or a key")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", "text_faint"), QLineEdit.ActionPosition.LeadingPosition)
        self.tree = QTreeWidget(self)
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels(["Action", "Keys"])
        self.tree.setAccessibleName("Actions and their keys")
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(12)
        self.tree.setUniformRowHeights(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.header().setStretchLastSection(True)
        self.tree.header().setSectionResizeMode(_ACTION_COLUMN, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(_KEYS_COLUMN, QHeaderView.ResizeMode.Interactive)
        self.tree.header().resizeSection(_KEYS_COLUMN, 190)
        self.recorder = QKeySequenceEdit(self)
        self.recorder.setMaximumSequenceLength(1)
        self.recorder.setAccessibleName("New key")
        self.recorder.setToolTip("Press the new key of the chosen action")
        self.add_key = QPushButton("Add a second key", self)
        self.remove = QPushButton("No key", self)
        self.reset = QPushButton("Default", self)
        self.reset_all = QPushButton("All defaults", self)
        self.conflicts = RuleList(self)
        self._lay_out()
        self._connect()
        self._on_chosen()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.recorder, 1)
        for button in (self.add_key, self.remove, self.reset, self.reset_all):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.conflicts)
        layout.addLayout(row)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_searched)
        self.tree.currentItemChanged.connect(self._on_chosen)
        self.tree.itemActivated.connect(self._record)
        self.recorder.editingFinished.connect(self._on_recorded)
        self.recorder.installEventFilter(self)
        self.search.installEventFilter(self)
        self.add_key.setCheckable(True)
        self.add_key.setToolTip("Keep the present key and record another one beside it")
        self.add_key.toggled.connect(self._on_add_key)
        self.remove.clicked.connect(lambda: self._set_keys(self.current_action(), ()))
        self.reset.clicked.connect(self._on_reset)
        self.reset_all.clicked.connect(self._on_reset_all)

    # Contents

    def set_shortcuts(self, entries: Sequence[ShortcutEntry], keys: Mapping[str, Sequence[str]]) -> None:
        """List these actions; keys maps an action to its present keys, where they are not the default ones."""
        self._entries = {entry.action: entry for entry in entries}
        self._keys = {entry.action: tuple(keys.get(entry.action, entry.default_keys)) for entry in entries}
        self._announced = dict(self._keys)
        self._items = {}
        self.tree.clear()
        self._groups = {}
        for entry in entries:
            group = self._groups.get(entry.group)
            if group is None:
                group = self._groups[entry.group] = QTreeWidgetItem(self.tree, [entry.group, ""])
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setSizeHint(_ACTION_COLUMN, QSize(0, _ROW_HEIGHT))
                font = group.font(0)
                font.setBold(True)
                group.setFont(0, font)
            item = QTreeWidgetItem(group, [entry.text, ""])
            item.setData(_ACTION_COLUMN, Qt.ItemDataRole.UserRole, entry.action)
            self._items[entry.action] = item
        self.tree.expandAll()
        self._refresh()

    def keys(self) -> dict[str, tuple[str, ...]]:
        """The present keys of every action."""
        return dict(self._keys)

    def conflict_sentences(self) -> list[str]:
        """What is wrong with the present keys."""
        return find_conflicts(list(self._entries.values()), self._keys)

    def current_action(self) -> str | None:
        """The action chosen."""
        item = self.tree.currentItem()
        action: str | None = None if item is None else item.data(_ACTION_COLUMN, Qt.ItemDataRole.UserRole)
        return action

    def choose_action(self, action: str) -> None:
        """Choose an action of the list.

        Raises:
            KeyError: if there is none of this name.
        """
        self.tree.setCurrentItem(self._items[action])

    # What the person does

    def _on_chosen(self) -> None:
        action = self.current_action()
        for control in (self.recorder, self.add_key, self.remove, self.reset):
            control.setEnabled(action is not None)
        self.add_key.setChecked(False)
        self._show_recorder(action)

    def _record(self) -> None:
        self.recorder.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_add_key(self, is_on: bool) -> None:
        if is_on:
            self._record()

    def _on_recorded(self) -> None:
        action = self.current_action()
        key = self.recorder.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        # The recorder also says so when it only loses the keyboard.
        if action is None or not key or key == self._recorder_shows:
            return
        kept = self._keys[action] if self.add_key.isChecked() else ()
        self._set_keys(action, tuple(dict.fromkeys((*kept, key))))
        self.add_key.setChecked(False)

    def _on_reset(self) -> None:
        action = self.current_action()
        if action is not None:
            self._set_keys(action, self._entries[action].default_keys)

    def _on_reset_all(self) -> None:
        self._keys = {action: entry.default_keys for action, entry in self._entries.items()}
        self._refresh()

    def _set_keys(self, action: str | None, keys: Sequence[str]) -> None:
        if action is not None:
            self._keys[action] = tuple(keys)
            self._refresh()

    def _on_searched(self, text: str) -> None:
        wanted = text.lower().split()
        for action, item in self._items.items():
            said = f"{self._entries[action].text} {key_text(self._keys[action])} {self._entries[action].group}".lower()
            item.setHidden(not all(word in said for word in wanted))
        for group in self._groups.values():
            items = (group.child(row) for row in range(group.childCount()))
            group.setHidden(all(item is None or item.isHidden() for item in items))
        # The best guess is chosen, so that Return can record its key.
        first = next((item for item in self._items.values() if not item.isHidden()), None)
        if first is not None and wanted:
            self.tree.setCurrentItem(first)
        else:
            self.tree.setCurrentIndex(QModelIndex())

    def _refresh(self) -> None:
        sentences = self.conflict_sentences()
        for action, item in self._items.items():
            item.setText(_KEYS_COLUMN, key_text(self._keys[action]))
            is_default = self._keys[action] == self._entries[action].default_keys
            font = item.font(_KEYS_COLUMN)
            font.setBold(not is_default)
            item.setFont(_KEYS_COLUMN, font)
            default = key_text(self._entries[action].default_keys) or "no key"
            item.setToolTip(_KEYS_COLUMN, "" if is_default else f"Default: {default}")
        self.conflicts.show_sentences(sentences, "warning")
        self._show_recorder(self.current_action())
        if not sentences:
            changed = [action for action, keys in self._keys.items() if self._announced[action] != keys]
            self._announced = dict(self._keys)
            for action in changed:
                self.keys_changed.emit(action, list(self._keys[action]))

    def _show_recorder(self, action: str | None) -> None:
        key = _portable(self._keys[action][0]) if action is not None and self._keys.get(action) else ""
        self._recorder_shows = key
        self.recorder.blockSignals(True)
        self.recorder.setKeySequence(QKeySequence(key, QKeySequence.SequenceFormat.PortableText))
        self.recorder.blockSignals(False)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]  # noqa: N802 Qt's name
        """Let the recorder have every key, whatever shortcuts the window has, and lead on from the search by key."""
        if watched is self.recorder and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.current_action() is not None:
                    self._record()
                return True
        return super().eventFilter(watched, event)
