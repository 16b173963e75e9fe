"""The signals of the dive detector over the playing video: stored, as an analysis gives them, or else found live."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.window.action_set import ActionSet
from app.window.live_signals import LiveSignals
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from app.window.video_tabs import VideoTabs
from widgets.canvas.signal_strip import SignalStrip
from widgets.timeline import Timeline

OVERLAY = "signals"
_ACTION = f"show_{OVERLAY}"


class SignalsDisplay(QObject):
    """Between the timeline, which has the signals of what was analysed, and both pictures.

    Of a frame that was not, the detector is asked while it is shown.
    """

    said = Signal(str)
    failed = Signal(object)
    """The detector cannot look along: the exception."""

    def __init__(
        self,
        video: VideoTabs,
        timeline: Timeline,
        session: ReviewSession,
        playback: PlaybackController,
        actions: ActionSet,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._video, self._timeline, self._playback = video, timeline, playback
        self._live = LiveSignals(session, playback, self)
        self._actions, self._settings = actions, settings
        self._stored: SignalStrip | None = None
        actions[_ACTION].setChecked(settings.is_overlay_shown(OVERLAY))
        timeline.signals_changed.connect(self._read)
        self._live.changed.connect(self.refresh)
        self._live.said.connect(self.said)
        self._live.failed.connect(self.failed)
        playback.frame_shown.connect(lambda frame, _seconds, _pixels: self._show(frame))

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the action does that switches the overlay."""
        return {_ACTION: self._switch}

    def close(self) -> None:
        """Wait for the detector."""
        self._live.close()

    def refresh(self) -> None:
        """Show what there is now of the frame that is shown."""
        self._show(self._playback.shown_frame)

    def _read(self) -> None:
        self._stored = SignalStrip(self._timeline.axis, self._timeline.signals) if self._timeline.signals else None
        self.refresh()

    def _show(self, frame: int) -> None:
        strip = self._strip(frame) if self._actions[_ACTION].isChecked() else None
        for view in (self._video.canvas, self._video.crop):
            view.set_signal_strip(strip)

    def _strip(self, frame: int) -> SignalStrip | None:
        stored = self._stored
        is_known = stored is not None and any(stored.value(signal, frame) is not None for signal in stored.signals)
        if is_known or not _has_detector():
            return stored
        self._live.look_at(frame)
        found = self._live.around(frame)
        return SignalStrip(self._timeline.axis, found) if found else None

    def _switch(self) -> None:
        is_shown = self._actions[_ACTION].isChecked()
        self._settings.show_overlay(OVERLAY, is_shown)
        if not is_shown:
            self._live.rest()
        self.refresh()
        if is_shown and self._stored is None and not _has_detector():
            keys = self._actions["analyse"].shortcut().toString()
            self.said.emit(f"There are no signals of this video yet; analyse it{f' ({keys})' if keys else ''} first.")


def _has_detector() -> bool:
    from inference.models.shipped_weights import shipped_weights

    return shipped_weights("detector") is not None
