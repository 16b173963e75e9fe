"""The camera of the simulator: a pinhole that stays where it is and may turn, with its exact truth per frame.

Pool world is metres with z up. Camera space is right-handed, x right, y down, z forward, in metres. Image coordinates
follow the project's convention: the centre of the top-left pixel is (0.5, 0.5), and the optical axis meets the picture
in its middle. As the camera only turns, pictures of two frames are related by an exact homography.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from inference.results import CameraMotion, FloatArray

_TURNING_PX = 30
_ROTATIONS_KEPT = 64
_FOLLOW_S = 0.16
"""Standard deviation of the smoothing with which a person's hands follow a diver."""
_TREMOR_HZ = (0.23, 0.61, 1.13, 1.9, 3.4, 5.7)


@dataclass(frozen=True, eq=False)
class Aim:
    """What a person with a camera follows: (n, 3) points in pool world at (n,) increasing times in seconds."""

    times_s: FloatArray
    points_m: FloatArray


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole camera at one place whose direction is known in every frame.

    Args:
        size: (width, height) of the picture in px.
        fps: frames per second; frame n is taken at n / fps seconds, in the middle of its exposure.
        focal_px: focal length in px, the same in both directions.
        position_m: (3,) in pool world.
        angles_rad: (frames, 3) pan (0 looks along x, positive turns to the left), tilt (positive looks up) and roll
            (positive turns the camera clockwise, seen from behind it). Frames beyond the last keep its angles.
        exposure_s: how long a frame collects light.
    """

    size: tuple[int, int]
    fps: float
    focal_px: float
    position_m: FloatArray
    angles_rad: FloatArray
    exposure_s: float = 1 / 120
    _rotations: dict[float, FloatArray] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def is_fixed(self) -> bool:
        """Whether the camera looks the same way in all frames."""
        return bool(np.ptp(self.angles_rad, axis=0).max() == 0.0)

    @cached_property
    def intrinsics(self) -> FloatArray:
        """(3, 3) from camera space to homogeneous image coordinates."""
        width, height = self.size
        return np.array([[self.focal_px, 0, width / 2], [0, self.focal_px, height / 2], [0, 0, 1]])

    def angles(self, frame: float) -> FloatArray:
        """(3,) pan, tilt and roll in radians; between two frames they change linearly."""
        position = min(max(frame, 0.0), len(self.angles_rad) - 1.0)
        low = min(int(position), max(len(self.angles_rad) - 2, 0))
        high = min(low + 1, len(self.angles_rad) - 1)
        between: FloatArray = self.angles_rad[low] + (position - low) * (self.angles_rad[high] - self.angles_rad[low])
        return between

    def rotation(self, frame: float) -> FloatArray:
        """(3, 3) rotation from pool world to camera space at a frame, or between two; not to be written to."""
        frame = 0.0 if self.is_fixed else frame
        if frame not in self._rotations:
            if len(self._rotations) >= _ROTATIONS_KEPT:
                self._rotations.clear()
            self._rotations[frame] = rotation_of(self.angles(frame))
        return self._rotations[frame]

    def project(self, points: npt.ArrayLike, frame: float) -> tuple[FloatArray, FloatArray]:
        """Where points of pool world are in the picture.

        Args:
            points: (..., 3) metres.
            frame: frame number; fractions are times between two frames.

        Returns:
            (..., 2) image coordinates and (...) depths along the optical axis in metres. Points at a depth of zero or
            less are behind the camera, and their image coordinates mean nothing.
        """
        in_camera = (np.asarray(points, dtype=np.float64) - self.position_m) @ self.rotation(frame).T
        depth = in_camera[..., 2]
        away = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        image = self.focal_px * in_camera[..., :2] / away[..., None] + np.divide(self.size, 2)
        return image, depth

    def homography(self, frame: float, reference: float) -> FloatArray:
        """(3, 3) from image coordinates of a frame to those of a reference frame; exact for all depths."""
        return self.homography_to(self.rotation(reference), self.intrinsics, frame)

    def homography_to(self, rotation: FloatArray, intrinsics: FloatArray, frame: float) -> FloatArray:
        """(3, 3) from image coordinates of a frame to those of another camera at the same place."""
        matrix = intrinsics @ rotation @ self.rotation(frame).T @ np.linalg.inv(self.intrinsics)
        scaled: FloatArray = matrix / matrix[2, 2]
        return scaled

    def motion(self, first_frame: int, frame_count: int, *, reference: int | None = None) -> CameraMotion:
        """The true camera motion of a range of frames.

        Args:
            first_frame: first frame of the range.
            frame_count: number of frames.
            reference: the frame whose image coordinates are the stabilised ones; None for the first.
        """
        base = first_frame if reference is None else reference
        frames = range(first_frame, first_frame + frame_count)
        return CameraMotion(first_frame, np.stack([self.homography(frame, base) for frame in frames]))


def rotation_of(angles_rad: FloatArray) -> FloatArray:
    """(3, 3) rotation from pool world to camera space from (3,) pan, tilt and roll; not to be written to."""
    return _rotation(*(float(angle) for angle in angles_rad))


@lru_cache(maxsize=256)
def _rotation(pan: float, tilt: float, roll: float) -> FloatArray:
    ahead, aside, climb, dive = math.cos(pan), math.sin(pan), math.sin(tilt), math.cos(tilt)
    level_right = np.array([aside, -ahead, 0.0])
    level_down = np.array([climb * ahead, climb * aside, -dive])
    right = math.cos(roll) * level_right + math.sin(roll) * level_down
    down = math.cos(roll) * level_down - math.sin(roll) * level_right
    rotation = np.stack([right, down, np.array([dive * ahead, dive * aside, climb])])
    rotation.flags.writeable = False
    return rotation


def aim_angles(position_m: FloatArray, points_m: FloatArray) -> FloatArray:
    """(..., 2) pan and tilt in radians that point a camera at (..., 3) points; pan is continuous."""
    offset = points_m - position_m
    pan = np.arctan2(offset[..., 1], offset[..., 0])
    if pan.ndim:
        pan = np.unwrap(pan, axis=0)
    tilt = np.arctan2(offset[..., 2], np.hypot(offset[..., 0], offset[..., 1]))
    return np.stack([pan, tilt], axis=-1)


def fixed_angles(position_m: FloatArray, target_m: FloatArray, roll_rad: float = 0.0) -> FloatArray:
    """(1, 3) angles of a camera on a tripod."""
    return np.append(aim_angles(position_m, target_m), roll_rad)[None]


def drifting_angles(
    base: FloatArray, frame_count: int, fps: float, rng: np.random.Generator, *, drift_rad: float = 0.012
) -> FloatArray:
    """(frames, 3) angles of a tripod that gives way slowly and is knocked now and then.

    Args:
        base: (1, 3) angles at rest.
        frame_count: number of frames.
        fps: frames per second.
        rng: draws the drift.
        drift_rad: size of the slow movement.
    """
    seconds = np.arange(frame_count) / fps
    angles = np.repeat(base, frame_count, axis=0)
    for axis, share in enumerate((1.0, 0.7, 0.3)):
        for period_s in rng.uniform([9.0, 31.0, 97.0], [17.0, 61.0, 211.0]):
            phase = rng.uniform(0, 2 * math.pi)
            wave = np.sin(2 * math.pi * seconds / period_s + phase) - math.sin(phase)
            angles[:, axis] += 0.4 * share * drift_rad * wave
    return angles


def handheld_angles(
    base: FloatArray,
    position_m: FloatArray,
    frame_count: int,
    fps: float,
    rng: np.random.Generator,
    *,
    aims: Sequence[Aim] = (),
    tremor_rad: float = 0.0015,
    reach_rad: float = math.pi,
) -> FloatArray:
    """(frames, 3) angles of a camera held by hand, which follows what it is given and rests between.

    Args:
        base: (1, 3) angles at rest.
        position_m: (3,) of the camera.
        frame_count: number of frames.
        fps: frames per second.
        rng: draws the tremor and how tightly each aim is followed.
        aims: what is followed, in order of time; a later one takes over from an earlier one.
        tremor_rad: standard deviation of the hands' tremor.
        reach_rad: how far pan and tilt go from rest at most, but for the tremor; see `widest_reach_rad`.
    """
    seconds = np.arange(frame_count) / fps
    wanted = np.repeat(base, frame_count, axis=0)
    for aim in aims:
        inside = (seconds >= aim.times_s[0]) & (seconds <= aim.times_s[-1])
        if not inside.any():
            continue
        points = np.stack([np.interp(seconds[inside], aim.times_s, column) for column in aim.points_m.T], axis=-1)
        turned = aim_angles(position_m, points)
        turned[:, 0] += 2 * math.pi * np.round((base[0, 0] - turned[0, 0]) / (2 * math.pi))
        wanted[inside, :2] += rng.uniform(0.85, 1.0) * (turned - wanted[inside, :2])
    wanted[:, :2] = np.clip(wanted[:, :2], base[:, :2] - reach_rad, base[:, :2] + reach_rad)
    angles: FloatArray = gaussian_filter1d(wanted, max(_FOLLOW_S * fps, 1e-3), axis=0, mode="nearest")
    for axis, share in enumerate((1.0, 1.0, 0.6)):
        for number, hertz in enumerate(_TREMOR_HZ):
            phase, rate = rng.uniform(0, 2 * math.pi), hertz * rng.uniform(0.8, 1.25)
            angles[:, axis] += share * tremor_rad / (1 + 0.5 * number) * np.sin(2 * math.pi * rate * seconds + phase)
    return angles


def widest_reach_rad(size: tuple[int, int], focal_px: float) -> float:
    """How far a camera may pan and tilt from rest, each way, so that one flat picture can hold all that it sees."""
    half_diagonal = math.atan(math.hypot(*size) / 2 / focal_px)
    # Pan and tilt together, and the most that still lies well before a picture plane.
    return max(math.radians(70) - half_diagonal, math.radians(5)) / math.sqrt(2)


def is_ball_out_of_sight(
    camera: Camera, centre_m: FloatArray, radius_m: float, frame_index: int, near_m: float
) -> bool:
    """Whether nothing within a radius of a (3,) point in pool world can be in a picture.

    Its middle nearer than near_m counts as behind the camera; a ball that only partly is may be in sight.
    """
    (image,), (depth,) = camera.project(centre_m[None], frame_index)
    if depth < near_m:
        return True
    nearest = float(depth) - radius_m
    if nearest < near_m:
        return False
    # Seen from the side a ball looks larger than from the front, and a camera moves while the shutter is open.
    around = 1.5 * camera.focal_px * radius_m / nearest + _TURNING_PX
    return bool((image < -around).any() or (image > np.array(camera.size) + around).any())
