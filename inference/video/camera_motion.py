"""Camera motion from frame to frame: tracked features, a robust map between pictures, cuts between shots.

Every step maps image coordinates of one picture to those of the picture before. Feature tracks (pyramidal Lucas-Kanade,
checked forwards and backwards) vote for a similarity and a homography by RANSAC; the homography is taken where the
tracks are many and spread widely enough to carry its eight numbers, the similarity where only few features are left, as
over open water, and phase correlation where tracking fails altogether. A step after which the two pictures still do not
look alike is a cut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from inference.progress import CancelToken, Progress
from inference.results import CameraMotion, FloatArray, apply_homography
from inference.video.picture import Picture
from inference.video.reader import FrameReader

ANALYSIS_AREA_PX = 100_000
"""Pictures are analysed at about this many pixels, whatever their own size."""

_FEATURE_COUNT = 200
_TRACKING: Any = {
    "winSize": (15, 15),
    "maxLevel": 4,
    "flags": cv2.OPTFLOW_USE_INITIAL_FLOW,
    "criteria": (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 15, 0.02),
}
_RANSAC_THRESHOLD_PX = 1.5
_RETURN_TOLERANCE_PX = 0.7
_MIN_TRACKS_SIMILARITY = 8
_MIN_TRACKS_HOMOGRAPHY = 40
_MIN_HOMOGRAPHY_SPREAD = 0.3
_MIN_TRACKED_SHARE = 0.3
_CUT_CORRELATION = 0.5
_THUMBNAIL_WIDTH = 48


@dataclass(frozen=True, slots=True, eq=False)
class CameraStep:
    """How the camera moved between two pictures.

    to_previous is (3, 3), from image coordinates of a picture to those of the picture before (px of the pictures
    given, the centre of the top-left pixel at (0.5, 0.5)); support is the share of tracked features that agree with
    it; is_cut says that the two pictures belong to different shots, and then the map is the identity; is_repeat says
    that the second picture is the first one shown again.
    """

    to_previous: FloatArray
    support: float
    is_cut: bool
    is_repeat: bool = False

    def then(self, later: CameraStep) -> CameraStep:
        """The step over two pictures: this one and the one after it."""
        return CameraStep(
            self.to_previous @ later.to_previous,
            later.support,
            is_cut=self.is_cut or later.is_cut,
            is_repeat=self.is_repeat and later.is_repeat,
        )


def analysis_size(width: int, height: int, area_px: int = ANALYSIS_AREA_PX) -> tuple[int, int]:
    """(width, height) at which pictures of the given size are analysed; never larger than they are."""
    scale = min(1.0, math.sqrt(area_px / (width * height)))
    return max(16, round(width * scale)), max(16, round(height * scale))


def camera_step(previous: Picture, current: Picture) -> CameraStep:
    """Estimate the camera's motion between two pictures.

    Args:
        previous: (height, width) grey picture.
        current: (height, width) grey picture, one frame later.

    Returns:
        The step from current back to previous.
    """
    matrix, support = _fit_tracks(*_track_features(current, previous), current.shape)
    if matrix is None or support < _MIN_TRACKED_SHARE:
        shifted = _phase_shift(previous, current)
        if shifted is not None:
            # A pan too hard to track from where things were: track from where they seem to have gone.
            refined, refined_support = _fit_tracks(*_track_features(current, previous, shifted), current.shape)
            if refined is not None and refined_support > support:
                matrix, support = refined, refined_support
            elif matrix is None or _likeness(previous, current, shifted) > _CUT_CORRELATION:
                matrix = shifted
    if matrix is None:
        matrix = np.eye(3)
    if support < _MIN_TRACKED_SHARE and _likeness(previous, current, matrix) < _CUT_CORRELATION:
        return CameraStep(np.eye(3), support, is_cut=True)
    return CameraStep(matrix, support, is_cut=False)


def _track_features(
    source: Picture, target: Picture, expected: FloatArray | None = None
) -> tuple[FloatArray, FloatArray, int]:
    """Corners of source and where they went in target, both (n, 2), and how many corners there were.

    expected, a translation, says where to start looking; where the corners were if None.
    """
    spacing = max(4, source.shape[1] // 50)
    corners = cv2.goodFeaturesToTrack(source, _FEATURE_COUNT, 0.005, spacing, blockSize=5)
    if corners is None:
        return np.empty((0, 2)), np.empty((0, 2)), 0
    shift = np.zeros(2, np.float32) if expected is None else expected[:2, 2].astype(np.float32)
    guess = np.asarray(corners + shift, dtype=np.float32)
    moved, found, _ = cv2.calcOpticalFlowPyrLK(source, target, corners, guess, **_TRACKING)
    guess = np.asarray(moved - shift, dtype=np.float32)
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(target, source, moved, guess, **_TRACKING)
    error = np.linalg.norm((back - corners).reshape(-1, 2), axis=1)
    kept = (found.ravel() > 0) & (found_back.ravel() > 0) & (error < _RETURN_TOLERANCE_PX)
    start = corners.reshape(-1, 2)[kept].astype(np.float64) + 0.5
    end = moved.reshape(-1, 2)[kept].astype(np.float64) + 0.5
    return start, end, len(corners)


def _fit_tracks(
    start: FloatArray, end: FloatArray, corner_count: int, shape: tuple[int, ...]
) -> tuple[FloatArray | None, float]:
    """The map that most tracks agree with, and their share of all corners."""
    if len(start) < _MIN_TRACKS_SIMILARITY:
        return None, 0.0
    similarity, inlier = cv2.estimateAffinePartial2D(
        start, end, method=cv2.RANSAC, ransacReprojThreshold=_RANSAC_THRESHOLD_PX
    )
    if similarity is None:
        return None, 0.0
    count = int(inlier.sum())
    matrix = np.vstack([similarity, [0.0, 0.0, 1.0]]).astype(np.float64)
    if len(start) >= _MIN_TRACKS_HOMOGRAPHY:
        found, inlier = cv2.findHomography(start, end, cv2.RANSAC, _RANSAC_THRESHOLD_PX)
        if found is not None and inlier.sum() >= max(count, _MIN_TRACKS_HOMOGRAPHY):
            homography = np.asarray(found, dtype=np.float64)
            spread = np.ptp(start[inlier.ravel() > 0], axis=0) / (shape[1], shape[0])
            if spread.min() >= _MIN_HOMOGRAPHY_SPREAD and _is_moderate(homography, shape):
                matrix, count = homography, int(inlier.sum())
    if not _is_moderate(matrix, shape):
        return None, 0.0
    return matrix, count / corner_count


def _is_moderate(matrix: FloatArray, shape: tuple[int, ...]) -> bool:
    """Whether a step keeps the picture's corners in a convex quadrangle of about the same area."""
    height, width = shape[:2]
    corners = apply_homography(matrix, [(0, 0), (width, 0), (width, height), (0, height)])
    sides = np.roll(corners, -1, axis=0) - corners
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    return bool(
        np.isfinite(corners).all() and (turns > 0.5 * width * height).all() and (turns < 2 * width * height).all()
    )


