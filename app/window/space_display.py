"""The 3D view: shows the pose of the frame on the screen, at one scale throughout a dive."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QObject

from app.window.action_set import ActionSet
from app.window.path_editing import PathEditing
from app.window.playback import PlaybackController
from app.window.pose_display import PoseDisplay
from app.window.review_session import ReviewSession
from app.window.settings import Settings
from app.window.tracked_crop import TrackedCrop
from app.window.video_tabs import VideoTabs
from widgets.canvas import PoseOverlay
from widgets.space import ABOVE, CAMERA, SIDE, Direction

_DIRECTIONS: Final = {"from_camera": ("Camera", CAMERA), "from_side": ("Side", SIDE), "from_above": ("Above", ABOVE)}
_ROOM: Final = 1.6
"""Side of what is looked at for the largest extent of the poses in it, where no path says how large the diver is."""

_LEAST_SIDE: Final = 32
_LOOKED_AT: Final = 64
"""Poses of a dive from which its extent is taken."""


class SpaceDisplay(QObject):
    """Shows the same square around the diver as the tracked crop, never turned; without a path the one around the pose.

    The pose comes from `PoseDisplay`, as in the other pictures.
    """

    def __init__(
        self,
        video: VideoTabs,
        crop: TrackedCrop,
        paths: PathEditing,
        poses: PoseDisplay,
        session: ReviewSession,
        playback: PlaybackController,
        actions: ActionSet,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._video, self._view, self._crop, self._poses = video, video.space, crop, poses
        self._session, self._settings = session, settings
        self._last: tuple[int, float, Any] | None = None
        self._side: tuple[str, int] | None = None  # of a dive without a path
        self._middle: tuple[str, int, tuple[float, float]] | None = None  # of its pose in a frame
        self._view.set_empty_text("No pose to see in 3D", "Select a dive and go to a frame in which there is a pose.")
        self._view.look_from(Direction(*settings.direction))
        for name, (text, _) in _DIRECTIONS.items():
            actions[name].setIconText(text)
        self._view.add_buttons([actions[name] for name in _DIRECTIONS])
        self._view.direction_changed.connect(self._remember)
        playback.frame_shown.connect(self._follow)
        paths.path_changed.connect(self.refresh)
        poses.changed.connect(self._follow_pose)
        session.video_changed.connect(self._forget)
        video.tabs.currentChanged.connect(self.refresh)

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions about the 3D view do."""
        looks = {name: partial(self._look, direction) for name, (_, direction) in _DIRECTIONS.items()}
        return {"space": partial(self._video.show_view, self._view), **looks}

    def refresh(self) -> None:
        """Show anew what there is of the frame on the screen."""
        if self._last is not None:
            self._follow(*self._last)

    def _look(self, direction: Direction) -> None:
        """Who wants to look from somewhere wants to see it."""
        self._view.look_from(direction)
        self._video.show_view(self._view)

    def _remember(self, direction: Direction) -> None:
        self._settings.direction = direction.azimuth, direction.elevation

    def _forget(self) -> None:
        self._last = self._side = self._middle = None
        self._view.clear()

    def _follow_pose(self) -> None:
        """Without a path a pose that has come, or has gone, says whether there is anything to look at."""
        if self._last is not None and self._last[0] == self._poses.frame and not self._view.is_moving_joint:
            self.refresh()

    def _follow(self, frame: int, seconds: float, pixels: Any) -> None:
        self._last = (frame, seconds, pixels)
        if not self._view.isVisible():
            return
        place = self._crop.place(frame, seconds, pixels) or self._place_of_pose(frame)
        if place is None:
            self._view.clear()
            return
        from inference.diving.crops import cut_crop

        x, y, side = place
        self._view.set_scene(frame, seconds, cut_crop(pixels, (x, y), side, side), (x, y), self._pixel_aspect)

    def _place_of_pose(self, frame: int) -> tuple[float, float, int] | None:
        """The middle of the pose, which stays where it was in this frame whatever is moved, and a side for its dive."""
        shown = self._poses.shown
        if shown is None or shown.frame != frame:
            return None
        if self._middle is None or self._middle[:2] != (shown.dive_id, frame):
            self._middle = shown.dive_id, frame, _middle(shown.overlay)
        if self._side is None or self._side[0] != shown.dive_id:
            self._side = shown.dive_id, self._side_of(shown.dive_id, shown.overlay)
        return *self._middle[2], self._side[1]

    def _side_of(self, dive_id: str, overlay: PoseOverlay) -> int:
        from inference.diving.crops import even

        dive, poses = self._session.dive(dive_id), [overlay]
        if dive is not None:
            frames = np.linspace(dive.start.frame, dive.end.frame, _LOOKED_AT).astype(int)
            found = [self._poses.pose_of(dive_id, frame) for frame in sorted(set(frames.tolist()))]
            poses += [each for each in found if each is not None and each.is_drawn.any()]
        return even(max(_ROOM * max(_extent(each, self._pixel_aspect) for each in poses), _LEAST_SIDE))

    @property
    def _pixel_aspect(self) -> float:
        return float(self._session.index.pixel_aspect) if self._session.index is not None else 1.0


def _middle(overlay: PoseOverlay) -> tuple[float, float]:
    points = overlay.points[overlay.is_drawn]
    x, y = ((points.min(axis=0) + points.max(axis=0)) / 2).tolist() if len(points) else (0.0, 0.0)
    return x, y


def _extent(overlay: PoseOverlay, pixel_aspect: float) -> float:
    """The larger of a pose's width and height, in px of the picture's height."""
    points = overlay.points[overlay.is_drawn] * (pixel_aspect, 1.0)
    return float(np.ptp(points, axis=0).max()) if len(points) else 0.0
