"""Rows of a form with the thresholds by which dives are read off a network's signals."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QGridLayout, QLabel, QWidget

from widgets.theme import set_role

_THRESHOLDS = {
    "min_score": ("Confidence at least", "The least confidence, which is the mean of the three signals of a dive"),
    "min_mid": ("Mid signal at least", "The least that the mid signal rises to while a dive is under way"),
    "min_boundary": ("Start and end at least", "The least that the start and the end signal rise to"),
    "min_prominence": ("Mid peaks stand out by", "By how much the mid signal rises above what lies around it"),
    "hann_s": ("Smoothed over", "The length of the window that the signals are smoothed with"),
    "scan_s": ("Ends looked for", "How far from a peak of the mid signal the dive's start and end may lie"),
}
"""Names in `inference.diving.event_signals.ExtractionSettings`, what the form calls them, and what they mean."""


_SECONDS = ("hann_s", "scan_s")
_LONGEST_S = 10.0


class ThresholdRows:
    """A box for each threshold; `values` holds those that are not left to the sensitivity."""

    def __init__(self, parent: QWidget) -> None:
        self._area = QWidget(parent)
        self.boxes = {name: _box(name, self._area) for name in _THRESHOLDS}
        grid = QGridLayout(self._area)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, (name, box) in enumerate(self.boxes.items()):
            label = QLabel(_THRESHOLDS[name][0], self._area)
            label.setToolTip(_THRESHOLDS[name][1])
            label.setBuddy(box)
            set_role(label, "small")
            grid.addWidget(label, 2 * (place // 2), place % 2)
            grid.addWidget(box, 2 * (place // 2) + 1, place % 2)

    def add_to(self, form: QFormLayout) -> None:
        """Put the rows at the end of a form."""
        form.addRow("Network signals", self._area)

    @property
    def values(self) -> dict[str, float]:
        """The thresholds that a person has chosen."""
        return {name: box.value() for name, box in self.boxes.items() if box.value() > 0}

    def show_values(self, values: Mapping[str, float]) -> None:
        """Show these; what is missing is left to the sensitivity."""
        for name, box in self.boxes.items():
            box.setValue(float(values.get(name) or 0))

    def set_enabled(self, is_enabled: bool) -> None:
        """Whether they can be chosen."""
        self._area.setEnabled(is_enabled)


def _box(name: str, parent: QWidget) -> QDoubleSpinBox:
    """A box whose lowest value, 0, stands for "as the sensitivity has it"."""
    box = QDoubleSpinBox(parent)
    is_time = name in _SECONDS
    box.setRange(0.0, _LONGEST_S if is_time else 1.0)
    box.setDecimals(2)
    box.setSingleStep(0.05)
    box.setSuffix(" s" if is_time else "")
    box.setSpecialValueText("as usual" if is_time else "by sensitivity")
    box.setAccessibleName(_THRESHOLDS[name][0])
    box.setToolTip(_THRESHOLDS[name][1])
    return box
