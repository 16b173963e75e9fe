"""The moving blobs of one picture: connected parts of what differs from the neighbours in time."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray, FrameTime
from inference.video.camera_motion import CameraStep
from inference.video.picture import Picture

_MIN_SURE_SHARE = 0.08
_MIN_SURE_PX = 3
_MIN_AREA_PX = 5
_MAX_BLOBS = 36
_MAX_MOVING_SHARE = 0.5
_MAX_ASPECT = 14.0
_COLUMNS = 12


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


@dataclass(frozen=True, slots=True, eq=False)
class PictureLayers:
    """What is known of each pixel of a picture: image is (height, width, 3) BGR, the others (height, width).

    likely, sure and leaving are its differences from the neighbours in time, 0 where it does not move (see
    `inference.diving.candidates`); churn is its change within a fifth of a second.
    """

    image: Picture
    likely: Picture
    sure: Picture
    leaving: Picture
    churn: Picture


def moving_blobs(time: FrameTime, step: CameraStep, layers: PictureLayers) -> FrameBlobs:
    """Connected blobs, fine ones and ones whose parts lie a few percent of the picture apart, largest first."""
    height, width = layers.sure.shape
    is_sure = layers.sure > 0
    rows = np.empty((0, _COLUMNS))
    if np.count_nonzero(is_sure) >= _MIN_SURE_PX:
        wide_gap = max(5, round(height / 24) | 1)
        found = [
            _components(layers, moving, is_sure, gap)
            for moving, gap in ((layers.sure, 3), (layers.sure, wide_gap), (layers.likely, 3), (layers.leaving, 3))
        ]
        rows = _distinct(np.vstack(found))
    return FrameBlobs(
        time=time,
        to_previous=step.to_previous,
        is_cut=step.is_cut,
        size=(width, height),
        xy=rows[:, 0:2],
        extent=rows[:, 2],
        box=rows[:, 3:7],
        colour=rows[:, 7:10],
        strength=rows[:, 10],
        churn=rows[:, 11],
    )


def _components(layers: PictureLayers, moving: Picture, is_sure: npt.NDArray[np.bool_], gap: int) -> FloatArray:
    """(n, 12) x, y, extent, left, top, right, bottom, blue, green, red, strength, churn of blobs with gaps closed."""
    mask = cv2.threshold(moving, 0, 255, cv2.THRESH_BINARY)[1]
    if cv2.countNonZero(mask) > _MAX_MOVING_SHARE * mask.size:
        return np.empty((0, _COLUMNS))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
    # Three times as fast as OpenCV's default; a picture of this size has no more labels than 16 bits count.
    count, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(closed, 8, cv2.CV_16U, cv2.CCL_SPAGHETTI)
    inside = np.flatnonzero(mask)
    label = labels.ravel()[inside]
    area = np.bincount(label, minlength=count).astype(np.float64)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    extent = np.maximum(width, height)
    suits = (area >= _MIN_AREA_PX) & (extent <= _MAX_ASPECT * area / extent)
    suits &= np.bincount(label, is_sure.ravel()[inside], count) >= np.maximum(_MIN_SURE_SHARE * area, _MIN_SURE_PX)
    suits[0] = False
    kept = np.flatnonzero(suits)
    if not len(kept):
        return np.empty((0, _COLUMNS))
    # Water is hundreds of blobs, of which few suit: only the pixels of those are gathered.
    chosen = suits[label]
    inside, label = inside[chosen], label[chosen]
    y, x = np.divmod(inside, mask.shape[1])
    colours = layers.image.reshape(-1, 3)[inside].T
    weights = [x + 0.5, y + 0.5, *colours, moving.ravel()[inside], layers.churn.ravel()[inside]]
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
