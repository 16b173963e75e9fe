"""Part affinity fields and confidence maps: what a network that finds several people at once is taught (OpenPose).

Cao, Simon, Wei and Sheikh, "Realtime multi-person 2D pose estimation using part affinity fields" (2017), section 2.2
and 2.3. A part affinity field (PAF) says at every pixel on a limb which way the limb points, and nothing elsewhere; it
ties a person's joints together where two people overlap. Coordinates are normalised, maps have (height, width) last.

The paper measures a limb's half width and a joint's spread in pixels; so does this, in those of the map.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from inference.pose.heatmaps import to_pixels

Limb = tuple[int, int]
"""A limb's first and second joint, as indices; its field points from the first to the second."""

_SHORTEST_PX = 1e-3
_ROUNDING_PX = 1e-3


def confidence_maps(coordinates: Tensor, counts: Tensor, size: tuple[int, int], sigma_px: float) -> Tensor:
    """Confidence maps of the joints of several people (eq. 6 and 7).

    Each is exp(-distance² / sigma²), one at the joint itself; where people are near each other the higher one holds, so
    that two peaks stay two.

    Args:
        coordinates: (N, people, K, 2) normalised.
        counts: (N, people, K) whether a joint is there.
        size: (height, width) of the maps.
        sigma_px: the spread, without the 2 that a Gaussian's standard deviation would have below it.

    Returns:
        (N, K, height, width), zero where nobody's joint is there.
    """
    apart = _pixel_centres(size, coordinates) - to_pixels(coordinates, size)[..., None, None, :]
    maps = torch.exp(-apart.square().sum(dim=-1) / sigma_px**2)
    return torch.where(counts.bool()[..., None, None], maps, 0.0).amax(dim=1)


def part_affinity_fields(
    coordinates: Tensor, counts: Tensor, limbs: Sequence[Limb], size: tuple[int, int], half_width_px: float
) -> Tensor:
    """The limbs of several people as fields of unit vectors (eq. 8 and 9).

    A pixel is on a limb if it lies between the joints along it and within the half width across it. Where several
    people's limbs of one kind cross, the mean of their vectors holds.

    Args:
        coordinates: (N, people, K, 2) normalised.
        counts: (N, people, K) whether a joint is there; a limb needs both.
        limbs: which joints are tied together.
        size: (height, width) of the maps.
        half_width_px: how far a limb reaches to its sides.

    Returns:
        (N, limbs, 2, height, width) as (x, y). A limb of no length has no direction and no field.
    """
    places = to_pixels(coordinates, size)
    firsts = places[:, :, [first for first, _ in limbs]]
    seconds = places[:, :, [second for _, second in limbs]]
    lengths = torch.linalg.vector_norm(seconds - firsts, dim=-1)
    directions = (seconds - firsts) / lengths.clamp(min=_SHORTEST_PX)[..., None]
    offsets = _pixel_centres(size, coordinates) - firsts[..., None, None, :]
    along = (offsets * directions[..., None, None, :]).sum(dim=-1)
    across = offsets[..., 0] * directions[..., 1, None, None] - offsets[..., 1] * directions[..., 0, None, None]
    is_there = limbs_that_count(counts, limbs) & (lengths > _SHORTEST_PX)
    is_on = (along >= -_ROUNDING_PX) & (along <= lengths[..., None, None] + _ROUNDING_PX)
    is_on &= across.abs() <= half_width_px + _ROUNDING_PX
    is_on &= is_there[..., None, None]
    total = (is_on[:, :, :, None] * directions[..., None, None]).sum(dim=1)
    mean: Tensor = total / is_on.sum(dim=1).clamp(min=1)[:, :, None]
    return mean


def limbs_that_count(counts: Tensor, limbs: Sequence[Limb]) -> Tensor:
    """(..., limbs) whether both ends of each limb are there, of (..., K) whether each joint is."""
    is_there = counts.bool()
    return is_there[..., [first for first, _ in limbs]] & is_there[..., [second for _, second in limbs]]


def _pixel_centres(size: tuple[int, int], like: Tensor) -> Tensor:
    """(height, width, 2) pixel centres as (x, y)."""
    height, width = (torch.arange(length, dtype=like.dtype, device=like.device) + 0.5 for length in size)
    return torch.stack(torch.meshgrid(width, height, indexing="xy"), dim=-1)
