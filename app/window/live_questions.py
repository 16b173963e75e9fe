"""What the live engine is asked about a frame: by which model, where in the picture, and whether with its maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.sources import SourceOptions
from app.window.dive_places import DivePlaces
from app.window.review_session import ReviewSession
from app.window.stored_poses import StoredPoses

if TYPE_CHECKING:
    from inference.live.answers import LiveKey
    from inference.live.device_runner import LiveModel
    from inference.pose.crop_map import CropRegion

_MOST_KEPT: Final = 4096


class LiveQuestions:
    """The questions about the video looked at; they stay the same until `forget`.

    Args:
        session: whose video.
        places: where divers are.
        stored: the poses that need not be found.
    """

    def __init__(self, session: ReviewSession, places: DivePlaces, stored: StoredPoses) -> None:
        self._session, self._places, self._stored = session, places, stored
        self.model: LiveModel | None = None
        """Which model is asked; None while none is, and then there are no questions."""
        self.with_maps = False
        """Whether also what leads to the poses is wanted, and then of frames whose pose is stored too."""
        self._kept: dict[int, LiveKey | None] = {}

    def forget(self) -> None:
        """Something that questions depend on has changed."""
        self._kept.clear()

    def about(self, frame: int) -> LiveKey | None:
        """What to ask of a frame; None where there is no dive with a path, or all that is wanted is stored."""
        if frame not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[frame] = self._about(frame)
        return self._kept[frame]

    def _about(self, frame: int) -> LiveKey | None:
        place = self._places.at(frame)
        if place is None or (self._stored.has_prediction(place[0], frame) and not self.with_maps):
            return None
        return self.exactly(frame, place[1], with_maps=self.with_maps)

    def exactly(self, frame: int, region: CropRegion, *, with_maps: bool) -> LiveKey | None:
        """The question about this part of a frame, whatever is stored of it."""
        index = self._session.index
        if self.model is None or index is None:
            return None
        from inference.live.answers import LiveKey

        return LiveKey((index.path, SourceOptions.of(index)), frame, self.model.key, region, with_maps)
