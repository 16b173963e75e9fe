"""What is looked at and how it is drawn: joint, stage, plane, scale, colours, opacity, and a second model."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from inference.pose.heatmap_facts import SCALES, Scale
from inference.pose.planes import PLANES, Plane
from widgets.colour_maps import COLOUR_MAPS
from widgets.heatmaps.heatmap_panel import HeatmapStyle
from widgets.theme import set_role

_TIPS: dict[Scale, str] = {
    "raw": "Values as the network says them",
    "normalised": "The probability mass map (PMM): the same, summing to one",
    "log": "Decimal logarithm of the PMM, six decades down from its peak",
}


class InspectorControls(QWidget):
    """Says what a person wants to see; knows nothing of heatmaps.

    Signals:
        choice_changed(): another joint, stage, plane or model is wanted, or several side by side.
        style_changed(): the same is to be drawn otherwise.
        copy_requested(), save_requested().
    """

    choice_changed = Signal()
    style_changed = Signal()
    copy_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.joint = _box(self, "Joint", "The joint whose heatmap is shown")
        self.stage = _box(self, "Stage", "The stage of the network; the last one is its output")
        self.plane = _box(self, "Plane", "The plane: x and y as in the picture, z the depth", length=2)
        self.colours = _box(self, "Colours", "Colour map")
        self.model = _box(self, "Second model", "The model to compare with")
        for name in COLOUR_MAPS:
            self.colours.addItem(name.capitalize(), name)
        self.scales = QButtonGroup(self)
        for number, scale in enumerate(SCALES):
            self.scales.addButton(_toggle(self, scale.capitalize(), _TIPS[scale]), number)
        self.scales.button(SCALES.index("normalised")).setChecked(True)
        self.all_stages = _toggle(self, "All stages", "The joint in all stages side by side")
        self.compare = _toggle(self, "Compare", "A second model on the same frame, below the first")
        self.opacity = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(round(100 * HeatmapStyle().opacity))
        self.opacity.setAccessibleName("Opacity")
        self.opacity.setToolTip("How opaque the heatmap lies over the picture")
        self.opacity.setMinimumWidth(50)
        self.copy = _button(self, "Copy", "Copy as a picture")
        self.save = _button(self, "Save…", "Save as a picture (PNG, SVG) or as numbers (NPZ)")
        self._lay_out()
        self._connect()
        self.set_models(())
        self.set_planes(("xy",))

    def _lay_out(self) -> None:
        scales = [self.scales.button(number) for number in range(len(SCALES))]
        opacity = QLabel("Opacity", self)
        set_role(opacity, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 2)
        column.setSpacing(5)
        for widgets, stretched in (
            ((self.joint, self.stage, self.plane), (self.joint, self.stage)),
            ((*scales, self.colours), (self.colours,)),
            ((opacity, self.opacity, self.copy, self.save), (self.opacity,)),
            ((self.all_stages, self.compare, self.model), (self.model,)),
        ):
            row = QHBoxLayout()
            row.setSpacing(4)
            for widget in widgets:
                row.addWidget(widget, 1 if widget in stretched else 0)
            column.addLayout(row)

    def _connect(self) -> None:
        for box in (self.joint, self.stage, self.plane, self.model):
            box.currentIndexChanged.connect(self.choice_changed)
        for button in (self.all_stages, self.compare):
            button.toggled.connect(self.choice_changed)
        self.colours.currentIndexChanged.connect(self.style_changed)
        self.opacity.valueChanged.connect(self.style_changed)
        self.scales.idToggled.connect(lambda _number, is_on: self.style_changed.emit() if is_on else None)
        self.copy.clicked.connect(self.copy_requested)
        self.save.clicked.connect(self.save_requested)

    @property
    def style_of_panels(self) -> HeatmapStyle:
        """How heatmaps are to be drawn."""
        scale = SCALES[self.scales.checkedId()]
        return HeatmapStyle(scale, str(self.colours.currentData()), self.opacity.value() / 100)

    @property
    def chosen_joint(self) -> str | None:
        """The joint's name; None before any are known."""
        name: str | None = self.joint.currentData()
        return name

    @property
    def chosen_stage(self) -> int | None:
        """The stage's place, from 0; None before any are known."""
        return self.stage.currentIndex() if self.stage.count() else None

    @property
    def chosen_planes(self) -> tuple[Plane, ...]:
        """The plane, or several that are wanted side by side."""
        chosen: str = self.plane.currentData()
        return tuple(plane for plane in PLANES if plane in (chosen.split() if chosen else ()))

    @property
    def second_model(self) -> str | None:
        """The name of the model to compare with; None for none."""
        name: str | None = self.model.currentData()
        return name if self.compare.isChecked() else None

    def set_joints(self, names: Sequence[str]) -> None:
        """The joints there are; the one that was chosen stays chosen if it is among them."""
        _refill(self.joint, [(name.replace("_", " "), name) for name in names], 0)

    def set_stages(self, names: Sequence[str]) -> None:
        """The stages there are; the one that was chosen stays so if it is among them, else it is the output."""
        _refill(self.stage, [(name, name) for name in names], len(names) - 1)
        self.all_stages.setEnabled(len(names) > 1)

    def set_planes(self, planes: Sequence[Plane]) -> None:
        """The planes there are, at least one, and all together; nobody is asked where there is xy alone."""
        entries = [(plane, plane) for plane in planes]
        _refill(self.plane, [*entries, ("All", " ".join(planes))] if len(planes) > 1 else entries, 0)
        self.plane.setVisible(tuple(planes) != ("xy",))

    def set_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Names and titles of the models that can be compared with the first."""
        _refill(self.model, [(title, name) for name, title in models], 0)
        for widget in (self.compare, self.model):
            widget.setEnabled(bool(models))

    def step_joint(self, steps: int) -> None:
        """So many joints on, round and round."""
        _step(self.joint, steps)

    def step_stage(self, steps: int) -> None:
        """So many stages on, round and round."""
        _step(self.stage, steps)

    def step_plane(self, steps: int) -> None:
        """So many planes on, round and round, all of them together after the last."""
        _step(self.plane, steps)


class _QuietBox(QComboBox):
    """A list that the wheel changes only once it was clicked."""

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _box(parent: QWidget, name: str, tip: str, *, length: int = 7) -> QComboBox:
    box = _QuietBox(parent)
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(length)
    return box


def _button(parent: QWidget, text: str, tip: str) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text.rstrip("…"))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_role(button, "chip")
    return button


def _toggle(parent: QWidget, text: str, tip: str) -> QToolButton:
    button = _button(parent, text, tip)
    button.setCheckable(True)
    return button


def _refill(box: QComboBox, entries: Sequence[tuple[str, str]], otherwise: int) -> None:
    """Other entries, silently; the chosen one stays if it is there still."""
    present = [(box.itemText(place), box.itemData(place)) for place in range(box.count())]
    if present == list(entries):
        return
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for text, data in entries:
        box.addItem(text, data)
    place = box.findData(chosen) if chosen is not None else -1
    box.setCurrentIndex(place if place >= 0 else otherwise)
    box.blockSignals(False)


def _step(box: QComboBox, steps: int) -> None:
    if box.count():
        box.setCurrentIndex((box.currentIndex() + steps) % box.count())
