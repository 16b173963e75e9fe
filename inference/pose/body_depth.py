"""How much farther from the camera than the pelvis each keypoint is, in the unit of the picture.

Seen from as far away as divers are, a body is drawn as if every part of it were at the pelvis's distance (weak
perspective). Then a metre is as many pixels along the line of sight as across it, and a keypoint in space is (x, y,
depth): a third coordinate in pixels of the picture, 0 at the pelvis, growing away from the camera. Where the distance
is known, thesis section 4.5.4 normalises depth by the perspective instead; the two agree the better the farther away
the camera is, and a twentieth is what they differ by for a hand a metre from the pelvis and twenty from the camera.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from inference.pose.skeletons import Skeleton
from inference.results import FloatArray

ROOT: Final = "pelvis"


def depths_in_picture(
    keypoints: npt.NDArray[np.floating], focal_px: npt.NDArray[np.floating], skeleton: Skeleton
) -> FloatArray:
    """(..., joints) px; NaN where a keypoint, the pelvis or the camera is not known.

    Depth is measured along the line of sight to the pelvis, which is the one that the middle of a crop is seen along.

    Args:
        keypoints: (..., joints, 3) camera space, mm; NaN where not known.
        focal_px: (...) focal length of the camera, px of the picture.
        skeleton: whose joints they are.
    """
    points = keypoints.astype(np.float64)
    if ROOT not in skeleton.joints:
        return np.full(points.shape[:-1], np.nan)
    root = points[..., skeleton.index(ROOT), :]
    distance = np.linalg.norm(root, axis=-1, keepdims=True)
    away: FloatArray = ((points - root[..., None, :]) @ (root / distance)[..., None])[..., 0]
    depths: FloatArray = away * np.asarray(focal_px, np.float64)[..., None] / distance
    return depths


def seen_from_camera(keypoints: npt.NDArray[np.floating], skeleton: Skeleton) -> FloatArray:
    """(..., joints, 3) mm from the pelvis, z along the line of sight to it, x and y as near to the camera's as can be.

    What a camera that turns to the pelvis by the shortest way has for its own axes, and so what a crop shows.

    Args:
        keypoints: (..., joints, 3) camera space, mm; NaN where not known.
        skeleton: whose joints they are; the pelvis is one of them.
    """
    points = keypoints.astype(np.float64)
    root = points[..., skeleton.index(ROOT), :]
    x, y, z = np.moveaxis(root / np.linalg.norm(root, axis=-1, keepdims=True), -1, 0)
    rows = [[1 - x * x / (1 + z), -x * y / (1 + z), -x], [-x * y / (1 + z), 1 - y * y / (1 + z), -y], [x, y, z]]
    turn = np.moveaxis(np.array(rows), (0, 1), (-2, -1))
    turned: FloatArray = (points - root[..., None, :]) @ np.swapaxes(turn, -1, -2)
    return turned
