"""Heatmaps and coordinates: normalisers, predictors, Gaussians, regularisers and losses (thesis section 3.2).

A heatmap is whatever a network says about every pixel; normalised to sum to one it is a probability mass map (PMM). A
predictor turns it into coordinates, which here are normalised: x to the right, y down, z away, from -1 to 1 between
the map's outer edges, so that the first pixel's centre of a map of n is at -1 + 1 / n.

Everything works on maps of any number of dimensions: the last ones are (height, width) or (depth, height, width), and
coordinates are (x, y) or (x, y, z). Sums are taken in single precision at least, whatever the maps are stored in: in
bfloat16 the expectation of a map of 56 px would be off by a pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Literal

import torch
from torch import Tensor

Normaliser = Literal["softmax", "abs", "relu", "sigmoid"]

_TINY = 1e-24


def pixel_centres(length: int, like: Tensor) -> Tensor:
    """(length,) normalised coordinates of pixel centres, on the device and in the type of another tensor."""
    return (2 * torch.arange(length, dtype=like.dtype, device=like.device) + 1) / length - 1


def to_pixels(coordinates: Tensor, size: Sequence[int]) -> Tensor:
    """Continuous pixel coordinates, where the first pixel's centre is 0.5, of (..., dims) normalised ones.

    Args:
        coordinates: (..., dims) as (x, y) or (x, y, z).
        size: (height, width) or (depth, height, width).
    """
    return (coordinates + 1) / 2 * coordinates.new_tensor(list(reversed(size)))


def normalise(heatmaps: Tensor, by: Normaliser = "softmax", dims: int = 2) -> Tensor:
    """PMMs of heatmaps: values made positive and divided by their sum (section 3.2.1).

    Args:
        heatmaps: (..., height, width), or with depth before them.
        by: softmax, or the absolute value, ReLU or sigmoid divided by its sum. A map without any positive value becomes
            a flat one.
        dims: how many dimensions a map has.

    Returns:
        The same shape, in single precision at least; each map sums to one.
    """
    heatmaps = precise(heatmaps)
    flat = heatmaps.flatten(-dims)
    if by == "softmax":
        return flat.softmax(dim=-1).reshape(heatmaps.shape)
    positive = {"abs": torch.abs, "relu": torch.relu, "sigmoid": torch.sigmoid}[by](flat)
    total = positive.sum(dim=-1, keepdim=True)
    share = torch.where(total > _TINY, positive / total.clamp(min=_TINY), 1 / flat.shape[-1])
    return share.reshape(heatmaps.shape)


def marginal(pmm: Tensor, axis: int, dims: int) -> Tensor:
    """(..., n) the probability of each place along one axis (0 for x, 1 for y, 2 for z)."""
    others = [-1 - other for other in range(dims) if other != axis]
    return pmm.sum(dim=others) if others else pmm


def soft_argmax(pmm: Tensor, dims: int = 2) -> Tensor:
    """Expected location under each PMM (eq. 3.3).

    Args:
        pmm: (..., height, width) or (..., depth, height, width), non-negative, each map summing to one.
        dims: how many dimensions a map has: 1, 2 or 3.

    Returns:
        (..., dims) as (x, y, z), normalised.

    Differentiable everywhere; the gradient with respect to a pixel is its own coordinate.
    """
    pmm = precise(pmm)
    places = [pixel_centres(pmm.shape[-1 - axis], pmm) for axis in range(dims)]
    return torch.stack([(marginal(pmm, axis, dims) * places[axis]).sum(dim=-1) for axis in range(dims)], dim=-1)


def argmax(heatmaps: Tensor, dims: int = 2) -> Tensor:
    """Location of the highest pixel of each map (eq. 3.2), the first one where several are alike.

    Returns:
        (..., dims), normalised; has no gradient.
    """
    index = heatmaps.flatten(-dims).argmax(dim=-1)
    size = heatmaps.shape[-dims:]
    places = []
    for length in reversed(size):
        places.append((2 * (index % length) + 1) / length - 1)
        index = index // length
    return torch.stack(places, dim=-1)


def quarter_shifted_argmax(heatmaps: Tensor) -> Tensor:
    """The highest pixel, moved a quarter of a pixel along each axis towards the higher of its neighbours.

    This is what stacked hourglass networks do (section 3.2.2.2). At the border, where one neighbour is missing, and
    between equal ones nothing is moved along that axis.

    Args:
        heatmaps: (..., height, width).

    Returns:
        (..., 2), normalised; has no gradient.
    """
    height, width = heatmaps.shape[-2:]
    flat = heatmaps.detach().flatten(-2)
    index = flat.argmax(dim=-1)
    moved = []
    for place, length, step in ((index % width, width, 1), (index // width, height, width)):
        is_inner = (place > 0) & (place < length - 1)
        after, before = (
            flat.gather(-1, (index + sign * step).clamp(0, flat.shape[-1] - 1)[..., None])[..., 0] for sign in (1, -1)
        )
        shift = torch.sign((after - before).float()) * is_inner / 4
        moved.append((2 * (place + shift) + 1) / length - 1)
    return torch.stack(moved, dim=-1)


def gaussian(means: Tensor, size: Sequence[int], sigma_px: float) -> Tensor:
    """PMMs of spherical Gaussians, made to sum to one on the map (listing A.3).

    Args:
        means: (..., dims) normalised.
        size: (height, width) or (depth, height, width).
        sigma_px: standard deviation in pixels.

    Returns:
        (..., *size). A mean far outside of the map gives a map of zeros.
    """
    product = bell(means, size, sigma_px)
    dims = tuple(range(-len(size), 0))
    return product / (product.sum(dim=dims, keepdim=True) + _TINY)


def bell(means: Tensor, size: Sequence[int], sigma_px: float) -> Tensor:
    """(..., *size) the same Gaussians with a peak of one at the mean, which may lie between pixels, or outside."""
    means = precise(means)
    parts = []
    for axis, length in enumerate(reversed(size)):
        away = (pixel_centres(length, means) - means[..., axis, None]) * (length / 2 / sigma_px)
        bell = torch.exp(-0.5 * away**2)
        parts.append(bell.reshape(*bell.shape[:-1], *_ones_but(axis, len(size), length)))
    return reduce(torch.mul, parts)


def kl_divergence(pmm: Tensor, target: Tensor, dims: int = 2) -> Tensor:
    """(...) Kullback-Leibler divergence of each PMM from its target, nats (eq. 3.7)."""
    pmm, target = precise(pmm), precise(target)
    costs: Tensor = pmm * ((pmm + _TINY).log() - (target + _TINY).log())
    return costs.flatten(-dims).sum(dim=-1)


def js_divergence(pmm: Tensor, target: Tensor, dims: int = 2) -> Tensor:
    """(...) Jensen-Shannon divergence between each PMM and its target, nats (eq. 3.6, listing A.2); at most ln 2."""
    middle = (precise(pmm) + precise(target)) / 2
    return (kl_divergence(pmm, middle, dims) + kl_divergence(target, middle, dims)) / 2


def variance_px(pmm: Tensor, dims: int = 2) -> Tensor:
    """(..., dims) variance of each PMM along x, y, z in square pixels (eq. 3.8)."""
    pmm = precise(pmm)
    means = soft_argmax(pmm, dims)
    variances = []
    for axis in range(dims):
        length = pmm.shape[-1 - axis]
        away = (pixel_centres(length, pmm) - means[..., axis, None]) * length / 2
        variances.append((marginal(pmm, axis, dims) * away**2).sum(dim=-1))
    return torch.stack(variances, dim=-1)


def covariance(pmm: Tensor) -> Tensor:
    """(..., 2, 2) covariance of x and y under each PMM of (..., height, width), in normalised units squared."""
    pmm = precise(pmm)
    means = soft_argmax(pmm)
    x = pixel_centres(pmm.shape[-1], pmm) - means[..., 0, None]
    y = pixel_centres(pmm.shape[-2], pmm) - means[..., 1, None]
    xx, yy = (marginal(pmm, 0, 2) * x**2).sum(dim=-1), (marginal(pmm, 1, 2) * y**2).sum(dim=-1)
    xy = ((pmm * x[..., None, :]).sum(dim=-1) * y).sum(dim=-1)
    return torch.stack([torch.stack([xx, xy], dim=-1), torch.stack([xy, yy], dim=-1)], dim=-2)


def variance_penalty(pmm: Tensor, sigma_px: float, dims: int = 2) -> Tensor:
    """(...) squared distance of each PMM's variances from the one that is wanted (eq. 3.9, in pixels)."""
    return ((variance_px(pmm, dims) - sigma_px**2) ** 2).sum(dim=-1)


