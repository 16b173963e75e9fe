"""A dive's path made exact: fitted again, to the middle of what moves along it.

The network's places lead to the path as it stands. Round that path, in every picture of the dive, the diver's body is
told from the venue by its motion, and MSAC fits the path anew to the middles of the body; then once more from there.
Pictures in which nothing moves there, or something else does, have no say.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inference.diving.dive_camera import ShownPicture
from inference.diving.moving_mass import MovingMass
from inference.diving.network_path import LEAST_PICTURES, LEAST_SCORE, is_fall
from inference.diving.trajectory import fit_path
from inference.results import GRAVITY_M_S2, Candidate, FloatArray, Interval, Trajectory
from inference.video.camera_motion import to_full_size

_ROUNDS = 2
_RADIUS_M = 1.0
_RADIUS_SHARES = (1 / 20, 1 / 4)
_TAU_SHARE = 4 / math.sqrt(320 * 180)
_LEAST_SEEN = 0.5
_LEAST_ON_PATH = 0.4
_LARGEST_PART = 4


def refined_path(
    trajectory: Trajectory,
    interval: Interval,
    pictures: Sequence[ShownPicture],
    full_size: tuple[int, int],
    *,
    slow_motion: float = 1.0,
) -> Trajectory:
    """The path through the middle of what moves along a path.

    Args:
        trajectory: as the network's candidates have it.
        interval: the dive.
        pictures: from a little before it to a little after it, of the dive's own shot.
        full_size: (width, height) of the video.
        slow_motion: video seconds for a second of real time.

    Returns:
        The new path. Its candidates are the middles of the body, each with the score of the best of the network's that
        lie on the body, and those of the network that lie elsewhere. The path as it was, if too few pictures agree.
    """
    body = _Body(trajectory, interval, pictures, full_size, slow_motion)
    if not body.is_in_sight:
        return trajectory
    found = trajectory
    for _ in range(_ROUNDS):
        middles = body.middles(found)
        if len(middles) < max(LEAST_PICTURES, _LEAST_SEEN * len(body.pictures)):
            return trajectory
        found = fit_path(middles, trajectory.camera, tau_px=_TAU_SHARE * math.sqrt(full_size[0] * full_size[1]))
        on_path = sum(middle.is_inlier for middle in found.candidates)
        is_supported = on_path >= max(LEAST_PICTURES, _LEAST_ON_PATH * len(body.pictures))
        if not (is_supported and is_fall(found, full_size, slow_motion)):
            return trajectory
    return replace(found, candidates=body.with_network(found, trajectory.candidates))


class _Body:
    """The diver's body in the pictures of one dive; arguments as of `refined_path`.

    Attributes:
        pictures: places and times of the pictures that belong to the dive.
        is_in_sight: whether the path runs through the pictures, so that it can be looked for.
    """

    def __init__(
        self,
        trajectory: Trajectory,
        interval: Interval,
        pictures: Sequence[ShownPicture],
        full_size: tuple[int, int],
        slow_motion: float,
    ) -> None:
        height, width = pictures[0][1].shape[:2]
        self._camera, self._slow_motion = trajectory.camera, slow_motion
        self._shrink = np.array([width, height]) / full_size
        self._diagonal_px = math.hypot(width, height)
        self.pictures = [(place, time) for place, (time, _) in enumerate(pictures) if interval.contains(time.frame)]
        full_maps = np.stack([self._camera.matrix(time.frame) for time, _ in pictures])
        maps = to_full_size(full_maps, full_size, (width, height))
        reach_px = 1.5 * self._radius_px(trajectory)
        points = self._places(trajectory)
        left, top = np.floor(points.min(axis=0) - reach_px).astype(int).tolist()
        right, bottom = np.ceil(points.max(axis=0) + reach_px).astype(int).tolist()
        self.is_in_sight = (right - left) * (bottom - top) <= _LARGEST_PART * width * height
        if self.is_in_sight:
            self._mass = MovingMass([picture for _, picture in pictures], maps, (left, top, right, bottom))

    def middles(self, trajectory: Trajectory) -> list[Candidate]:
        """The middle of the body in each picture in which something moves along the path."""
        radius_px = self._radius_px(trajectory)
        found = []
        for (place, time), expected in zip(self.pictures, self._places(trajectory), strict=True):
            middle = self._mass.place_near(place, expected, radius_px)
            if middle is not None:
                x, y = self._camera.to_image(time.frame, middle / self._shrink).tolist()
                found.append(Candidate(time.frame, time.seconds, x, y, LEAST_SCORE, is_inlier=False))
        return found

    def with_network(self, trajectory: Trajectory, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """The middles that a path was fitted to, scored by the network's candidates, and those of the candidates left.

        In the order of time, and of score within a picture.
        """
        radius_px = self._radius_px(trajectory)
        middles = {middle.frame: middle for middle in trajectory.candidates}
        left = []
        for candidate in candidates:
            middle = middles.get(candidate.frame)
            if middle is None or self._distance_px(candidate, middle) > radius_px:
                left.append(replace(candidate, is_inlier=False))
            else:
                middles[candidate.frame] = replace(middle, score=max(middle.score, candidate.score))
        return tuple(sorted([*middles.values(), *left], key=lambda one: (one.frame, -one.score)))

    def _distance_px(self, one: Candidate, other: Candidate) -> float:
        return float(np.linalg.norm(np.array([one.x - other.x, one.y - other.y]) * self._shrink))

    def _places(self, trajectory: Trajectory) -> FloatArray:
        """(n, 2) where the path is in each picture of the dive, in stabilised coordinates of the small pictures."""
        return trajectory.path.at([time.seconds for _, time in self.pictures]) * self._shrink

    def _radius_px(self, trajectory: Trajectory) -> float:
        """How far from its middle a body reaches: a metre by gravity, within reason."""
        px_per_m = trajectory.path.ay * self._slow_motion**2 / GRAVITY_M_S2 * self._shrink[1]
        least, most = (share * self._diagonal_px for share in _RADIUS_SHARES)
        return float(min(max(_RADIUS_M * px_per_m, least), most))
