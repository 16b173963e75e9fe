"""The detector's signals live: it looks along while a video plays that nobody has analysed; nothing of it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from widgets.canvas.signal_strip import REACH_S
from widgets.timeline.signal_pyramid import SignalPyramid
from widgets.timeline.state import PlottedSignal

if TYPE_CHECKING:
    from inference.live.signal_engine import SignalEngine, SignalRun, WatchedVideo
    from inference.models.dive_detector import DiveDetector

_NAMES: Final = ("start", "mid", "end")
_MARGIN_S: Final = 1.0
"""Beyond what is shown, for the mean under the Hann window."""


class LiveSignals(QObject):
    """Asks for what is around the frame that is shown, and keeps what has been said last."""

    changed = Signal()
    """More is known."""
    said = Signal(str)
    failed = Signal(object)
    """The detector cannot be loaded or run: the exception."""

    _arrived = Signal(object)
    _broke = Signal(object)
    _noticed = Signal(str)

    def __init__(self, session: ReviewSession, playback: PlaybackController, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._playback = session, playback
        self._engine: SignalEngine | None = None
        self._video: WatchedVideo | None = None
        self._run: SignalRun | None = None
        self._has_failed = False
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._fail, Qt.ConnectionType.QueuedConnection)
        self._noticed.connect(self.said, Qt.ConnectionType.QueuedConnection)
        session.video_changed.connect(self.rest)

    def look_at(self, frame: int) -> None:
        """Find out what the detector says around a frame of the open video."""
        index, decoded = self._session.index, self._playback.decoded
        is_backwards = self._playback.is_playing and self._playback.direction < 0  # it knows dives forwards alone
        if index is None or frame < 0 or self._has_failed or is_backwards:
            return
        if self._engine is None:
            from inference.live.signal_engine import SignalEngine

            self._engine = SignalEngine(_detector, self._arrived.emit, self._broke.emit, self._noticed.emit)
        # While another video is being opened, frames of the one before may still be what is decoded.
        if self._video is None or self._video.decoded != decoded:
            from inference.live.signal_engine import WatchedVideo

            self._video, self._run = WatchedVideo(decoded, index.frame_count, index.average_fps), None
        self._engine.want(self._video, frame)

    def rest(self) -> None:
        """Look at nothing, and forget what was said; the video may be another one."""
        self._video = self._run = None
        self._has_failed = False
        if self._engine is not None:
            self._engine.want(None)

    def around(self, frame: int) -> tuple[PlottedSignal, ...]:
        """The signals of the frames around one, as far as they are known; none where nothing is."""
        run = self._run
        if run is None or run.video is not self._video:
            return ()
        from inference.diving.event_signals import ExtractionSettings, smoothed

        fps = run.video.fps
        known = range(run.values.shape[1])
        first, last = (round((frame - run.first_frame + reach * fps) / run.stride) for reach in (-REACH_S, REACH_S))
        margin = round(_MARGIN_S * fps / run.stride)
        seen = known[max(first - margin, 0) : max(last + margin + 1, 0)]
        shown = known[max(first, 0) : max(last + 1, 0)]
        if not shown:
            return ()
        smooth = smoothed(run.values[:, seen.start : seen.stop], ExtractionSettings().hann_s, fps / run.stride)
        frames = run.first_frame + np.array(shown) * run.stride
        every = np.arange(frames[0], frames[-1] + 1)
        rows = smooth[:, shown.start - seen.start : shown.stop - seen.start]
        return tuple(
            PlottedSignal(name, int(frames[0]), SignalPyramid(np.interp(every, frames, row)))
            for name, row in zip(_NAMES, rows, strict=True)
        )

    def close(self) -> None:
        """Wait for the thread."""
        if self._engine is not None:
            self._engine.close()

    def _take(self, run: SignalRun) -> None:
        if run.video is self._video:
            self._run = run
            self.changed.emit()

    def _fail(self, error: Any) -> None:
        self._has_failed = True
        self.failed.emit(error)


def _detector() -> DiveDetector:
    """The one that comes with the program; ModelError if it cannot be read."""
    from inference.diving.network_finder import LoadedDetector
    from inference.models.errors import ModelError
    from inference.models.shipped_weights import shipped_weights

    weights = shipped_weights("detector")
    if weights is None:
        raise ModelError("This program comes without a dive detector.")
    return LoadedDetector.load(weights).network
