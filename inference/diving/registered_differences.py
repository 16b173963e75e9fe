"""Differences between a picture and others brought into register with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import cv2
import numpy as np

from inference.results import FloatArray, apply_homography
from inference.video.camera_motion import warp
from inference.video.picture import Picture

_INSET_PX = 2.0
_REGISTERED_PX = 0.3
_SQUARE = np.ones((3, 3), dtype=np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class RangedPicture:
    """A picture with the range of each pixel's 3 x 3 surroundings: image, highest and lowest are (height, width, 3)."""

    image: Picture
    highest: Picture
    lowest: Picture

    @classmethod
    def of(cls, image: Picture) -> Self:
        """The picture with its ranges."""
        highest, lowest = cv2.dilate(image, _SQUARE), cv2.erode(image, _SQUARE)
        return cls(image, np.asarray(highest, dtype=np.uint8), np.asarray(lowest, dtype=np.uint8))


class SmallestDifferences:
    """The smallest differences, pixel by pixel, between a picture and others brought into register with it.

    Args:
        image: (height, width, 3) the picture that is compared.
        kept: how many of the smallest to keep.
    """

    def __init__(self, image: Picture, kept: int) -> None:
        # In ascending order; 255 stands for none.
        self._smallest: list[Any] = [np.full(image.shape[:2], 255, dtype=np.uint8) for _ in range(kept)]
        self._count = np.zeros(image.shape[:2], dtype=np.uint8)

    def add(self, difference: Any, seen: Picture) -> None:
        """Add what `image_difference` gave for a neighbour."""
        for rank, smaller in enumerate(self._smallest):
            self._smallest[rank] = cv2.min(smaller, difference)
            difference = cv2.max(smaller, difference)
        self._count += seen

    def result(self) -> Picture:
        """(height, width) the largest kept difference that is no larger than half of them; 0 where fewer than two are.

        With two kept this is the second smallest of three or more, with four the median of seven or eight.
        """
        result: Picture = self._smallest[-1]
        for rank, smaller in enumerate(self._smallest[:-1]):
            few = (self._count - 1) // 2 == rank
            np.copyto(result, smaller, where=few)
        result[self._count < 2] = 0
        return result


def image_difference(image: Picture, neighbour: RangedPicture, matrix: FloatArray) -> tuple[Picture, Picture]:
    """(height, width) difference from a neighbour mapped through a matrix, 255 where it is not seen, and 1 where it is.

    The difference is how far a pixel lies outside the range of the neighbour's 3 x 3 surroundings, in the colour
    channel where that is most: this forgives a pixel of misregistration.
    """
    size = image.shape[1], image.shape[0]
    if is_in_register(matrix, size):
        highest, lowest, seen = neighbour.highest, neighbour.lowest, _seen_part(np.eye(3), size)
    else:
        moved = warp(neighbour.image, matrix, size)
        highest = np.asarray(cv2.dilate(moved, _SQUARE), dtype=np.uint8)
        lowest = np.asarray(cv2.erode(moved, _SQUARE), dtype=np.uint8)
        seen = _seen_part(matrix, size)
    outside = cv2.max(cv2.subtract(image, highest), cv2.subtract(lowest, image))
    channels = cv2.split(outside)
    largest = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
    difference = np.asarray(cv2.bitwise_or(largest, cv2.bitwise_not(seen)), dtype=np.uint8)
    return difference, seen & np.uint8(1)


def is_in_register(matrix: FloatArray, size: tuple[int, int]) -> bool:
    """Whether a map moves no corner of a picture of that (width, height) by as much as a third of a pixel."""
    corners = np.array([(0, 0), (size[0], 0), size, (0, size[1])], dtype=np.float64)
    return bool(np.abs(apply_homography(matrix, corners) - corners).max() < _REGISTERED_PX)


def _seen_part(matrix: FloatArray, size: tuple[int, int]) -> Picture:
    """255 where a picture mapped through the matrix covers another of the same (width, height)."""
    width, height = size
    inset = _INSET_PX  # keeps interpolation at the border and the 3 x 3 surroundings inside
    corners = [(inset, inset), (width - inset, inset), (width - inset, height - inset), (inset, height - inset)]
    seen = np.zeros((height, width), dtype=np.uint8)
    cv2.fillConvexPoly(seen, np.rint(apply_homography(matrix, corners) - 0.5).astype(np.int32), 255)
    return seen
