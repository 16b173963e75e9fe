"""DeepPose: coordinates regressed at once, then joint by joint in ever closer pictures (Toshev and Szegedy, CVPR 2014).

The first stage sees the whole crop and says where all joints are (Raissi slides; thesis figure 3.2). Every further one
looks again: round the place of each joint a square of the torso's size is cut out of the same picture, and a network of
the stage's own says how far the joint is from the square's middle:

    y_i^s = y_i^(s-1) + N^-1(psi_i(N(x; b_i); theta_s); b_i)        b_i = (y_i^(s-1), sigma diam(y^(s-1)))

where N normalises to the box b, diam is the distance of the left shoulder from the right hip, and psi_i are the two
numbers that the network has for joint i. All stages minimise squared distances, normalised to the box that they see.

What differs from the paper: boxes are squares, and in training not drawn about the true place but about that of the
stage before, which needs no model of its errors; normalisation of layers is by batch, without which so deep a network
hardly learns from scratch on few pictures. As in the paper each stage learns by itself, no derivative passing from one
to the next, unless they are to be trained end to end. The paper's network is AlexNet's; a compact one does for small
crops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, Final, Literal, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.models.pose_model import PoseModel, PoseTargets
from inference.pose.heatmaps import masked_mean, pixel_centres
from inference.pose.pose_output import PoseOutput
from inference.pose.skeletons import Skeleton

Regressor = Literal["alexnet", "compact"]
REGRESSORS: tuple[Regressor, ...] = get_args(Regressor)

MOST_STAGES: Final = 8

_LEAST_REACH, _LARGEST_REACH = 0.2, 1.0
_DROPPED: Final = 0.6
"""Share of the numbers that are left out in training, before and after each large layer (section 4)."""


@dataclass(frozen=True, slots=True, eq=False)
class CascadeOutput(PoseOutput):
    """What every stage of a cascade says.

    places holds (N, K, 2) normalised coordinates for each stage, the output's last; reaches, for each of them, (N, 2)
    half the side of the squares that it looked at along x and y, normalised: 1 for the first stage.
    """

    places: tuple[Tensor, ...] = ()
    reaches: tuple[Tensor, ...] = ()

    def mapped(self, change: Callable[[Tensor], Tensor]) -> PoseOutput:
        """See `PoseOutput`."""
        return replace(
            self,
            coordinates=change(self.coordinates),
            confidences=change(self.confidences),
            places=tuple(change(place) for place in self.places),
            reaches=tuple(change(reach) for reach in self.reaches),
        )


class DeepPose(PoseModel):
    """A cascade of regressors.

    Args:
        skeleton: whose joints it finds.
        stages: 1 for the first one alone; 3 in the paper.
        input_side: of the crops, px; 220 in the paper.
        refined_side: of the pictures that further stages see, px.
        box: sigma, the sides of their squares in diameters of the torso; 1 and 2 in the paper.
        regressor: alexnet, or compact.
        width: channels of a regressor's first layer; AlexNet has 96.
        end_to_end: whether a stage also learns from the losses of those after it.

    Raises:
        ValueError: if it cannot be built so; the message says why.
    """

    heads: ClassVar[tuple[str, ...]] = ("regressors.",)

    def __init__(
        self,
        skeleton: Skeleton,
        stages: int = 3,
        input_side: int = 220,
        refined_side: int = 220,
        box: float = 2.0,
        regressor: Regressor = "alexnet",
        width: int = 96,
        *,
        end_to_end: bool = False,
    ) -> None:
        super().__init__(skeleton, (input_side, input_side))
        if regressor not in REGRESSORS:
            raise ValueError(f"{regressor!r} is not one of {', '.join(REGRESSORS)}")
        if not 1 <= stages <= MOST_STAGES or not box > 0:
            raise ValueError(f"a cascade of {stages} stages with boxes of {box} torsos cannot be")
        self.refined_side = refined_side
        self.box = box
        self.end_to_end = end_to_end
        self.torso = _torso(skeleton)
        make = _alexnet if regressor == "alexnet" else _compact
        outputs = 2 * len(skeleton.joints)
        sides = [input_side, *[refined_side] * (stages - 1)]
        self.regressors = nn.ModuleList(nn.Sequential(*make(side, width, outputs)) for side in sides)

    def forward(self, pictures: Tensor) -> CascadeOutput:
        """See `PoseModel`."""
        first, *further = self.regressors
        places = [first(pictures).float().unflatten(1, (-1, 2))]
        reaches = [places[0].new_ones(len(pictures), 2)]
        for regressor in further:
            before = places[-1] if self.end_to_end else places[-1].detach()
            reach = self.reach(before)
            seen = crops_about(pictures, before, reach, self.refined_side)
            said = regressor(seen.flatten(0, 1)).float().unflatten(0, before.shape[:2]).unflatten(2, (-1, 2))
            own = said.diagonal(dim1=1, dim2=2).transpose(1, 2)  # of the numbers for all joints, those for its own
            places.append(before + own * reach[:, None])
            reaches.append(reach)
        is_inside = (places[-1].detach().abs() <= 1).all(dim=-1)
        return CascadeOutput(places[-1], is_inside.float(), places=tuple(places), reaches=tuple(reaches))

    def loss(self, output: PoseOutput, targets: PoseTargets) -> Tensor:
        """See `PoseModel`; the sum over all stages of squared distances, normalised to what each stage saw.

        A joint outside of the square in which a stage looks for it does not count for that stage: there was nothing to
        see of it.

        Raises:
            TypeError: if the output is not that of a cascade.
        """
        if not isinstance(output, CascadeOutput):
            raise TypeError("a cascade learns only from what a cascade says")
        first = (output.places[0] - targets.coordinates).square().sum(dim=-1)
        losses = [masked_mean(first, targets.counts)]
        for (before, place), reach in zip(pairwise(output.places), output.reaches[1:], strict=True):
            away = (targets.coordinates - before.detach()) / reach[:, None]
            is_seen = targets.counts & (away.abs() <= 1).all(dim=-1)
            squares = ((targets.coordinates - place) / reach[:, None]).square().sum(dim=-1)
            losses.append(masked_mean(squares, is_seen))
        return torch.stack(losses).sum()

    def reach(self, places: Tensor) -> Tensor:
        """Half the side of the squares to look at next, sigma diam(y) / 2, along x and y.

        A torso that points at the camera would have no size, and a first guess may be anything; so the squares are a
        fifth of the crop's side at least, and as large as the crop at most.

        Args:
            places: (N, K, 2) normalised, of the stage before.

        Returns:
            (N, 2) normalised; has no gradient.
        """
        places = places.detach()
        if self.torso is None:
            size = places.amax(dim=1) - places.amin(dim=1)
            diameter = torch.linalg.vector_norm(size, dim=-1) / 2
        else:
            shoulder, hip = self.torso
            diameter = torch.linalg.vector_norm(places[:, shoulder] - places[:, hip], dim=-1)
        reach: Tensor = (self.box * diameter / 2).clamp(_LEAST_REACH, _LARGEST_REACH)
        return reach[:, None].expand(-1, 2)


def crops_about(pictures: Tensor, places: Tensor, reach: Tensor, side: int) -> Tensor:
    """Rectangles of pictures, sampled bilinearly; beyond the picture is ImageNet's mean colour.

    Args:
        pictures: (N, 3, height, width).
        places: (N, K, 2) their middles, normalised.
        reach: (N, 2) half their size along x and y, normalised.
        side: of the crops, px.

    Returns:
        (N, K, 3, side, side), with derivatives with respect to the places.
    """
    steps = pixel_centres(side, places)
    x = places[..., 0, None] + reach[:, None, 0, None] * steps
    y = places[..., 1, None] + reach[:, None, 1, None] * steps
    count, joints = places.shape[:2]
    square = (count, joints, side, side)
    grid = torch.stack([x[..., None, :].expand(square), y[..., :, None].expand(square)], dim=-1)
    # The joints' squares lie one below the other, so that the picture need not be copied for each of them.
    rows = functional.grid_sample(
        pictures.float(), grid.reshape(count, joints * side, side, 2), mode="bilinear", align_corners=False
    )
    return rows.reshape(count, -1, joints, side, side).transpose(1, 2)


def _alexnet(side: int, width: int, outputs: int) -> Iterator[nn.Module]:
    """AlexNet's five convolutions and two large layers, and the coordinates (Toshev and Szegedy, section 3.1)."""
    channels = [width, width * 8 // 3, width * 4, width * 4, width * 8 // 3]
    large = 4096 * width // 96
    yield from _layer(3, channels[0], 11, stride=4, padding=2)
    yield nn.MaxPool2d(3, stride=2)
    yield from _layer(channels[0], channels[1], 5, padding=2)
    yield nn.MaxPool2d(3, stride=2)
    for inputs, planes in pairwise(channels[1:]):
        yield from _layer(inputs, planes, 3, padding=1)
    yield nn.MaxPool2d(3, stride=2)
    yield nn.Flatten()
    remaining = (side - 7) // 4 + 1
    for _ in range(3):
        remaining = (remaining - 3) // 2 + 1
    if remaining < 1:
        raise ValueError(f"pictures of {side} px are too small for AlexNet, which needs 67 px at least")
    for inputs in (channels[-1] * remaining**2, large):
        yield nn.Linear(inputs, large)
        yield nn.ReLU()
        yield nn.Dropout(_DROPPED)
    yield _last(large, outputs)


def _compact(side: int, width: int, outputs: int) -> Iterator[nn.Module]:
    """Two convolutions at each of four scales, and one large layer."""
    if side < 1 or side % 16:
        raise ValueError(f"pictures of {side} px do not do for a compact regressor, whose side is a multiple of 16 px")
    inputs = 3
    for planes in (width, 2 * width, 4 * width, 8 * width):
        yield from _layer(inputs, planes, 3, stride=2, padding=1)
        yield from _layer(planes, planes, 3, padding=1)
        inputs = planes
    yield nn.Flatten()
    yield nn.Linear(inputs * (side // 16) ** 2, inputs)
    yield nn.ReLU()
    yield _last(inputs, outputs)


def _layer(inputs: int, planes: int, side: int, stride: int = 1, padding: int = 0) -> Iterator[nn.Module]:
    yield nn.Conv2d(inputs, planes, side, stride, padding, bias=False)
    yield nn.BatchNorm2d(planes)
    yield nn.ReLU()


def _last(inputs: int, outputs: int) -> nn.Linear:
    """The layer of coordinates; it begins with saying the middle, so that a further stage begins with no change."""
    layer = nn.Linear(inputs, outputs)
    nn.init.normal_(layer.weight, std=0.001)
    nn.init.zeros_(layer.bias)
    return layer


def _torso(skeleton: Skeleton) -> tuple[int, int] | None:
    """Indices of the left shoulder and the right hip; None for a skeleton without them."""
    ends = ("left_shoulder", "right_hip")
    if not set(ends) <= set(skeleton.joints):
        return None
    return skeleton.index(ends[0]), skeleton.index(ends[1])
