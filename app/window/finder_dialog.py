"""How dives are looked for, and what a person may say of the video: slow motion, durations, how sure to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.window.dialog_room import make_room
from app.window.threshold_rows import ThresholdRows
from inference.models.shipped_weights import shipped_weights
from widgets.theme import set_role

DEFAULT_SENSITIVITY = 0.5

_METHODS = {
    "auto": "The best there is",
    "network": "Trained network",
    "motion": "Motion, without a network",
    "both": "Network and motion together",
}
_METHOD_HINT = "With both, motion adds the dives that it alone is sure of."
_NO_NETWORK_HINT = "There is no trained network in this version; motion needs none."
_NETWORK_METHODS = ("network", "both")


class FinderDialog(QDialog):
    """Edits the method and the finder's settings; `values` holds those that differ from the finder's own choice."""

    def __init__(
        self,
        values: Mapping[str, Any],
        method: str = "auto",
        *,
        thresholds: Mapping[str, float] | None = None,
        are_codes_proposed: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Analysis settings")
        self.setMinimumWidth(440)
        self._has_network = shipped_weights("detector") is not None
        self.method_box = _method_box(self, has_network=self._has_network)
        self.codes = QCheckBox("Propose dive codes", self)
        self.codes.setVisible(shipped_weights("classifier") is not None)
        self.slow_motion = _spin_box(self, 64.0, " times slower", "work it out")
        self.min_duration = _spin_box(self, 60.0, " s", "what physics allows")
        self.max_duration = _spin_box(self, 60.0, " s", "what physics allows")
        self.sensitivity = QSlider(Qt.Orientation.Horizontal, self)
        self.sensitivity.setRange(0, 100)
        self.sensitivity.setAccessibleName("Sensitivity")
        self.thresholds = ThresholdRows(self)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        set_role(self.message, "danger")
        form = QFormLayout()
        form.setSpacing(10)
        form.addRow("Method", self.method_box)
        form.addRow(_hint(_METHOD_HINT if self._has_network else _NO_NETWORK_HINT))
        if not self.codes.isHidden():
            form.addRow("", self.codes)
        form.addRow("Slow motion", self.slow_motion)
        form.addRow(_hint("Seconds of video for a second of real time: 1 for normal speed, 4 for four times slower."))
        form.addRow("Shortest dive", self.min_duration)
        form.addRow("Longest dive", self.max_duration)
        form.addRow(_hint("From the board to the water, in seconds as the video plays."))
        form.addRow("Sensitivity", _with_ends(self.sensitivity, "only sure ones", "everything"))
        self.thresholds.add_to(form)
        self.defaults = QPushButton("Defaults", self)
        self.cancel = QPushButton("Cancel", self)
        self.keep = QPushButton("Keep", self)
        self.keep.setDefault(True)
        set_role(self.keep, "primary")
        row = QHBoxLayout()
        row.addWidget(self.defaults)
        row.addStretch(1)
        for button in (self.cancel, self.keep):
            button.setMinimumWidth(92)
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.addLayout(form)
        layout.addWidget(self.message)
        layout.addSpacing(8)
        layout.addLayout(row)
        self.defaults.clicked.connect(lambda: self._show({}, "auto", {}, are_codes_proposed=True))
        self.cancel.clicked.connect(self.reject)
        self.keep.clicked.connect(self._accept_if_usable)
        self.method_box.currentIndexChanged.connect(self._enable_thresholds)
        self._show(values, method, thresholds or {}, are_codes_proposed=are_codes_proposed)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 Qt's name
        """Show every line whole."""
        super().showEvent(event)
        make_room(self)

    @property
    def method(self) -> str:
        """How dives are looked for, one of `app.approach.METHODS`."""
        return str(self.method_box.currentData())

    @property
    def are_codes_proposed(self) -> bool:
        """Whether dive codes are proposed where there is a classifier."""
        return self.codes.isChecked()

    @property
    def values(self) -> dict[str, Any]:
        """The settings that differ from the finder's own choice."""
        spins = {
            "slow_motion": self.slow_motion,
            "min_duration_s": self.min_duration,
            "max_duration_s": self.max_duration,
        }
        values: dict[str, Any] = {name: spin.value() for name, spin in spins.items() if spin.value() > 0}
        sensitivity = self.sensitivity.value() / 100
        if sensitivity != DEFAULT_SENSITIVITY:
            values["sensitivity"] = sensitivity
        return values

    def _show(
        self, values: Mapping[str, Any], method: str, thresholds: Mapping[str, float], *, are_codes_proposed: bool
    ) -> None:
        self.method_box.setCurrentIndex(self.method_box.findData(method))
        self.codes.setChecked(are_codes_proposed)
        self.thresholds.show_values(thresholds)
        self._enable_thresholds()
        self.slow_motion.setValue(float(values.get("slow_motion") or 0))
        self.min_duration.setValue(float(values.get("min_duration_s") or 0))
        self.max_duration.setValue(float(values.get("max_duration_s") or 0))
        self.sensitivity.setValue(round(100 * float(values.get("sensitivity", DEFAULT_SENSITIVITY))))
        self.message.hide()

    def _enable_thresholds(self) -> None:
        """They are for the signals of a network."""
        self.thresholds.set_enabled(self._has_network and self.method != "motion")

    def _accept_if_usable(self) -> None:
        from inference.diving.finder import FinderSettings

        try:
            FinderSettings(**self.values)
        except ValueError as error:
            text = str(error)
            self.message.setText(text[:1].upper() + text[1:] + ".")
            self.message.show()
            return
        self.accept()


def _method_box(parent: QWidget, *, has_network: bool) -> QComboBox:
    """The methods; those that need a network cannot be chosen where there is none."""
    box = QComboBox(parent)
    box.setAccessibleName("Method")
    for method, text in _METHODS.items():
        box.addItem(text, method)
    model = box.model()
    if isinstance(model, QStandardItemModel):
        for method in _NETWORK_METHODS:
            model.item(box.findData(method)).setEnabled(has_network)
    return box


def _spin_box(parent: QWidget, highest: float, suffix: str, unset: str) -> QDoubleSpinBox:
    """A box whose lowest value, 0, stands for "not set"."""
    box = QDoubleSpinBox(parent)
    box.setRange(0.0, highest)
    box.setDecimals(2)
    box.setSingleStep(0.25)
    box.setSuffix(suffix)
    box.setSpecialValueText(unset)
    return box


def _hint(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    set_role(label, "small")
    return label


def _with_ends(slider: QSlider, low: str, high: str) -> QWidget:
    row = QWidget(slider.parentWidget())
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for part in (low, slider, high):
        if isinstance(part, str):
            label = QLabel(part, row)
            set_role(label, "small")
            layout.addWidget(label)
        else:
            layout.addWidget(part, 1)
    return row
