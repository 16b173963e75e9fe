"""What has to be known of an ONNX pose model to use it: what it is shown, and how its answer is read.

The kinds, and where the facts about them come from:

- simcc: RTMPose (Jiang et al., 2023; mmpose's configurations). Says for each keypoint how likely every half pixel
  across, and down, is.
- heatmaps: ViTPose (Xu et al., 2022), HRNet (Sun et al., 2019) and the like, with UDP (Huang et al., 2020: the middles
  of the first pixels of map and picture coincide, and those of the last) or without (Xiao et al., 2018: those of the
  first coincide).
- movenet, movenet-multi: MoveNet for one person and for six (model cards of TensorFlow Hub).
- blazepose: BlazePose's landmarks (Bazarevsky et al., 2020; model card).
- rtmo: RTMO (Lu et al., 2024), which finds several people with boxes and keypoints.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal["simcc", "heatmaps", "movenet", "movenet-multi", "blazepose", "rtmo"]
Colour = Literal["rgb", "bgr"]

KINDS: Final[tuple[str, ...]] = get_args(Kind)
COLOURS: Final[tuple[str, ...]] = get_args(Colour)

IMAGENET_MEAN: Final = (123.675, 116.28, 103.53)
IMAGENET_DEVIATION: Final = (58.395, 57.12, 57.375)

BLAZEPOSE_COCO: Final = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""Where COCO's 17 keypoints stand among BlazePose's 39."""


@dataclass(frozen=True, slots=True)
class OnnxDesign:
    """How one model is used.

    Args:
        kind: see the module.
        input_size: (height, width) of what it is shown, px.
        skeleton: name of one of our skeletons, whose joints it speaks of.
        joints: which of its keypoints these are, in their order; None for all.
        colour: in which order it takes a pixel's colours.
        mean: of each colour in that order, out of 255, which is taken away; then
        deviation: is divided by.
        padding: how much more than the person's box it is shown.
        is_channels_last: whether it takes a pixel's colours one after the other, instead of one picture per colour.
        fill: the grey that it is shown beyond the picture's border.
        is_udp: of heatmaps, see the module.
        sigma_px: of heatmaps, the Gaussians that it was trained with, in px of the map.
    """

    kind: Kind
    input_size: tuple[int, int]
    skeleton: str
    joints: tuple[int, ...] | None = None
    colour: Colour = "rgb"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    deviation: tuple[float, float, float] = (1.0, 1.0, 1.0)
    padding: float = 1.25
    is_channels_last: bool = False
    fill: int = 0
    is_udp: bool = True
    sigma_px: float = 2.0
