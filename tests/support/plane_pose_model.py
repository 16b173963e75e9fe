"""A pose model of two stages that draws marginal heatmaps in three planes, at places that can be reckoned by hand."""

from __future__ import annotations

import torch
from tiny_pose_model import TinyPoseModel
from torch import Tensor

from inference.pose import heatmaps as hm
from inference.pose.planes import PLANES, Plane, axes_of
from inference.pose.pose_output import HeatmapStage, PoseOutput
from inference.pose.skeletons import CANONICAL_17

HEIGHT, WIDTH = 32, 24
"""Of what the model is shown, px."""

COLUMNS, ROWS, DEPTH = 12, 16, 10
"""Pixels of the heatmaps along x, y and z, so that none can be taken for another."""

X = 0.25
"""Of every joint: the middle of column 7 of 12, -1 + 15 / 12, which is 15 px of the crop."""

Z = {"stage 1": -0.1, "output": 0.3}
"""Of every joint: the middles of pixels 4 and 6 of 10, -1 + 9 / 10 and -1 + 13 / 10."""


def y_of(joint: str) -> float:
    """The middle of row 3 for the first joint, of the next for the next, and so on up to row 12, and again."""
    return -1 + (2 * (3 + CANONICAL_17.index(joint) % 10) + 1) / ROWS


class TinyPlanes(TinyPoseModel):
    """Sees the same pose in every picture, as Gaussians of half a pixel.

    Args:
        planes: in which it says so.
        broken: a plane of the output whose values are no numbers.
    """

    def __init__(self, planes: tuple[Plane, ...] = PLANES, broken: Plane | None = None) -> None:
        super().__init__()
        self.input_size = HEIGHT, WIDTH
        self.planes, self.broken = planes, broken

    def forward(self, pictures: Tensor) -> PoseOutput:
        nothing = pictures.mean(dim=(1, 2, 3))[:, None, None] * 0
        stages, sizes = [], (COLUMNS, ROWS, DEPTH)
        for name, z in Z.items():
            places = torch.tensor([[X, y_of(joint), z] for joint in self.skeleton.joints]) + nothing
            for plane in self.planes:
                columns, rows = (sizes[axis] for axis in axes_of(plane))
                pmm = hm.gaussian(places[..., axes_of(plane)], (rows, columns), 0.5)
                if plane == self.broken and name == "output":
                    pmm = pmm * torch.nan
                stages.append(HeatmapStage(name, pmm * 5, pmm, places, plane=plane))
        covariances = hm.covariance(stages[-len(self.planes)].pmm)
        return PoseOutput(places, torch.full_like(places[..., 0], 0.75), tuple(stages), covariances=covariances)
