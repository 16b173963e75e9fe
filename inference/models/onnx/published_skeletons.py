"""The skeletons that published pose models speak, by the names that designs and sidecars call them."""

from __future__ import annotations

from typing import Final

from inference.models.errors import ModelError
from inference.pose.skeletons import COCO_17, SKELETONS, Skeleton

HALPE_26: Final = Skeleton(
    "halpe-26",
    (
        *COCO_17.joints,
        "head_top",
        "neck",
        "pelvis",
        "left_big_toe",
        "right_big_toe",
        "left_small_toe",
        "right_small_toe",
        "left_heel",
        "right_heel",
    ),
    (18, 0, 0, 1, 2, 18, 18, 5, 6, 7, 8, 19, 19, 11, 12, 13, 14, 0, 19, 19, 24, 25, 24, 25, 15, 16),
    (*COCO_17.left_right, (20, 21), (22, 23), (24, 25)),
)
"""COCO's 17, top of the head, neck, middle of the hips, and feet (Fang et al., AlphaPose, 2022)."""

_KNOWN: Final = {**SKELETONS, HALPE_26.name: HALPE_26}


def skeleton_named(name: str) -> Skeleton:
    """The skeleton of a name.

    Raises:
        ModelError: if there is none.
    """
    if name not in _KNOWN:
        raise ModelError(f"There is no skeleton {name!r}; choose from {', '.join(_KNOWN)}.")
    return _KNOWN[name]
