"""Predictors: how heatmaps become coordinates, and by what loss they learn to (thesis sections 3.2.2 and 3.2.3).

A model's head gives raw heatmaps, (N, K, h, w); the predictor does the rest. Four kinds, named as in section 3.3.2.2:

- fc: a fully connected layer maps all probability mass maps (PMMs) to all coordinates. It is the predictor's own layer,
  so that its weights are stored with the model's.
- hm: heatmaps are matched with Gaussians, without a normaliser unless one is chosen, and the highest pixel is the
  answer; a quarter of a pixel towards the higher neighbour and DARK are other ways of reading them.
- sa: soft-argmax of PMMs, which learn from the distance alone.
- sar: the same, and the form of the PMMs is regularised.

What a confidence means: for sa and sar, and for hm with a normaliser, it is the probability, according to the PMM, that
the keypoint lies near the answer: within a tenth of the map's longer side, and 2.5 px at least, where a Gaussian of one
pixel has 96 % of its mass. For hm without a normaliser it is the value of the highest pixel, which is one where the
network is sure, cut to [0, 1]. The fully connected layer does not say how sure it is; 1 stands for an answer within the
crop and 0 for one beyond it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from inference.pose import heatmaps as hm
from inference.pose.decoding import dark_decoded
from inference.pose.pose_output import WHOLE_CROP, HeatmapStage, PoseOutput, from_heatmap, to_heatmap

Kind = Literal["fc", "hm", "sa", "sar"]
Regulariser = Literal["jsd", "kl", "variance"]
Decoder = Literal["argmax", "quarter", "dark"]
KINDS: tuple[Kind, ...] = get_args(Kind)
REGULARISERS: tuple[Regulariser, ...] = get_args(Regulariser)
DECODERS: tuple[Decoder, ...] = get_args(Decoder)
NORMALISERS: tuple[hm.Normaliser, ...] = get_args(hm.Normaliser)

_NEAR_SHARE, _NEAR_PX = 0.1, 2.5


@dataclass(frozen=True, slots=True)
class PredictorSettings:
    """Which predictor.

    Args:
        kind: see the module.
        normaliser: of the heatmaps; None for the kind's own, which is softmax, and none at all for hm.
        regulariser: of sar: the Jensen-Shannon or Kullback-Leibler divergence from a Gaussian, or the variance alone.
        weight: lambda, of the regulariser (eq. 3.5).
        sigma_px: of the Gaussians, in pixels of the heatmaps.
        decoder: how hm reads its heatmaps.
    """

    kind: Kind = "sar"
    normaliser: hm.Normaliser | None = None
    regulariser: Regulariser = "jsd"
    weight: float = 1.0
    sigma_px: float = 1.0
    decoder: Decoder = "argmax"

    def __post_init__(self) -> None:
        for value, choices in (
            (self.kind, KINDS),
            (self.normaliser, (None, *NORMALISERS)),
            (self.regulariser, REGULARISERS),
            (self.decoder, DECODERS),
        ):
            if value not in choices:
                raise ValueError(f"{value!r} is not one of {', '.join(map(str, choices))}")
        if not (self.weight >= 0 and self.sigma_px > 0):
            raise ValueError(f"a weight of {self.weight} or a Gaussian of {self.sigma_px} px is out of range")

    @property
    def used_normaliser(self) -> hm.Normaliser | None:
        """The normaliser, where there is one."""
        return self.normaliser or (None if self.kind == "hm" else "softmax")

    def build(self, keypoints: int, size: tuple[int, int]) -> Predictor:
        """The predictor.

        Args:
            keypoints: K.
            size: (h, w) of the heatmaps, on which only fc depends.
        """
        if self.kind == "fc":
            return FullyConnected(self, keypoints, size)
        return HeatmapMatching(self) if self.kind == "hm" else SoftArgmax(self)


class Predictor(nn.Module, ABC):
    """Turns raw heatmaps into what a pose model answers, and says what to learn from it.

    Args:
        settings: see the class.

    edges, of the heatmaps in normalised coordinates of the crop, is to be set where they do not cover it exactly; see
    `PoseOutput`.
    """

    def __init__(self, settings: PredictorSettings) -> None:
        super().__init__()
        self.settings = settings
        self.edges: tuple[float, float, float, float] = WHOLE_CROP

    def forward(self, heatmaps: Tensor, name: str = "output") -> HeatmapStage:
        """What one stage says.

        Args:
            heatmaps: (N, K, h, w), raw.
            name: of the stage.
        """
        by = self.settings.used_normaliser
        pmm = None if by is None else hm.normalise(heatmaps, by)
        return HeatmapStage(name, heatmaps, pmm, from_heatmap(self.coordinates(heatmaps, pmm), self.edges))

    def output(self, *heatmaps: Tensor, pafs: Sequence[Tensor] = ()) -> PoseOutput:
        """What a model answers whose stages say these heatmaps; the last one is its output.

        Args:
            heatmaps: (N, K, h, w) each, raw.
            pafs: part affinity fields, which are handed through.
        """
        names = [f"stage {number + 1}" for number in range(len(heatmaps) - 1)]
        stages = tuple(self(each, name) for each, name in zip(heatmaps, [*names, "output"], strict=True))
        last = stages[-1]
        return PoseOutput(
            last.coordinates,
            self.confidences(last),
            stages,
            tuple(pafs),
            covariances=self.covariances(last),
            heatmap_edges=self.edges,
        )

    def loss(self, stages: Sequence[HeatmapStage], coordinates: Tensor, counts: Tensor | None = None) -> Tensor:
        """The mean loss of the keypoints that count, summed over the stages (intermediate supervision).

        Args:
            stages: as `output` gave them.
            coordinates: (N, K, 2) true places, normalised to the crop.
            counts: (N, K) whether a place is known; all are without. What stands at the others does not matter.
        """
        if counts is not None:
            coordinates = torch.where(counts.bool()[..., None], coordinates, 0.0)  # what is no number has no gradient
        return torch.stack([hm.masked_mean(self.losses(stage, coordinates), counts) for stage in stages]).sum()

    @abstractmethod
    def coordinates(self, heatmaps: Tensor, pmm: Tensor | None) -> Tensor:
        """(N, K, 2) normalised to the heatmaps."""

    @abstractmethod
    def losses(self, stage: HeatmapStage, coordinates: Tensor) -> Tensor:
        """(N, K) of one stage; see `loss`."""

    def confidences(self, stage: HeatmapStage) -> Tensor:
        """(N, K) in [0, 1]; see the module."""
        if stage.pmm is None:
            return hm.precise(stage.heatmaps).amax(dim=(-2, -1)).clamp(0, 1)
        return mass_near(stage.pmm, to_heatmap(stage.coordinates, self.edges))

    def covariances(self, stage: HeatmapStage) -> Tensor | None:
        """(N, K, 2, 2) of the PMMs in normalised units of the crop, squared; None without PMMs."""
        if stage.pmm is None:
            return None
        left, top, right, bottom = self.edges
        scale = stage.pmm.new_tensor([(right - left) / 2, (bottom - top) / 2])
        return hm.covariance(stage.pmm) * scale[:, None] * scale


class FullyConnected(Predictor):
    """A layer from all pixels of all PMMs to all coordinates (section 3.2.2.1), learning from distances (eq. 3.4)."""

    def __init__(self, settings: PredictorSettings, keypoints: int, size: tuple[int, int]) -> None:
        super().__init__(settings)
        self.size = size
        self.layer = nn.Linear(keypoints * size[0] * size[1], keypoints * 2)

    def coordinates(self, heatmaps: Tensor, pmm: Tensor | None) -> Tensor:
        """See `Predictor`; heatmaps of another size than it was made for are a ValueError."""
        if pmm is None or pmm.shape[-2:] != self.size:
            raise ValueError(f"heatmaps are {tuple(heatmaps.shape[-2:])} px, but the layer takes {self.size}")
        with torch.autocast(pmm.device.type, enabled=False):
            said: Tensor = self.layer(pmm.flatten(1))
        return said.reshape(len(pmm), -1, 2)

    def losses(self, stage: HeatmapStage, coordinates: Tensor) -> Tensor:
        """See `Predictor`."""
        return hm.distances(stage.coordinates, coordinates)

    def confidences(self, stage: HeatmapStage) -> Tensor:
        """See the module."""
        return (stage.coordinates.detach().abs() <= 1).all(dim=-1).to(stage.coordinates.dtype)

    def covariances(self, stage: HeatmapStage) -> None:
        """None: what the PMMs mean, only the layer knows."""


class HeatmapMatching(Predictor):
    """The highest pixel of maps that are matched with Gaussians (section 3.2.2.2).

    With a normaliser the maps and the Gaussians sum to one (eq. 3.1); without, the Gaussians have a peak of one, as in
    the systems that the section cites.
    """

    def coordinates(self, heatmaps: Tensor, pmm: Tensor | None) -> Tensor:
        """See `Predictor`; has no gradient."""
        maps = (heatmaps if pmm is None else pmm).detach()
        if self.settings.decoder == "dark":
            return dark_decoded(maps, self.settings.sigma_px)
        return hm.quarter_shifted_argmax(maps) if self.settings.decoder == "quarter" else hm.argmax(maps)

    def losses(self, stage: HeatmapStage, coordinates: Tensor) -> Tensor:
        """See `Predictor`."""
        means, sigma_px = to_heatmap(coordinates, self.edges), self.settings.sigma_px
        if stage.pmm is not None:
            return hm.heatmap_matching_losses(stage.pmm, means, sigma_px)
        target = hm.bell(means, stage.heatmaps.shape[-2:], sigma_px)
        return ((hm.precise(stage.heatmaps) - target) ** 2).sum(dim=(-2, -1))


class SoftArgmax(Predictor):
    """The mean of PMMs (section 3.2.2.3), with their form regularised if the kind is sar (section 3.2.3)."""

    def coordinates(self, heatmaps: Tensor, pmm: Tensor | None) -> Tensor:
        """See `Predictor`."""
        return hm.soft_argmax(hm.normalise(heatmaps) if pmm is None else pmm)

    def losses(self, stage: HeatmapStage, coordinates: Tensor) -> Tensor:
        """See `Predictor`."""
        return hm.distances(stage.coordinates, coordinates) + self.form_losses(stage, coordinates)

    def form_losses(self, stage: HeatmapStage, coordinates: Tensor) -> Tensor:
        """(N, K) what the form of a stage's PMMs adds to the distance: lambda times the regulariser; 0 for sa.

        Args:
            stage: in any plane.
            coordinates: (N, K, 2) true places in that plane, normalised.
        """
        if self.settings.kind == "sa" or stage.pmm is None:
            return coordinates.new_zeros(coordinates.shape[:-1])
        return self.settings.weight * self._form(stage.pmm, to_heatmap(coordinates, self.edges))

    def _form(self, pmm: Tensor, means: Tensor) -> Tensor:
        """(N, K) how far the PMMs are from the form that is wanted (eqs. 3.6, 3.7 and 3.9)."""
        if self.settings.regulariser == "variance":
            return hm.variance_penalty(pmm, self.settings.sigma_px)
        target = hm.gaussian(means, pmm.shape[-2:], self.settings.sigma_px)
        divergence = hm.js_divergence if self.settings.regulariser == "jsd" else hm.kl_divergence
        return divergence(pmm, target)


def mass_near(pmm: Tensor, coordinates: Tensor) -> Tensor:
    """(N, K) share of each PMM's mass that is near a place; see the module.

    Args:
        pmm: (N, K, h, w).
        coordinates: (N, K, 2) normalised to the maps.
    """
    height, width = pmm.shape[-2:]
    radius_px = max(_NEAR_PX, _NEAR_SHARE * max(height, width))
    x, y = (
        (hm.pixel_centres(length, pmm) - coordinates[..., axis, None]) * length / 2
        for axis, length in ((0, width), (1, height))
    )
    is_near = x[..., None, :] ** 2 + y[..., :, None] ** 2 <= radius_px**2
    return (pmm * is_near).sum(dim=(-2, -1)).clamp(0, 1)
