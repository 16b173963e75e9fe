"""Between the frame with its depths and the plane of the screen, exact both ways."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inference.results import FloatArray
from widgets.canvas.pose_overlay import JointPlace, PoseOverlay
from widgets.space.direction import Direction


@dataclass(frozen=True, slots=True)
class Projection:
    """Looks at a place of the frame from a direction.

    Space is measured in px of the picture's height at the diver, from the place looked at: right, down and away from
    the camera. Its screen coordinates count to the right and down from the top left corner of a square around that
    place, and away from who looks.

    Args:
        direction: from where.
        centre: image coordinates of the place looked at; its depth is 0.
        side: of the square (px).
        pixel_aspect: how wide a pixel of the frame is for its height.
    """

    direction: Direction
    centre: tuple[float, float] = (0.0, 0.0)
    side: float = 0.0
    pixel_aspect: float = 1.0

    def from_space(self, places: FloatArray) -> FloatArray:
        """(..., 3) screen coordinates of (..., 3) places in space."""
        seen: FloatArray = places @ self.direction.axes.T + (self.side / 2, self.side / 2, 0.0)
        return seen

    def in_space(self, points: FloatArray, depths: FloatArray | None) -> FloatArray:
        """(K, 3) places in space of (K, 2) image coordinates and (K,) depths; one that is not known counts as 0."""
        across, down = ((points - self.centre) * (self.pixel_aspect, 1.0)).T
        away = np.zeros(len(points)) if depths is None else np.nan_to_num(depths)
        return np.column_stack([across, down, away])

    def seen(self, pose: PoseOverlay) -> PoseOverlay:
        """A pose in screen coordinates, those of depth always numbers where a joint has a place."""
        places = self.from_space(self.in_space(pose.points, pose.depths))
        predicted = None
        if pose.predicted is not None:
            predicted = self.from_space(self.in_space(pose.predicted, pose.predicted_depths))[:, :2]
        return replace(pose, points=places[:, :2], depths=places[:, 2], predicted=predicted, predicted_depths=None)

    def moved(self, pose: PoseOverlay, joint: int, across: float, down: float, before: PoseOverlay) -> JointPlace:
        """Where a joint of a pose is once it is moved on the screen, in the plane that is parallel to it.

        Args:
            pose: where it is.
            joint: which.
            across: px to the right.
            down: px.
            before: where it was when nothing had been moved yet: something is said of its depth if that changes.
        """
        right, below, away = (np.array([across, down]) @ self.direction.axes[:2]).tolist()
        (x, y), depth = pose.points[joint].tolist(), _depth(pose, joint) + away
        is_said = depth != _depth(before, joint)
        return JointPlace(x + right / self.pixel_aspect, y + below, depth if is_said else None)


def _depth(pose: PoseOverlay, joint: int) -> float:
    return float(pose.depths[joint]) if pose.depths is not None and pose.has_depth[joint] else 0.0
