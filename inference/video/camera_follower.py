"""The camera's steps through a stream of pictures, with little work where it stands still.

A camera on a tripod gives the same picture of the venue again and again. Whether it does is seen directly, without
tracking anything: where the picture has gradients, a small motion of the camera would change it by gradient times
motion (Lucas & Kanade, one step), so that the motion follows by robust least squares. While that motion, since the
picture where the camera came to rest, is below a tenth of a pixel, every step is the identity; a slow drift adds up
against that picture and is then taken in one step. A picture that hardly differs from the one before, next to how much
pictures change about then, is that picture shown again, as where a video has been brought to a higher frame rate.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray
from inference.video.camera_motion import CameraStep, camera_step
from inference.video.picture import Picture

_STILL_PX = 0.1
_GRADIENT = 64.0
_MIN_PIXELS = 300
_MAX_PIXELS = 4000
_MAX_CHANGE = 6.0
_SAME_LEVELS = 5
_LIKE_LEVELS = 20
_LIKE_SHARE = 0.15
_CHANGES_KEPT = 10
_USUAL_CHANGE = 0.75
_SOBEL_GAIN = 8.0


class CameraFollower:
    """Follows a camera from picture to picture."""

    def __init__(self) -> None:
        self._shown: Picture | None = None
        self._at_rest: Picture | None = None
        self._changes: deque[float] = deque(maxlen=_CHANGES_KEPT)

    def follow(self, current: Picture) -> CameraStep:
        """The camera's step from a picture to the one given before it; none for the first picture.

        Args:
            current: (height, width) grey picture.
        """
        if self._shown is None or self._at_rest is None:
            self._shown = self._at_rest = current
            return CameraStep(np.eye(3), 1.0, is_cut=False)
        if self._is_repeat(self._shown, current):
            return CameraStep(np.eye(3), 1.0, is_cut=False, is_repeat=True)
        # Repeats are told by the picture they repeat, or changes too small to see would never add up.
        self._shown = current
        if is_still(self._at_rest, current):
            return CameraStep(np.eye(3), 1.0, is_cut=False)
        # The picture at rest stands for the one before, which it is in register with.
        step = camera_step(self._at_rest, current)
        self._at_rest = current
        return step

    def _is_repeat(self, shown: Picture, current: Picture) -> bool:
        difference = cv2.absdiff(shown, current)
        change = float(cv2.mean(difference)[0])
        usual = float(np.quantile(self._changes, _USUAL_CHANGE)) if self._changes else 0.0
        self._changes.append(change)
        # Averages of 5 x 5 pixels: the noise of a codec goes, a limb that moved stays.
        largest = int(np.asarray(cv2.blur(difference, (5, 5))).max())
        return largest <= _SAME_LEVELS or (largest <= _LIKE_LEVELS and change < _LIKE_SHARE * usual)


def is_still(previous: Picture, current: Picture) -> bool:
    """Whether two pictures are of the same view: a camera's motion between them, if any, is below a tenth of a pixel.

    Args:
        previous: (height, width) grey picture.
        current: (height, width) grey picture.

    Returns:
        False as well where there is too little to see to tell.
    """
    across, down = (cv2.Sobel(current, cv2.CV_16S, *order) for order in ((1, 0), (0, 1)))
    strength = cv2.add(cv2.convertScaleAbs(across), cv2.convertScaleAbs(down))
    chosen = np.flatnonzero(np.asarray(strength).ravel() > _GRADIENT)
    if len(chosen) < _MIN_PIXELS:
        return False
    chosen = chosen[:: 1 + len(chosen) // _MAX_PIXELS]
    change = current.ravel()[chosen].astype(np.float64) - previous.ravel()[chosen]
    spread = float(np.median(np.abs(change)))
    if spread > _MAX_CHANGE:
        return False
    # What moves by itself changes more than the rest.
    venue = np.abs(change) <= 4 * spread + 2
    gradients = np.stack([np.asarray(part).ravel()[chosen[venue]] for part in (across, down)]) / _SOBEL_GAIN
    motion = _motion(chosen[venue], gradients, change[venue], current.shape)
    return motion is not None and motion < _STILL_PX


def _motion(
    pixels: npt.NDArray[np.intp], gradients: npt.NDArray[Any], change: FloatArray, shape: tuple[int, ...]
) -> float | None:
    """How far the similarity that explains the changes moves the corners of the picture (px), by least squares."""
    height, width = shape
    rows, columns = np.divmod(pixels, width)
    x, y = (columns + 0.5) / width - 0.5, (rows + 0.5) / height - 0.5
    x, y = x * width / max(width, height), y * height / max(width, height)
    gx, gy = gradients
    # Motion (a + c x - d y, b + d x + c y) of the content, in pixels; x and y reach a half at the picture's edge.
    design = np.stack([gx, gy, gx * x + gy * y, gy * x - gx * y])
    normal = design @ design.T
    if np.linalg.cond(normal) > 1e6:
        return None
    a, b, c, d = np.linalg.solve(normal, -design @ change)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    corners = corners * (width, height) / max(width, height)
    moved = np.stack([a + c * corners[:, 0] - d * corners[:, 1], b + d * corners[:, 0] + c * corners[:, 1]], axis=1)
    return float(np.abs(moved).max())
