"""What the heatmap inspector shows of the answers of models: plain data in, panels out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from app.pose_models import PoseModelChoice
from inference.pose.heatmap_facts import heatmap_facts, truth_facts
from inference.pose.planes import Plane, last_in_picture, stage_names
from widgets.heatmaps import HeatmapPanel, StageStep

if TYPE_CHECKING:
    from inference.pose.crop_heatmaps import CropLook
    from inference.pose.crop_map import CropMap, CropRegion
    from inference.pose.crop_places import CropPlaces

Truths = Mapping[str, tuple[float, float]]
"""Image coordinates, by joint, of keypoints that a person placed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person chose.

    Args:
        joint: by name.
        stage: counted from 0.
        is_all_stages: whether all stages stand side by side.
        planes: at least one.
    """

    joint: str
    stage: int
    is_all_stages: bool
    planes: tuple[Plane, ...] = ("xy",)


def planes_of(seen: CropLook) -> tuple[Plane, ...]:
    """Those in which a model says where joints are."""
    from inference.pose.crop_heatmaps import CropHeatmaps

    return seen.planes if isinstance(seen, CropHeatmaps) else ("xy",)


def model_row(model: PoseModelChoice, seen: CropLook, wanted: Wanted, truths: Truths) -> tuple[HeatmapPanel, ...]:
    """The panels of one model: one stage, or all of them. Where it has fewer stages, the last one stands in."""
    last = len(stage_names(seen.stages)) - 1
    stages = range(last + 1) if wanted.is_all_stages else [min(wanted.stage, last)]
    true = truths.get(wanted.joint)
    return tuple(_panel(model, seen, stage, wanted.joint, true, plane) for stage in stages for plane in wanted.planes)


def _panel(
    model: PoseModelChoice,
    seen: CropLook,
    stage: int,
    joint: str,
    true: tuple[float, float] | None,
    plane: Plane,
) -> HeatmapPanel:
    from inference.pose.crop_places import CropPlaces

    names, planes = stage_names(seen.stages), planes_of(seen)
    title = " · ".join([model.title, names[stage], *([plane] if {plane, *planes} != {"xy"} else [])])
    empty = HeatmapPanel(title, seen.picture, _inverse(seen.crop), stage=stage, plane=plane)
    if joint not in seen.joints:
        return replace(empty, note=f"{model.title} does not know this joint.")
    if plane not in planes:
        return replace(empty, note=f"{model.title} has no heatmaps in the {plane} plane.")
    place = seen.joints.index(joint)
    score = float(seen.scores[place])
    if isinstance(seen, CropPlaces):
        is_output = stage == len(names) - 1
        return replace(empty, step=_step(seen, stage, place, true), score=score if is_output else None)
    maps = seen.maps(stage, plane)
    if maps is None:
        return replace(empty, note=f"{names[stage].capitalize()} has no heatmaps in the {plane} plane.")
    try:
        heatmap = seen.heatmap(stage, joint, plane)
    except ValueError:
        return replace(empty, note="The network's answer holds values that are no numbers.")
    truth = None
    if true is not None and plane == "xy":  # how deep in the picture a joint is, no person can mark
        truth = truth_facts(heatmap, seen.said(stage, joint), seen.crop.to_crop(true), seen.sigma_px)
    return replace(
        empty,
        heatmap=heatmap,
        facts=heatmap_facts(heatmap),
        truth=truth,
        sigma_px=seen.sigma_px,
        score=score if maps is last_in_picture(seen.stages) else None,
    )


def _step(seen: CropPlaces, stage: int, place: int, true: tuple[float, float] | None) -> StageStep:
    return StageStep(
        seen.stages[stage].boxes[place],
        seen.stages[stage - 1].places[place] if stage else None,
        seen.stages[stage].places[place],
        seen.crop.to_crop(true) if true is not None else None,
    )


def empty_panel(
    model: PoseModelChoice, pixels: Any, region: CropRegion, size: tuple[int, int], note: str = ""
) -> HeatmapPanel:
    """The crop alone, as long as nothing is known of its heatmaps.

    Args:
        model: that is asked.
        pixels: (height, width, 4) BGRA of the frame.
        region: where it looks.
        size: (height, width) of the crop, px.
        note: a sentence over it.
    """
    from inference.pose.crop_map import PERSON_PADDING, crop_map

    crop = crop_map(region, size, PERSON_PADDING)
    return HeatmapPanel(model.title, np.ascontiguousarray(crop.cut(pixels)[..., :3]), _inverse(crop), note=note)


def _inverse(crop: CropMap) -> Any:
    """(2, 3) from px of the crop to image coordinates."""
    turned = np.linalg.inv(crop.matrix[:, :2])
    return np.column_stack([turned, -turned @ crop.matrix[:, 2]])
