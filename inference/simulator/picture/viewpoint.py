"""Where a camera stands and what it shows: drawn at random, as coaches, parents and broadcasters choose it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.results import FloatArray
from inference.simulator.picture.camera import aim_angles, rotation_of
from inference.simulator.picture.ray_casting import is_blocked
from inference.simulator.venue.board_poses import PlacedBoard
from inference.simulator.venue.venue import Venue

_TRIES = 300
_HIDDEN_SHARE = 0.05
_NEAREST_M = 2.5
_WIDEST_TANGENT = 1.1


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
    position = _random_place(venue, boards, rng)
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
    if share <= 1:
        # Turning a wide view moves its edges by more than its middle; what then sticks out is zoomed back in.
        in_camera = (space - position) @ rotation_of(angles).T
        reach = np.abs(in_camera[:, :2] / in_camera[:, 2:]).max(axis=0)
        focal = min(focal, *(np.divide(size, 2) / reach))
    return Viewpoint(position, float(min(focal, 6.0 * size[0])), angles[None])


def _random_place(venue: Venue, boards: Sequence[PlacedBoard], rng: np.random.Generator) -> FloatArray:
    """A place on the deck or above it from which hardly anything hides the flights, or the best found."""
    best, least = None, np.inf
    space = flight_space(boards)
    centre = (space.min(axis=0) + space.max(axis=0)) / 2
    flights = np.concatenate([placed.pose.to_pool(_flight(placed)) for placed in boards])
    for _ in range(_TRIES):
        place = _random_deck_place(venue, centre, rng)
        if place is None or not _fits_a_picture(place, centre, space):
            continue
        hidden = float(is_blocked(venue.blocks, place, flights).mean())
        if hidden < least:
            best, least = place, hidden
        if hidden < _HIDDEN_SHARE:
            break
    if best is not None:
        return best
    # From the far end, above the heads of those who sit there, everything fits.
    return np.array([venue.grounds.high[0] - 0.6, centre[1], venue.grounds.deck_m + 6.0])


def _fits_a_picture(place: FloatArray, centre: FloatArray, space: FloatArray) -> bool:
    """Whether a camera at a place that looks at the centre has all of the space well in front of it."""
    in_camera = (space - place) @ rotation_of(np.append(aim_angles(place, centre), 0.0)).T
    if in_camera[:, 2].min() < _NEAREST_M:
        return False
    return bool(np.abs(in_camera[:, :2] / in_camera[:, 2:]).max() < _WIDEST_TANGENT)


def _random_deck_place(venue: Venue, centre: FloatArray, rng: np.random.Generator) -> FloatArray | None:
    """A place mostly at the side of the boards, sometimes in front; None where nobody can stand."""
    low, high = venue.grounds.low, venue.grounds.high
    sideways, diagonal, ahead = rng.uniform(65, 110), rng.uniform(20, 65), 8.0
    bearing = np.radians(rng.choice([1, -1]) * rng.choice([sideways, diagonal, ahead], p=[0.6, 0.35, 0.05]))
    distance = float(rng.uniform(6.0, 34.0))
    x, y = centre[0] + distance * np.cos(bearing), centre[1] + distance * np.sin(bearing)
    height = venue.grounds.deck_m + float(rng.choice([rng.uniform(1.1, 2.2), rng.uniform(2.0, 8.0)]))
    if not (low[0] + 0.5 < x < high[0] - 0.5 and low[1] + 0.5 < y < high[1] - 0.5):
        return None
    over_pool = -0.2 < x < venue.grounds.length_m + 0.2 and -0.2 < y < venue.grounds.width_m + 0.2
    place = np.array([x, y, height])
    return None if over_pool or _is_inside_something(venue, place) else place


def _flight(placed: PlacedBoard) -> FloatArray:
    """(n, 3) places of a diver from the board to the water, in the board's world."""
    top = placed.board.height_m
    heights = np.linspace(0.3, top + 2.2, 8)
    ahead = np.where(heights > top, 0.5, 1.6)
    return np.concatenate(
        [np.stack([ahead, np.zeros(8), heights], axis=-1), [[-0.3, 0.0, top + 0.3], [-0.3, 0.0, top + 1.4]]]
    )


def _is_inside_something(venue: Venue, place: FloatArray) -> bool:
    """Whether a place lies inside or very close to a block, or among the spectators."""
    if any(len(stand.seats_m) and np.linalg.norm(stand.seats_m - place, axis=1).min() < 3.5 for stand in venue.stands):
        return True
    return any(
        all(low - 0.4 < value < high + 0.4 for low, value, high in zip(block.low, place, block.high, strict=True))
        for block in venue.blocks
    )
