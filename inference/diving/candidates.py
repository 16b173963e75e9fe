"""Candidate locations of a diver: blobs that moved against the background, whatever the camera did.

A pixel belongs to a moving blob if it differs from nearly all of its neighbours in time after these have been brought
into register with it. Pictures a tenth to a third of a second away on both sides serve as neighbours: a diver in flight
has moved or turned by then, water has been through most of its ripple, and no background picture has to be learned, so
pans and cuts cost nothing. Differences within the local range of the neighbour's 3 x 3 surroundings do not count, which
forgives a pixel of misregistration. A pixel of the picture itself that has not changed for two seconds is a caption or
a logo, which would seem to fly whenever the camera moves.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray, FrameTime, apply_homography
from inference.video.camera_motion import CameraStep, warp
from inference.video.picture import Picture

NEIGHBOUR_S = (0.1, 0.2, 0.33)
"""How far away in time a picture's neighbours are, on both sides."""

_MIN_DIFFERENCE = 14
_MIN_NEIGHBOURS = 2
_MIN_AREA_PX = 5
_MAX_BLOBS = 28
_MAX_MOVING_SHARE = 0.5
_STILL_S = 2.0
_STILL_CHANGE = 9.0
_MAX_ASPECT = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class FrameBlobs:
    """The moving blobs of one picture, in its own coordinates (analysis pixels).

    xy is (n, 2) centroids, extent (n,) longer sides of the bounding boxes, box (n, 4) left, top, right, bottom, colour
    (n, 3) mean BGR, strength (n,) mean difference from the background in grey levels. to_previous maps the picture to
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


@dataclass(slots=True, eq=False)
class _Shown:
    time: FrameTime
    image: Picture
    step: CameraStep
    is_still: Picture


class BlobFinder:
    """Finds moving blobs in a stream of pictures, `delay` pictures behind it.

    Args:
        rate_hz: pictures per second of real time (slow motion already taken out).
    """

    def __init__(self, rate_hz: float) -> None:
        self._offsets = sorted({max(1, round(seconds * rate_hz)) for seconds in NEIGHBOUR_S})
        self.delay = self._offsets[-1]
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
        self._window.append(_Shown(time, image, step, self._still_pixels(grey)))
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
        moving = cv2.threshold(self._difference(position), _MIN_DIFFERENCE - 1, 255, cv2.THRESH_TOZERO)[1]
        moving = cv2.bitwise_and(moving, cv2.bitwise_not(picture.is_still))
        return _label_blobs(picture, np.asarray(moving, dtype=np.uint8))

    def _difference(self, position: int) -> Picture:
        """(height, width) second smallest difference from the neighbours in time that show the same place."""
        picture = self._window[position]
        height, width = picture.image.shape[:2]
        smallest = np.full((height, width), 255, dtype=np.uint8)
        second = smallest.copy()
        count = np.zeros((height, width), dtype=np.uint8)
        square = np.ones((3, 3), dtype=np.uint8)
        for offset, matrix in self._neighbours(position):
            neighbour = warp(self._window[position + offset].image, matrix, (width, height))
            seen = _seen_part(matrix, (width, height))
            above = cv2.subtract(picture.image, cv2.dilate(neighbour, square))
            below = cv2.subtract(cv2.erode(neighbour, square), picture.image)
            channels = cv2.split(cv2.max(above, below))
            difference = cv2.max(cv2.max(channels[0], channels[1]), channels[2])
            cv2.bitwise_or(difference, cv2.bitwise_not(seen), dst=difference)
            cv2.min(second, cv2.max(smallest, difference), dst=second)
            cv2.min(smallest, difference, dst=smallest)
            count += seen & 1
        result = np.where(count > _MIN_NEIGHBOURS, second, smallest)
        result[count < _MIN_NEIGHBOURS] = 0
        return result.astype(np.uint8, copy=False)

    def _neighbours(self, position: int) -> list[tuple[int, FloatArray]]:
        """(offset, map from the neighbour to the picture) of neighbours in the same shot."""
        found = []
        matrix = np.eye(3)
        for offset in range(1, self._offsets[-1] + 1):
            if position + offset >= len(self._window) or self._window[position + offset].step.is_cut:
                break
            matrix = matrix @ self._window[position + offset].step.to_previous
            if offset in self._offsets:
                found.append((offset, matrix))
        matrix = np.eye(3)
        for offset in range(1, self._offsets[-1] + 1):
            if position - offset < 0 or self._window[position - offset + 1].step.is_cut:
                break
            matrix = matrix @ np.linalg.inv(self._window[position - offset + 1].step.to_previous)
            if offset in self._offsets:
                found.append((-offset, matrix))
        return found


def _seen_part(matrix: FloatArray, size: tuple[int, int]) -> Picture:
    """255 where a picture mapped through the matrix covers another of the same (width, height)."""
    width, height = size
    inset = 2.0  # keeps interpolation at the border and the 3 x 3 surroundings inside
    corners = [(inset, inset), (width - inset, inset), (width - inset, height - inset), (inset, height - inset)]
    seen = np.zeros((height, width), dtype=np.uint8)
    cv2.fillConvexPoly(seen, np.rint(apply_homography(matrix, corners) - 0.5).astype(np.int32), 255)
    return seen


def _label_blobs(picture: _Shown, moving: Picture) -> FrameBlobs:
    """Connected blobs, fine ones and ones whose parts lie a few percent of the picture apart, largest first."""
    height = moving.shape[0]
    mask = np.where(moving > 0, 255, 0).astype(np.uint8)
    rows: list[FloatArray] = []
    if cv2.countNonZero(mask) <= _MAX_MOVING_SHARE * mask.size:
        for gap in (3, max(5, round(height / 24) | 1)):
            rows.extend(_components(picture.image, moving, mask, gap))
    table = _distinct(np.array(rows).reshape(-1, 11))
    return FrameBlobs(
        time=picture.time,
        to_previous=picture.step.to_previous,
        is_cut=picture.step.is_cut,
        size=(moving.shape[1], height),
        xy=table[:, 0:2],
        extent=table[:, 2],
        box=table[:, 3:7],
        colour=table[:, 7:10],
        strength=table[:, 10],
    )


def _components(image: Picture, moving: Picture, mask: Picture, gap: int) -> FloatArray:
    """(n, 11) x, y, extent, left, top, right, bottom, blue, green, red, strength of blobs with gaps closed."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    inside = np.flatnonzero(mask.ravel())
    label = labels.ravel()[inside]
    area = np.bincount(label, minlength=count).astype(np.float64)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    extent = np.maximum(width, height)
    suits = (area >= _MIN_AREA_PX) & (extent <= _MAX_ASPECT * area / extent)
    suits[0] = False
    kept = np.flatnonzero(suits)
    if not len(kept):
        return np.empty((0, 11))
    y, x = np.divmod(inside, mask.shape[1])
    weights = [x + 0.5, y + 0.5, *image.reshape(-1, 3)[inside].T, moving.ravel()[inside]]
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
