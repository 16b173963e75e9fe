"""Forward kinematics and inertia of the sixteen-segment body, for whole movements and many movements at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.results import FloatArray
from inference.simulator.body.athlete import (
    ANKLE_HEIGHT,
    HIP_HALF_WIDTH,
    SEGMENTS,
    SHOULDER_DROP,
    SHOULDER_HALF_WIDTH,
    Athlete,
)
from inference.simulator.body.posture import JOINT_ANGLES

LEGS_TOGETHER_RAD = np.radians(2.7)
"""How far each leg slants inwards from the hip, so that the feet touch as a diver's do."""

HEEL_BEHIND_ANKLE = 0.22
"""How far the heel lies behind the ankle, as a share of the foot's length."""

_ROW = {segment: row for row, segment in enumerate(SEGMENTS)}
_UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, eq=False)
class Body:
    """Placed segments in pelvis axes, the origin moved to the body's centre of mass.

    rotations is (..., 16, 3, 3), each from the segment's frame to the pelvis frame; near_ends, far_ends and centres
    are (..., 16, 3) in metres. The leading shape is that of the joint angles, times last.
    """

    rotations: FloatArray
    near_ends: FloatArray
    far_ends: FloatArray
    centres: FloatArray

    @property
    def hip(self) -> FloatArray:
        """(..., 3) the mid-hip."""
        return self.near_ends[..., _ROW["lower_trunk"], :]


def pose_body(athlete: Athlete, angles: FloatArray) -> Body:
    """Place all segments.

    Args:
        athlete: whose body.
        angles: (..., 17) joint angles in radians, in the order of JOINT_ANGLES.
    """
    joint = {name: angles[..., column] for column, name in enumerate(JOINT_ANGLES)}
    lead = angles.shape[:-1]
    rotations = np.empty((*lead, len(SEGMENTS), 3, 3))
    near = np.empty((*lead, len(SEGMENTS), 3))
    far = np.empty_like(near)

    def place(segment: str, rotation: FloatArray, start: FloatArray, along: FloatArray) -> FloatArray:
        row = _ROW[segment]
        rotations[..., row, :, :], near[..., row, :] = rotation, start
        far[..., row, :] = start + rotation @ (athlete.length_m(segment) * along)
        return far[..., row, :]

    half_bend = about_y(joint["spine_flexion"] / 2) @ about_x(-joint["spine_side_bend"] / 2)
    navel = place("lower_trunk", np.broadcast_to(np.eye(3), (*lead, 3, 3)), np.zeros((*lead, 3)), _UP)
    chest = place("middle_trunk", half_bend, navel, _UP)
    thorax = half_bend @ half_bend
    neck = place("upper_trunk", thorax, chest, _UP)
    place("head", thorax @ about_y(joint["neck_flexion"]), neck, _UP)

    stature = athlete.stature_m
    for side, sign in (("left", 1.0), ("right", -1.0)):
        shoulder = neck + thorax @ (stature * np.array([0, sign * SHOULDER_HALF_WIDTH, -SHOULDER_DROP]))
        plane = about_z(sign * joint[f"{side}_shoulder_plane"])
        raised = plane @ about_y(-joint[f"{side}_shoulder_elevation"]) @ plane.swapaxes(-1, -2)
        arm = thorax @ raised @ about_z(-sign * joint[f"{side}_shoulder_rotation"])
        elbow = place(f"{side}_upper_arm", arm, shoulder, -_UP)
        lower_arm = arm @ about_y(-joint[f"{side}_elbow_flexion"])
        wrist = place(f"{side}_forearm", lower_arm, elbow, -_UP)
        place(f"{side}_hand", lower_arm, wrist, -_UP)

        hip = np.broadcast_to([0, sign * HIP_HALF_WIDTH * stature, 0], (*lead, 3))
        thigh = about_x(-sign * LEGS_TOGETHER_RAD) @ about_y(-joint[f"{side}_hip_flexion"])
        knee = place(f"{side}_thigh", thigh, hip, -_UP)
        shank = thigh @ about_y(joint[f"{side}_knee_flexion"])
        ankle = place(f"{side}_shank", shank, knee, -_UP)
        foot = shank @ about_y(joint[f"{side}_plantar_flexion"])
        heel = ankle + foot @ heel_from_ankle(athlete)
        place(f"{side}_foot", foot, heel, np.array([1.0, 0, 0]))

    centres = near + _centre_shares(athlete)[:, None] * (far - near)
    masses = athlete.masses_kg()
    shift = np.einsum("s,...si->...i", masses / masses.sum(), centres)[..., None, :]
    return Body(rotations, near - shift, far - shift, centres - shift)


