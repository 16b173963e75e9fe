"""Room for wrapped text in dialogs."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog


def make_room(dialog: QDialog) -> None:
    """Make room for wrapped text, which Qt does not count when it finds the smallest size of a dialog."""
    layout = dialog.layout()
    if layout is not None:
        layout.activate()
        dialog.resize(dialog.width(), max(dialog.height(), layout.totalHeightForWidth(dialog.width())))
