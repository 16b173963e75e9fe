"""Everything that a pose model says of one crop, as arrays: picture, keypoints, and the heatmaps of each stage.

What a model without heatmaps says is in `inference.pose.crop_places`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from inference.pose.crop_map import CropMap, CropRegion, Picture
from inference.pose.crop_places import CropPlaces
from inference.pose.heatmap_facts import Heatmap, HeatmapGrid
from inference.results import FloatArray, ModelIdentity

Maps = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class StageHeatmaps:
    """One stage.

    Args:
        name: for a person, such as "stage 1" or "output".
        raw: (K, h, w) as the network says them.
        pmm: (K, h, w) normalised; see `Heatmap`.
        places: (K, 2) what this stage alone says, px of the crop.
        is_normalised_by_model: see `Heatmap`.
    """

    name: str
    raw: Maps
    pmm: Maps
    places: FloatArray
    is_normalised_by_model: bool


@dataclass(frozen=True, slots=True, eq=False)
class CropHeatmaps:
    """What a model says of one crop.

    Args:
        model: which model.
        joints: K names, in the order of the heatmaps.
        picture: (height, width, 3) BGR, what the model was shown.
        crop: the way from the whole picture to it.
        stages: in the order in which the network computes them, at least one.
        edges: of the heatmaps in the crop, normalised; see `PoseOutput`.
        scores: (K,) confidences in [0, 1].
        sigma_px: of the Gaussians that the model learned from, in pixels of the heatmap.
        weight: lambda, of the regulariser (eq. 3.5).
    """

    model: ModelIdentity
    joints: tuple[str, ...]
    picture: Picture
    crop: CropMap
    stages: tuple[StageHeatmaps, ...]
    edges: tuple[float, float, float, float]
    scores: FloatArray
    sigma_px: float = 1.0
    weight: float = 1.0

    def heatmap(self, stage: int, joint: str) -> Heatmap:
        """One keypoint's heatmap of one stage, counted from 0; negative from the last.

        Raises:
            ValueError: if the model has no such joint.
            IndexError: if it has no such stage.
        """
        maps, place = self.stages[stage], self.joints.index(joint)
        rows, columns = maps.raw.shape[1:]
        grid = HeatmapGrid(rows, columns, self.edges, (self.picture.shape[0], self.picture.shape[1]))
        return Heatmap(maps.raw[place], maps.pmm[place], grid, maps.is_normalised_by_model)

    def said(self, stage: int, joint: str) -> FloatArray:
        """(2,) where a stage says that a joint is, px of the crop; errors as for `heatmap`."""
        place: FloatArray = self.stages[stage].places[self.joints.index(joint)]
        return place


CropLook: TypeAlias = CropHeatmaps | CropPlaces
"""All that one can see of what a model says of one crop."""


@runtime_checkable
class HeatmapEstimator(Protocol):
    """A pose model that lets one look into its heatmaps. Several threads may use it at once."""

    def look(self, picture: Picture, region: CropRegion) -> CropLook | None:
        """What it says of one person.

        Args:
            picture: (height, width, 3), BGR.
            region: the box around the person.

        Returns:
            Its heatmaps, or the places that its stages say where it has none; None if there is nothing to look into.
        """
        ...
