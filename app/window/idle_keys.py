"""Why a key does nothing: what its action needs and what there is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.window.action_set import ActionSet
from app.window.action_table import ACTIONS, BY_ID

_SENTENCES: Final = {
    "review": "Open a video or a review first.",
    "video": "Open a video first.",
    "writable": "This review can only be looked at from here; nothing in it can be changed.",
    "dive": "Select a dive first; {next_dive} goes to the next one.",
    "pose": "There is no pose in this frame: {pose_frame} finds it, {live_pose} finds poses live.",
    "joint": "Select a keypoint first: click on it, or press {next_keypoint} in the picture.",
}
"""Of what an action needs, the first that is missing is told. A key that needs the keyboard in the picture has another
meaning elsewhere."""

_HISTORY: Final = {"undo": "There is nothing to undo in this video.", "redo": "There is nothing to redo in this video."}

_MOVING: Final = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})
_WIDGETS_OWN: Final = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Space,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
    }
)
"""Keys that lists and buttons know too: nothing is said before they have left one alone."""


class IdleKeys(QObject):
    """Says why, when a key is pressed whose action is disabled.

    The window hands over every key event that its children left alone. Text fields claim what can be typed into them.
    """

    said = Signal(str)

    def __init__(self, actions: ActionSet, available: Callable[[], frozenset[str]], parent: QObject) -> None:
        super().__init__(parent)
        self._actions, self._available = actions, available

    def hear(self, event: QEvent) -> None:
        """Tell of a key event that does nothing."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return
        key_event = cast("QKeyEvent", event)
        decisive = QEvent.Type.KeyPress if key_event.key() in _WIDGETS_OWN else QEvent.Type.ShortcutOverride
        if event.type() != decisive or key_event.isAutoRepeat() or key_event.key() in _MOVING:
            return
        sentence = self._reason(QKeySequence(key_event.keyCombination()))
        if sentence:
            self.said.emit(sentence)

    def _reason(self, pressed: QKeySequence) -> str:
        """Why the action of a key does nothing; "" if it does something, or there is none."""
        found = [spec for spec in ACTIONS if pressed in self._actions[spec.id].shortcuts()]
        if not found or any(self._actions[spec.id].isEnabled() for spec in found):
            return ""
        spec, available = found[0], self._available()
        if spec.id in _HISTORY:
            return _HISTORY[spec.id] if "video" in available else _SENTENCES["video"]
        missing = next((each for each in _SENTENCES if each in spec.needs - available), None)
        return self._with_keys(_SENTENCES[missing]) if missing is not None else ""

    def _with_keys(self, sentence: str) -> str:
        """With each action's own key in the place of its name, or its text where it has none."""
        names = {
            name: self._actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            or f"“{BY_ID[name].text}”"
            for name in ("next_dive", "pose_frame", "live_pose", "next_keypoint")
        }
        return sentence.format(**names)
