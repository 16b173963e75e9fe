"""The default pose model with depth: the diver's keypoints in space, from marginal heatmaps in three planes.

MargiPose (thesis section 4.2.2) says where a joint is in space by three heatmaps in two dimensions, what would be left
of one in three if it were summed along an axis: xy over the picture, zy beside it and xz below it. x and y are read off
xy, z is the mean of what zy and xz say (eq. 4.3). So is it here, but on the features of `DiverPose`, which keeps the
model quick.

Features know their place in the picture by where they stand and their depth, if at all, by their channel. So the planes
with depth are drawn by convolutions whose axes have changed places (section 4.3.2.1): channels become z, and what was
x, or y, becomes the channels.

    features, crop/4 ─┬─ 1x1 → xy
                      └─ block ─┬─ 3x3 → channels z, rows y, columns x ── rows y, columns z ── blocks ── 1x1 → zy
                                └─ 3x3 → channels z, rows y, columns x ── rows z, columns x ── blocks ── 1x1 → xz
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final, cast

import torch
from torch import Tensor, nn

from inference.models.diver_pose import DiverPose
from inference.models.heatmap_model import PredictorChoice
from inference.models.pose_model import PoseTargets
from inference.models.residual_blocks import BasicBlock, convolution, pile
from inference.pose import heatmaps as hm
from inference.pose.planes import Plane, axes_of
from inference.pose.pose_output import HeatmapStage, PoseOutput
from inference.pose.predictors import SoftArgmax
from inference.pose.skeletons import Skeleton

_BLOCKS: Final = 2
_SWAPPED: Final[dict[Plane, tuple[int, int, int, int]]] = {"zy": (0, 3, 2, 1), "xz": (0, 2, 1, 3)}
"""Of (N, z, y, x) features the order in which a plane's rows and columns come last."""


class DiverDepth(DiverPose):
    """`DiverPose`, and how much farther from the camera than the pelvis each keypoint is.

    Args:
        skeleton: whose joints it finds; one of them is the pelvis.
        predictor: sa or sar, or more settings of them.
        input_side: see `DiverPose`, and the others.
        widths: likewise.
        blocks: likewise.

    Raises:
        ValueError: if it cannot be built so; the message says why.
    """

    heads: ClassVar[tuple[str, ...]] = ("depth.", "predictor.")

    def __init__(
        self,
        skeleton: Skeleton,
        predictor: PredictorChoice = "sar",
        input_side: int = 128,
        widths: Sequence[int] = (48, 80, 128, 192),
        blocks: Sequence[int] = (2, 2, 3, 2),
    ) -> None:
        super().__init__(skeleton, predictor, input_side, widths, blocks)
        if not isinstance(self.predictor, SoftArgmax):
            kind = self.predictor.settings.kind
            raise ValueError(f"depth is the mean of probability maps, so the predictor is sa or sar, and not {kind}")
        self._soft = self.predictor.settings.used_normaliser or "softmax"
        side, joints = input_side // 4, len(skeleton.joints)
        self.depth = nn.ModuleDict({"block": BasicBlock(widths[0], widths[0])})
        for plane in _SWAPPED:
            self.depth[plane] = _PlaneHead(plane, widths[0], side, joints)

    def forward(self, pictures: Tensor) -> PoseOutput:
        """See `PoseModel`; coordinates are (N, K, 3)."""
        features, axes = self.features(pictures)
        flat = self.predictor.output(self.head(features))
        (xy,) = flat.stages
        inner = self.depth["block"](features)
        maps = {plane: self.depth[plane](inner) for plane in _SWAPPED}
        pmms = {plane: hm.normalise(drawn, self._soft) for plane, drawn in maps.items()}
        along_z = [hm.soft_argmax(pmm)[..., axes_of(plane).index(2)] for plane, pmm in pmms.items()]
        depths = torch.stack(along_z).mean(dim=0)
        coordinates = torch.cat([xy.coordinates, depths.unsqueeze(-1).to(xy.coordinates.dtype)], dim=-1)
        stages = [replace(xy, coordinates=coordinates)]
        stages += [HeatmapStage(xy.name, maps[plane], pmms[plane], coordinates, plane=plane) for plane in _SWAPPED]
        return replace(flat, coordinates=coordinates, stages=tuple(stages), axes=axes)

    def loss(self, output: PoseOutput, targets: PoseTargets) -> Tensor:
        """See `PoseModel`: eq. 4.4 for keypoints whose depth is known, eq. 4.5 for the others."""
        stages = {stage.plane: stage for stage in output.stages}
        flat = replace(stages["xy"], coordinates=output.coordinates[..., :2])
        loss = super().loss(replace(output, coordinates=flat.coordinates, stages=(flat,)), targets)
        if targets.depths is None:
            return loss
        is_known = targets.counts & targets.depths.isfinite()
        depths = torch.where(is_known, targets.depths, 0.0)
        true = torch.cat([targets.coordinates, depths.unsqueeze(-1)], dim=-1)
        in_space, in_picture = (hm.distances(output.coordinates[..., :count], true[..., :count]) for count in (3, 2))
        more, predictor = in_space - in_picture, cast("SoftArgmax", self.predictor)
        for plane in _SWAPPED:
            more = more + predictor.form_losses(stages[plane], true[..., axes_of(plane)])
        # Of all that count, as in the picture: a crop whose depths nobody knows is not made up for by the others.
        return loss + torch.where(is_known, more, 0.0).sum() / targets.counts.sum().clamp(min=1)


class _PlaneHead(nn.Module):
    """Heatmaps in a plane with depth.

    Args:
        plane: zy or xz.
        inputs: channels of the features.
        side: of the features and of the heatmaps, px.
        joints: how many heatmaps.
    """

    def __init__(self, plane: Plane, inputs: int, side: int, joints: int) -> None:
        super().__init__()
        self._order = _SWAPPED[plane]
        self.to_depth = nn.Sequential(convolution(inputs, side, 3), nn.BatchNorm2d(side), nn.ReLU())
        self.blocks = pile(BasicBlock, side, side, _BLOCKS)
        self.head = nn.Conv2d(side, joints, 1)

    def forward(self, features: Tensor) -> Tensor:
        """(N, K, side, side) of (N, inputs, side, side)."""
        swapped = self.to_depth(features).permute(self._order)
        drawn: Tensor = self.head(self.blocks(swapped.contiguous(memory_format=torch.channels_last)))
        return drawn
