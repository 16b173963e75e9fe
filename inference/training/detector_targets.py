"""What the detector should have said, cell by cell, and how far it is from that."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from inference.models.dive_detector import CELL, DetectorMaps, cell_of

_POOLED_SHARE = 1.0
_OFFSET_SHARE = 0.5
_NEAR = 0.05
_BESIDE_SHARE = 1 / 8
"""Of a cell next to the diver's in what is learned of places: the eight of them count as much as the one."""


@dataclass(frozen=True, slots=True, eq=False)
class DetectorTargets:
    """Labels of a batch of chunks.

    Args:
        labels: (batch, 3, time) in [0, 1], in the order of EVENTS.
        counts: (batch, time) whether a picture counts.
        positions: (batch, time, 2) of the diver, px of the detector's picture; NaN where there is none or nobody knows.
    """

    labels: Tensor
    counts: Tensor
    positions: Tensor


def detector_loss(maps: DetectorMaps, targets: DetectorTargets, positive_weights: Tensor) -> Tensor:
    """How far the maps are from the labels: of each cell, of the most certain cell, and of the diver's place in it.

    The cells' loss is the quality focal loss (Li et al. 2020, eq. 1 with beta = 2), the sum over all cells by the sum
    of the labels. A cell next to the diver's is neither right nor wrong, but learns where the diver is, since it may be
    the most certain one. Where a dive is known and its place is not, only the most certain cell is asked.

    Args:
        maps: of the detector, in single precision.
        targets: of the same pictures.
        positive_weights: (3,) how much more a label of one weighs than one of zero, for the most certain cell.
    """
    kept = targets.counts.float()
    pooled = functional.binary_cross_entropy_with_logits(
        maps.event_logits(), targets.labels, pos_weight=positive_weights[:, None], reduction="none"
    )
    pooled = (pooled * kept[:, None]).sum() / (3 * kept.sum()).clamp(min=1)
    labels, weights, shares = _of_cells(maps, targets)
    focus = (labels - torch.sigmoid(maps.events)).square()
    cells = functional.binary_cross_entropy_with_logits(maps.events, labels, reduction="none") * focus * weights
    cells = (cells.sum(dim=(0, 2, 3, 4)) / (labels * weights).sum(dim=(0, 2, 3, 4)).clamp(min=1)).mean()
    return cells + _POOLED_SHARE * pooled + _OFFSET_SHARE * _offset_loss(maps, targets, shares)


def _of_cells(maps: DetectorMaps, targets: DetectorTargets) -> tuple[Tensor, Tensor, Tensor]:
    """Labels (batch, 3, time, rows, columns), weights of that shape, and what each cell's offset counts for."""
    rows, columns = maps.events.shape[-2:]
    is_known = ~torch.isnan(targets.positions[..., 0])
    cell = cell_of(torch.nan_to_num(targets.positions), rows, columns)
    row = torch.arange(rows, device=cell.device)[:, None]
    column = torch.arange(columns, device=cell.device)
    off = torch.maximum((row - cell[..., 1, None, None]).abs(), (column - cell[..., 0, None, None]).abs())
    is_diver = (off == 0) & is_known[..., None, None]
    is_near = (off == 1) & is_known[..., None, None]
    labels = targets.labels[..., None, None] * is_diver[:, None]
    is_labelled = targets.labels > _NEAR
    is_left_out = is_labelled & ~is_known[:, None] | ~targets.counts[:, None]
    weights = ~(is_left_out[..., None, None] | is_labelled[..., None, None] & is_near[:, None])
    is_asked = is_labelled.any(dim=1) & targets.counts
    shares = (is_diver + _BESIDE_SHARE * is_near) * is_asked[..., None, None]
    return labels, weights.float(), shares


def _offset_loss(maps: DetectorMaps, targets: DetectorTargets, shares: Tensor) -> Tensor:
    """Mean distance along both axes between the place that cells at the diver say and the true one, in cells."""
    wrong = (maps.positions() - torch.nan_to_num(targets.positions)[:, :, None, None]).abs().sum(dim=-1) / CELL
    loss: Tensor = (wrong * shares).sum() / shares.sum().clamp(min=1)
    return loss
