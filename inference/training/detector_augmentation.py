"""Chunks of video as other cameras might have seen them."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

_SPREAD = 0.25


def augmented(frames: Tensor, rng: np.random.Generator) -> Tensor:
    """A chunk as another camera might have seen it: mirrored, cut, brighter, of another tint, more or less noisy.

    Args:
        frames: (time, height, width, 3) bytes.
        rng: source of chance.

    Returns:
        (time, height, width, 3) floats from 0 to 255.
    """
    pictures = frames.permute(0, 3, 1, 2).float()
    if rng.random() < 0.5:
        pictures = pictures.flip(-1)
    if rng.random() < 0.5:
        height, width = pictures.shape[-2:]
        share = float(rng.uniform(0.65, 1.0))
        rows, columns = round(share * height), round(share * width)
        top, left = int(rng.integers(0, height - rows + 1)), int(rng.integers(0, width - columns + 1))
        part = pictures[..., top : top + rows, left : left + columns]
        pictures = functional.interpolate(part, size=(height, width), mode="bilinear", antialias=False)
    gains = torch.from_numpy(np.exp(rng.normal(0, 0.12, 3) + rng.normal(0, _SPREAD))).float()[:, None, None]
    contrast = float(np.exp(rng.normal(0, _SPREAD)))
    middle = pictures.mean()
    pictures = ((pictures - middle) * contrast + middle) * gains
    generator = torch.Generator().manual_seed(int(rng.integers(2**31)))
    noise = torch.randn(pictures.shape, generator=generator) * float(rng.gamma(1.5, 2.0))
    return (pictures + noise).clamp(0, 255).permute(0, 2, 3, 1)
