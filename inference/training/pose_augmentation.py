"""Crops as other cameras might have seen them, with keypoints that go exactly where the pixels go.

Thesis section 3.3.1.1 mirrors, scales by 75 % to 125 %, turns by up to 30° and multiplies each colour by 60 % to 140 %,
as stacked hourglass networks do. Divers are every way up by themselves, so that crops of them need not be turned much
further; but a diver's tracked crop is not quite where the diver is, and may be coarse and noisy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from inference.pose.body_axes import body_axes
from inference.pose.skeletons import Skeleton
from inference.results import FloatArray
from inference.simulator.footage.pose_close_ups import CROP_MARGIN, CROP_SIDE_PX
from inference.training.pose_examples import PoseExamples

Picture = npt.NDArray[np.uint8]

_COARSEST = 0.35
_NOISIEST = 8.0
_SHARP_ZOOM = 0.75


@dataclass(frozen=True, slots=True)
class PoseAugmentation:
    """How much crops are changed.

    Args:
        turn_rad: the farthest turn to either side.
        scales: how much smaller and larger people become.
        gains: what each colour is multiplied by, least and most.
        flips: whether half of the crops are mirrored.
        offset: standard deviation of how far the middle moves, as a share of what is shown.
        coarse_share: share of the crops that are made coarser.
        noise_share: share of the crops to which noise is added.
    """

    turn_rad: float = math.radians(30)
    scales: tuple[float, float] = (0.75, 1.25)
    gains: tuple[float, float] = (0.6, 1.4)
    flips: bool = True
    offset: float = 0.0
    coarse_share: float = 0.0
    noise_share: float = 0.0


THESIS: Final = PoseAugmentation()
"""Section 3.3.1.1, for people who stand on their feet."""

DIVING: Final = PoseAugmentation(turn_rad=math.radians(45), offset=0.03, coarse_share=0.25, noise_share=0.25)
"""For divers in tracked crops."""

AUGMENTATIONS: Final = {"thesis": THESIS, "diving": DIVING}


@dataclass(frozen=True, slots=True, eq=False)
class PoseBatch:
    """What a network is shown, and what it is to say.

    Args:
        pictures: (n, height, width, 3) BGR.
        coordinates: (n, joints, 2) normalised: -1 and 1 are the outer edges of the picture; 0 for what does not count.
        counts: (n, joints) which keypoints are known and in the picture.
        axes: (n, 2, 3) which way the body points as it is shown, 0 where not known; see `body_axes`.
        depths: (n, joints) normalised like the longer side of the picture, 0 at the pelvis; NaN where not known.
    """

    pictures: Picture
    coordinates: npt.NDArray[np.float32]
    counts: npt.NDArray[np.bool_]
    axes: npt.NDArray[np.float32]
    depths: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CropChange:
    """One way to see a crop.

    Args:
        matrix: (2, 3) from the crop's coordinates to those of what is shown, both px with the first centre at 0.5.
        mirrors: whether left and right change places.
        gains: (3,) what blue, green and red are multiplied by.
        coarse: the share of its size that the picture is shrunk to before it is shown; 1 for none.
        noise: standard deviation of the noise.
        seed: of the noise.
    """

    matrix: FloatArray
    mirrors: bool = False
    gains: FloatArray | None = None
    coarse: float = 1.0
    noise: float = 0.0
    seed: int = 0

    @property
    def zoom(self) -> float:
        """Px of what is shown for one of the crop."""
        return math.sqrt(abs(float(np.linalg.det(self.matrix[:, :2]))))

    def points(self, keypoints: npt.NDArray[np.floating], skeleton: Skeleton) -> FloatArray:
        """(joints, 2) keypoints of the crop where they are shown, px; left and right as a viewer names them."""
        moved: FloatArray = keypoints @ self.matrix[:, :2].T + self.matrix[:, 2]
        return moved[skeleton.flipped] if self.mirrors else moved

    def depths(self, depths: FloatArray, skeleton: Skeleton) -> FloatArray:
        """(joints,) depths of the crop as they are shown, px; see `points`."""
        larger: FloatArray = depths * self.zoom
        return larger[skeleton.flipped] if self.mirrors else larger

    def directions(self, vectors: FloatArray) -> FloatArray:
        """(..., 3) directions in camera space as they are shown: turned and mirrored."""
        turn = np.eye(3)
        turn[:2, :2] = self.matrix[:, :2] / self.zoom
        turned: FloatArray = vectors @ turn.T
        return turned

    def picture(self, crop: Picture, size: tuple[int, int]) -> Picture:
        """(height, width, 3) what is shown of a crop, black beyond its border."""
        if self.zoom < _SHARP_ZOOM:
            # Detail finer than the new pixels would turn into noise.
            crop = np.asarray(cv2.GaussianBlur(crop, (0, 0), 0.45 * math.sqrt(1 / self.zoom**2 - 1)), np.uint8)
        # OpenCV counts pixels, whose centres are half a pixel further in our coordinates.
        indices = self.matrix.copy()
        indices[:, 2] += self.matrix[:, :2] @ [0.5, 0.5] - 0.5
        height, width = size
        shown = np.asarray(cv2.warpAffine(crop, indices, (width, height), flags=cv2.INTER_LINEAR), np.uint8)
        if self.coarse < 1:
            small = cv2.resize(shown, None, fx=self.coarse, fy=self.coarse, interpolation=cv2.INTER_AREA)
            shown = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
        if self.gains is not None:
            table = np.clip(np.arange(256.0)[:, None] * self.gains + 0.5, 0, 255).astype(np.uint8)[None]
            shown = np.asarray(cv2.LUT(shown, table), np.uint8)
        if self.noise:
            rng = np.random.default_rng(self.seed)
            added = rng.standard_normal(shown.shape, dtype=np.float32) * np.float32(self.noise)
            shown = np.clip(shown + added, 0, 255).astype(np.uint8)
        return shown


def plain_change(size: tuple[int, int]) -> CropChange:
    """The middle of a crop as it is.

    Args:
        size: (height, width) of what a network is shown; the shorter side is the diver's reach.
    """
    return CropChange(_matrix(size))


def random_change(size: tuple[int, int], settings: PoseAugmentation, rng: np.random.Generator) -> CropChange:
    """Draw a way to see a crop.

    Args:
        size: (height, width) of what a network is shown.
        settings: how much may change.
        rng: source of chance.
    """
    mirrors = bool(settings.flips and rng.random() < 0.5)
    scale = float(rng.uniform(*settings.scales))
    turn = float(rng.uniform(-settings.turn_rad, settings.turn_rad))
    offset = rng.normal(0, settings.offset, 2)
    gains = rng.uniform(*settings.gains, 3)
    coarse = float(rng.uniform(_COARSEST, 0.9)) if rng.random() < settings.coarse_share else 1.0
    noise = float(rng.uniform(1.0, _NOISIEST)) if rng.random() < settings.noise_share else 0.0
    matrix = _matrix(size, scale=scale, turn_rad=turn, mirrors=mirrors, offset=offset)
    return CropChange(matrix, mirrors, gains, coarse, noise, int(rng.integers(2**31)))


def pose_batch(
    examples: PoseExamples,
    numbers: Sequence[int] | npt.NDArray[np.integer],
    size: tuple[int, int],
    settings: PoseAugmentation | None = None,
    rng: np.random.Generator | None = None,
) -> PoseBatch:
    """Some crops as a network is shown them.

    Args:
        examples: the crops.
        numbers: which of them.
        size: (height, width) of what the network is shown.
        settings: how they are changed; None for not at all.
        rng: source of chance for the changes.
    """
    pictures = np.empty((len(numbers), *size, 3), np.uint8)
    coordinates = np.zeros((len(numbers), len(examples.skeleton.joints), 2), np.float32)
    counts = np.zeros(coordinates.shape[:2], bool)
    known_axes = body_axes(examples.labels.keypoints_3d[np.asarray(numbers)].astype(np.float64), examples.skeleton)
    axes = np.zeros(known_axes.shape, np.float32)
    known_depths = examples.depths_of(numbers)
    depths = np.full(counts.shape, np.nan, np.float32)
    rng = rng or np.random.default_rng(0)
    edges = np.array([size[1], size[0]])
    for place, number in enumerate(numbers):
        change = plain_change(size) if settings is None else random_change(size, settings, rng)
        pictures[place] = change.picture(examples.picture(int(number)), size)
        points = change.points(examples.labels.keypoints[number], examples.skeleton)
        known = examples.counts_of(int(number))
        known = known[examples.skeleton.flipped] if change.mirrors else known
        counts[place] = known & ((points >= 0) & (points <= edges)).all(axis=1)
        axes[place] = change.directions(known_axes[place])
        depths[place] = 2 * change.depths(known_depths[place], examples.skeleton) / max(size)
        coordinates[place] = np.where(counts[place][:, None], 2 * points / edges - 1, 0.0)
    return PoseBatch(pictures, coordinates, counts, axes, depths)


def _matrix(
    size: tuple[int, int],
    *,
    scale: float = 1.0,
    turn_rad: float = 0.0,
    mirrors: bool = False,
    offset: FloatArray | None = None,
) -> FloatArray:
    """(2, 3) from a crop to what is shown: its middle moved, mirrored, turned clockwise and scaled."""
    zoom = scale * min(size) * CROP_MARGIN / CROP_SIDE_PX
    cosine, sine = zoom * math.cos(turn_rad), zoom * math.sin(turn_rad)
    sign = -1.0 if mirrors else 1.0
    turned = np.array([[sign * cosine, -sine], [sign * sine, cosine]])
    middle = np.full(2, CROP_SIDE_PX / 2)
    shown_middle = np.array([size[1], size[0]]) / 2 + (0.0 if offset is None else offset * min(size))
    return np.concatenate([turned, (shown_middle - turned @ middle)[:, None]], axis=1)
