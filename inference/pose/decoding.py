"""Sub-pixel decoding of heatmaps that know about their shape: DARK (Zhang et al., CVPR 2020, section 3.1).

A network that is trained to match Gaussians says something like a Gaussian, whose logarithm is a paraboloid; so one
Newton step from the highest pixel lands on its top, whatever lies between the pixels. Noise would spoil the
derivatives, hence the heatmap is blurred first by a Gaussian of the width that the network was trained with
("modulation").

What differs from the source: second differences are taken over one pixel instead of two, so that the step is possible
next to the border; at the border itself the step along the other axis is still made, and the blur weighs only what is
there, lest it push the peak inwards; and where the surface is not a hill, or the top would be further than a pixel
away, the highest pixel is the answer.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from inference.pose.heatmaps import precise

_LOWEST = 1e-10
_RADIUS_SIGMAS = 3


def dark_decoded(heatmaps: Tensor, sigma_px: float | None = 1.0) -> Tensor:
    """The top of the Gaussian that each heatmap resembles.

    Args:
        heatmaps: (..., height, width); values below zero count as none.
        sigma_px: of the blur, in pixels: that of the Gaussians trained with; None for no blur.

    Returns:
        (..., 2), normalised; has no gradient.
    """
    height, width = heatmaps.shape[-2:]
    maps = precise(heatmaps.detach())
    if sigma_px is not None:
        maps = blurred(maps, sigma_px)
    index = maps.flatten(-2).argmax(dim=-1)
    column, row = index % width, index // width
    step = _step(_neighbourhood(maps.clamp(min=_LOWEST).log(), column, row))
    places = torch.stack([column, row], dim=-1) + step
    return (2 * places + 1) / places.new_tensor([width, height]) - 1


def blurred(maps: Tensor, sigma_px: float) -> Tensor:
    """(..., height, width) the mean around each pixel with the weights of a Gaussian, of what lies on the map."""
    radius = math.ceil(_RADIUS_SIGMAS * sigma_px)
    away = torch.arange(-radius, radius + 1, dtype=maps.dtype, device=maps.device)
    weights = torch.exp(-0.5 * (away / sigma_px) ** 2)
    flat = maps.reshape(-1, 1, *maps.shape[-2:])
    with torch.autocast(maps.device.type, enabled=False):
        sums, shares = (
            functional.conv2d(
                functional.conv2d(values, weights.reshape(1, 1, 1, -1), padding=(0, radius)),
                weights.reshape(1, 1, -1, 1),
                padding=(radius, 0),
            )
            for values in (flat, torch.ones_like(flat[:1]))
        )
    return (sums / shares).reshape(maps.shape)


def _neighbourhood(maps: Tensor, column: Tensor, row: Tensor) -> Tensor:
    """(..., 3, 3) of the maps around a pixel of each, reflected at the border."""
    height, width = maps.shape[-2:]
    around = torch.arange(-1, 2, device=maps.device)
    rows, columns = (
        _reflected(place[..., None] + around, length) for place, length in ((row, height), (column, width))
    )
    places = rows[..., :, None] * width + columns[..., None, :]
    return maps.flatten(-2).gather(-1, places.flatten(-2)).reshape(places.shape)


def _step(around: Tensor) -> Tensor:
    """(..., 2) from the middle of (..., 3, 3) values to the top of the paraboloid through them; 0 if it has none near.

    Reflected values make an axis's first difference and the mixed one vanish, and the second one negative.
    """
    left, right, up, down = around[..., 1, 0], around[..., 1, 2], around[..., 0, 1], around[..., 2, 1]
    middle = around[..., 1, 1]
    slope_x, slope_y = (right - left) / 2, (down - up) / 2
    bend_x, bend_y = right + left - 2 * middle, down + up - 2 * middle
    mixed = (around[..., 2, 2] + around[..., 0, 0] - around[..., 2, 0] - around[..., 0, 2]) / 4
    determinant = bend_x * bend_y - mixed**2
    is_hill = (bend_x < 0) & (bend_y < 0) & (determinant > _LOWEST)
    divisor = torch.where(is_hill, determinant, 1.0)
    step = torch.stack([mixed * slope_y - bend_y * slope_x, mixed * slope_x - bend_x * slope_y], dim=-1)
    step = step / divisor[..., None]
    is_near = (step.abs() <= 1).all(dim=-1)
    return torch.where((is_hill & is_near)[..., None], step, 0.0)


def _reflected(places: Tensor, length: int) -> Tensor:
    """Places beyond the border reflected at the border's pixel; all the same pixel where there is only one."""
    return (length - 1 - (length - 1 - places.abs()).abs()).clamp(0, length - 1)
