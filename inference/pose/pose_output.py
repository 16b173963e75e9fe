"""What a pose model says about a batch of crops: coordinates, and every heatmap that led to them.

All models answer in this shape, so that losses, metrics and the window can look into any of them. What a model does
not have is empty or None. Coordinates are normalised to the crop: -1 to 1 between its outer edges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

import torch
from torch import Tensor

from inference.pose.planes import Plane

WHOLE_CROP: Final = (-1.0, -1.0, 1.0, 1.0)
"""The edges of heatmaps that cover the crop exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class HeatmapStage:
    """One set of heatmaps, of an intermediate stage or of the output.

    name says which in words for a person, such as "stage 1" or "output". heatmaps, (N, K, h, w), are as the network
    says them; pmm is the same normalised, None where the model has no normaliser; coordinates, (N, K, 2) normalised to
    the crop, are what this stage alone would say. A stage that draws its heatmaps in several planes is several of these
    with the same name, one after the other, all of them with the same (N, K, 3) coordinates.
    """

    name: str
    heatmaps: Tensor
    pmm: Tensor | None
    coordinates: Tensor
    plane: Plane = field(default="xy", kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class PoseOutput:
    """What a pose model says about N crops with K keypoints.

    coordinates is (N, K, 2), or (N, K, 3), normalised; confidences (N, K) in [0, 1]; stages in the order in which the
    network computes them, the output's last; pafs one tensor of (N, limbs, 2, h, w) per stage that has part affinity
    fields; covariances (N, K, 2, 2) in normalised units squared; samples (N, S, K, 2) normalised, S whole poses for
    each crop; axes (N, 2, 3) where the body's upper end and its chest point in camera space (see `body_axes`), as
    unit vectors or shorter ones. heatmap_edges holds the normalised crop coordinates of the heatmaps' outer edges,
    (left, top, right, bottom): the map from heatmaps and part affinity fields to the crop. Along z, which is normalised
    as `inference.pose.planes` says, heatmaps go from -1 to 1.
    """

    coordinates: Tensor
    confidences: Tensor
    stages: tuple[HeatmapStage, ...] = ()
    pafs: tuple[Tensor, ...] = ()
    covariances: Tensor | None = None
    samples: Tensor | None = None
    axes: Tensor | None = None
    heatmap_edges: tuple[float, float, float, float] = WHOLE_CROP

    def __getitem__(self, crops: slice) -> PoseOutput:
        """The answer for some of the crops."""
        return self.mapped(lambda values: values[crops])

    def on_cpu(self) -> PoseOutput:
        """The same without gradients, in single precision and in the processor's memory, whence .numpy() leads on."""
        return self.mapped(lambda values: values.detach().to("cpu", torch.float32))

    def mapped(self, change: Callable[[Tensor], Tensor]) -> PoseOutput:
        """The same with every tensor changed, always in the same order."""

        def changed(values: Tensor | None) -> Any:
            return None if values is None else change(values)

        stages = tuple(_mapped_stage(stage, change) for stage in self.stages)
        return replace(
            self,
            coordinates=change(self.coordinates),
            confidences=change(self.confidences),
            stages=stages,
            pafs=tuple(change(vectors) for vectors in self.pafs),
            covariances=changed(self.covariances),
            samples=changed(self.samples),
            axes=changed(self.axes),
        )


def _mapped_stage(stage: HeatmapStage, change: Callable[[Tensor], Tensor]) -> HeatmapStage:
    """Every tensor of a stage, also those that only some models' stages have, changed."""
    values: dict[str, Any] = {each.name: getattr(stage, each.name) for each in fields(stage)}
    changed: dict[str, Any] = {name: change(value) for name, value in values.items() if isinstance(value, Tensor)}
    return replace(stage, **changed)


def from_heatmap(coordinates: Tensor, edges: tuple[float, float, float, float] = WHOLE_CROP) -> Tensor:
    """Coordinates normalised to the crop of (..., 2) ones that are normalised to heatmaps with these edges."""
    left_top, right_bottom = coordinates.new_tensor(edges[:2]), coordinates.new_tensor(edges[2:])
    return left_top + (coordinates + 1) / 2 * (right_bottom - left_top)


def to_heatmap(coordinates: Tensor, edges: tuple[float, float, float, float] = WHOLE_CROP) -> Tensor:
    """Coordinates normalised to heatmaps with these edges of (..., 2) ones that are normalised to the crop."""
    left_top, right_bottom = coordinates.new_tensor(edges[:2]), coordinates.new_tensor(edges[2:])
    return (coordinates - left_top) / (right_bottom - left_top) * 2 - 1
