"""Looking into the heatmaps of one frame: what is asked, what a model says, and that as a file. Knows no Qt."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.pose_models import PoseModelChoice
from inference.pose.planes import stage_names
from inference.results import FrameTime

if TYPE_CHECKING:
    from inference.pose.crop_estimator import CropPoseEstimator
    from inference.pose.crop_heatmaps import CropLook
    from inference.pose.crop_map import CropRegion, Picture


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked: its heatmaps of one part of one frame of the video that is open.

    Args:
        model: which model.
        frame: number of the frame.
        region: where to look.
    """

    model: PoseModelChoice
    frame: int
    region: CropRegion


def heatmaps_of(estimator: CropPoseEstimator, title: str, picture: Picture, region: CropRegion) -> CropLook | str:
    """What a model says of a part of a picture, or a sentence if it has nothing to look into.

    Args:
        estimator: the model.
        title: its name for a person.
        picture: (height, width, 3) BGR.
        region: where to look.

    Raises:
        ModelError: if the model cannot be run.
    """
    from inference.pose.crop_heatmaps import HeatmapEstimator

    seen = estimator.look(picture, region) if isinstance(estimator, HeatmapEstimator) else None
    return seen or f"{title} has no heatmaps to look into: it answers with coordinates alone. Choose another model."


def heatmap_numbers(seen: Sequence[CropLook], time: FrameTime, video: Path) -> bytes:
    """Everything that models say of a frame, as the content of an NPZ file.

    The names of the arrays begin with model1, model2 and so on: model, weights_hash, joints (K,), stages (S,), for each
    stage n from 1 raw_n and pmm_n (K, h, w) and places_n (K, 2) px of the crop, scores (K,), crop (height, width, 3)
    BGR, image_to_crop (2, 3) and edges (4,), see `CropHeatmaps`; of a model without heatmaps boxes_n (K, 4) in place of
    raw_n, pmm_n and edges, see `StagePlaces`. A stage that has other planes than xy has those as raw_n_zy, pmm_n_zy and
    places_n_zy, (z, y) normalised, and the same with xz, (x, z). Besides there are frame, seconds and video.

    Args:
        seen: what each model says.
        time: of the frame.
        video: its file.
    """
    from inference.pose.crop_places import CropPlaces

    arrays: dict[str, Any] = {"frame": time.frame, "seconds": time.seconds, "video": video.name}
    for number, each in enumerate(seen, start=1):
        names = stage_names(each.stages)
        own: dict[str, Any] = {
            "model": each.model.name,
            "weights_hash": each.model.weights_hash or "",
            "joints": np.array(each.joints),
            "stages": np.array(names),
            "scores": each.scores,
            "crop": each.picture,
            "image_to_crop": each.crop.matrix,
        }
        if isinstance(each, CropPlaces):
            for place, stage in enumerate(each.stages, start=1):
                own |= {f"places_{place}": stage.places, f"boxes_{place}": stage.boxes}
        else:
            own["edges"] = np.array(each.edges)
            for maps in each.stages:
                which = f"{names.index(maps.name) + 1}" + ("" if maps.plane == "xy" else f"_{maps.plane}")
                own |= {f"places_{which}": maps.places, f"raw_{which}": maps.raw, f"pmm_{which}": maps.pmm}
        arrays |= {f"model{number}_{name}": value for name, value in own.items()}
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()
