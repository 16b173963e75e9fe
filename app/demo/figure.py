"""A diver seen from the side: a planar chain of segments with masses, its joints and its mass properties.

World coordinates are metres, x towards the middle of the pool, z up. Angles are degrees in a `Pose` and radians
elsewhere, clockwise from straight up for a figure that faces towards x, so that a forward somersault turns the trunk by
a positive angle. Segment masses are the adult fractions of de Leva (1996), both limbs of a pair moving as one.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

SEGMENT_NAMES = ("trunk", "head", "upper arm", "forearm", "thigh", "shank", "foot")
LENGTHS_M = np.array([0.50, 0.22, 0.28, 0.40, 0.41, 0.41, 0.20])
"""Hip to neck, neck to vertex, shoulder to elbow, elbow to finger tips, hip to knee, knee to ankle, ankle to toes."""
MASS_SHARES = np.array([0.4346, 0.0694, 0.0542, 0.0446, 0.2832, 0.0866, 0.0274])
CENTRE_SHARES = np.array([0.52, 0.55, 0.55, 0.42, 0.41, 0.44, 0.40])
"""Where along a segment its centre of mass lies, from the end nearer to the hip or shoulder."""
GYRATION_SHARES = np.array([0.33, 0.30, 0.27, 0.28, 0.33, 0.25, 0.25])
"""Radius of gyration about a segment's own centre, as a share of its length."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Joint angles in degrees; all zero stands upright with the arms down and the feet flat.

    hip and shoulder flex forwards, knee backwards, elbow and neck forwards; ankle 0 is a flat foot, 70 pointed toes.
    """

    hip: float = 0.0
    knee: float = 0.0
    shoulder: float = 0.0
    elbow: float = 0.0
    neck: float = 0.0
    ankle: float = 0.0

    def as_array(self) -> FloatArray:
        """(6,) the angles in the order of the fields."""
        return np.array(astuple(self), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Posture:
    """Where the segments are: starts and ends are (..., 7, 2), in metres, in the order of `SEGMENT_NAMES`."""

    starts: FloatArray
    ends: FloatArray

    @property
    def centre_of_mass(self) -> FloatArray:
        """(..., 2) the whole figure's centre of mass."""
        centre: FloatArray = np.einsum("s,...sc->...c", MASS_SHARES, self.segment_centres)
        return centre

    @property
    def segment_centres(self) -> FloatArray:
        """(..., 7, 2) each segment's centre of mass."""
        centres: FloatArray = self.starts + CENTRE_SHARES[:, None] * (self.ends - self.starts)
        return centres

    def moved(self, offset: npt.ArrayLike) -> Posture:
        """The same posture moved by (..., 2) metres."""
        shift = np.asarray(offset, dtype=np.float64)[..., None, :]
        return Posture(self.starts + shift, self.ends + shift)


def segment_angles(poses: FloatArray, trunk: npt.ArrayLike) -> FloatArray:
    """Directions of the segments.

    Args:
        poses: (..., 6) joint angles in degrees, as `Pose.as_array`.
        trunk: (...) direction of the trunk from hip to neck, radians.

    Returns:
        (..., 7) radians clockwise from up, in the order of `SEGMENT_NAMES`.
    """
    hip, knee, shoulder, elbow, neck, ankle = np.moveaxis(np.radians(poses), -1, 0)
    along = np.broadcast_to(np.asarray(trunk, dtype=np.float64), hip.shape)
    upper_arm, thigh = along + np.pi - shoulder, along + np.pi - hip
    shank = thigh + knee
    return np.stack(
        [along, along + neck, upper_arm, upper_arm - elbow, thigh, shank, shank - np.pi / 2 + ankle], axis=-1
    )


def posture(poses: FloatArray, trunk: npt.ArrayLike, facing: npt.ArrayLike = 1.0) -> Posture:
    """Segments of a figure whose hip is at the origin.

    Args:
        poses: (..., 6) joint angles in degrees.
        trunk: (...) direction of the trunk, radians.
        facing: (...) 1 faces towards x, -1 away from it; between them the figure is turning round.
    """
    angles = segment_angles(poses, trunk)
    side = np.asarray(facing, dtype=np.float64)[..., None]
    bones = LENGTHS_M[:, None] * np.stack([np.sin(angles) * side, np.cos(angles)], axis=-1)
    trunk_bone, _, upper_arm, _, thigh, shank, _ = np.moveaxis(bones, -2, 0)
    hip = np.zeros_like(trunk_bone)
    shoulder = 0.92 * trunk_bone
    starts = np.stack([hip, trunk_bone, shoulder, shoulder + upper_arm, hip, thigh, thigh + shank], axis=-2)
    return Posture(starts, starts + bones)


def turning(poses: FloatArray, step_s: float, turn: float) -> FloatArray:
    """Trunk angle over a flight in which angular momentum is conserved.

    The momentum about the centre of mass is that of the rigid turn plus that of the moving limbs,
    L = I(t) w + h(t); w = (L - h) / I is integrated, with the one L that makes the whole turn come out.

    Args:
        poses: (samples, 6) joint angles in degrees at equal time steps.
        step_s: seconds between samples.
        turn: angle the trunk turns through from the first to the last sample, radians.

    Returns:
        (samples,) trunk angle from 0 to turn.
    """
    body = posture(poses, np.zeros(len(poses)))
    arms = body.segment_centres - body.centre_of_mass[:, None, :]
    own = (GYRATION_SHARES * LENGTHS_M) ** 2
    inertia = np.einsum("s,ts->t", MASS_SHARES, np.square(arms).sum(axis=-1) + own)
    speeds = np.gradient(arms, step_s, axis=0)
    spins = np.gradient(segment_angles(poses, np.zeros(len(poses))), step_s, axis=0)
    clockwise = arms[..., 1] * speeds[..., 0] - arms[..., 0] * speeds[..., 1]
    limbs = np.einsum("s,ts->t", MASS_SHARES, clockwise + own * spins)
    per_momentum, from_limbs = _integral(1 / inertia, step_s), _integral(limbs / inertia, step_s)
    momentum = (turn + from_limbs[-1]) / per_momentum[-1]
    angle: FloatArray = momentum * per_momentum - from_limbs
    return angle


def _integral(values: FloatArray, step_s: float) -> FloatArray:
    """Running integral by the trapezoidal rule, 0 at the first sample."""
    return np.concatenate([[0.0], np.cumsum((values[1:] + values[:-1]) / 2) * step_s])