def _phase_shift(previous: Picture, current: Picture) -> FloatArray | None:
    """A pure translation from current to previous by phase correlation, or None where there is no clear peak."""
    small = (current.shape[1] // 2, current.shape[0] // 2)
    first = cv2.resize(current, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    second = cv2.resize(previous, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    window = cv2.createHanningWindow(small, cv2.CV_32F)
    (x, y), response = cv2.phaseCorrelate(first, second, window)
    if response < 0.1:
        return None
    return np.array([[1.0, 0.0, 2 * x], [0.0, 1.0, 2 * y], [0.0, 0.0, 1.0]])


def _likeness(previous: Picture, current: Picture, to_previous: FloatArray) -> float:
    """Correlation of two small, blurred pictures where they overlap, -1 to 1."""
    scale = _THUMBNAIL_WIDTH / current.shape[1]
    size = (_THUMBNAIL_WIDTH, max(8, round(current.shape[0] * scale)))
    zoom = np.diag([size[0] / current.shape[1], size[1] / current.shape[0], 1.0])
    first = cv2.resize(previous, size, interpolation=cv2.INTER_AREA)
    second = np.asarray(cv2.resize(current, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    moved = warp(second, zoom @ to_previous @ np.linalg.inv(zoom), size)
    seen = warp(np.full_like(second, 255), zoom @ to_previous @ np.linalg.inv(zoom), size) > 127
    if seen.mean() < 0.25:
        return 0.0
    a, b = first[seen].astype(np.float64), moved[seen].astype(np.float64)
    a, b = a - a.mean(), b - b.mean()
    norm = math.sqrt(float((a * a).sum() * (b * b).sum()))
    # Two even pictures of the same brightness are alike although nothing in them correlates.
    flat = len(a) * 9.0
    return float((a * b).sum() / norm) if norm > flat else float(abs(first[seen].mean() - moved[seen].mean()) < 8)


def warp(image: Picture, matrix: FloatArray, size: tuple[int, int]) -> Picture:
    """The picture mapped through a (3, 3) matrix in image coordinates (pixel centres at one half), zero outside."""
    half = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    back = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])
    return np.asarray(cv2.warpPerspective(image, back @ matrix @ half, size, flags=cv2.INTER_LINEAR), dtype=np.uint8)


def grey(image: Picture) -> Picture:
    """(height, width, 3) BGR to (height, width) grey."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def chain(steps: list[FloatArray], reference: int) -> FloatArray:
    """Maps of consecutive pictures to one of them, from the steps between neighbours.

    Args:
        steps: n maps; entry i maps picture i to picture i - 1, and entry 0 is not used.
        reference: the picture, 0 to n - 1, whose coordinates are the common ones.

    Returns:
        (n, 3, 3), the identity at the reference, each with 1 in its lower right corner.
    """
    maps = np.empty((len(steps), 3, 3))
    maps[reference] = np.eye(3)
    for i in range(reference + 1, len(steps)):
        maps[i] = _normalised(maps[i - 1] @ steps[i])
    for i in range(reference - 1, -1, -1):
        maps[i] = _normalised(maps[i + 1] @ np.linalg.inv(steps[i + 1]))
    return maps


def _normalised(matrix: FloatArray) -> FloatArray:
    result: FloatArray = matrix / matrix[2, 2]
    return result


def to_full_size(matrices: FloatArray, from_size: tuple[int, int], to_size: tuple[int, int]) -> FloatArray:
    """(..., 3, 3) maps between pictures of one (width, height) as maps between the same pictures at another."""
    zoom = np.diag([to_size[0] / from_size[0], to_size[1] / from_size[1], 1.0])
    result: FloatArray = zoom @ matrices @ np.linalg.inv(zoom)
    return result


def estimate_camera_motion(
    reader: FrameReader,
    first_frame: int,
    last_frame: int,
    *,
    reference_frame: int | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> CameraMotion:
    """Estimate the camera's motion over a stretch of video.

    Args:
        reader: the video.
        first_frame: first frame of the stretch; frames before the video's first are left out.
        last_frame: last frame of the stretch, included; frames after the video's last are left out.
        reference_frame: the frame whose image coordinates are the stabilised ones; the first of the stretch if None.
        progress: called with the fraction done.
        cancel: checked at every frame.

    Returns:
        Maps from image to stabilised coordinates for every frame of the stretch. Beyond a cut the maps are those of the
        last frame before it, for there is nothing to register to.

    Raises:
        ValueError: if the stretch is empty or the reference frame lies outside it.
        Cancelled: if cancelled.
        VideoError: if the video cannot be read.
    """
    first_frame, last_frame = max(first_frame, 0), min(last_frame, reader.index.frame_count - 1)
    reference = first_frame if reference_frame is None else reference_frame
    if not first_frame <= reference <= last_frame:
        raise ValueError(f"reference frame {reference} lies outside frames {first_frame} to {last_frame}")
    full = (reader.index.width, reader.index.height)
    size = analysis_size(*full)
    steps: list[FloatArray] = []
    previous: Picture | None = None
    for time, image in reader.frames(first_frame, last_frame + 1, size=size):
        if cancel is not None:
            cancel.raise_if_cancelled()
        current = grey(image)
        steps.append(np.eye(3) if previous is None else camera_step(previous, current).to_previous)
        previous = current
        if progress is not None:
            progress((time.frame - first_frame + 1) / (last_frame - first_frame + 1), "Following the camera")
    return CameraMotion(first_frame, to_full_size(chain(steps, reference - first_frame), size, full))
