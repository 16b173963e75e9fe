"""Where to look for the diver in a frame: along the tracked crops of the dives that have a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from app.window.review_session import ReviewSession

if TYPE_CHECKING:
    from app.document.records import Dive
    from app.posing import Stretch
    from inference.pose.crop_map import CropRegion


class DivePlaces(QObject):
    """The dive and the crop of any frame, of which only what is asked for is read."""

    def __init__(self, session: ReviewSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._stretches: dict[str, Stretch | None] = {}
        self._dives: list[Dive] | None = None
        self._ends = np.empty((0, 2), np.int64)
        for changed in (session.dives_changed, session.video_changed):
            changed.connect(self._forget)

    def at(self, frame: int) -> tuple[str, CropRegion] | None:
        """The dive that a frame belongs to, the selected one if it does, and where its diver is; None for no dive."""
        selected = self._session.selected
        around = self._around(frame)
        # Where two dives overlap, the one that is looked at comes first.
        for dive in sorted(around, key=lambda dive: selected is None or dive.id != selected.id):
            stretch = self.stretch(dive)
            if stretch is not None and stretch.first <= frame <= stretch.last:
                return dive.id, stretch.region(frame)
        return None

    @property
    def dives(self) -> list[Dive]:
        """Those of the video that may have poses."""
        if self._dives is None:
            from app.posing import may_have_poses

            self._dives = [dive for dive in self._session.dives if may_have_poses(dive)]
            ends = [(dive.start.frame, dive.end.frame) for dive in self._dives]
            self._ends = np.array(ends, np.int64).reshape(-1, 2)
        return self._dives

    def stretch(self, dive: Dive) -> Stretch | None:
        """The tracked crops of one of them."""
        if dive.id not in self._stretches:
            from app.posing import dive_stretch

            trajectory, index = self._session.trajectory(dive.id), self._session.index
            self._stretches[dive.id] = (
                dive_stretch(dive, trajectory, (index.width, index.height), index.times_s)
                if trajectory is not None and index is not None
                else None
            )
        return self._stretches[dive.id]

    def _around(self, frame: int) -> list[Dive]:
        dives = self.dives
        is_around = (self._ends[:, 0] <= frame) & (frame <= self._ends[:, 1])
        return [dives[place] for place in np.flatnonzero(is_around)]

    def _forget(self) -> None:
        self._dives = None
        self._stretches.clear()
