"""What networks with confidence maps and part affinity fields share: the loss, and people out of what they say.

Cao, Simon, Wei and Sheikh (2017); see `part_affinity` for what the networks are taught and `people_assembly` for how
people are found. As a pose model such a network answers, of all the people on a crop, with the one who is most complete
and nearest to the middle; `people` gives all of them, which is what a synchronised dive needs.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from inference.models.belief_stage import background_loss, with_backgrounds
from inference.models.pose_model import PoseModel, PoseTargets
from inference.pose.heatmaps import masked_mean, precise
from inference.pose.part_affinity import Limb, confidence_maps, limbs_that_count, part_affinity_fields
from inference.pose.people_assembly import AssemblyRules, Person, assembled
from inference.pose.pose_output import PoseOutput, from_heatmap, to_heatmap
from inference.pose.predictors import PredictorSettings
from inference.pose.skeletons import Skeleton

_MIDDLE_SHARE: Final = 0.5
"""How far from the middle, in halves of the crop, a person is worth 1 / e of one in the middle."""

_UNTIED: Final = 0.5
"""What the peak of a joint is worth that no limb ties to the person."""

_TIES: Final = (("neck", "left_hip"), ("neck", "right_hip"), ("head_top", "neck"))
"""Limbs beside those of a skeleton's tree, which keep a person whole whose spine, pelvis or head is not found."""


@dataclass(frozen=True, slots=True, eq=False)
class PeopleTargets(PoseTargets):
    """Where the keypoints of everybody on N crops are; the person the crop is about is in coordinates and counts.

    others is (N, P, K, 2) normalised and others_count (N, P, K) bool, all False for a place that nobody fills; known is
    (N, height, width), of any size, 1 or True where everybody on the picture is labelled and 0 where somebody may be
    who is not (the W of eq. 5), None for everywhere.
    """

    others: Tensor
    others_count: Tensor
    known: Tensor | None = None

    def to(self, device: str | torch.device) -> PeopleTargets:
        """The same in the memory of a device."""
        return PeopleTargets(
            self.coordinates.to(device),
            self.counts.to(device),
            self.others.to(device),
            self.others_count.to(device),
            None if self.known is None else self.known.to(device),
        )


