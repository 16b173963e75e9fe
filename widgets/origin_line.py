"""Where a value comes from, in one quiet line, with a button that gives a human value up for the prediction."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from widgets.dive_data import FieldOrigin
from widgets.icons import IconLabel, icon
from widgets.theme import set_role


class OriginLine(QWidget):
    """A person's or a model's mark, the text, and revert; hidden while nothing is known."""

    revert_requested = Signal()

    def __init__(self, field_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field_name = field_name
        self.mark = IconLabel("model", 12, "text_faint", self)
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        set_role(self.text, "small")
        self.revert = QToolButton(self)
        self.revert.setIcon(icon("revert", "text_muted"))
        self.revert.setIconSize(QSize(12, 12))
        self.revert.setToolTip(f"Back to the predicted {field_name}")
        self.revert.setAccessibleName(f"Back to the predicted {field_name}")
        self.revert.clicked.connect(self.revert_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.mark)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.revert)
        self.setFixedHeight(22)
        self.set_origin(None, is_editable=False)

    def set_origin(self, origin: FieldOrigin | None, *, is_editable: bool) -> None:
        """Show where the value comes from."""
        self.setVisible(origin is not None)
        if origin is None:
            return
        self.mark.set_icon("person" if origin.is_human else "model", "accent" if origin.is_human else "text_faint")
        self.text.setText(origin.text)
        who = "set by hand" if origin.is_human else "predicted"
        self.text.setToolTip(f"{self._field_name.capitalize()} {who}: {origin.text}")
        self.revert.setVisible(origin.is_human and origin.can_revert)
        self.revert.setEnabled(is_editable)