def heatmap_matching_losses(pmm: Tensor, means: Tensor, sigma_px: float) -> Tensor:
    """(...) squared distance of each PMM from that of a Gaussian at the true place (eq. 3.1).

    Args:
        pmm: (..., *size).
        means: (..., dims) true places, normalised.
        sigma_px: of the Gaussian.
    """
    dims = means.shape[-1]
    target = gaussian(means, pmm.shape[-dims:], sigma_px)
    return ((precise(pmm) - target) ** 2).flatten(-dims).sum(dim=-1)


def distances(predicted: Tensor, true: Tensor) -> Tensor:
    """(...) Euclidean distances of (..., dims) coordinates (eq. 3.4)."""
    apart: Tensor = torch.linalg.vector_norm(precise(predicted) - precise(true), dim=-1)
    return apart


def regularised_losses(pmm: Tensor, means: Tensor, sigma_px: float = 1.0, weight: float = 1.0) -> Tensor:
    """(...) soft-argmax distance and weighted Jensen-Shannon divergence from a Gaussian (eq. 3.6).

    Args:
        pmm: (..., *size).
        means: (..., dims) true places, normalised.
        sigma_px: of the Gaussian.
        weight: lambda, of the divergence.
    """
    dims = means.shape[-1]
    target = gaussian(means, pmm.shape[-dims:], sigma_px)
    return distances(soft_argmax(pmm, dims), means) + weight * js_divergence(pmm, target, dims)


def masked_mean(losses: Tensor, counts: Tensor | None = None) -> Tensor:
    """Mean of the losses that count; 0 where none does.

    Args:
        losses: (...).
        counts: (...) 1 or True for those that count; all without.
    """
    if counts is None:
        return losses.mean()
    kept = counts.to(losses.dtype)
    # Not the product alone: what does not count may be infinite, or no number at all.
    return torch.where(counts.bool(), losses, 0.0).mul(kept).sum() / kept.sum().clamp(min=1)


def precise(values: Tensor) -> Tensor:
    """The values in single precision if they are stored in half of it, else as they are."""
    return values.float() if values.dtype in (torch.float16, torch.bfloat16) else values


def _ones_but(axis: int, dims: int, length: int) -> list[int]:
    """A shape of ones with a length at the axis that counts from the last."""
    return [length if dims - 1 - place == axis else 1 for place in range(dims)]
