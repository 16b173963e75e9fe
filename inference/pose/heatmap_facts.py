"""What can be said of one keypoint's heatmap: where it points, how sure it looks, how far it is from the truth.

Knows neither Qt nor torch, so that the window may ask. Places are continuous px of the crop that the model was shown,
the middle of its first pixel at (0.5, 0.5); in a plane with depth, in which px mean nothing, they are normalised. The
formulas are those of inference/pose/heatmaps.py (thesis section 3.2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from inference.pose.planes import Plane, has_depth
from inference.results import FloatArray

Scale = Literal["raw", "normalised", "log"]
SCALES: Final[tuple[Scale, ...]] = get_args(Scale)

LOG_DECADES: Final = 6.0
"""How far below the peak the logarithmic scale ends; what is less likely is as good as impossible."""

_TINY: Final = 1e-24


@dataclass(frozen=True, slots=True)
class HeatmapGrid:
    """Where a heatmap's pixels lie in its plane. The unit is px of the crop in xy; with depth -1 to 1 over the crop.

    Args:
        rows: of the heatmap.
        columns: of the heatmap.
        edges: normalised coordinates of its outer edges, (left, top, right, bottom); see `PoseOutput`.
        crop_size: (height, width) of the crop, px.
        plane: in which it lies.
    """

    rows: int
    columns: int
    edges: tuple[float, float, float, float]
    crop_size: tuple[int, int]
    plane: Plane = "xy"

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge in the plane's unit."""
        if has_depth(self.plane):
            return self.edges
        height, width = self.crop_size
        left, top, right, bottom = self.edges
        return (left + 1) / 2 * width, (top + 1) / 2 * height, (right + 1) / 2 * width, (bottom + 1) / 2 * height

    @property
    def pixel_size(self) -> FloatArray:
        """(2,) width and height of a heatmap's pixel in the plane's unit."""
        left, top, right, bottom = self.box
        return np.array([(right - left) / self.columns, (bottom - top) / self.rows])

    @property
    def x(self) -> FloatArray:
        """(columns,) middles of the columns, in the plane's unit."""
        return _middles(self.columns, self.box[0], self.box[2])

    @property
    def y(self) -> FloatArray:
        """(rows,) middles of the rows, in the plane's unit."""
        return _middles(self.rows, self.box[1], self.box[3])

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """The row and column over a place in the plane's unit; None beyond the heatmap."""
        left, top, _, _ = self.box
        wide, high = self.pixel_size
        row, column = math.floor((y - top) / high), math.floor((x - left) / wide)
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None


def _middles(count: int, first_edge: float, last_edge: float) -> FloatArray:
    """(count,) middles of equally large pixels between two edges."""
    return first_edge + (np.arange(count, dtype=np.float64) + 0.5) * ((last_edge - first_edge) / count)


@dataclass(frozen=True, eq=False)
class Heatmap:
    """One keypoint's heatmap of one stage.

    Args:
        raw: (rows, columns) as the network says it.
        pmm: (rows, columns) the same normalised, summing to one; of a model without a normaliser the positive values
            divided by their sum.
        grid: where its pixels lie.
        is_normalised_by_model: whether the model itself reads the PMM, and not what is raw.

    Raises:
        ValueError: if the arrays do not fit the grid, or hold what is no number.
    """

    raw: npt.NDArray[np.float32]
    pmm: npt.NDArray[np.float32]
    grid: HeatmapGrid
    is_normalised_by_model: bool = True

    def __post_init__(self) -> None:
        shape = (self.grid.rows, self.grid.columns)
        if self.raw.shape != shape or self.pmm.shape != shape:
            raise ValueError(f"heatmaps of {self.raw.shape} and {self.pmm.shape} do not fit a grid of {shape}")
        if not (np.isfinite(self.raw).all() and np.isfinite(self.pmm).all()):
            raise ValueError("the heatmap holds values that are no numbers")

    @cached_property
    def marginals(self) -> tuple[FloatArray, FloatArray]:
        """(columns,) and (rows,) the probability of each place along the plane's two axes."""
        pmm = self.pmm.astype(np.float64)
        return pmm.sum(axis=0), pmm.sum(axis=1)

    def values(self, scale: Scale) -> FloatArray:
        """(rows, columns) as shown on a scale: raw, probability, or its decimal logarithm, cut below the peak."""
        if scale == "raw":
            return self.raw.astype(np.float64)
        pmm = self.pmm.astype(np.float64)
        if scale == "normalised":
            return pmm
        logarithms: FloatArray = np.log10(np.maximum(pmm, _TINY))
        cut: FloatArray = np.maximum(logarithms, logarithms.max() - LOG_DECADES)
        return cut

    def value_range(self, scale: Scale) -> tuple[float, float]:
        """The lowest and the highest value that a scale shows; a PMM's scale begins at zero."""
        shown = self.values(scale)
        highest = float(shown.max())
        lowest = {"raw": float(shown.min()), "normalised": 0.0, "log": highest - LOG_DECADES}[scale]
        return lowest, highest


