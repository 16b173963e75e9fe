"""A pose drawn over a picture: left red, right green, the middle white; what is unsure is thin."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from inference.pose.crop_map import PERSON_PADDING, CropRegion, Picture, crop_map
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray

_LEFT, _RIGHT, _MIDDLE = (80, 80, 255), (90, 230, 90), (255, 255, 255)
_SURE = 0.3
_FRACTION_BITS = 4
_FARTHEST_PX = 1e5


def draw_pose(picture: Picture, skeleton: Skeleton, keypoints: FloatArray, scores: FloatArray) -> None:
    """Draw a pose into a picture.

    Args:
        picture: (height, width, 3) BGR, changed in place.
        skeleton: of K joints.
        keypoints: (K, 2) image coordinates.
        scores: (K,) in [0, 1].
    """
    thickness = max(1, round(max(picture.shape[:2]) / 250))
    points = [_fixed(x, y) for x, y in np.clip(keypoints, -_FARTHEST_PX, _FARTHEST_PX)]
    for one, other in skeleton.limbs:
        is_sure = min(scores[one], scores[other]) >= _SURE
        colour = _colour(skeleton.joints[other])
        cv2.line(picture, points[one], points[other], colour, thickness if is_sure else 1, cv2.LINE_AA, _FRACTION_BITS)
    for joint, point in zip(skeleton.joints, points, strict=True):
        cv2.circle(picture, point, (thickness + 1) << _FRACTION_BITS, _colour(joint), -1, cv2.LINE_AA, _FRACTION_BITS)


def drawn_crop(
    picture: Picture, skeleton: Skeleton, region: CropRegion, keypoints: FloatArray, scores: FloatArray, side_px: int
) -> Picture:
    """(side_px, side_px, 3) what a model was shown, turned as the picture is, with the pose over it."""
    crop = crop_map(region.turned(0.0), (side_px, side_px), PERSON_PADDING)
    shown = crop.cut(picture)
    draw_pose(shown, skeleton, crop.to_crop(keypoints), scores)
    return shown


def contact_sheet(crops: Sequence[Picture], columns: int = 8) -> Picture:
    """Crops of one size side by side, row by row; black where the last row ends early."""
    height, width = crops[0].shape[:2]
    rows = -(-len(crops) // columns)
    columns = min(columns, len(crops))
    sheet = np.zeros((rows * height, columns * width, 3), np.uint8)
    for place, crop in enumerate(crops):
        row, column = divmod(place, columns)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = crop
    return sheet


def _fixed(x: float, y: float) -> tuple[int, int]:
    """A point as OpenCV wants it: pixel indices in sixteenths."""
    return round((x - 0.5) * 2**_FRACTION_BITS), round((y - 0.5) * 2**_FRACTION_BITS)


def _colour(joint: str) -> tuple[int, int, int]:
    if joint.startswith("left"):
        return _LEFT
    return _RIGHT if joint.startswith("right") else _MIDDLE
