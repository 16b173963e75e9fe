"""Poses of frames that nobody looks at yet: those of the selected dive, then those of the dives nearest to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal

from app.sources import SourceOptions
from app.window.dive_places import DivePlaces
from app.window.frame_source import FrameSource, frame_source
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession
from app.window.stored_poses import StoredPoses

if TYPE_CHECKING:
    from app.document.records import Dive
    from inference.live.answers import LiveKey
    from inference.live.device_runner import LiveModel
    from inference.live.engine import LiveEngine

MOST_FRAMES: Final = 2048
"""Half of the answers that the engine keeps; more would push out what has just been found."""

_AT_ONCE: Final = 16
_BUDGET_BYTES: Final = 128 * 2**20


class BackgroundPosing(QObject):
    """Gives the live engine something to do while the video stands still, from a decoding thread of its own.

    While the video plays, all of the processor is for that. Answers are kept by the engine; nothing is stored.
    """

    _decoded = Signal()
    _broke = Signal(int)

    def __init__(
        self,
        session: ReviewSession,
        playback: PlaybackController,
        places: DivePlaces,
        stored: StoredPoses,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._playback, self._places, self._stored = session, playback, places, stored
        self._engine: LiveEngine | None = None
        self._model: LiveModel | None = None
        self._source: FrameSource | None = None
        self._asked = -1  # the frame that the source is to have ready
        self._queue: Iterator[LiveKey] | None = None
        self._next: list[LiveKey] = []
        self._unreadable: set[int] = set()
        self._decoded.connect(self.go_on, Qt.ConnectionType.QueuedConnection)
        self._broke.connect(self._pass_over, Qt.ConnectionType.QueuedConnection)
        for changed in (session.dives_changed, session.selection_changed, session.keypoints_changed):
            changed.connect(self._plan_anew)
        session.video_changed.connect(self._leave_video)

    def use(self, engine: LiveEngine | None, model: LiveModel | None) -> None:
        """Go on with this model, or stop without one."""
        self._engine, self._model = engine, model
        self._plan_anew()
        if model is None:
            self._rest()

    def go_on(self) -> None:
        """Tell the engine what comes next; to be called whenever it has answered, or something has changed."""
        engine, index = self._engine, self._session.index
        if engine is None or self._model is None or index is None:
            return
        if self._playback.is_playing:
            engine.want_later((), _nothing)
            return
        self._next = [key for key in self._next if self._is_missing(engine, key)]
        if self._queue is None:
            self._queue = islice(self._planned(), MOST_FRAMES)
        missing = (key for key in self._queue if self._is_missing(engine, key))
        self._next += islice(missing, _AT_ONCE - len(self._next))
        if not self._next:
            self._rest()
            return
        if self._source is None:
            make = frame_source(index, _BUDGET_BYTES)
            self._source = make(
                lambda _frame, _pixels: self._decoded.emit(), lambda _error: self._broke.emit(self._asked)
            )
        if self._next[0].frame != self._asked:
            self._asked = self._next[0].frame
            self._source.request(self._asked, 1)
        engine.want_later(self._next, self._source.get)

    def progress(self, dive_id: str) -> tuple[int, int]:
        """(n, of how many) frames of a dive have a pose, found live or stored."""
        dive = next((each for each in self._places.dives if each.id == dive_id), None)
        if dive is None or self._engine is None:
            return 0, 0
        total = dive.end.frame - dive.start.frame + 1
        return total - sum(self._is_missing(self._engine, key) for key in self._keys(dive)), total

    def close(self) -> None:
        """Stop, and wait for the decoding thread."""
        self._engine = self._model = None
        self._rest()

    def _planned(self) -> Iterator[LiveKey]:
        """All frames of the dives that may have poses, the selected dive's first, then those of the nearest dives."""
        selected = self._session.selected
        middle = selected.start.frame if selected is not None else self._playback.position
        for dive in sorted(self._places.dives, key=lambda dive: abs(dive.start.frame - middle)):
            yield from self._keys(dive)

    def _keys(self, dive: Dive) -> Iterator[LiveKey]:
        """One for each frame without a stored pose."""
        from inference.live.answers import LiveKey

        stretch, index = self._places.stretch(dive), self._session.index
        if stretch is None or index is None or self._model is None:
            return
        video = index.path, SourceOptions.of(index)
        for frame in range(stretch.first, stretch.last + 1):
            if not self._stored.has_prediction(dive.id, frame):
                yield LiveKey(video, frame, self._model.key, stretch.region(frame))

    def _is_missing(self, engine: LiveEngine, key: LiveKey) -> bool:
        if key.frame in self._unreadable:
            return False
        return not engine.is_answered(key) and not engine.is_answered(replace(key, with_maps=True))

    def _pass_over(self, frame: int) -> None:
        """A frame cannot be decoded."""
        self._unreadable.add(frame)
        self.go_on()

    def _plan_anew(self) -> None:
        self._queue, self._next = None, []

    def _leave_video(self) -> None:
        self._plan_anew()
        self._unreadable.clear()
        self._rest()

    def _rest(self) -> None:
        """Nothing is left to do: free the pictures."""
        if self._engine is not None:
            self._engine.want_later((), _nothing)
        if self._source is not None:
            self._source.close()
            self._source, self._asked = None, -1


def _nothing(frame: int) -> None:
    del frame