def positive_share(raw: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(..., rows, columns) heatmaps of a model without a normaliser as PMMs: positive values divided by their sum.

    One without any positive value becomes flat, as in `inference.pose.heatmaps.normalise`.
    """
    positive = np.maximum(raw.astype(np.float64), 0.0)
    total = positive.sum(axis=(-2, -1), keepdims=True)
    flat = 1 / (raw.shape[-2] * raw.shape[-1])
    share: FloatArray = np.where(total > _TINY, positive / np.maximum(total, _TINY), flat)
    return share.astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class HeatmapFacts:
    """What a heatmap says by itself, in the unit of its grid.

    Args:
        peak: the highest raw value.
        peak_probability: the highest value of the PMM.
        argmax: (2,) the middle of the pixel that is highest in the map which the model reads (eq. 3.2).
        expectation: (2,) the mean place under the PMM (eq. 3.3).
        spread: (2,) standard deviations along the PMM's principal axes, the longer one first.
        axis_rad: direction of the longer axis, from the first coordinate of the plane towards the second (clockwise as
            seen), in (-π/2, π/2].
        entropy_nats: of the PMM, from 0 where one pixel has everything to that of a flat one.
        entropy_share: of the flat one's, in [0, 1].
    """

    peak: float
    peak_probability: float
    argmax: FloatArray
    expectation: FloatArray
    spread: FloatArray
    axis_rad: float
    entropy_nats: float
    entropy_share: float

    @property
    def apart(self) -> float:
        """Between argmax and expectation; far apart they are two opinions."""
        return float(np.hypot(*(self.argmax - self.expectation)))


def heatmap_facts(heatmap: Heatmap) -> HeatmapFacts:
    """The facts of a heatmap."""
    grid, pmm = heatmap.grid, heatmap.pmm.astype(np.float64)
    read = heatmap.pmm if heatmap.is_normalised_by_model else heatmap.raw
    row, column = divmod(int(read.argmax()), grid.columns)
    across, down = heatmap.marginals
    expectation = np.array([across @ grid.x, down @ grid.y])
    x, y = grid.x - expectation[0], grid.y - expectation[1]
    together = float(y @ pmm @ x)
    variances, axes = np.linalg.eigh([[across @ x**2, together], [together, down @ y**2]])
    longest = axes[:, 1]
    entropy = float(-(pmm * np.log(np.maximum(pmm, _TINY))).sum())
    return HeatmapFacts(
        peak=float(heatmap.raw.max()),
        peak_probability=float(pmm.max()),
        argmax=np.array([grid.x[column], grid.y[row]]),
        expectation=expectation,
        spread=np.sqrt(np.maximum(variances[::-1], 0.0)),
        axis_rad=_line_direction(float(longest[0]), float(longest[1])),
        entropy_nats=max(entropy, 0.0),
        entropy_share=max(entropy, 0.0) / math.log(pmm.size) if pmm.size > 1 else 0.0,
    )


def _line_direction(x: float, y: float) -> float:
    """The angle of a line, of which neither end comes first."""
    angle = math.atan2(y, x)
    if angle > math.pi / 2:
        return angle - math.pi
    return angle + math.pi if angle <= -math.pi / 2 else angle


@dataclass(frozen=True, slots=True, eq=False)
class TruthFacts:
    """How far a heatmap is from the truth.

    Args:
        place: (2,) of the true keypoint, px of the crop.
        target: (rows, columns) the Gaussian at the true place that the PMM is compared with (listing A.3).
        error_px: from the place that the stage says to the true one, px of the crop.
        distance: the same with coordinates normalised to the crop, as the loss has it (eq. 3.4).
        js_divergence: of the PMM from the target, nats, at most ln 2 (eq. 3.6, listing A.2).
    """

    place: FloatArray
    target: FloatArray
    error_px: float
    distance: float
    js_divergence: float

    def loss(self, weight: float = 1.0) -> float:
        """Of soft-argmax with regularised form (eq. 3.5): the distance and the weighted divergence."""
        return self.distance + weight * self.js_divergence


def truth_facts(heatmap: Heatmap, said: FloatArray, true: FloatArray, sigma_px: float = 1.0) -> TruthFacts:
    """A heatmap against the true place of its keypoint.

    Args:
        heatmap: of the keypoint, in xy.
        said: (2,) the place that its stage says, px of the crop.
        true: (2,) px of the crop; may lie outside of it.
        sigma_px: of the target Gaussian, in pixels of the heatmap.
    """
    grid = heatmap.grid
    wide, high = grid.pixel_size * sigma_px
    across, down = np.exp(-0.5 * ((grid.x - true[0]) / wide) ** 2), np.exp(-0.5 * ((grid.y - true[1]) / high) ** 2)
    bell = down[:, None] * across
    target = bell / (bell.sum() + _TINY)
    height, width = grid.crop_size
    away = said - true
    return TruthFacts(
        place=true,
        target=target,
        error_px=float(np.hypot(*away)),
        distance=float(np.hypot(*(away * [2 / width, 2 / height]))),
        js_divergence=_js_divergence(heatmap.pmm.astype(np.float64), target),
    )


def _js_divergence(pmm: FloatArray, target: FloatArray) -> float:
    middle = (pmm + target) / 2
    return (_kl_divergence(pmm, middle) + _kl_divergence(target, middle)) / 2


def _kl_divergence(pmm: FloatArray, target: FloatArray) -> float:
    return float((pmm * (np.log(pmm + _TINY) - np.log(target + _TINY))).sum())