class PartAffinityModel(PoseModel):
    """A network that draws confidence maps and part affinity fields at one or several stages.

    Args:
        skeleton: whose joints it finds.
        input_size: (height, width) of the crops, px.
        stride: px of the crop for one of the maps.
        limbs: that have a field; `assembly_limbs` of the skeleton without.
        sigma_px: the spread of a confidence map's peak, in its pixels.
        half_width_px: how far a limb's field reaches to its sides, in pixels of the map.
        rules: how people are put together; the usual ones without.
    """

    def __init__(
        self,
        skeleton: Skeleton,
        input_size: tuple[int, int],
        stride: int,
        limbs: Sequence[Limb] | None = None,
        sigma_px: float = 1.5,
        half_width_px: float = 1.0,
        rules: AssemblyRules | None = None,
    ) -> None:
        height, width = input_size
        if height < 1 or width < 1 or height % stride or width % stride:
            raise ValueError(f"crops of {width} x {height} px do not do; sides are to be multiples of {stride} px")
        super().__init__(skeleton, input_size)
        self.limbs = tuple(assembly_limbs(skeleton) if limbs is None else limbs)
        self.heatmap_size = (height // stride, width // stride)
        self.sigma_px = sigma_px
        self.half_width_px = half_width_px
        self.rules = rules
        settings = PredictorSettings("hm", decoder="quarter", sigma_px=sigma_px / 2**0.5)
        self.predictor = settings.build(len(skeleton.joints), self.heatmap_size)

    @abstractmethod
    def maps(self, pictures: Tensor) -> list[tuple[Tensor, Tensor]]:
        """What every stage says: (N, K + 1, h, w) confidence maps, the background's last, and (N, 2 limbs, h, w)."""

    def forward(self, pictures: Tensor) -> PoseOutput:
        """See `PoseModel`. In training mode the answer is the maps' highest pixels, since nobody asks for people."""
        stages = self.maps(pictures)
        pafs = [fields.reshape(len(fields), -1, 2, *fields.shape[2:]) for _, fields in stages]
        output = self.predictor.output(*(beliefs[:, :-1] for beliefs, _ in stages), pafs=pafs)
        output = with_backgrounds(output, [beliefs[:, -1] for beliefs, _ in stages])
        return output if self.training else self._answered(output)

    def people(self, output: PoseOutput) -> list[list[Person]]:
        """Everybody on each crop, the surest first, with keypoints normalised to the crop.

        Args:
            output: of this model, in any mode.
        """
        beliefs = precise(output.stages[-1].heatmaps).detach().cpu().double().numpy()
        fields = precise(output.pafs[-1]).detach().cpu().double().numpy()
        height, width = self.heatmap_size
        everybody = []
        for heatmaps, pafs in zip(beliefs, fields, strict=True):
            found = assembled(heatmaps, pafs, self.limbs, self.rules)
            places = [torch.from_numpy(person.keypoints * 2 / (width, height) - 1) for person in found]
            everybody.append(
                [
                    replace(person, keypoints=from_heatmap(place, output.heatmap_edges).numpy())
                    for person, place in zip(found, places, strict=True)
                ]
            )
        return everybody

    def loss(self, output: PoseOutput, targets: PoseTargets) -> Tensor:
        """See `PoseModel`; the sum over the stages of squared distances (eq. 5 and 6).

        Maps of joints and fields of limbs that are not labelled do not count, and, with `PeopleTargets`, neither do
        pixels where somebody may be who is not. The sums over pixels are averaged over the joints and over the limbs.
        """
        places, are_there, counts, weights = self._labels(output, targets)
        beliefs = confidence_maps(places, are_there, self.heatmap_size, self.sigma_px)
        fields = part_affinity_fields(places, are_there, self.limbs, self.heatmap_size, self.half_width_px)
        loss = background_loss(output.stages, beliefs, counts, weights)
        for stage, paf in zip(output.stages, output.pafs, strict=True):
            joint_squares = (precise(stage.heatmaps) - beliefs) ** 2 * weights[:, None]
            limb_squares = ((precise(paf) - fields) ** 2).sum(dim=2) * weights[:, None]
            loss = loss + masked_mean(joint_squares.sum(dim=(-2, -1)), counts)
            loss = loss + masked_mean(limb_squares.sum(dim=(-2, -1)), limbs_that_count(counts, self.limbs))
        return loss

    def _labels(self, output: PoseOutput, targets: PoseTargets) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Everybody's (N, people, K, 2) places on the maps, who is there, (N, K) which joints' maps count, and W."""
        places = to_heatmap(targets.coordinates, output.heatmap_edges)[:, None]
        are_there, counts = targets.counts.bool()[:, None], targets.counts.bool()
        weights = places.new_ones(len(places), *self.heatmap_size)
        if isinstance(targets, PeopleTargets):
            others_count = targets.others_count.bool()
            others = torch.where(others_count[..., None], targets.others, 0.0)
            places = torch.cat([places, to_heatmap(others, output.heatmap_edges)], dim=1)
            are_there = torch.cat([are_there, others_count], dim=1)
            # A joint of somebody else that is not labelled may be anywhere on its map.
            counts = counts & (others_count | ~others_count.any(dim=-1, keepdim=True)).all(dim=1)
            if targets.known is not None:
                weights = interpolate(targets.known.to(weights)[:, None], self.heatmap_size, mode="area")[:, 0]
        return places, are_there, counts, weights

    def _answered(self, output: PoseOutput) -> PoseOutput:
        """The answer with the joints of the person whom each crop is about."""
        coordinates = output.coordinates.clone()
        confidences = output.confidences * _UNTIED
        for crop, found in enumerate(self.people(output)):
            if found:
                person = max(found, key=_worth)
                is_found = torch.from_numpy(person.confidences > 0).to(coordinates.device)
                coordinates[crop, is_found] = torch.from_numpy(person.keypoints).to(coordinates)[is_found]
                confidences[crop, is_found] = torch.from_numpy(person.confidences).to(confidences)[is_found]
        return replace(output, coordinates=coordinates, confidences=confidences)


def assembly_limbs(skeleton: Skeleton) -> tuple[Limb, ...]:
    """A skeleton's limbs, and a few more that keep a person whole of whom one joint is not found."""
    joints = set(skeleton.joints)
    ties = [(skeleton.index(one), skeleton.index(other)) for one, other in _TIES if {one, other} <= joints]
    known = {frozenset(limb) for limb in skeleton.limbs}
    return (*skeleton.limbs, *(tie for tie in ties if frozenset(tie) not in known))


def _worth(person: Person) -> float:
    """How likely a crop is to be about a person: sure and complete, and in the middle."""
    off = np.linalg.norm(np.nanmean(person.keypoints, axis=0))
    return float(person.score * np.exp(-((off / _MIDDLE_SHARE) ** 2)))
