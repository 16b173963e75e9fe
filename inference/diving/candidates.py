"""Candidate locations of a diver: blobs that moved against the background, whatever the camera did.

A picture is compared with neighbours on both sides in time, brought into register with it. No background picture has
to be learned, so pans and cuts cost nothing. Two masks are made. The sure one holds pixels that differ from all but one
of the neighbours up to a third of a second away: a diver has moved or turned by then, and flickering water has been
through most of its ripple. But near the top of a flight a body overlaps itself for longer, so the likely one also asks
neighbours further away and holds pixels that differ from more than half; a likely blob must have a sure part.
Differences within the range of the neighbour's 3 x 3 surroundings do not count, which forgives a pixel of
misregistration. A pixel of the picture itself that has not changed for two seconds is a caption, which would seem to
fly when the camera moves.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray, FrameTime, apply_homography
from inference.video.camera_motion import CameraStep, warp
from inference.video.picture import Picture

NEAR_S = (0.1, 0.2, 0.33)
"""How far away in time a picture's near neighbours are, on both sides."""

FAR_S = 0.62
"""How far away its far neighbours are: a body at rest in the air falls clear of itself within this time."""

_MIN_DIFFERENCE = 14
_MIN_SURE_SHARE = 0.08
_MIN_AREA_PX = 5
_MAX_BLOBS = 36
_MAX_MOVING_SHARE = 0.5
_STILL_S = 2.0
_STILL_CHANGE = 9.0
_MAX_ASPECT = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class FrameBlobs:
    """The moving blobs of one picture, in its own coordinates (analysis pixels).

    xy is (n, 2) centroids, extent (n,) longer sides of the bounding boxes, box (n, 4) left, top, right, bottom, colour
    (n, 3) mean BGR, strength (n,) mean difference from the background in grey levels, churn (n,) how much the same
    pixels of the picture change within a fifth of a second, in grey levels. to_previous maps the picture to
    the one analysed before it; is_cut says that there is nothing in common with that one.
    """

    time: FrameTime
    to_previous: FloatArray
    is_cut: bool
    size: tuple[int, int]
    xy: FloatArray
    extent: FloatArray
    box: FloatArray
    colour: FloatArray
    strength: FloatArray
    churn: FloatArray


@dataclass(slots=True, eq=False)
class _Shown:
    time: FrameTime
    image: Picture
    grey: Picture
    step: CameraStep
    is_still: Picture


