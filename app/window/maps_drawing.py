"""What is drawn of a model's maps: plain answers in, overlays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from widgets.canvas.field_overlay import FieldOverlay
from widgets.canvas.heatmap_overlay import HeatmapOverlay
from widgets.canvas.mapped_view import MapsOverlay
from widgets.canvas.pose_overlay import LEFT, MIDDLE, RIGHT
from widgets.canvas.samples_overlay import SamplesOverlay
from widgets.canvas.spread_overlay import SpreadOverlay
from widgets.colour_maps import COLOUR_MAPS

if TYPE_CHECKING:
    from inference.live.answers import LiveAnswer
    from inference.pose.pose_maps import PoseMaps


@dataclass(frozen=True, slots=True)
class MapsStyle:
    """How maps are drawn.

    Args:
        joint: whose; "" for all joints. A joint that the model does not know counts as all.
        opacity: of the highest value of a heatmap, from 0 to 1.
        colour_map: of heatmaps.
    """

    joint: str = ""
    opacity: float = 0.8
    colour_map: str = COLOUR_MAPS[0]


def maps_overlay(answer: LiveAnswer | None, wanted: frozenset[str], style: MapsStyle) -> MapsOverlay:
    """The overlays of one frame.

    Args:
        answer: of that frame; None for no overlay.
        wanted: "heatmap", "spread", "samples" and "fields", as far as they are to be seen.
        style: how.
    """
    if answer is None or answer.maps is None:
        return MapsOverlay()
    maps, names = answer.maps, answer.names
    joints = [names.index(style.joint)] if style.joint in names else list(range(len(names)))
    sides = np.array([_side(name) for name in names], np.int8)
    return MapsOverlay(
        _heatmap(maps, joints, answer.scores, style) if "heatmap" in wanted else None,
        _fields(maps, joints, sides) if "fields" in wanted else None,
        _spread(maps, joints, sides) if "spread" in wanted else None,
        _samples(maps, joints, sides) if "samples" in wanted else None,
    )


def missing_maps(answer: LiveAnswer, wanted: frozenset[str]) -> str:
    """A sentence if a model has nothing of what is wanted; "" if it has everything."""
    maps = answer.maps
    if not wanted:
        return ""
    if maps is None:
        return "This model has no heatmaps: it answers with coordinates alone. Choose another model."
    if "fields" in wanted and maps.pafs is None:
        return "This model has no part affinity fields; OpenPose has."
    if "spread" in wanted and maps.covariances is None:
        return "The heatmaps of this model do not say how far a joint spreads, so that there are no ellipses."
    if "samples" in wanted and maps.samples is None:
        return "The heatmaps of this model do not say how likely each place is, so that there are no samples."
    return ""


def _heatmap(
    maps: PoseMaps, joints: Sequence[int], scores: npt.NDArray[np.float64], style: MapsStyle
) -> HeatmapOverlay:
    if len(joints) == 1:
        values = maps.heatmaps[joints[0]]
    else:
        # Each joint at its confidence, lest the heatmap of one that the model does not see cover all others.
        weighted = maps.heatmaps * scores.astype(np.float32)[:, None, None]
        values = np.rint(weighted.max(axis=0, initial=0)).astype(np.uint8)
    return HeatmapOverlay(values, maps.to_image, style.colour_map, style.opacity)


def _fields(maps: PoseMaps, joints: Sequence[int], sides: npt.NDArray[np.int8]) -> FieldOverlay | None:
    """Of all limbs that end at one of the joints."""
    if maps.fields is None:
        return None
    limbs = [place for place, ends in enumerate(maps.limbs) if set(ends) & set(joints)]
    ends = np.array(maps.limbs, int).reshape(-1, 2)[limbs]
    # From the trunk outwards a limb has the colour of its farther end, as in the skeleton.
    return FieldOverlay(maps.fields[limbs], maps.to_image, sides[ends].max(axis=1, initial=MIDDLE))


def _spread(maps: PoseMaps, joints: Sequence[int], sides: npt.NDArray[np.int8]) -> SpreadOverlay | None:
    if maps.means is None or maps.covariances is None:
        return None
    return SpreadOverlay(maps.means[joints], maps.covariances[joints], sides[joints])


def _samples(maps: PoseMaps, joints: Sequence[int], sides: npt.NDArray[np.int8]) -> SamplesOverlay | None:
    if maps.samples is None:
        return None
    return SamplesOverlay(maps.samples[:, joints], sides[joints])


def _side(name: str) -> int:
    return LEFT if name.startswith("left") else RIGHT if name.startswith("right") else MIDDLE
