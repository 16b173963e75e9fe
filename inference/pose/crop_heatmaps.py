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
from inference.pose.planes import PLANES, Plane, edges_in, stage_names
from inference.results import FloatArray, ModelIdentity

Maps = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class StageHeatmaps:
    """One stage, in one plane.

    Args:
        name: for a person, such as "stage 1" or "output".
        raw: (K, h, w) as the network says them.
        pmm: (K, h, w) normalised; see `Heatmap`.
        places: (K, 2) what this stage alone says, in the unit of `HeatmapGrid`: px of the crop in xy.
        is_normalised_by_model: see `Heatmap`.
        plane: in which the heatmaps lie; one stage has the same name in each of its planes.
    """

    name: str
    raw: Maps
    pmm: Maps
    places: FloatArray
    is_normalised_by_model: bool
    plane: Plane = "xy"


@dataclass(frozen=True, slots=True, eq=False)
class CropHeatmaps:
    """What a model says of one crop.

    Args:
        model: which model.
        joints: K names, in the order of the heatmaps.
        picture: (height, width, 3) BGR, what the model was shown.
        crop: the way from the whole picture to it.
        stages: in the order in which the network computes them, at least one; every plane of a stage for itself.
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

    @property
    def planes(self) -> tuple[Plane, ...]:
        """Those in which there is any heatmap."""
        return tuple(plane for plane in PLANES if any(stage.plane == plane for stage in self.stages))

    def maps(self, stage: int, plane: Plane = "xy") -> StageHeatmaps | None:
        """One stage in one plane; None where it has nothing in that plane.

        Args:
            stage: counted from 0, each name once; negative from the last.
            plane: which.

        Raises:
            IndexError: if the model has no such stage.
        """
        name = stage_names(self.stages)[stage]
        return next((each for each in self.stages if (each.name, each.plane) == (name, plane)), None)

    def heatmap(self, stage: int, joint: str, plane: Plane = "xy") -> Heatmap:
        """One keypoint's heatmap of one stage in one plane, see `maps`.

        Raises:
            ValueError: if the model has no such joint, or its stage nothing in this plane.
            IndexError: if it has no such stage.
        """
        maps, place = self._maps(stage, plane), self.joints.index(joint)
        rows, columns = maps.raw.shape[1:]
        size = self.picture.shape[0], self.picture.shape[1]
        grid = HeatmapGrid(rows, columns, edges_in(plane, self.edges), size, plane)
        return Heatmap(maps.raw[place], maps.pmm[place], grid, maps.is_normalised_by_model)

    def said(self, stage: int, joint: str, plane: Plane = "xy") -> FloatArray:
        """(2,) where a stage says that a joint is, in the unit of the heatmap's grid; errors as for `heatmap`."""
        place: FloatArray = self._maps(stage, plane).places[self.joints.index(joint)]
        return place

    def _maps(self, stage: int, plane: Plane) -> StageHeatmaps:
        found = self.maps(stage, plane)
        if found is None:
            raise ValueError(f"{stage_names(self.stages)[stage]} has no heatmaps in the {plane} plane")
        return found


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
