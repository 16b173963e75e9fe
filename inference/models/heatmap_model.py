"""Pose models whose answer is read from heatmaps by a predictor, whatever network draws them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from torch import Tensor

from inference.models.pose_model import PoseModel, PoseTargets
from inference.pose.pose_output import PoseOutput
from inference.pose.predictors import PredictorSettings
from inference.pose.skeletons import Skeleton

PredictorChoice = str | Mapping[str, Any]
"""The kind of a predictor, or fields of `PredictorSettings` as JSON values."""


class HeatmapModel(PoseModel):
    """A network that draws a heatmap for each keypoint, at one or several stages, and a predictor.

    Args:
        skeleton: whose joints it finds.
        input_size: (height, width) of the crops, px.
        heatmap_size: (height, width) of the heatmaps, px.
        predictor: fc, hm, sa or sar, or more settings of it.
        edges: of the heatmaps in the crop, if they do not cover it exactly; see `PoseOutput`.

    Raises:
        ValueError: if there is no such predictor.
    """

    heads: ClassVar[tuple[str, ...]] = ("predictor.",)

    def __init__(
        self,
        skeleton: Skeleton,
        input_size: tuple[int, int],
        heatmap_size: tuple[int, int],
        predictor: PredictorChoice = "sar",
        edges: tuple[float, float, float, float] | None = None,
    ) -> None:
        super().__init__(skeleton, input_size)
        self.heatmap_size = heatmap_size
        self.predictor = predictor_settings(predictor).build(len(skeleton.joints), heatmap_size)
        if edges is not None:
            self.predictor.edges = edges

    @abstractmethod
    def heatmaps(self, pictures: Tensor) -> Sequence[Tensor]:
        """The heatmaps of every stage, as the network says them.

        Args:
            pictures: (N, 3, height, width), see `forward`.

        Returns:
            (N, K, h, w) each, the output's last.
        """

    def forward(self, pictures: Tensor) -> PoseOutput:
        """See `PoseModel`."""
        return self.predictor.output(*self.heatmaps(pictures))

    def loss(self, output: PoseOutput, targets: PoseTargets) -> Tensor:
        """See `PoseModel`; the sum over all stages."""
        return self.predictor.loss(output.stages, targets.coordinates, targets.counts)


def predictor_settings(choice: PredictorChoice) -> PredictorSettings:
    """The settings of a predictor.

    Raises:
        ValueError: if there is no such predictor.
    """
    try:
        return PredictorSettings(**({"kind": choice} if isinstance(choice, str) else choice))
    except TypeError as error:
        raise ValueError(f"a predictor cannot be set so: {error}") from error


def strided_edges(input_size: tuple[int, int], heatmap_size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Edges of heatmaps whose pixel i lies at the middle of the crop's pixel i * stride.

    So do those of convolutions with a stride and as much padding on every side; published weights count on it.

    Args:
        input_size: (height, width) of the crop.
        heatmap_size: (height, width) of the heatmaps.
    """
    (height, width), (rows, columns) = input_size, heatmap_size
    # The middle of pixel 0 is half a pixel of the crop from its edge, instead of half a pixel of the heatmap.
    left, top = (1 - width / columns) / width, (1 - height / rows) / height
    return (-1 + left, -1 + top, 1 + left, 1 + top)