class BlobFinder:
    """Finds moving blobs in a stream of pictures, `delay` pictures behind it.

    Args:
        rate_hz: pictures per second of real time (slow motion already taken out).
    """

    def __init__(self, rate_hz: float) -> None:
        self._near = {max(1, round(seconds * rate_hz)) for seconds in NEAR_S}
        self.delay = max(round(FAR_S * rate_hz), *self._near)
        self._offsets = self._near | {self.delay}
        self._window: deque[_Shown] = deque(maxlen=2 * self.delay + 1)
        self._pending = 0
        self._fade = np.float32(255.0 / max(1.0, _STILL_S * rate_hz))
        self._change: npt.NDArray[np.float32] | None = None
        self._previous_grey: Picture | None = None

    def push(self, time: FrameTime, image: Picture, grey: Picture, step: CameraStep) -> FrameBlobs | None:
        """Add the next picture.

        Args:
            time: its frame time.
            image: (height, width, 3) BGR.
            grey: (height, width) the same in grey.
            step: the camera's step from this picture to the one pushed before it.

        Returns:
            The blobs of the picture pushed `delay` pictures ago, or None if there was none yet.
        """
        image = np.asarray(cv2.GaussianBlur(image, (3, 3), 0), dtype=np.uint8)
        self._window.append(_Shown(time, image, grey, step, self._still_pixels(grey)))
        self._pending += 1
        if self._pending <= self.delay:
            return None
        self._pending -= 1
        return self._blobs_at(len(self._window) - 1 - self.delay)

    def finish(self) -> list[FrameBlobs]:
        """The blobs of the pictures still waiting for neighbours that will not come."""
        first = len(self._window) - self._pending
        self._pending = 0
        return [self._blobs_at(position) for position in range(first, len(self._window))]

    def _still_pixels(self, grey: Picture) -> Picture:
        """255 where the picture has not changed for two seconds, camera motion or not."""
        if self._change is None or self._previous_grey is None or self._change.shape != grey.shape:
            self._change = np.full(grey.shape, 255.0, dtype=np.float32)
        else:
            change = cv2.absdiff(grey, self._previous_grey).astype(np.float32)
            self._change = np.maximum(self._change - self._fade, change)
        self._previous_grey = grey
        return np.where(self._change < _STILL_CHANGE, 255, 0).astype(np.uint8)

    def _blobs_at(self, position: int) -> FrameBlobs:
        picture = self._window[position]
        likely, sure = self._differences(position)
        for difference in (likely, sure):
            difference[(difference < _MIN_DIFFERENCE) | (picture.is_still > 0)] = 0
        return _label_blobs(picture, likely, sure, self._churn(position))

    def _differences(self, position: int) -> tuple[Picture, Picture]:
        """(height, width) differences from more than half of all neighbours, and from all but one of the near ones."""
        picture = self._window[position]
        likely, sure = _SmallestDifferences(picture.image, 4), _SmallestDifferences(picture.image, 2)
        for offset, matrix in self._neighbours(position):
            difference = likely.add(self._window[position + offset].image, matrix)
            if abs(offset) in self._near:
                sure.add_difference(*difference)
        return likely.result(), sure.result()

    def _churn(self, position: int) -> Picture:
        """(height, width) change of the picture itself, camera motion included, since a fifth of a second ago."""
        offset = sorted(self._near)[len(self._near) // 2]
        other = position - offset if position >= offset else min(position + offset, len(self._window) - 1)
        change = cv2.absdiff(self._window[position].grey, self._window[other].grey)
        return np.asarray(change, dtype=np.uint8)

    def _neighbours(self, position: int) -> list[tuple[int, FloatArray]]:
        """(offset, map from the neighbour to the picture) of neighbours in the same shot."""
        found = []
        matrix = np.eye(3)
        for offset in range(1, self.delay + 1):
            if position + offset >= len(self._window) or self._window[position + offset].step.is_cut:
                break
            matrix = matrix @ self._window[position + offset].step.to_previous
            if offset in self._offsets:
                found.append((offset, matrix))
        matrix = np.eye(3)
        for offset in range(1, self.delay + 1):
            if position - offset < 0 or self._window[position - offset + 1].step.is_cut:
                break
            matrix = matrix @ np.linalg.inv(self._window[position - offset + 1].step.to_previous)
            if offset in self._offsets:
                found.append((-offset, matrix))
        return found


class _SmallestDifferences:
    """The smallest differences, pixel by pixel, between a picture and others brought into register with it.

    Args:
        image: (height, width, 3) the picture.
        kept: how many of the smallest to keep.
    """

    def __init__(self, image: Picture, kept: int) -> None:
        self._image = image
        # In ascending order; 255 stands for none.
        self._smallest: list[Any] = [np.full(image.shape[:2], 255, dtype=np.uint8) for _ in range(kept)]
        self._count = np.zeros(image.shape[:2], dtype=np.uint8)

    def add(self, neighbour: Picture, matrix: FloatArray) -> tuple[Picture, Picture]:
        """Add a neighbour mapped through a matrix; the difference, 255 where it is not seen, and 1 where it is."""
        height, width = self._image.shape[:2]
        square = np.ones((3, 3), dtype=np.uint8)
        moved = warp(neighbour, matrix, (width, height))
        seen = _seen_part(matrix, (width, height))
        above = cv2.subtract(self._image, cv2.dilate(moved, square))
        below = cv2.subtract(cv2.erode(moved, square), self._image)
        channels = cv2.split(cv2.max(above, below))
        largest: Any = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
        difference: Any = cv2.bitwise_or(largest, cv2.bitwise_not(seen))
        seen &= 1
        self.add_difference(difference, seen)
        return difference, seen

    def add_difference(self, difference: Any, seen: Picture) -> None:
        """Add what `add` of another gave."""
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


def _seen_part(matrix: FloatArray, size: tuple[int, int]) -> Picture:
    """255 where a picture mapped through the matrix covers another of the same (width, height)."""
    width, height = size
    inset = 2.0  # keeps interpolation at the border and the 3 x 3 surroundings inside
    corners = [(inset, inset), (width - inset, inset), (width - inset, height - inset), (inset, height - inset)]
    seen = np.zeros((height, width), dtype=np.uint8)
    cv2.fillConvexPoly(seen, np.rint(apply_homography(matrix, corners) - 0.5).astype(np.int32), 255)
    return seen


def _label_blobs(picture: _Shown, likely: Picture, sure: Picture, churn: Picture) -> FrameBlobs:
    """Connected blobs, fine ones and ones whose parts lie a few percent of the picture apart, largest first."""
    height = likely.shape[0]
    is_sure = sure > 0
    rows: list[FloatArray] = []
    wide_gap = max(5, round(height / 24) | 1)
    for moving, gap in ((sure, 3), (sure, wide_gap), (likely, 3)):
        mask = np.where(moving > 0, 255, 0).astype(np.uint8)
        if cv2.countNonZero(mask) <= _MAX_MOVING_SHARE * mask.size:
            rows.extend(_components((picture.image, moving, churn), is_sure, mask, gap))
    table = _distinct(np.array(rows).reshape(-1, 12))
    return FrameBlobs(
        time=picture.time,
        to_previous=picture.step.to_previous,
        is_cut=picture.step.is_cut,
        size=(likely.shape[1], height),
        xy=table[:, 0:2],
        extent=table[:, 2],
        box=table[:, 3:7],
        colour=table[:, 7:10],
        strength=table[:, 10],
        churn=table[:, 11],
    )


def _components(
    layers: tuple[Picture, Picture, Picture], is_sure: npt.NDArray[np.bool_], mask: Picture, gap: int
) -> FloatArray:
    """(n, 12) x, y, extent, left, top, right, bottom, blue, green, red, strength, churn of blobs with gaps closed."""
    image, moving, churn = layers
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    inside = np.flatnonzero(mask.ravel())
    label = labels.ravel()[inside]
    area = np.bincount(label, minlength=count).astype(np.float64)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    extent = np.maximum(width, height)
    suits = (area >= _MIN_AREA_PX) & (extent <= _MAX_ASPECT * area / extent)
    suits &= np.bincount(label, is_sure.ravel()[inside], count) >= np.maximum(_MIN_SURE_SHARE * area, 3)
    suits[0] = False
    kept = np.flatnonzero(suits)
    if not len(kept):
        return np.empty((0, 12))
    y, x = np.divmod(inside, mask.shape[1])
    weights = [x + 0.5, y + 0.5, *image.reshape(-1, 3)[inside].T, moving.ravel()[inside], churn.ravel()[inside]]
    means = np.stack([np.bincount(label, weight, count)[kept] / area[kept] for weight in weights], axis=1)
    left, top = stats[kept, cv2.CC_STAT_LEFT], stats[kept, cv2.CC_STAT_TOP]
    box = np.stack([left, top, left + width[kept], top + height[kept]], axis=1)
    return np.hstack([means[:, :2], extent[kept, None], box, means[:, 2:]])


def _distinct(table: FloatArray) -> FloatArray:
    """The strongest blobs, without those that appear twice."""
    table = table[np.argsort(-table[:, 2] * np.sqrt(table[:, 10]), kind="stable")]
    same = np.abs(table[:, None, 3:7] - table[None, :, 3:7]).max(axis=2) <= 2
    repeated = np.tril(same, -1).any(axis=1)
    distinct: FloatArray = table[~repeated][:_MAX_BLOBS]
    return distinct
