"""The evidence for one pose in few bytes, to be drawn over the picture: heatmaps, their spread, samples, fields.

A heatmap keeps 8 bits of each pixel, which is finer than the colours that it is drawn in; a model of 17 keypoints with
heatmaps of 64 x 64 px has 70 kB for each frame. Whatever is measured, such as the spread, is so before that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from inference.pose.crop_map import CropMap
from inference.pose.heatmap_facts import HeatmapGrid
from inference.pose.pmm_samples import pmm_samples
from inference.results import FloatArray

_HIGHEST: Final = 255
_UNIT: Final = 127

Spread = tuple[FloatArray, FloatArray]
"""(K, 2) means and (K, 2, 2) covariances."""


@dataclass(frozen=True, slots=True, eq=False)
class PoseMaps:
    """What led to one pose.

    Args:
        heatmaps: (K, h, w) of the last stage in xy, each as a share of its own peak, of which 255 is the whole. They
            are the PMMs of a model that reads PMMs, else the positive values of the raw heatmaps.
        to_image: (2, 3) from continuous px of the heatmaps to image coordinates.
        means: (K, 2) expectations of the PMMs in image coordinates; None where PMMs mean something else to the model.
        covariances: (K, 2, 2) of the PMMs, px² of the picture; None as above.
        limbs: L pairs of joints, from the first of which a field points to the second.
        pafs: (L, 2, h, w) as (x, y) along the heatmaps' axes; 127 is the length of one. None of models without.
        samples: (S, K, 2) in image coordinates: whole poses of a model that gives such, else places drawn from the PMM
            of each joint by itself; None where there are neither. NaN where a joint has no place.
    """

    heatmaps: npt.NDArray[np.uint8]
    to_image: FloatArray
    means: FloatArray | None = None
    covariances: FloatArray | None = None
    limbs: tuple[tuple[int, int], ...] = ()
    pafs: npt.NDArray[np.int8] | None = None
    samples: npt.NDArray[np.float32] | None = None

    @property
    def byte_count(self) -> int:
        """How much memory its arrays take."""
        arrays = (self.heatmaps, self.to_image, self.means, self.covariances, self.pafs, self.samples)
        return sum(array.nbytes for array in arrays if array is not None)

    @property
    def fields(self) -> FloatArray | None:
        """(L, 2, h, w) the part affinity fields, as the network says them up to a length of one."""
        return None if self.pafs is None else self.pafs / float(_UNIT)


def pose_maps(
    read: npt.NDArray[np.float32],
    pmm: npt.NDArray[np.float32] | None,
    crop: CropMap,
    edges: tuple[float, float, float, float],
    limbs: Sequence[tuple[int, int]] = (),
    pafs: npt.NDArray[np.float32] | None = None,
    poses: npt.NDArray[np.float32] | None = None,
) -> PoseMaps:
    """The evidence for the pose in one crop.

    Args:
        read: (K, h, w) the maps that the model reads coordinates off.
        pmm: (K, h, w), of which means, covariances and samples are kept; None to keep none.
        crop: the way from the picture to what the model was shown.
        edges: of the heatmaps in the crop, normalised; see `PoseOutput`.
        limbs: of the fields.
        pafs: (L, 2, h, w), on the heatmaps' grid.
        poses: (S, K, 2) whole poses that the model gives as samples, px of the crop; None to draw from the PMM.
    """
    grid = HeatmapGrid(read.shape[1], read.shape[2], edges, crop.size)
    to_image = _to_image(grid, crop)
    means, covariances = (None, None) if pmm is None else _spread(pmm, to_image)
    arrows = None if pafs is None else np.rint(np.clip(np.nan_to_num(pafs), -1, 1) * _UNIT).astype(np.int8)
    samples = _samples(pmm, to_image) if poses is None else crop.to_image(poses.astype(np.float64)).astype(np.float32)
    return PoseMaps(_shares_of_peak(read), to_image, means, covariances, tuple(limbs), arrows, samples)


def _to_image(grid: HeatmapGrid, crop: CropMap) -> FloatArray:
    """(2, 3) from continuous px of a heatmap to image coordinates."""
    inverse = np.linalg.inv(crop.matrix[:, :2])
    offset = crop.to_image(np.array(grid.box[:2]))
    return np.column_stack([inverse * grid.pixel_size, offset])


def _shares_of_peak(maps: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    positive = np.maximum(np.nan_to_num(maps.astype(np.float32, copy=False), posinf=0.0), 0)
    peaks = positive.max(axis=(1, 2), keepdims=True)
    shares: npt.NDArray[np.float32] = positive / np.maximum(peaks, np.finfo(np.float32).tiny)
    return np.rint(shares * _HIGHEST).astype(np.uint8)


def _samples(pmm: npt.NDArray[np.float32] | None, to_image: FloatArray) -> npt.NDArray[np.float32] | None:
    """(S, K, 2) places drawn from the PMMs, in the picture."""
    if pmm is None:
        return None
    placed: FloatArray = pmm_samples(pmm) @ to_image[:, :2].T + to_image[:, 2]
    return placed.astype(np.float32)


def _spread(pmm: npt.NDArray[np.float32], to_image: FloatArray) -> Spread:
    """Means and covariances of PMMs, as `inference.pose.heatmaps` has them, in the picture."""
    maps = np.nan_to_num(pmm).astype(np.float64)
    x, y = np.arange(maps.shape[2]) + 0.5, np.arange(maps.shape[1]) + 0.5
    across, down = maps.sum(axis=1), maps.sum(axis=2)
    means = np.stack([across @ x, down @ y], axis=1)
    off_x, off_y = x - means[:, :1], y - means[:, 1:]
    together = np.einsum("khw,kw,kh->k", maps, off_x, off_y)
    variances = (across * off_x**2).sum(axis=1), (down * off_y**2).sum(axis=1)
    covariances = np.stack([variances[0], together, together, variances[1]], axis=1).reshape(-1, 2, 2)
    linear = to_image[:, :2]
    return means @ linear.T + to_image[:, 2], linear @ covariances @ linear.T
