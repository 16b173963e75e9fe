"""The open review, and which of its videos and dives is looked at."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.errors import DocumentError
from app.document.records import Change, Dive, ReviewStatus, Video
from inference.results import FrameTime, SignalTrack, Trajectory

if TYPE_CHECKING:
    from app.document.document import ReviewDocument
    from inference.video.frame_index import FrameIndex

Result = TypeVar("Result")


class ReviewSession(QObject):
    """One review at a time, its current video and the selected dive; every edit of the window goes through `edit`.

    Changes of the document are gathered and told once per turn of the event loop; reading always gives the latest.
    """

    review_changed = Signal()
    """Another review is open, or none."""
    leaving_dive = Signal()
    """Another dive, or none, is about to be selected; what is half typed for this one can still be stored."""
    closing = Signal()
    """The review is about to be closed and can still be written to."""
    videos_changed = Signal()
    video_changed = Signal()
    """Another video is looked at, or it was found again, or none."""
    dives_changed = Signal()
    """Dives, their values or their trajectories."""
    signals_changed = Signal()
    keypoints_changed = Signal()
    selection_changed = Signal()
    saved = Signal(object)
    """datetime of the last committed edit."""
    failed = Signal(object)
    """An edit was refused: the exception."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: ReviewDocument | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._video: Video | None = None
        self._index: FrameIndex | None = None
        self._dives: tuple[Dive, ...] | None = None
        self._by_id: dict[str, Dive] = {}
        self._selected: str | None = None
        self._untold: set[str] = set()
        self._teller = QTimer(self)
        self._teller.setSingleShot(True)
        self._teller.timeout.connect(self._tell)

    @property
    def document(self) -> ReviewDocument | None:
        """The open review."""
        return self._document

    @property
    def video(self) -> Video | None:
        """The video looked at."""
        return self._video

    @property
    def index(self) -> FrameIndex | None:
        """The frame index of the video looked at; None while its file is missing."""
        return self._index

    @property
    def is_telling(self) -> bool:
        """Whether changes of the document are still to be told."""
        return bool(self._untold)

    @property
    def is_writable(self) -> bool:
        """Whether the open review may be edited from this window."""
        return self._document is not None and not self._document.is_read_only

    @property
    def dives(self) -> tuple[Dive, ...]:
        """Dives of the video looked at, in order of their start."""
        if self._dives is None:
            has_video = self._document is not None and self._video is not None
            self._dives = self._document.dives(self._video.id) if has_video else ()  # type: ignore[union-attr]
            self._by_id = {dive.id: dive for dive in self._dives}
        return self._dives

    @property
    def selected(self) -> Dive | None:
        """The selected dive."""
        return self.dive(self._selected) if self._selected is not None else None

    def dive(self, dive_id: str) -> Dive | None:
        """One dive of the video looked at."""
        return self._by_id.get(dive_id) if self.dives else None

    def signals(self) -> tuple[SignalTrack, ...]:
        """Signals of the video looked at."""
        if self._document is None or self._video is None:
            return ()
        return self._document.signals(self._video.id)

    def trajectory(self, dive_id: str) -> Trajectory | None:
        """The effective trajectory of a dive."""
        return self._document.trajectory(dive_id) if self._document is not None else None

    def frame_time(self, frame: int) -> FrameTime:
        """A frame of the video looked at with its time, clipped to the video.

        Raises:
            DocumentError: while the video's file is missing.
        """
        if self._index is None:
            raise DocumentError("The video of this review is missing; locate it first.")
        return self._index.time(min(max(frame, 0), self._index.frame_count - 1))

    def frame_at(self, seconds: float) -> int:
        """The frame of the video looked at that is on the screen at a time; 0 while its file is missing."""
        return self._index.frame_at(seconds) if self._index is not None else 0

    def open(self, path: Path, *, read_only: bool = False) -> None:
        """Open or create a review; the one before is closed first.

        Raises:
            DocumentError: if it cannot be opened; then none is open.
        """
        from app.document.document import ReviewDocument

        self.close()
        document = ReviewDocument.open(path, read_only=True) if read_only else ReviewDocument.open_or_create(path)
        self._document = document
        self._unsubscribe = document.subscribe(self._take_change)
        self.review_changed.emit()

    def close(self) -> None:
        """Close the review, if one is open."""
        if self._document is None:
            return
        self.closing.emit()
        self.show_video(None, None)
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        self._teller.stop()
        self._untold.clear()
        document, self._document = self._document, None
        document.close()
        self.review_changed.emit()

    def look_again(self) -> None:
        """In a review that another window edits, see what it has done since."""
        if self._document is None or not self._document.is_read_only:
            return
        try:
            self._document.refresh()
        except DocumentError as error:
            self.failed.emit(error)

    def show_video(self, video: Video | None, index: FrameIndex | None) -> None:
        """Look at a video of the open review; index is None while its file is missing."""
        self._leave_dive()
        self._video, self._index = video, index
        self._dives = None
        self._selected = None
        self.video_changed.emit()
        self.dives_changed.emit()
        self.signals_changed.emit()
        self.selection_changed.emit()
        # Among ten thousand dives, looking for garbage would stop playback and edits for a tenth of a second now and
        # then. What has been loaded stays until the video goes, so it need not be looked through.
        if video is not None:
            gc.freeze()
        else:
            gc.unfreeze()

    def select(self, dive_id: str | None) -> None:
        """Select a dive, or none."""
        if dive_id is not None and self.dive(dive_id) is None:
            dive_id = None
        if dive_id != self._selected:
            self._leave_dive()
            self._selected = dive_id
            self.selection_changed.emit()

    def _leave_dive(self) -> None:
        if self._selected is not None:
            self.leaving_dive.emit()

    def edit(self, change: Callable[[ReviewDocument], Result]) -> Result | None:
        """Make an edit; one that is refused is told through `failed` and gives None."""
        if self._document is None:
            return None
        try:
            return change(self._document)
        except (DocumentError, ValueError) as error:
            self.failed.emit(error)
            return None

    def next_in_queue(self) -> str | None:
        """The unreviewed dive to look at next: the least certain one, other than the selected."""
        waiting = [dive for dive in self.dives if dive.status is ReviewStatus.UNREVIEWED and dive.id != self._selected]

        def certainty(dive: Dive) -> tuple[float, int]:
            return (1.0 if dive.score is None else dive.score, dive.start.frame)

        least = min(waiting, key=certainty, default=None)
        return least.id if least is not None else None

    def neighbour(self, steps: int, frame: int) -> str | None:
        """The dive so many places on from the selected one, or from this frame if none is selected."""
        dives = self.dives
        if not dives:
            return None
        place = next((place for place, dive in enumerate(dives) if dive.id == self._selected), None)
        if place is not None:
            place += steps
        elif steps > 0:
            place = next((place for place, dive in enumerate(dives) if dive.end.frame >= frame), len(dives) - 1)
        else:
            place = max((place for place, dive in enumerate(dives) if dive.start.frame <= frame), default=0)
        return dives[min(max(place, 0), len(dives) - 1)].id

    def _take_change(self, change: Change) -> None:
        if change.video_id is None or self._video is None or change.video_id == self._video.id:
            self._dives = None
        self._untold.add(change.kind)
        self._teller.start(0)

    def _tell(self) -> None:
        kinds, self._untold = self._untold, set()
        self.saved.emit(datetime.now().astimezone())
        if "videos" in kinds:
            if self._document is not None and self._video is not None:
                self._video = self._document.video(self._video.id)
            self.videos_changed.emit()
        if kinds & {"dives", "trajectory"}:
            if self._selected is not None and self.dive(self._selected) is None:
                self._selected = None
                self.selection_changed.emit()
            self.dives_changed.emit()
        if kinds & {"signals", "runs"}:
            self.signals_changed.emit()
        if "keypoints" in kinds:
            self.keypoints_changed.emit()
