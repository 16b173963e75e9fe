"""What a pose model without heatmaps says of one crop: where each of its stages looked, and the place it said."""

from __future__ import annotations

from dataclasses import dataclass

from inference.pose.crop_map import CropMap, Picture
from inference.results import FloatArray, ModelIdentity


@dataclass(frozen=True, slots=True, eq=False)
class StagePlaces:
    """One stage, such as one of a cascade of regressors (Toshev and Szegedy, CVPR 2014).

    Args:
        name: for a person, such as "stage 1" or "output".
        places: (K, 2) what it says, px of the crop.
        boxes: (K, 4) left, top, right and bottom of what it saw to say so, px of the crop.
    """

    name: str
    places: FloatArray
    boxes: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CropPlaces:
    """What a model says of one crop.

    Args:
        model: which model.
        joints: K names, in the order of the places.
        picture: (height, width, 3) BGR, what the model was shown.
        crop: the way from the whole picture to it.
        stages: in the order in which the network computes them, at least one.
        scores: (K,) confidences in [0, 1].
    """

    model: ModelIdentity
    joints: tuple[str, ...]
    picture: Picture
    crop: CropMap
    stages: tuple[StagePlaces, ...]
    scores: FloatArray
