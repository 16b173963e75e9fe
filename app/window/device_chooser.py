"""Choosing where pose models compute, and saying where they do and how fast: a menu and a badge on the toolbar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton

from app.loaded_models import AUTO
from app.window.jobs import Job, JobContext, JobRunner
from app.window.settings import Settings
from widgets.icons import icon

if TYPE_CHECKING:
    from inference.live.meter import LiveRate
    from inference.models.devices import ComputeDevice

_TIP = "Where pose models compute"


class DeviceChooser(QObject):
    """The button says which device is chosen, or of live poses which one it is and how long a frame takes.

    Which devices there are is asked in a thread of its own whenever the menu opens, since that takes torch.
    """

    chosen = Signal()

    def __init__(self, toolbar: QToolBar, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._jobs = JobRunner(self, thread_count=1)
        self._job: Job | None = None
        self._devices: tuple[ComputeDevice, ...] = ()
        self.button = QToolButton(toolbar)
        self.button.setIcon(icon("device"))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setAccessibleName("Device for pose models")
        self.menu = QMenu(self.button)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._look)
        self.button.setMenu(self.menu)
        toolbar.addWidget(self.button)
        self.show_rate(None)

    def choose(self, name: str) -> None:
        """Compute on the device of that name from now on."""
        self._settings.pose_device = name
        self.show_rate(None)
        self.chosen.emit()

    def show_rate(self, rate: LiveRate | None) -> None:
        """Say where live poses come from and how fast; None for what is chosen."""
        if rate is None:
            self.button.setMinimumWidth(0)
            self.button.setText(short_title(self._settings.pose_device))
            self.button.setToolTip(_TIP)
            return
        self.button.setText(f"{short_title(rate.device)} · {_milliseconds(rate.frame_s)} ms")
        self.button.setToolTip(
            f"{_TIP}; live poses take {_milliseconds(rate.frame_s)} ms a frame on {rate.device} now, "
            f"{rate.frames_per_s:.0f} frames/s"
        )
        # Else whatever is beside it would move with every other number.
        self.button.setMinimumWidth(max(self.button.minimumWidth(), self.button.sizeHint().width()))

    def close(self) -> None:
        """Wait for the thread."""
        self._jobs.close()

    def _look(self) -> None:
        """Show what was there last, and ask again."""
        self._fill()
        if self._job is None:
            self._job = self._jobs.start("Looking for devices", _devices, tells_failure=False)
            self._job.succeeded.connect(self._take)
            self._job.finished.connect(self._end)

    def _take(self, devices: tuple[ComputeDevice, ...]) -> None:
        if devices != self._devices:
            self._devices = devices
            self._fill()

    def _end(self) -> None:
        self._job = None

    def _fill(self) -> None:
        self.menu.clear()
        group = QActionGroup(self.menu)
        chosen = self._settings.pose_device
        entries = [(AUTO, "Automatic", "The first CUDA GPU, or else the CPU")]
        entries += [(device.name, device.title, device.name) for device in self._devices]
        for name, title, tip in entries:
            action = self.menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(name == chosen)
            action.setToolTip(tip)
            action.triggered.connect(lambda _checked=False, name=name: self.choose(name))
            group.addAction(action)
        if not self._devices:
            self.menu.addAction("Looking for devices…").setEnabled(False)
        elif chosen not in [name for name, _, _ in entries]:
            self.menu.addAction(f"{short_title(chosen)} is not there any more").setEnabled(False)


def short_title(device: str) -> str:
    """A device in a word or two: Automatic, CPU, CUDA 0."""
    return "Automatic" if device == AUTO else device.replace(":", " ").upper()


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}" if seconds < 0.00995 else f"{seconds * 1000:.0f}"


def _devices(context: JobContext) -> tuple[ComputeDevice, ...]:
    del context  # asking cannot be stopped
    from inference.models.devices import compute_devices

    return compute_devices()
