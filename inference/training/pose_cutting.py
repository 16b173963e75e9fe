"""Crops for pose models out of pictures whose keypoints are known."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inference.dataset.schema import Visibility
from inference.results import FloatArray
from inference.simulator.footage.pose_close_ups import CROP_MARGIN, CROP_SIDE_PX
from inference.training.pose_examples import NOT_LABELLED, VISIBILITIES, Picture

_OUTSIDE = VISIBILITIES.index(Visibility.OUT_OF_FRAME)


def crop_scale(reach_px: float) -> float:
    """How many px of the crop one of the picture is; see `crop_matrix`."""
    return CROP_SIDE_PX / (CROP_MARGIN * reach_px)


def crop_matrix(centre: FloatArray, reach_px: float) -> FloatArray:
    """(2, 3) from image coordinates to those of the crop around a place.

    Args:
        centre: (2,) image coordinates.
        reach_px: side of the square that a network is to see; the crop is `CROP_MARGIN` times as wide.
    """
    larger = crop_scale(reach_px)
    return np.column_stack([np.eye(2) * larger, CROP_SIDE_PX / 2 - larger * centre])


def cut_person(picture: Picture, centre: FloatArray, reach_px: float) -> Picture:
    """(CROP_SIDE_PX, CROP_SIDE_PX, 3) the crop around a place, black beyond the picture's border.

    Args:
        picture: (height, width, 3).
        centre: see `crop_matrix`.
        reach_px: see `crop_matrix`.
    """
    matrix = crop_matrix(centre, reach_px)
    shrink = int(1 / matrix[0, 0])
    if shrink > 1:
        # Only what the crop shows is shrunk, which is all of a close-up but little of a large picture.
        half = CROP_MARGIN * reach_px / 2 + shrink
        height, width = picture.shape[:2]
        left, top = (max(int(value - half) // shrink * shrink, 0) for value in centre)
        right, bottom = min(int(centre[0] + half) + 1, width), min(int(centre[1] + half) + 1, height)
        across, down = (right - left) // shrink, (bottom - top) // shrink
        if across < 1 or down < 1:
            return np.zeros((CROP_SIDE_PX, CROP_SIDE_PX, 3), np.uint8)
        part = np.ascontiguousarray(picture[top : top + down * shrink, left : left + across * shrink])
        picture = np.asarray(cv2.resize(part, (across, down), interpolation=cv2.INTER_AREA), np.uint8)
        matrix = np.column_stack([matrix[:, :2] * shrink, matrix[:, 2] + matrix[:, :2] @ [left, top]])
    # OpenCV counts pixels, whose centres are half a pixel further in our coordinates.
    indices = matrix.copy()
    indices[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5
    size = (CROP_SIDE_PX, CROP_SIDE_PX)
    return np.asarray(cv2.warpAffine(picture, indices, size, flags=cv2.INTER_LINEAR), np.uint8)


def labels_in_crop(
    keypoints: FloatArray, visibility: npt.NDArray[np.int8], centre: FloatArray, reach_px: float
) -> tuple[FloatArray, npt.NDArray[np.int8]]:
    """Keypoints of a picture as those of the crop around a place.

    Args:
        keypoints: (joints, 2) image coordinates; NaN where not labelled.
        visibility: (joints,) places in `VISIBILITIES`, or `NOT_LABELLED`.
        centre: see `crop_matrix`.
        reach_px: see `crop_matrix`.

    Returns:
        (joints, 2) px of the crop and (joints,) visibility, where what the crop does not show is out of frame.
    """
    matrix = crop_matrix(centre, reach_px)
    moved: FloatArray = keypoints @ matrix[:, :2].T + matrix[:, 2]
    with np.errstate(invalid="ignore"):
        inside = ((moved >= 0) & (moved < CROP_SIDE_PX)).all(axis=1)
    seen = np.where((visibility != NOT_LABELLED) & ~inside, _OUTSIDE, visibility).astype(np.int8)
    return moved, seen
