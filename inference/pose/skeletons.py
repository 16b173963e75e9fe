"""Skeletons: named joints, how they hang together, and which ones are mirror images of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Joints in a fixed order.

    parents holds each joint's parent as an index, and the joint's own index for the root; left_right holds pairs of
    indices (left, right); more_limbs holds pairs of joints between which there is a limb that no parent tells of.
    """

    name: str
    joints: tuple[str, ...]
    parents: tuple[int, ...]
    left_right: tuple[tuple[int, int], ...]
    more_limbs: tuple[tuple[int, int], ...] = ()

    @property
    def limbs(self) -> tuple[tuple[int, int], ...]:
        """(parent, joint) for every joint but the root, then the other limbs."""
        tree = tuple((parent, joint) for joint, parent in enumerate(self.parents) if parent != joint)
        return tree + self.more_limbs

    @property
    def flipped(self) -> npt.NDArray[np.intp]:
        """(joints,) which joint's place in the mirrored picture is each joint's: left and right change places."""
        order = np.arange(len(self.joints))
        for left, right in self.left_right:
            order[left], order[right] = right, left
        return order

    def index(self, joint: str) -> int:
        """Where the joint stands in the order.

        Raises:
            ValueError: if the skeleton has no such joint.
        """
        if joint not in self.joints:
            raise ValueError(f"the skeleton {self.name} has no joint {joint!r}; it has {', '.join(self.joints)}")
        return self.joints.index(joint)


def _skeleton(name: str, parent_of: dict[str, str], *more_limbs: tuple[str, str]) -> Skeleton:
    joints = tuple(parent_of)
    pairs = tuple(
        (joints.index(joint), joints.index(joint.replace("left", "right")))
        for joint in joints
        if joint.startswith("left")
    )
    parents = tuple(joints.index(parent) for parent in parent_of.values())
    return Skeleton(
        name, joints, parents, pairs, tuple((joints.index(one), joints.index(two)) for one, two in more_limbs)
    )


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
"""The 17 joints that every pose model of this program speaks; the pelvis is the root (thesis section 4.6.1)."""

MPII_16: Final = _skeleton(
    "mpii-16",
    {
        "right_ankle": "right_knee",
        "right_knee": "right_hip",
        "right_hip": "pelvis",
        "left_hip": "pelvis",
        "left_knee": "left_hip",
        "left_ankle": "left_knee",
        "pelvis": "pelvis",
        "thorax": "pelvis",
        "upper_neck": "thorax",
        "head_top": "upper_neck",
        "right_wrist": "right_elbow",
        "right_elbow": "right_shoulder",
        "right_shoulder": "thorax",
        "left_shoulder": "thorax",
        "left_elbow": "left_shoulder",
        "left_wrist": "left_elbow",
    },
)
"""MPII Human Pose (Andriluka et al., 2014), joints 0 to 15 in the data set's order."""

COCO_17: Final = _skeleton(
    "coco-17",
    {
        "nose": "nose",
        "left_eye": "nose",
        "right_eye": "nose",
        "left_ear": "left_eye",
        "right_ear": "right_eye",
        "left_shoulder": "left_ear",
        "right_shoulder": "right_ear",
        "left_elbow": "left_shoulder",
        "right_elbow": "right_shoulder",
        "left_wrist": "left_elbow",
        "right_wrist": "right_elbow",
        "left_hip": "left_shoulder",
        "right_hip": "right_shoulder",
        "left_knee": "left_hip",
        "right_knee": "right_hip",
        "left_ankle": "left_knee",
        "right_ankle": "right_knee",
    },
    ("left_eye", "right_eye"),
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
)
"""COCO keypoints (Lin et al., 2014); the limbs are the data set's own 19."""

H36M_17: Final = _skeleton(
    "h36m-17",
    {
        "pelvis": "pelvis",
        "right_hip": "pelvis",
        "right_knee": "right_hip",
        "right_ankle": "right_knee",
        "left_hip": "pelvis",
        "left_knee": "left_hip",
        "left_ankle": "left_knee",
        "spine": "pelvis",
        "thorax": "spine",
        "nose": "thorax",
        "head_top": "nose",
        "left_shoulder": "thorax",
        "left_elbow": "left_shoulder",
        "left_wrist": "left_elbow",
        "right_shoulder": "thorax",
        "right_elbow": "right_shoulder",
        "right_wrist": "right_elbow",
    },
)
"""Human3.6M (Ionescu et al., 2014): the 17 of its 32 joints that move, in their usual order."""

