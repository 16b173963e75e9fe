"""Frozen results that every part speaks: frame times, intervals, ballistic paths, candidates, detected dives.

Image coordinates are continuous pixels of the upright frame, x right, y down, the centre of the top-left pixel at
(0.5, 0.5). Stabilised coordinates are those of one reference frame; `CameraMotion` maps between the two. Intervals
include both end frames. Seconds count from the first frame of the video.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

GRAVITY_M_S2 = 9.81


@dataclass(frozen=True, slots=True, order=True)
class FrameTime:
    """A frame number (0-based, presentation order) with its presentation time in seconds."""

    frame: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A dive's extent in time: last contact with the board to first contact with the water, both frames included.

    Raises:
        ValueError: if the end lies before the start, or the start before the first frame.
    """

    start: FrameTime
    end: FrameTime

    def __post_init__(self) -> None:
        if self.start.frame < 0:
            raise ValueError(f"start frame {self.start.frame} is negative; frames count from 0")
        if self.end.frame < self.start.frame:
            raise ValueError(f"end frame {self.end.frame} lies before start frame {self.start.frame}")

    @property
    def frame_count(self) -> int:
        """Number of frames, both ends included."""
        return self.end.frame - self.start.frame + 1

    @property
    def duration_s(self) -> float:
        """Seconds from the start frame's time stamp to the end frame's."""
        return self.end.seconds - self.start.seconds

    def contains(self, frame: int) -> bool:
        """Whether the frame lies inside, ends included."""
        return self.start.frame <= frame <= self.end.frame

    def temporal_iou(self, other: Interval) -> float:
        """Intersection over union in whole frames, ends included (thesis section 5.3.3)."""
        shared = min(self.end.frame, other.end.frame) - max(self.start.frame, other.start.frame) + 1
        if shared <= 0:
            return 0.0
        return shared / (self.frame_count + other.frame_count - shared)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate location of the diver in one frame.

    x, y are image coordinates of that frame (px); score is in [0, 1]; is_inlier says whether it supports the path.
    """

    frame: int
    seconds: float
    x: float
    y: float
    score: float = 1.0
    is_inlier: bool = True


@dataclass(frozen=True, slots=True)
class BallisticPath:
    """A diver's path in stabilised coordinates: x linear and y quadratic in time (thesis algorithm 5.2, in time).

    With τ = seconds - origin_s: x = x0 + vx τ and y = y0 + vy τ + ½ ay τ². Units: px, px/s, px/s²; ay > 0 is downwards.
    """

    origin_s: float
    x0: float
    vx: float
    y0: float
    vy: float
    ay: float

    def at(self, seconds: float | npt.ArrayLike) -> FloatArray:
        """Locations at the given times.

        Args:
            seconds: (...) times.

        Returns:
            (..., 2) stabilised coordinates.
        """
        tau = np.asarray(seconds, dtype=np.float64) - self.origin_s
        return np.stack([self.x0 + self.vx * tau, self.y0 + self.vy * tau + 0.5 * self.ay * tau * tau], axis=-1)

    @property
    def apex_s(self) -> float:
        """Time at which the vertical speed is zero; infinite for a path that does not curve."""
        return math.inf if self.ay == 0 else self.origin_s - self.vy / self.ay

    @property
    def metres_per_pixel(self) -> float | None:
        """Scale at the diver's depth, from gravity; None for a path that does not curve downwards."""
        return GRAVITY_M_S2 / self.ay if self.ay > 0 else None

    @classmethod
    def through_handles(
        cls, take_off: tuple[float, float, float], apex_y: float, entry: tuple[float, float, float]
    ) -> Self:
        """The path through take-off and entry, each (seconds, x, y), that rises to the height apex_y.

        With h0 and h1 the drops from the apex to take-off and entry and T the time between them, the curvature is
        ½ ay = ((√h0 + √h1) / T)². An apex below either end is moved to the higher end.

        Raises:
            ValueError: if entry is not later than take-off.
        """
        (start_s, x_start, y_start), (end_s, x_end, y_end) = take_off, entry
        duration_s = end_s - start_s
        if duration_s <= 0:
            raise ValueError(f"entry at {end_s:.3f} s must be later than take-off at {start_s:.3f} s")
        top = min(apex_y, y_start, y_end)
        root_rise = math.sqrt(y_start - top)
        half_ay = ((root_rise + math.sqrt(y_end - top)) / duration_s) ** 2
        return cls(
            origin_s=start_s,
            x0=x_start,
            vx=(x_end - x_start) / duration_s,
            y0=y_start,
            vy=-2 * math.sqrt(half_ay) * root_rise,
            ay=2 * half_ay,
        )

    def to_dict(self) -> dict[str, float]:
        """Plain numbers for storage; `from_dict` gives the same path back."""
        return {name: getattr(self, name) for name in ("origin_s", "x0", "vx", "y0", "vy", "ay")}

    @classmethod
    def from_dict(cls, values: Mapping[str, float]) -> Self:
        """The path that `to_dict` described.

        Raises:
            KeyError: if a parameter is missing.
        """
        return cls(*(float(values[name]) for name in ("origin_s", "x0", "vx", "y0", "vy", "ay")))


