"""The transport: playing, stepping, speed against real time, loop, and the field that says and takes a frame."""

from __future__ import annotations

from typing import Final

import numpy.typing as npt
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from inference.time_code import origin_label
from widgets.icons import icon
from widgets.position_field import PositionField
from widgets.theme import set_role, tabular
from widgets.time_axis import TimeAxis

SPEEDS: Final = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0)
_SPEED_NAMES: Final = {
    0.1: "a tenth of real time",
    0.25: "quarter speed",
    0.5: "half speed",
    1.0: "real time",
    2.0: "double speed",
    4.0: "four times real time",
}
_NOTICEABLE_LAG = 0.05


def speed_text(speed: float) -> str:
    """A speed as a factor of real time, 0.25 with the sign for times."""
    return f"{speed:g}\N{MULTIPLICATION SIGN}"


class Transport(QWidget):
    """Buttons and fields under the video.

    Signals:
        play_toggled(wants_play), reverse_toggled(wants_play): forwards or backwards playing was asked for or stopped.
        step(frames): -1 or 1.
        previous_requested(), next_requested(): the dive before or after.
        speed_changed(factor of real time), loop_toggled(on), seek_requested(frame).
    """

    play_toggled = Signal(bool)
    reverse_toggled = Signal(bool)
    step = Signal(int)
    previous_requested = Signal()
    next_requested = Signal()
    speed_changed = Signal(float)
    loop_toggled = Signal(bool)
    seek_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._origin_s: float | None = None
        self._seconds: float | None = None
        self._playing = 0
        self._speed = 1.0
        self._measured: float | None = None
        self.previous_button = self._button("previous-dive", "Previous dive")
        self.step_back_button = self._button("step-back", "One frame back")
        self.reverse_button = self._button("reverse", "Play backwards")
        self.play_button = self._button("play", "Play")
        self.step_forward_button = self._button("step-forward", "One frame forward")
        self.next_button = self._button("next-dive", "Next dive")
        self.loop_button = self._button("loop", "Loop the working zone")
        self.loop_button.setCheckable(True)
        self.speed_box = self._speed_box()
        self.rate_label = QLabel(self)
        self.rate_label.setFont(tabular(self.font()))
        self.rate_label.setMinimumWidth(1)
        self.origin_label = QLabel(self)
        self.origin_label.setFont(tabular(self.font()))
        self.origin_label.setToolTip("Time from take-off")
        self.position_field = PositionField(self)
        set_role(self.origin_label, "muted")
        self._lay_out()
        self._connect()
        self.set_measured_rate(None)
        self.set_time_origin(None)
        self.set_extent(0, 25.0)

    def _button(self, icon_name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(20, 20))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setAutoRaise(True)
        # A click must not take the keyboard away from the canvas.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _speed_box(self) -> QComboBox:
        box = QComboBox(self)
        for speed in SPEEDS:
            box.addItem(speed_text(speed), speed)
        box.setCurrentIndex(SPEEDS.index(1.0))
        box.setToolTip("Playback speed against real time")
        box.setAccessibleName("Playback speed")
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return box

    def _lay_out(self) -> None:
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        for button in (
            self.previous_button,
            self.step_back_button,
            self.reverse_button,
            self.play_button,
            self.step_forward_button,
            self.next_button,
        ):
            row.addWidget(button)
        row.addSpacing(10)
        row.addWidget(self.loop_button)
        row.addSpacing(6)
        row.addWidget(self.speed_box)
        row.addSpacing(6)
        row.addWidget(self.rate_label)
        row.addStretch(1)
        row.addWidget(self.origin_label)
        row.addSpacing(10)
        row.addWidget(self.position_field)

    def _connect(self) -> None:
        self.previous_button.clicked.connect(self.previous_requested)
        self.next_button.clicked.connect(self.next_requested)
        self.step_back_button.clicked.connect(lambda: self.step.emit(-1))
        self.step_forward_button.clicked.connect(lambda: self.step.emit(1))
        self.play_button.clicked.connect(lambda: self.play_toggled.emit(self._playing != 1))
        self.reverse_button.clicked.connect(lambda: self.reverse_toggled.emit(self._playing != -1))
        self.loop_button.clicked.connect(self.loop_toggled)
        self.speed_box.activated.connect(self._choose_speed)
        self.position_field.seek_requested.connect(self.seek_requested)

    def set_extent(self, frame_count: int, times_s: npt.ArrayLike | float) -> None:
        """Another video: its number of frames, and their times or its constant frame rate; 0 frames for none.

        Raises:
            ValueError: if the times do not fit.
        """
        self.position_field.set_axis(TimeAxis(frame_count, times_s))
        self.position_field.set_position(None)
        self._seconds = None
        self._update_origin()
        for widget in (
            self.previous_button,
            self.step_back_button,
            self.reverse_button,
            self.play_button,
            self.step_forward_button,
            self.next_button,
            self.loop_button,
            self.speed_box,
            self.position_field,
        ):
            widget.setEnabled(frame_count > 0)

    def set_position(self, frame: int, seconds: float) -> None:
        """State the frame that is shown."""
        self._seconds = seconds
        self.position_field.set_position(frame, seconds)
        self._update_origin()

    def set_time_origin(self, seconds: float | None) -> None:
        """Count from this time, usually the take-off, beside the time code; None counts from nothing."""
        self._origin_s = seconds
        self._update_origin()

    def _update_origin(self) -> None:
        is_known = self._origin_s is not None and self._seconds is not None
        self.origin_label.setVisible(is_known)
        if self._origin_s is not None and self._seconds is not None:
            self.origin_label.setText(origin_label(self._seconds - self._origin_s))

    def set_playing(self, playing: bool, *, reverse: bool = False) -> None:
        """Show what the player does."""
        self._playing = (-1 if reverse else 1) if playing else 0
        for button, direction, name, text in (
            (self.play_button, 1, "play", "Play"),
            (self.reverse_button, -1, "reverse", "Play backwards"),
        ):
            is_running = self._playing == direction
            button.setIcon(icon("pause" if is_running else name))
            button.setToolTip("Pause" if is_running else text)
            button.setAccessibleName(button.toolTip())

    @property
    def speed(self) -> float:
        """The chosen factor of real time."""
        return self._speed

    def set_speed(self, speed: float) -> None:
        """Show a speed, one that the list does not have included; emits nothing.

        Raises:
            ValueError: if it is outside 0.1 to 4.
        """
        if not SPEEDS[0] <= speed <= SPEEDS[-1]:
            raise ValueError(f"the speed must lie between {SPEEDS[0]} and {SPEEDS[-1]}, got {speed}")
        self._speed = speed
        position = self.speed_box.findData(speed)
        if position < 0:
            position = sum(self.speed_box.itemData(row) < speed for row in range(self.speed_box.count()))
            self.speed_box.insertItem(position, speed_text(speed), speed)
        self.speed_box.setCurrentIndex(position)
        self.set_measured_rate(self._measured)

    def _choose_speed(self, position: int) -> None:
        speed = float(self.speed_box.itemData(position))
        if speed != self._speed:
            self._speed = speed
            self._measured = None  # measured at another speed
            self.set_measured_rate(None)
            self.speed_changed.emit(speed)

    def set_loop(self, on: bool) -> None:
        """Show whether playback loops; emits nothing."""
        self.loop_button.setChecked(on)

    def set_measured_rate(self, rate: float | None) -> None:
        """Say how fast frames really come, as a factor of real time; None while nothing plays.

        The name of the chosen speed stands beside it, or a warning where playback falls short of it.
        """
        self._measured = rate
        is_late = rate is not None and abs(rate) < self._speed * (1 - _NOTICEABLE_LAG)
        set_role(self.rate_label, "warning" if is_late else "muted")
        if rate is not None and is_late:
            self.rate_label.setText(f"really {abs(rate):.2f}\N{MULTIPLICATION SIGN}")
        else:
            self.rate_label.setText(_SPEED_NAMES.get(self._speed, ""))
        self._give_room()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Words go before buttons where there is little room."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        label = self.rate_label
        missing = (
            self._row.sizeHint().width() - self.width() + (0 if label.isVisibleTo(self) else label.sizeHint().width())
        )
        label.setVisible(missing <= 0 and bool(label.text()))
