"""The keypoints that the review has of dives, read once for a dive and not for every frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QObject

from app.window.review_session import ReviewSession
from inference.results import FloatArray

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.document.records import Keypoint, KeypointTrack

_MOST_DIVES: Final = 16
_MOST_FRAMES: Final = 2048


class StoredPoses(QObject):
    """What models found and people placed, so that playing costs no more than a look-up.

    Only frames in which a keypoint was placed or interpolated are read one by one, when they are shown first.
    """

    def __init__(self, session: ReviewSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._dives: dict[str, tuple[tuple[KeypointTrack, ...], frozenset[int]]] = {}
        self._placed: dict[tuple[str, int], Mapping[str, Keypoint]] = {}
        for changed in (session.keypoints_changed, session.video_changed, session.review_changed):
            changed.connect(self.forget)

    def has_prediction(self, dive_id: str, frame: int) -> bool:
        """Whether a model's pose of a dive in a frame is stored."""
        return predicted(self._read(dive_id)[0], frame) is not None

    def placed(self, dive_id: str, frame: int) -> Mapping[str, Keypoint]:
        """All keypoints of a frame in which some were placed or interpolated; none of other frames."""
        document = self._session.document
        if document is None or frame not in self._read(dive_id)[1]:
            return {}
        if (dive_id, frame) not in self._placed:
            if len(self._placed) >= _MOST_FRAMES:
                self._placed.clear()
            self._placed[dive_id, frame] = document.keypoints(dive_id, frame)
        return self._placed[dive_id, frame]

    def tracks(self, dive_id: str) -> Sequence[KeypointTrack]:
        """What models found."""
        return self._read(dive_id)[0]

    def forget(self) -> None:
        """Read again what is asked for next."""
        self._dives.clear()
        self._placed.clear()

    def _read(self, dive_id: str) -> tuple[tuple[KeypointTrack, ...], frozenset[int]]:
        document = self._session.document
        if document is None:
            return (), frozenset()
        if dive_id not in self._dives:
            if len(self._dives) >= _MOST_DIVES:
                self._dives.clear()
            tracks = tuple(track for _, track in document.keypoint_tracks(dive_id))
            self._dives[dive_id] = tracks, frozenset(document.labelled_frames(dive_id))
        return self._dives[dive_id]


@dataclass(frozen=True, slots=True, eq=False)
class FoundPose:
    """What a model says of a frame.

    Args:
        names: of the K joints.
        values: (K, 3) image coordinates and confidence.
        depths: (K,) as in `Keypoint`, NaN where the model does not know.
    """

    names: tuple[str, ...]
    values: FloatArray
    depths: FloatArray | None = None


def predicted(tracks: Sequence[KeypointTrack], frame: int) -> FoundPose | None:
    """What the first track with any keypoint says of a frame."""
    for track in tracks:
        place = frame - track.first_frame
        if 0 <= place < len(track.values) and np.isfinite(track.values[place]).any():
            depths = track.depths[place].astype(np.float64) if track.depths is not None else None
            return FoundPose(track.names, track.values[place].astype(np.float64), depths)
    return None