def heel_from_ankle(athlete: Athlete) -> FloatArray:
    """(3,) from ankle to heel in the foot's frame, metres."""
    return np.array([-HEEL_BEHIND_ANKLE * athlete.length_m("left_foot"), 0, -ANKLE_HEIGHT * athlete.stature_m])


def inertia_about_centre(athlete: Athlete, body: Body) -> FloatArray:
    """(..., 3, 3) inertia of the whole body about its centre of mass, pelvis axes, kg·m² (parallel axes)."""
    scaled = body.rotations * athlete.inertias_kg_m2()[:, None, :]
    own: FloatArray = np.sum(scaled @ body.rotations.swapaxes(-1, -2), axis=-3)
    weighted = athlete.masses_kg()[:, None] * body.centres
    products = weighted.swapaxes(-1, -2) @ body.centres
    trace = np.trace(products, axis1=-2, axis2=-1)
    total: FloatArray = own + trace[..., None, None] * np.eye(3) - products
    return total


def relative_angular_momentum(athlete: Athlete, body: Body, step_s: float) -> FloatArray:
    """(..., times, 3) angular momentum of the segments' movement relative to the pelvis frame, kg·m²/s.

    Derivatives are differences over the time step, of fourth order but for the two times at either end.
    """
    velocities = _rates(body.centres, step_s, axis=-3)
    weighted = athlete.masses_kg()[:, None] * velocities
    orbital = np.cross(body.centres, weighted).sum(axis=-2)
    spin_matrices = _rates(body.rotations, step_s, axis=-4) @ body.rotations.swapaxes(-1, -2)
    spins = 0.5 * np.stack(
        [
            spin_matrices[..., 2, 1] - spin_matrices[..., 1, 2],
            spin_matrices[..., 0, 2] - spin_matrices[..., 2, 0],
            spin_matrices[..., 1, 0] - spin_matrices[..., 0, 1],
        ],
        axis=-1,
    )
    local = (spins[..., None, :] @ body.rotations)[..., 0, :] * athlete.inertias_kg_m2()
    own = (body.rotations @ local[..., None])[..., 0].sum(axis=-2)
    total: FloatArray = orbital + own
    return total


def _rates(values: FloatArray, step_s: float, axis: int) -> FloatArray:
    """Derivatives along an axis of time; arms are thrown so fast that second order is not enough."""
    rates: FloatArray = np.gradient(values, step_s, axis=axis, edge_order=2)
    given, inner = np.moveaxis(values, axis, 0), np.moveaxis(rates, axis, 0)[2:-2]
    inner[...] = (8 * (given[3:-1] - given[1:-3]) - (given[4:] - given[:-4])) / (12 * step_s)
    return rates


def about_x(angle: FloatArray | float) -> FloatArray:
    """(..., 3, 3) rotations about the forward axis; positive takes left to up."""
    return _rotation(angle, 1, 2)


def about_y(angle: FloatArray | float) -> FloatArray:
    """(..., 3, 3) rotations about the leftward axis; positive takes up to forward."""
    return _rotation(angle, 2, 0)


def about_z(angle: FloatArray | float) -> FloatArray:
    """(..., 3, 3) rotations about the upward axis; positive takes forward to left."""
    return _rotation(angle, 0, 1)


def _rotation(angle: FloatArray | float, first: int, second: int) -> FloatArray:
    """(..., 3, 3) rotations that take the first axis towards the second."""
    angle = np.asarray(angle)
    matrices = np.zeros((*angle.shape, 3, 3))
    matrices[..., range(3), range(3)] = 1.0
    matrices[..., first, first] = matrices[..., second, second] = np.cos(angle)
    matrices[..., second, first], matrices[..., first, second] = np.sin(angle), -np.sin(angle)
    return matrices


def _centre_shares(athlete: Athlete) -> FloatArray:
    """(16,) where each centre of mass lies between the near end (0) and the far end (1) of its segment."""
    shares = np.array([athlete.facts(segment).centre for segment in SEGMENTS])
    measured_from_far_end = np.array([segment.endswith("trunk") or segment == "head" for segment in SEGMENTS])
    return np.where(measured_from_far_end, 1 - shares, shares)