MPI_INF_3DHP_28: Final = _skeleton(
    "mpi-inf-3dhp-28",
    {
        "spine_3": "spine_2",
        "spine_4": "spine_3",
        "spine_2": "spine",
        "spine": "pelvis",
        "pelvis": "pelvis",
        "neck": "spine_4",
        "head": "neck",
        "head_top": "head",
        "left_clavicle": "neck",
        "left_shoulder": "left_clavicle",
        "left_elbow": "left_shoulder",
        "left_wrist": "left_elbow",
        "left_hand": "left_wrist",
        "right_clavicle": "neck",
        "right_shoulder": "right_clavicle",
        "right_elbow": "right_shoulder",
        "right_wrist": "right_elbow",
        "right_hand": "right_wrist",
        "left_hip": "pelvis",
        "left_knee": "left_hip",
        "left_ankle": "left_knee",
        "left_foot": "left_ankle",
        "left_toe": "left_foot",
        "right_hip": "pelvis",
        "right_knee": "right_hip",
        "right_ankle": "right_knee",
        "right_foot": "right_ankle",
        "right_toe": "right_foot",
    },
)
"""MPI-INF-3DHP (Mehta et al., 2017), all 28 joints; the canonical ones are 17 of them."""

LSP_14: Final = _skeleton(
    "lsp-14",
    {
        "right_ankle": "right_knee",
        "right_knee": "right_hip",
        "right_hip": "neck",
        "left_hip": "neck",
        "left_knee": "left_hip",
        "left_ankle": "left_knee",
        "right_wrist": "right_elbow",
        "right_elbow": "right_shoulder",
        "right_shoulder": "neck",
        "left_shoulder": "neck",
        "left_elbow": "left_shoulder",
        "left_wrist": "left_elbow",
        "neck": "neck",
        "head_top": "neck",
    },
    ("left_hip", "right_hip"),
)
"""Leeds Sports Pose (Johnson and Everingham, 2010)."""

FLIC_11: Final = _skeleton(
    "flic-11",
    {
        "left_shoulder": "nose",
        "left_elbow": "left_shoulder",
        "left_wrist": "left_elbow",
        "right_shoulder": "nose",
        "right_elbow": "right_shoulder",
        "right_wrist": "right_elbow",
        "left_hip": "left_shoulder",
        "right_hip": "right_shoulder",
        "left_eye": "nose",
        "right_eye": "nose",
        "nose": "nose",
    },
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
)
"""Frames Labeled in Cinema (Sapp and Taskar, 2013): the joints of the upper body that it labels, in its order."""

OPENPOSE_18: Final = _skeleton(
    "openpose-18",
    {
        "nose": "neck",
        "neck": "neck",
        "right_shoulder": "neck",
        "right_elbow": "right_shoulder",
        "right_wrist": "right_elbow",
        "left_shoulder": "neck",
        "left_elbow": "left_shoulder",
        "left_wrist": "left_elbow",
        "right_hip": "neck",
        "right_knee": "right_hip",
        "right_ankle": "right_knee",
        "left_hip": "neck",
        "left_knee": "left_hip",
        "left_ankle": "left_knee",
        "right_eye": "nose",
        "left_eye": "nose",
        "right_ear": "right_eye",
        "left_ear": "left_eye",
    },
    ("right_shoulder", "right_ear"),
    ("left_shoulder", "left_ear"),
)
"""COCO's joints and the neck between the shoulders, in the order of OpenPose's networks (Cao et al., 2017)."""

SKELETONS: Final = {
    skeleton.name: skeleton
    for skeleton in (CANONICAL_17, MPII_16, COCO_17, H36M_17, MPI_INF_3DHP_28, LSP_14, FLIC_11, OPENPOSE_18)
}
"""All of them by name."""
