"""Joint angles of a body and the named postures of diving.

A posture is a vector of joint angles in radians, one per name in JOINT_ANGLES; all zero is standing upright with the
arms at the sides. Flexion is positive in every joint; the knee's flexion takes the heel to the seat, plantar flexion
points the toes.

An arm is raised by the shoulder's elevation (0 hanging, 180° overhead) in a plane (0 forward, 90° sideways, beyond
that backward), and turned about its own length by the rotation (positive inward). The elbow's flexion takes the
forearm on in the plane of elevation when the rotation is zero and that plane is the forward one.
"""

from __future__ import annotations

import numpy as np

from inference.results import FloatArray

JOINT_ANGLES = (
    "spine_flexion",
    "spine_side_bend",
    "neck_flexion",
    *(
        f"{side}_{joint}"
        for side in ("left", "right")
        for joint in (
            "shoulder_elevation",
            "shoulder_plane",
            "shoulder_rotation",
            "elbow_flexion",
            "hip_flexion",
            "knee_flexion",
            "plantar_flexion",
        )
    ),
)
COLUMN = {name: column for column, name in enumerate(JOINT_ANGLES)}
"""Where each joint angle stands in a posture."""


def posture(base: FloatArray | None = None, **degrees: float) -> FloatArray:
    """(17,) joint angles in radians from degrees by name; a name without side sets both sides.

    Args:
        base: posture to start from; standing if None.
        **degrees: the angles that differ from it.

    Raises:
        ValueError: for a joint that does not exist.
    """
    angles = np.zeros(len(JOINT_ANGLES)) if base is None else base.copy()
    for name, value in degrees.items():
        for joint in [name] if name in COLUMN else [f"left_{name}", f"right_{name}"]:
            if joint not in COLUMN:
                raise ValueError(f"there is no joint angle {name!r}; joint angles are {', '.join(JOINT_ANGLES)}")
            angles[COLUMN[joint]] = np.radians(value)
    return angles


STANDING = posture(shoulder_elevation=6, shoulder_plane=60, elbow_flexion=8)
REACH = posture(shoulder_elevation=180, shoulder_plane=90, plantar_flexion=66)
STRAIGHT = posture(shoulder_elevation=5, shoulder_plane=90, plantar_flexion=72)
LAYOUT_ARMS_OUT = posture(shoulder_elevation=88, shoulder_plane=90, plantar_flexion=72, spine_flexion=-10)
TUCK = posture(
    hip_flexion=112,
    knee_flexion=121,
    spine_flexion=35,
    neck_flexion=18,
    shoulder_elevation=38,
    shoulder_plane=-11,
    elbow_flexion=39,
    plantar_flexion=60,
)
PIKE = posture(
    hip_flexion=122,
    spine_flexion=30,
    neck_flexion=12,
    shoulder_elevation=110,
    shoulder_plane=-7,
    plantar_flexion=72,
)
HEAD_FIRST_ENTRY = posture(shoulder_elevation=193, shoulder_plane=90, plantar_flexion=74)
FEET_FIRST_ENTRY = posture(shoulder_elevation=4, shoulder_plane=90, plantar_flexion=74)
HANDSTAND = posture(shoulder_elevation=180, shoulder_plane=90, plantar_flexion=72)
WRAP = posture(plantar_flexion=72, shoulder_elevation=30, shoulder_plane=-20, shoulder_rotation=80, elbow_flexion=132)
WRAP_LOOSE = posture(
    plantar_flexion=72, shoulder_elevation=38, shoulder_plane=40, shoulder_rotation=45, elbow_flexion=75
)
WRAP_ONE_UP = posture(
    WRAP,
    right_shoulder_elevation=165,
    right_shoulder_plane=90,
    right_shoulder_rotation=-120,
    right_elbow_flexion=110,
)
WRAP_ONE_UP_LOOSE = posture(
    WRAP_LOOSE,
    right_shoulder_elevation=160,
    right_shoulder_plane=90,
    right_shoulder_rotation=-120,
    right_elbow_flexion=45,
)
