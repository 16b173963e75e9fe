"""The venue in every frame: its background turned with the camera, with the water moving in it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from inference.results import FloatArray, apply_homography
from inference.simulator.picture.background import Background
from inference.simulator.picture.camera import Camera
from inference.simulator.picture.cone_painter import Box
from inference.simulator.picture.water import MovingWater
from inference.simulator.venue.noise import Float32Array

Picture = npt.NDArray[np.uint8]
_BLUR_STEP_PX = 1.3
_MOST_BLUR_STEPS = 6
_FAR_M = 1e4


class Scenery:
    """What a camera sees of a venue, frame by frame.

    Args:
        background: painted for the camera.
        water: of the venue, in that background.
        camera: that looks.
    """

    def __init__(self, background: Background, water: MovingWater, camera: Camera) -> None:
        self._background = background
        self._water = water
        self._camera = camera
        view = background.view
        same = camera.is_fixed and view.size == camera.size
        self._is_still = bool(same)
        width, height = camera.size
        self._corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)

    def frame(self, frame_index: int) -> Picture:
        """(height, width, 3) BGR of the venue without people, blurred by the camera's own movement."""
        seconds = frame_index / self._camera.fps
        if self._is_still:
            height, width = self._background.picture.shape[:2]
            return self._part(seconds, (slice(0, height), slice(0, width)))
        moments = self._moments(frame_index)
        maps = [self._to_background(moment) for moment in moments]
        window = self._window(maps)
        part = self._part(seconds, window)
        shift = np.array([[1, 0, -window[1].start], [0, 1, -window[0].start], [0, 0, 1.0]])
        total: npt.NDArray[np.uint16] | None = None
        for matrix in maps:
            turned = self._turned(part, shift @ matrix)
            if len(maps) == 1:
                return turned
            total = turned.astype(np.uint16) if total is None else np.asarray(cv2.add(total, turned, dtype=cv2.CV_16U))
        if total is None:
            raise AssertionError("a frame has at least one moment")
        return np.asarray((total + len(maps) // 2) // len(maps), np.uint8)

    def ranges(self, frame_index: int, box: Box) -> Float32Array:
        """(rows, fineness, columns, fineness) metres from the camera to what is solid in a part of a frame."""
        left, top, right, bottom = box
        fine = self._background.fineness
        if self._is_still:
            part = self._background.ranges[top * fine : bottom * fine, left * fine : right * fine]
        else:
            place = np.array([[1 / fine, 0, left], [0, 1 / fine, top], [0, 0, 1.0]])
            matrix = np.diag([fine, fine, 1.0]) @ self._to_background(frame_index) @ place
            part = np.asarray(
                cv2.warpPerspective(
                    self._background.ranges,
                    _HALF_BACK @ matrix @ _HALF_ON,
                    ((right - left) * fine, (bottom - top) * fine),
                    flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
                    borderValue=_FAR_M,
                ),
                np.float32,
            )
        return part.reshape(bottom - top, fine, right - left, fine)

    def is_water(self, frame_index: int, box: Box) -> Picture:
        """(rows, columns) 255 where nothing but water is seen in a part of a frame, else 0."""
        left, top, right, bottom = box
        if self._is_still:
            return self._background.is_water[top:bottom, left:right]
        matrix = self._to_background(frame_index) @ np.array([[1, 0, left], [0, 1, top], [0, 0, 1.0]])
        return np.asarray(
            cv2.warpPerspective(
                self._background.is_water,
                _HALF_BACK @ matrix @ _HALF_ON,
                (right - left, bottom - top),
                flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
            ),
            np.uint8,
        )

    def _part(self, seconds: float, window: tuple[slice, slice]) -> Picture:
        """A part of the background at a time, with its water and spectators moving."""
        part = self._background.picture[window].copy()
        top, left = window[0].start, window[1].start
        for fidget in self._background.fidgets:
            shown = fidget.at(seconds)
            x, y = fidget.left - left, fidget.top - top
            inside = part[max(y, 0) : max(y + len(shown), 0), max(x, 0) : max(x + shown.shape[1], 0)]
            inside[:] = shown[max(-y, 0) :, max(-x, 0) :][: inside.shape[0], : inside.shape[1]]
        self._water.paint(part, seconds, window)
        return part

    def _to_background(self, frame: float) -> FloatArray:
        """(3, 3) from image coordinates of a frame to those of the background."""
        view = self._background.view
        return self._camera.homography_to(view.rotation, view.intrinsics, frame)

    def _moments(self, frame_index: int) -> list[float]:
        """Frame times spread over the exposure, so many that none moves the picture by much."""
        half = self._camera.exposure_s * self._camera.fps / 2
        first, last = self._to_background(frame_index - half), self._to_background(frame_index + half)
        moved = apply_homography(first, self._corners) - apply_homography(last, self._corners)
        count = int(np.clip(np.ceil(np.abs(moved).max() / _BLUR_STEP_PX), 1, _MOST_BLUR_STEPS))
        return [float(frame_index + half * offset) for offset in _spread(count)]

    def _window(self, maps: Sequence[FloatArray]) -> tuple[slice, slice]:
        """The part of the background that some frames show, begun at even numbers."""
        points = np.concatenate([apply_homography(matrix, self._corners) for matrix in maps])
        low, high = np.floor(points.min(axis=0)).astype(int) - 2, np.ceil(points.max(axis=0)).astype(int) + 3
        width, height = self._background.view.size
        left, right = np.clip([low[0], high[0]], 0, width)
        top, bottom = np.clip([low[1], high[1]], 0, height)
        return slice(int(top - top % 2), int(bottom)), slice(int(left - left % 2), int(right))

    def _turned(self, part: Picture, matrix: FloatArray) -> Picture:
        return np.asarray(
            cv2.warpPerspective(
                part,
                _HALF_BACK @ matrix @ _HALF_ON,
                self._camera.size,
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.uint8,
        )


_HALF_ON = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1.0]])
"""From pixel indices, which OpenCV counts, to image coordinates, in which a pixel's centre lies at a half."""
_HALF_BACK = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1.0]])


def _spread(count: int) -> FloatArray:
    """(count,) middles of equal parts of -1 to 1."""
    middles: FloatArray = (np.arange(count) + 0.5) / count * 2 - 1
    return middles