@dataclass(frozen=True, slots=True, eq=False)
class CameraMotion:
    """Per-frame maps from image to stabilised coordinates for consecutive frames.

    to_stable is (frames, 3, 3), homographies; entry i belongs to frame first_frame + i. Frames outside the range use
    the nearest known map.
    """

    first_frame: int
    to_stable: FloatArray

    @classmethod
    def fixed(cls, first_frame: int = 0, frame_count: int = 1) -> Self:
        """A camera that does not move: every map is the identity."""
        return cls(first_frame, np.broadcast_to(np.eye(3), (frame_count, 3, 3)).copy())

    def matrix(self, frame: int) -> FloatArray:
        """(3, 3) map from image coordinates of the frame to stabilised coordinates."""
        position = min(max(frame - self.first_frame, 0), len(self.to_stable) - 1)
        matrix: FloatArray = self.to_stable[position]
        return matrix

    def stabilise(self, frame: int, points: npt.ArrayLike) -> FloatArray:
        """(..., 2) image coordinates of the frame to (..., 2) stabilised coordinates."""
        return apply_homography(self.matrix(frame), points)

    def to_image(self, frame: int, points: npt.ArrayLike) -> FloatArray:
        """(..., 2) stabilised coordinates to (..., 2) image coordinates of the frame."""
        inverse: FloatArray = np.linalg.inv(self.matrix(frame)).astype(np.float64)
        return apply_homography(inverse, points)


def apply_homography(matrix: FloatArray, points: npt.ArrayLike) -> FloatArray:
    """Map (..., 2) points through a (3, 3) homography."""
    xy = np.asarray(points, dtype=np.float64)
    mapped = xy @ matrix[:, :2].T + matrix[:, 2]
    result: FloatArray = mapped[..., :2] / mapped[..., 2:]
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """The diver's path through one dive, with the candidates that led to it and the camera's motion meanwhile.

    scale_uncertainty is the relative standard error of the fitted vertical acceleration, hence of the metre scale.
    """

    path: BallisticPath
    candidates: tuple[Candidate, ...] = ()
    camera: CameraMotion = field(default_factory=CameraMotion.fixed)
    scale_uncertainty: float | None = None

    def image_points(self, times: Sequence[FrameTime]) -> FloatArray:
        """(len(times), 2) locations on the path, each in image coordinates of its own frame."""
        if not times:
            return np.empty((0, 2))
        stable = self.path.at([time.seconds for time in times])
        return np.stack([self.camera.to_image(time.frame, point) for time, point in zip(times, stable, strict=True)])

    def curve_in_frame(self, frame: int, seconds: npt.ArrayLike) -> FloatArray:
        """(..., 2) the path at the given times as it would appear in one frame's image coordinates."""
        return self.camera.to_image(frame, self.path.at(seconds))

    def with_path(self, path: BallisticPath) -> Trajectory:
        """The same candidates and camera with another path."""
        return replace(self, path=path)


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made a prediction: name, version and, for learned models, the hash of its weights."""

    name: str
    version: str
    weights_hash: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DetectedDive:
    """One dive as a model found it; score in [0, 1].

    board is a board key such as "springboard-3" and code a dive code such as "5152B", or None where the model does not
    say. attribute_probabilities maps an attribute (rotation_type, half_somersaults, half_twists, position, armstand) to
    the probability of each of its values.
    """

    interval: Interval
    score: float
    trajectory: Trajectory | None = None
    board: str | None = None
    code: str | None = None
    code_probability: float | None = None
    attribute_probabilities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class SignalTrack:
    """A score per frame from first_frame on, values in [0, 1]; name is start, mid, end or motion."""

    name: str
    first_frame: int
    values: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Everything one run of a model says about frames first_frame to last_frame (inclusive) of a video."""

    model: ModelIdentity
    settings: Mapping[str, Any]
    first_frame: int
    last_frame: int
    dives: tuple[DetectedDive, ...]
    signals: tuple[SignalTrack, ...] = ()
