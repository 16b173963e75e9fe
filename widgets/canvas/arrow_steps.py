"""How far an arrow key moves what is selected: by 1 px of the picture, with Shift by 10."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

STEPS: Final = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_FAST: Final = 10.0


def arrow_step(event: QKeyEvent) -> tuple[float, float]:
    """(right, down) px for an arrow key.

    Raises:
        KeyError: for any other key.
    """
    across, down = STEPS[Qt.Key(event.key())]
    times = _FAST if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
    return across * times, down * times
