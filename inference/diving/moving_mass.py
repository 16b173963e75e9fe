"""Where exactly a diver is: the middle of what moves around a place that is known roughly.

A diver is in one place for a short time only. So the venue without the diver is, pixel by pixel, the median of the
pictures around a dive brought into register, and what differs from it near the place is the diver's body. The middle of
that is within a pixel of the centre of mass, where a network that sees the world in cells is two or three away.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from inference.diving.registered_differences import is_in_register
from inference.results import FloatArray
from inference.video.camera_motion import warp
from inference.video.picture import Picture

_EVERY = 3
_LEAST_SEEN = 3
_MIN_DIFFERENCE = 14
_MAX_DIFFERENCE = 60.0
_LEAST_PIXELS = 5
_ROUNDS = 4
_SETTLED_PX = 0.05
_SQUARE = np.ones((3, 3), dtype=np.uint8)


class MovingMass:
    """What moves in one part of pictures that a camera took in a row.

    Args:
        pictures: n of (height, width, 3) BGR, about 25 a second of real time.
        to_stable: (n, 3, 3) maps from their coordinates to stabilised ones, px.
        part: left, top, right and bottom of the part, in whole stabilised px.
    """

    def __init__(self, pictures: Sequence[Picture], to_stable: FloatArray, part: tuple[int, int, int, int]) -> None:
        self._origin, self._width = (part[0] + 0.5, part[1] + 0.5), part[2] - part[0]
        layers, is_seen = _registered(pictures, to_stable, part)
        background, is_known = _median(layers[::_EVERY], is_seen[::_EVERY])
        self._highest, self._lowest = cv2.dilate(background, _SQUARE), cv2.erode(background, _SQUARE)
        self._layers, self._is_seen = layers, is_seen & is_known

    def place_near(self, picture: int, place: FloatArray, radius_px: float) -> FloatArray | None:
        """The middle of what moves within a circle that is moved to that middle until it stays.

        Args:
            picture: 0 to n - 1.
            place: (2,) where to begin, stabilised px.
            radius_px: of the circle.

        Returns:
            (2,) stabilised px; None where next to nothing moves.
        """
        points, weights = self._moving(picture)
        for _ in range(_ROUNDS):
            inside = ((points - place) ** 2).sum(axis=1) < radius_px**2
            total = float(weights[inside].sum())
            if total < _LEAST_PIXELS * _MAX_DIFFERENCE:
                return None
            before, place = place, weights[inside] @ points[inside] / total
            if np.abs(place - before).max() < _SETTLED_PX:
                break
        return place

    def _moving(self, picture: int) -> tuple[FloatArray, FloatArray]:
        """(k, 2) the pixels of a picture that moves, and (k,) by how many levels, up to a limit.

        As in `inference.diving.registered_differences`, what lies in the range of the background's 3 x 3 surroundings
        does not differ, which forgives a pixel of misregistration.
        """
        layer = self._layers[picture]
        outside = cv2.max(cv2.subtract(layer, self._highest), cv2.subtract(self._lowest, layer))
        difference = np.where(self._is_seen[picture], np.asarray(outside).max(axis=2), 0).ravel()
        chosen = np.flatnonzero(difference >= _MIN_DIFFERENCE)
        rows, columns = np.divmod(chosen, self._width)
        points = np.stack([columns + self._origin[0], rows + self._origin[1]], axis=1)
        return points, np.minimum(difference[chosen], _MAX_DIFFERENCE)


def _registered(
    pictures: Sequence[Picture], to_stable: FloatArray, part: tuple[int, int, int, int]
) -> tuple[Picture, npt.NDArray[np.bool_]]:
    """(n, rows, columns, 3) the part of each picture in stabilised coordinates; (n, rows, columns) where it is seen."""
    left, top, right, bottom = part
    shift = np.array([[1.0, 0.0, -left], [0.0, 1.0, -top], [0.0, 0.0, 1.0]])
    size = right - left, bottom - top
    layers = np.empty((len(pictures), size[1], size[0], 3), dtype=np.uint8)
    is_seen = np.ones(layers.shape[:3], dtype=bool)
    for place, (picture, matrix) in enumerate(zip(pictures, to_stable, strict=True)):
        height, width = picture.shape[:2]
        is_inside = left >= 0 and top >= 0 and right <= width and bottom <= height
        if is_inside and is_in_register(matrix, (width, height)):
            layers[place] = picture[top:bottom, left:right]
        else:
            layers[place] = warp(picture, shift @ matrix, size)
            is_seen[place] = warp(np.full((height, width), 255, dtype=np.uint8), shift @ matrix, size) == 255
    return layers, is_seen


def _median(layers: Picture, is_seen: npt.NDArray[np.bool_]) -> tuple[Picture, npt.NDArray[np.bool_]]:
    """(rows, columns, 3) the median of those layers in which a pixel is seen, and where it is seen in a few."""
    count = is_seen.sum(axis=0)
    # What is not seen comes last.
    ranked = np.sort(np.where(is_seen[..., None], layers, np.uint8(255)), axis=0)
    middle = np.maximum(count - 1, 0) // 2
    median = np.take_along_axis(ranked, middle[None, :, :, None], axis=0)[0]
    return np.ascontiguousarray(median), count >= _LEAST_SEEN
