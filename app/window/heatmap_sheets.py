"""What the heatmap inspector shows of the answers of models: plain data in, panels out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.pose_models import PoseModelChoice
from inference.pose.heatmap_facts import heatmap_facts, truth_facts
from widgets.heatmaps import HeatmapPanel, StageStep

if TYPE_CHECKING:
    from inference.pose.crop_heatmaps import CropHeatmaps, CropLook
    from inference.pose.crop_map import CropMap, CropRegion
    from inference.pose.crop_places import CropPlaces

Truths = Mapping[str, tuple[float, float]]
"""Image coordinates, by joint, of keypoints that a person placed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person chose: a joint, a stage counted from 0, and whether all stages stand side by side."""

    joint: str
    stage: int
    is_all_stages: bool


def model_row(model: PoseModelChoice, seen: CropLook, wanted: Wanted, truths: Truths) -> tuple[HeatmapPanel, ...]:
    """The panels of one model: one stage, or all of them. Where it has fewer stages, the last one stands in."""
    last = len(seen.stages) - 1
    stages = range(last + 1) if wanted.is_all_stages else [min(wanted.stage, last)]
    return tuple(_panel(model, seen, stage, wanted.joint, truths.get(wanted.joint)) for stage in stages)


def _panel(
    model: PoseModelChoice, seen: CropLook, stage: int, joint: str, true: tuple[float, float] | None
) -> HeatmapPanel:
    from inference.pose.crop_places import CropPlaces

    title = f"{model.title} · {seen.stages[stage].name}"
    to_image = _inverse(seen.crop)
    if joint not in seen.joints:
        note = f"{model.title} does not know this joint."
        return HeatmapPanel(title, seen.picture, to_image, note=note)
    if isinstance(seen, CropPlaces):
        return _places_panel(title, seen, stage, joint, true)
    return _heatmap_panel(title, seen, stage, joint, true)


def _places_panel(
    title: str, seen: CropPlaces, stage: int, joint: str, true: tuple[float, float] | None
) -> HeatmapPanel:
    place = seen.joints.index(joint)
    step = StageStep(
        seen.stages[stage].boxes[place],
        seen.stages[stage - 1].places[place] if stage else None,
        seen.stages[stage].places[place],
        seen.crop.to_crop(true) if true is not None else None,
    )
    is_last = stage == len(seen.stages) - 1
    score = float(seen.scores[place]) if is_last else None
    return HeatmapPanel(title, seen.picture, _inverse(seen.crop), step=step, score=score)


def _heatmap_panel(
    title: str, seen: CropHeatmaps, stage: int, joint: str, true: tuple[float, float] | None
) -> HeatmapPanel:
    to_image = _inverse(seen.crop)
    try:
        heatmap = seen.heatmap(stage, joint)
    except ValueError:
        return HeatmapPanel(
            title, seen.picture, to_image, note="The network's answer holds values that are no numbers."
        )
    truth = None
    if true is not None:
        truth = truth_facts(heatmap, seen.said(stage, joint), seen.crop.to_crop(true), seen.sigma_px)
    return HeatmapPanel(
        title,
        seen.picture,
        to_image,
        heatmap,
        heatmap_facts(heatmap),
        truth,
        seen.sigma_px,
        float(seen.scores[seen.joints.index(joint)]) if stage == len(seen.stages) - 1 else None,
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
