"""Skeletons: named joints, how they hang together, and which ones are mirror images of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Joints in a fixed order.

    parents holds each joint's parent as an index, and the joint's own index for the root; left_right holds pairs of
    indices (left, right).
    """

    name: str
    joints: tuple[str, ...]
    parents: tuple[int, ...]
    left_right: tuple[tuple[int, int], ...]

    @property
    def limbs(self) -> tuple[tuple[int, int], ...]:
        """(parent, joint) for every joint but the root."""
        return tuple((parent, joint) for joint, parent in enumerate(self.parents) if parent != joint)

    def index(self, joint: str) -> int:
        """Where the joint stands in the order.

        Raises:
            ValueError: if the skeleton has no such joint.
        """
        if joint not in self.joints:
            raise ValueError(f"the skeleton {self.name} has no joint {joint!r}; it has {', '.join(self.joints)}")
        return self.joints.index(joint)


def _skeleton(name: str, parent_of: dict[str, str]) -> Skeleton:
    joints = tuple(parent_of)
    pairs = tuple(
        (joints.index(joint), joints.index(joint.replace("left", "right")))
        for joint in joints
        if joint.startswith("left")
    )
    return Skeleton(name, joints, tuple(joints.index(parent) for parent in parent_of.values()), pairs)


CANONICAL_17: Final = _skeleton(
    "canonical-17",
    {
        "head_top": "head",
        "neck": "spine",
        "right_shoulder": "neck",
        "right_elbow": "right_shoulder",
        "right_wrist": "right_elbow",
        "left_shoulder": "neck",
        "left_elbow": "left_shoulder",
        "left_wrist": "left_elbow",
        "right_hip": "pelvis",
        "right_knee": "right_hip",
        "right_ankle": "right_knee",
        "left_hip": "pelvis",
        "left_knee": "left_hip",
        "left_ankle": "left_knee",
        "pelvis": "pelvis",
        "spine": "pelvis",
        "head": "neck",
    },
)
"""The 17 joints that every pose model of this program speaks; the pelvis is the root."""
