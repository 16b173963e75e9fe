"""The pose models that can be trained, by name, each with its settings.

Knows no torch until a model is built, so that a window or a command line can list them.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from inference.pose.skeletons import CANONICAL_17, Skeleton

if TYPE_CHECKING:
    from inference.models.pose_model import PoseModel


@dataclass(frozen=True, slots=True)
class PoseDesign:
    """One way to build a pose model.

    Args:
        made_by: "module:class" of a PoseModel, whose constructor takes a skeleton and the settings.
        settings: JSON values, other than the constructor's own.
        is_small: whether two processor cores train it in a quarter of an hour.
    """

    made_by: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_small: bool = False

    def maker(self) -> Callable[..., PoseModel]:
        """The class; imports torch."""
        module, name = self.made_by.split(":")
        made: Callable[..., PoseModel] = getattr(importlib.import_module(module), name)
        return made


_RESNET: Final = "inference.models.pose_resnet:PoseResnet"
_HRNET: Final = "inference.models.hrnet:Hrnet"
_HOURGLASS: Final = "inference.models.hourglass:StackedHourglass"
_HOURGLASS_SMALL: Final = {
    "input_side": 128,
    "stacks": 2,
    "width": 64,
    "stem_widths": [16, 32, 32],
    "predictor": "sar",
}
_CPM: Final = "inference.models.cpm:ConvolutionalPoseMachine"
_CPM_SMALL: Final = {
    "input_side": 128,
    "stages": 3,
    "width": 24,
    "feature_width": 24,
    "poolings": 2,
    "feature_kernel": 5,
    "context_kernel": 7,
    "predictor": "sar",
}
_OPENPOSE: Final = "inference.models.openpose:OpenPose"
_OPENPOSE_SMALL: Final = {
    "input_side": 128,
    "stages": 2,
    "width": 12,
    "branch_width": 32,
    "poolings": 2,
    "refinement_kernel": 5,
    "refinement_convolutions": 3,
}
_DEEPPOSE: Final = "inference.models.deeppose:DeepPose"
_HRNET_SMALL: Final = {
    "width": 16,
    "stem": 24,
    "modules": [1, 1, 1],
    "blocks": 2,
    "input_size": [128, 128],
    # Published networks match heatmaps, which takes many more crops to learn.
    "predictor": "sar",
}

POSE_DESIGNS: Final[dict[str, PoseDesign]] = {
    "diver": PoseDesign("inference.models.diver_pose:DiverPose", is_small=True),
    "diver-depth": PoseDesign("inference.models.diver_depth:DiverDepth", is_small=True),
    **{f"resnet-{depth}": PoseDesign(_RESNET, {"depth": depth}) for depth in (18, 34, 50, 101)},
    **{
        f"resnet-{depth}@{resolution}px": PoseDesign(_RESNET, {"depth": depth, "resolution": resolution})
        for depth in (18, 34, 50, 101)
        for resolution in (7, 14, 28, 56)
    },
    "hourglass": PoseDesign(_HOURGLASS),
    **{f"hourglass-{stacks}": PoseDesign(_HOURGLASS, {"stacks": stacks}) for stacks in range(1, 9)},
    "hourglass-small": PoseDesign(_HOURGLASS, _HOURGLASS_SMALL, True),
    "cpm": PoseDesign(_CPM),
    "cpm-small": PoseDesign(_CPM, _CPM_SMALL, True),
    "openpose": PoseDesign(_OPENPOSE),
    "openpose-lightweight": PoseDesign("inference.models.openpose_lightweight:LightweightOpenPose"),
    "openpose-small": PoseDesign(_OPENPOSE, _OPENPOSE_SMALL, True),
    "hrnet-w32": PoseDesign(_HRNET, {"width": 32}),
    "hrnet-w48": PoseDesign(_HRNET, {"width": 48}),
    "hrnet-small": PoseDesign(_HRNET, _HRNET_SMALL, True),
    "deeppose": PoseDesign(_DEEPPOSE),
    "deeppose-small": PoseDesign(
        _DEEPPOSE, {"regressor": "compact", "input_side": 128, "refined_side": 32, "width": 16}, True
    ),
    "resnet-18-small": PoseDesign(_RESNET, {"depth": 18, "width": 16, "input_side": 128, "resolution": 16}, True),
}
"""One line for each; resnet-d is resnet-d@28px, which the thesis proposes."""


def build(name: str, skeleton: Skeleton = CANONICAL_17, **settings: Any) -> PoseModel:
    """A pose model with random weights.

    Args:
        name: of a design.
        skeleton: whose joints it is to find.
        settings: JSON values that take the place of the design's.

    Raises:
        ValueError: if there is no such design, or it does not know a setting, or not with such a value; the message
            says what there is.
    """
    design = POSE_DESIGNS.get(name)
    if design is None:
        near = difflib.get_close_matches(name, POSE_DESIGNS) or sorted(POSE_DESIGNS)
        raise ValueError(f"there is no pose model {name!r}; choose from {', '.join(near)}")
    maker = design.maker()
    known = [setting for setting in inspect.signature(maker).parameters if setting != "skeleton"]
    unknown = [setting for setting in settings if setting not in known]
    if unknown:
        raise ValueError(f"{name} has no setting {', '.join(unknown)}; it has {', '.join(known)}")
    return maker(skeleton=skeleton, **{**design.settings, **settings})
