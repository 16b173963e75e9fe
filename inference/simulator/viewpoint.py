"""Where a camera stands and what it shows: drawn at random, as coaches, parents and broadcasters choose it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.results import FloatArray
from inference.simulator.board_poses import PlacedBoard
from inference.simulator.camera import aim_angles, rotation_of
from inference.simulator.venue import Venue


@dataclass(frozen=True, eq=False)
class Viewpoint:
    """A place for a camera: (3,) position in pool world, focal length in px and (1, 3) angles at rest in radians."""

    position_m: FloatArray
    focal_px: float
    angles_rad: FloatArray


def flight_space(boards: Sequence[PlacedBoard]) -> FloatArray:
    """(n, 3) points in pool world around which dives from the given boards take place."""
    corners = np.array([(x, y, share) for x in (-1.6, 3.2) for y in (-0.5, 0.5) for share in (0.0, 1.0)])
    points = []
    for placed in boards:
        top = placed.board.height_m + (3.1 if placed.board.is_springboard else 2.7)
        local = corners.copy()
        local[:, 2] = np.where(corners[:, 2] > 0, top, -0.4)
        points.append(placed.pose.to_pool(local))
    return np.concatenate(points)


def random_viewpoint(
    venue: Venue,
    boards: Sequence[PlacedBoard],
    size: tuple[int, int],
    rng: np.random.Generator,
    *,
    tightness: tuple[float, float] = (0.45, 0.95),
) -> Viewpoint:
    """Draw a place from which all flights from the given boards can be seen.

    Args:
        venue: where the camera stands on the deck or in a stand.
        boards: the boards to show.
        size: (width, height) of the picture in px.
        rng: draws the place.
        tightness: share of the picture that the flights span, least and most; beyond 1 they do not fit, which is for
            cameras that follow the diver.
    """
    space = flight_space(boards)
    centre = (space.min(axis=0) + space.max(axis=0)) / 2
    position = _random_place(venue, centre, rng)
    angles = np.append(aim_angles(position, centre), np.radians(rng.normal(0, 1.2)))
    focal = 1.0
    share = rng.uniform(*tightness)
    for _ in range(3):
        in_camera = (space - position) @ rotation_of(angles).T
        seen = in_camera[:, :2] / in_camera[:, 2:]
        low, high = seen.min(axis=0), seen.max(axis=0)
        middle = (low + high) / 2
        angles[:2] += (-middle[0], -middle[1])
        focal = float(share / max((high - low)[0] / size[0], (high - low)[1] / size[1]))
    spare = (1 - min(share, 1)) / 2 / focal
    angles[0] += rng.uniform(-0.7, 0.7) * spare * size[0]
    angles[1] += rng.uniform(-0.6, 0.15) * spare * size[1]
    return Viewpoint(position, min(focal, 6.0 * size[0]), angles[None])


def _random_place(venue: Venue, centre: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A place on the deck or above it: mostly at the side, sometimes in front, seldom behind the boards."""
    low, high = venue.grounds.low, venue.grounds.high
    for _ in range(200):
        bearing = np.radians(
            rng.choice([1, -1]) * rng.choice([rng.uniform(65, 110), rng.uniform(20, 65), 8.0], p=[0.6, 0.35, 0.05])
        )
        distance = float(rng.uniform(6.0, 34.0))
        x, y = centre[0] + distance * np.cos(bearing), centre[1] + distance * np.sin(bearing)
        height = venue.grounds.deck_m + float(rng.choice([rng.uniform(1.1, 2.2), rng.uniform(2.0, 8.0)]))
        if low[0] + 0.5 < x < high[0] - 0.5 and low[1] + 0.5 < y < high[1] - 0.5:
            over_pool = -0.2 < x < venue.grounds.length_m + 0.2 and -0.2 < y < venue.grounds.width_m + 0.2
            place = np.array([x, y, height])
            if not over_pool and not _is_inside_something(venue, place):
                return place
    return np.array([centre[0] + 1.0, low[1] + 0.6, venue.grounds.deck_m + 1.8])


def _is_inside_something(venue: Venue, place: FloatArray) -> bool:
    """Whether a place lies inside or very close to a block, or among the spectators."""
    if any(len(stand.seats_m) and np.linalg.norm(stand.seats_m - place, axis=1).min() < 3.5 for stand in venue.stands):
        return True
    return any(
        all(low - 0.4 < value < high + 0.4 for low, value, high in zip(block.low, place, block.high, strict=True))
        for block in venue.blocks
    )
