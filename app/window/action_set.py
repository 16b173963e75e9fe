"""The actions of one window, made from the table: enabled by what is open, with the person's own keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QHelpEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from app.window.action_table import ACTIONS, BY_ID, GROUPS, TOOLBAR
from widgets.icons import icon


class ActionSet(QObject):
    """Every action of the table as a QAction of the window."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._tips: dict[str, str] = {}
        for spec in ACTIONS:
            action = QAction(spec.text, window)
            action.setObjectName(spec.id)
            action.setCheckable(spec.is_checkable)
            if spec.icon:
                action.setIcon(icon(spec.icon))
                # In a menu the icon would stand in place of the tick.
                action.setIconVisibleInMenu(not spec.is_checkable)
            self._actions[spec.id] = action
            window.addAction(action)
        self.set_keys({})
        self.enable_for(frozenset())

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def connect_all(self, slots: Mapping[str, Callable[[], object]]) -> None:
        """Say what each action does; checkable ones read their own state."""
        for action_id, slot in slots.items():
            self._actions[action_id].triggered.connect(_without_argument(slot))

    def enable_for(self, available: Iterable[str], needing: frozenset[str] | None = None) -> None:
        """Enable the actions whose needs are met; undo and redo are enabled by the document's history instead.

        Args:
            available: what there is of what actions need.
            needing: leave all actions alone that need none of these; None leaves none alone.
        """
        available = frozenset(available)
        for spec in ACTIONS:
            if spec.id not in ("undo", "redo") and (needing is None or spec.needs & needing):
                self._actions[spec.id].setEnabled(spec.needs <= available)

    def keys(self, action_id: str) -> tuple[str, ...]:
        """The action's present keys in portable text."""
        return tuple(
            sequence.toString(QKeySequence.SequenceFormat.PortableText)
            for sequence in self._actions[action_id].shortcuts()
        )

    def set_keys(self, own: Mapping[str, tuple[str, ...]]) -> None:
        """Give actions a person's keys; those not named have their default ones."""
        for spec in ACTIONS:
            keys = own.get(spec.id, spec.keys)
            action = self._actions[spec.id]
            action.setShortcuts([QKeySequence.fromString(key) for key in keys])
            self._show_tip(spec.id)

    def set_tip(self, action_id: str, tip: str) -> None:
        """Say something else about an action than the table does, such as why it cannot be used; "" for the table's."""
        self._tips[action_id] = tip
        self._show_tip(action_id)

    def _show_tip(self, action_id: str) -> None:
        spec, action = BY_ID[action_id], self._actions[action_id]
        native = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = self._tips.get(action_id) or spec.tip or spec.text.rstrip("…")
        action.setToolTip(f"{tip} ({native})" if native else tip)

    def fill_toolbar(self, bar: QToolBar) -> None:
        """Put the toolbar's actions on it, group by group."""
        for position, group in enumerate(TOOLBAR):
            if position:
                bar.addSeparator()
            for action_id in group:
                bar.addAction(self._actions[action_id])

    def fill_menus(self, window: QMainWindow) -> dict[str, QMenu]:
        """One menu per group of the table."""
        menus = {}
        for group in GROUPS:
            menu = window.menuBar().addMenu(f"&{group}")
            menu.setToolTipsVisible(True)
            menu.installEventFilter(self)
            for spec in ACTIONS:
                if spec.group == group:
                    menu.addAction(self._actions[spec.id])
            menus[group] = menu
        return menus

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """In a menu only what `set_tip` says is news; the tips of the toolbar would cover the next entries."""
        if isinstance(watched, QMenu) and isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            action = watched.actionAt(event.pos())
            return action is None or not self._tips.get(action.objectName())
        return super().eventFilter(watched, event)

    def text(self, action_id: str) -> str:
        """The action's text in the table, whatever the menu says now."""
        return BY_ID[action_id].text


def _without_argument(slot: Callable[[], object]) -> Callable[[bool], None]:
    """QAction.triggered hands over the checked state, which the slots of the table do not take."""

    def call(_checked: bool = False) -> None:
        slot()

    return call
