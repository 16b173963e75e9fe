"""How far a diver locator's maps are from the truth, for each of the three strategies (thesis section 5.4.1).

A frame of a patch holds the diver, does not, or nobody knows; what nobody knows counts for nothing. Every loss is the
mean over the frames of a clip that count, one number for each clip, so that clips weigh the same however they are dealt
out to steps and processes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from inference.models.diver_locator import Strategy
from inference.pose.heatmaps import distances, normalise, pixel_centres, regularised_losses

BETA = 0.8
"""How much stricter a missed diver is judged than a mistaken one (eq. 5.5); 0.5 judges both alike."""

SIGMA_PX = 2.0
"""Standard deviation of the target heatmaps' Gaussians, px of the network's picture."""

COORDINATE_WEIGHT = 1.0
"""Of partial regression's distances beside its cross entropy; the thesis gives no number."""


@dataclass(frozen=True, slots=True, eq=False)
class LocatorTargets:
    """Where the diver is in a batch of clips.

    Args:
        places: (batch, time, 2) as (x, y), normalised to the picture or patch; anything where the diver is not in it.
        is_there: (batch, time) whether the picture or patch shows the diver.
        is_known: (batch, time) whether that is known.
    """

    places: Tensor
    is_there: Tensor
    is_known: Tensor

    def to(self, device: torch.device) -> LocatorTargets:
        """The same on a device."""
        return LocatorTargets(self.places.to(device), self.is_there.to(device), self.is_known.to(device))


def locator_losses(maps: Tensor, targets: LocatorTargets, strategy: Strategy) -> Tensor:
    """(batch,) losses of a strategy.

    Args:
        maps: (batch, maps, time, height, width) of the locator, in single precision.
        targets: of the same clips.
        strategy: of the locator.
    """
    if strategy == "partial-regression":
        return partial_regression_losses(maps, targets)
    if strategy == "heatmap":
        return heatmap_losses(maps[:, 0], targets)
    return soft_argmax_losses(maps[:, 0], targets)


def partial_regression_losses(maps: Tensor, targets: LocatorTargets) -> Tensor:
    """(batch,) cross entropy of the diver's presence, and distance of the place in patches that do show the diver.

    Args:
        maps: (batch, 3, time, height, width): presence logit, x and y, to be averaged over the patch.
        targets: of the same patches.
    """
    pooled = maps.mean(dim=(-2, -1)).transpose(1, 2)
    presence = functional.binary_cross_entropy_with_logits(pooled[..., 0], targets.is_there.float(), reduction="none")
    off = distances(pooled[..., 1:], targets.places)
    # The mean over all frames that count, not over those with the diver: a glimpse is not worth a whole clip.
    costs = presence + COORDINATE_WEIGHT * torch.where(targets.is_there, off, 0.0)
    return _clip_means(costs, targets.is_known)


def weighted_bce(logits: Tensor, expected: Tensor, beta: float = BETA) -> Tensor:
    """(...) weighted binary cross entropy of each pixel (eq. 5.5).

    Args:
        logits: (...) whose sigmoid is the predicted value.
        expected: (...) in [0, 1].
        beta: in (0, 1); how much the positive term outweighs the negative one.
    """
    missed = functional.softplus(-logits) * expected
    mistaken = functional.softplus(logits) * (1 - expected)
    return missed / (2 * (1 - beta)) + mistaken / (2 * beta)


def target_heatmaps(targets: LocatorTargets, size: tuple[int, int], sigma_px: float = SIGMA_PX) -> Tensor:
    """(batch, time, height, width) spherical Gaussians, one at the diver's place; 0 where the diver is not.

    Args:
        targets: of the clips.
        size: (height, width).
        sigma_px: standard deviation.
    """
    places = targets.places.float()
    bells = []
    for axis, length in enumerate(reversed(size)):
        away = (pixel_centres(length, places) - places[..., axis, None]) * (length / 2 / sigma_px)
        bells.append(torch.exp(-0.5 * away**2))
    heatmaps = bells[1][..., :, None] * bells[0][..., None, :]
    return torch.where(targets.is_there[..., None, None], heatmaps, 0.0)


def heatmap_losses(logits: Tensor, targets: LocatorTargets, beta: float = BETA) -> Tensor:
    """(batch,) weighted cross entropy between predicted and target heatmaps, mean over pixels.

    Args:
        logits: (batch, time, height, width).
        targets: of the same patches.
        beta: see `weighted_bce`.
    """
    expected = target_heatmaps(targets, (logits.shape[-2], logits.shape[-1]))
    return _clip_means(weighted_bce(logits, expected, beta).mean(dim=(-2, -1)), targets.is_known)


def soft_argmax_losses(heatmaps: Tensor, targets: LocatorTargets) -> Tensor:
    """(batch,) distance of the soft-argmax and Jensen-Shannon divergence from a Gaussian (eq. 3.6).

    A soft-argmax always says some place, so frames without the diver count for nothing.

    Args:
        heatmaps: (batch, time, height, width), not normalised.
        targets: of the same pictures.
    """
    places = torch.where(targets.is_there[..., None], targets.places, 0.0)
    losses = regularised_losses(normalise(heatmaps), places, SIGMA_PX)
    return _clip_means(losses, targets.is_known & targets.is_there)


def _clip_means(costs: Tensor, counts: Tensor) -> Tensor:
    """(batch,) means over time of the frames that count; 0 where none does."""
    kept = counts.to(costs.dtype)
    means: Tensor = torch.where(counts, costs, 0.0).sum(dim=1) / kept.sum(dim=1).clamp(min=1)
    return means
