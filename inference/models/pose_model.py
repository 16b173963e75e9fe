"""What every pose model is: pictures of people in, a PoseOutput out, and its own loss for training."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

import torch
from torch import Tensor, nn

from inference.pose.pose_output import PoseOutput
from inference.pose.skeletons import Skeleton

# Of ImageNet's colours, RGB from 0 to 255: what published backbones were trained with.
_MEAN: Final = (123.675, 116.28, 103.53)
_DEVIATION: Final = (58.395, 57.12, 57.375)


@dataclass(frozen=True, slots=True, eq=False)
class PoseTargets:
    """Where the keypoints of N crops truly are.

    coordinates is (N, K, 2), normalised to the crop, and may lie outside of it; counts is (N, K) bool, False for a
    keypoint that nothing is known of, whose coordinates then mean nothing. axes, (N, 2, 3), are those of `body_axes`
    in each crop, 0 where not known; None where nobody asks for them. depths, (N, K), are normalised as
    `inference.pose.planes` says, NaN where not known; None where nobody asks for them.
    """

    coordinates: Tensor
    counts: Tensor
    axes: Tensor | None = field(default=None, kw_only=True)
    depths: Tensor | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        # A derivative at a place that is no number is none either, and would spoil the weights for all the others.
        object.__setattr__(self, "coordinates", torch.where(self.counts.unsqueeze(-1), self.coordinates, 0.0))

    def to(self, device: str | torch.device) -> PoseTargets:
        """The same in the memory of a device."""
        axes, depths = (None if values is None else values.to(device) for values in (self.axes, self.depths))
        return PoseTargets(self.coordinates.to(device), self.counts.to(device), axes=axes, depths=depths)


class PoseModel(nn.Module, ABC):
    """Finds the keypoints of one person in each crop.

    Args:
        skeleton: whose joints, in whose order, it speaks of.
        input_size: (height, width) of the crops that it is given, px.

    Weights that others have published are read by `load_published`, which asks the model what it calls them.
    """

    heads: ClassVar[tuple[str, ...]] = ()
    """How the names begin of those weights that a published checkpoint may lack, since they are learned anew."""

    def __init__(self, skeleton: Skeleton, input_size: tuple[int, int]) -> None:
        super().__init__()
        self.skeleton = skeleton
        self.input_size = input_size

    @abstractmethod
    def forward(self, pictures: Tensor) -> PoseOutput:
        """The keypoints of crops.

        Args:
            pictures: (N, 3, height, width) of the input size, as `prepared` makes them.
        """

    @abstractmethod
    def loss(self, output: PoseOutput, targets: PoseTargets) -> Tensor:
        """What to minimise, one number for the batch: the mean over the keypoints that count; 0 where none does.

        Args:
            output: of this model in training mode.
            targets: of the same crops.
        """

    def from_published(self, tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        """By this model's own names, the weights of a checkpoint in which they have the published names.

        Args:
            tensors: by name, without wrappers around them; a name that is not known is to be handed on as it is.
        """
        return tensors


def prepared(crops: Tensor) -> Tensor:
    """(N, 3, height, width) RGB with ImageNet's mean and deviation of (N, height, width, 3) BGR bytes."""
    colours = crops.flip(-1).float()
    mean, deviation = colours.new_tensor(_MEAN), colours.new_tensor(_DEVIATION)
    return ((colours - mean) / deviation).permute(0, 3, 1, 2).contiguous()
