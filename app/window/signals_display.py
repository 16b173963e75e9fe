"""The signals of the dive detector over the playing video, as they are stored or as an analysis gives them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.window.action_set import ActionSet
from app.window.settings import Settings
from app.window.video_tabs import VideoTabs
from widgets.canvas.signal_strip import SignalStrip
from widgets.timeline import Timeline

OVERLAY = "signals"
_ACTION = f"show_{OVERLAY}"


class SignalsDisplay(QObject):
    """Between the timeline, which has the signals, and both pictures."""

    said = Signal(str)

    def __init__(
        self, video: VideoTabs, timeline: Timeline, actions: ActionSet, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._video, self._timeline = video, timeline
        self._actions, self._settings = actions, settings
        actions[_ACTION].setChecked(settings.is_overlay_shown(OVERLAY))
        timeline.signals_changed.connect(self.refresh)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the action does that switches the overlay."""
        return {_ACTION: self._switch}

    def refresh(self) -> None:
        """Show the signals that there are now."""
        strip = None
        if self._actions[_ACTION].isChecked() and self._timeline.signals:
            strip = SignalStrip(self._timeline.axis, self._timeline.signals)
        for view in (self._video.canvas, self._video.crop):
            view.set_signal_strip(strip)

    def _switch(self) -> None:
        is_shown = self._actions[_ACTION].isChecked()
        self._settings.show_overlay(OVERLAY, is_shown)
        self.refresh()
        if is_shown and not self._timeline.signals:
            keys = self._actions["analyse"].shortcut().toString()
            self.said.emit(f"There are no signals of this video yet; analyse it{f' ({keys})' if keys else ''} first.")
