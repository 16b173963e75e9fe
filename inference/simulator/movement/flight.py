"""Rotation in flight: angular momentum is conserved, so the body's changing inertia sets how fast it turns.

In flight the angular momentum H about the centre of mass is constant in the world, and at every moment
H = R (I ω + h), with R from pelvis to world, I the inertia and h the relative angular momentum in pelvis axes, ω the
pelvis' angular velocity in its own axes.

Here H lies along the y axis, the one a dive somersaults about. Seen from the body it is L = Rᵀ H, which changes as
L' = cross(L, ω) with ω = I⁻¹ (L - h). With R = R_y(somersault) R_x(tilt) R_z(twist), tilt and twist can be read off L,
and only the somersault is left to integrate: somersault' = H (ω_x L_x + ω_y L_y) / (L_x² + L_y²). So H = R L holds
exactly at every step, however long the flight.
"""

from __future__ import annotations

import numpy as np

from inference.results import FloatArray
from inference.simulator.body.kinematics import about_x, about_y, about_z


def integrate_turning(momentum: FloatArray, inertias: FloatArray, relative: FloatArray, step_s: float) -> FloatArray:
    """Somersault, tilt and twist through flights that start unrotated.

    Args:
        momentum: (...) angular momentum about +y, kg·m²/s; negative turns backwards.
        inertias: (..., times, 3, 3) inertia in pelvis axes, kg·m²; an odd number of times.
        relative: (..., times, 3) relative angular momentum in pelvis axes, kg·m²/s.
        step_s: seconds from one time to the next.

    Returns:
        (..., (times + 1) / 2, 3) unwrapped radians at every second time (classical Runge-Kutta, fourth order).
    """
    inverse = np.moveaxis(np.linalg.inv(inertias), -3, 0)
    relative = np.moveaxis(relative, -2, 0)
    size = np.asarray(momentum)[..., None]
    steps = (len(inverse) - 1) // 2
    states = np.empty((steps + 1, *inverse.shape[1:-2], 4))
    states[0] = np.concatenate([0 * size, size, 0 * size, 0 * size], axis=-1)

    def rate(state: FloatArray, time: int) -> FloatArray:
        seen = state[..., :3]
        spin = (inverse[time] @ (seen - relative[time])[..., None])[..., 0]
        x, y, z = seen[..., 0], seen[..., 1], seen[..., 2]
        p, q, r = spin[..., 0], spin[..., 1], spin[..., 2]
        around = size[..., 0] * (p * x + q * y) / (x * x + y * y)
        return np.stack([y * r - z * q, z * p - x * r, x * q - y * p, around], axis=-1)

    double = 2 * step_s
    for step in range(steps):
        state, time = states[step], 2 * step
        first = rate(state, time)
        second = rate(state + step_s * first, time + 1)
        third = rate(state + step_s * second, time + 1)
        fourth = rate(state + double * third, time + 2)
        after = state + (double / 6) * (first + 2 * second + 2 * third + fourth)
        after[..., :3] *= np.abs(size) / np.linalg.norm(after[..., :3], axis=-1, keepdims=True)
        states[step + 1] = after
    states = np.moveaxis(states, 0, -2)
    seen = states[..., :3] / size[..., None, :]
    tilt = np.arcsin(np.clip(-seen[..., 2], -1, 1))
    twist = np.unwrap(np.arctan2(seen[..., 0], seen[..., 1]), axis=-1)
    return np.stack([states[..., 3], tilt, twist], axis=-1)


def integrate_somersault(momentum: FloatArray, inertias: FloatArray, relative: FloatArray, step_s: float) -> FloatArray:
    """(..., times) radians somersaulted from the first time on by a body that is alike left and right and stays level.

    Args:
        momentum: (...) angular momentum about the body's own +y, kg·m²/s.
        inertias: (..., times, 3, 3) inertia in pelvis axes, kg·m².
        relative: (..., times, 3) relative angular momentum in pelvis axes, kg·m²/s.
        step_s: seconds from one time to the next.
    """
    rates = (np.asarray(momentum)[..., None] - relative[..., 1]) / inertias[..., 1, 1]
    steps = (rates[..., 1:] + rates[..., :-1]) * (step_s / 2)
    return np.concatenate([np.zeros_like(rates[..., :1]), np.cumsum(steps, axis=-1)], axis=-1)


def turned(angles: FloatArray) -> FloatArray:
    """(..., 3, 3) rotations from pelvis to world with these (..., 3) somersaults, tilts and twists in radians."""
    return about_y(angles[..., 0]) @ about_x(angles[..., 1]) @ about_z(angles[..., 2])


def somersault_tilt_twist(rotations: FloatArray) -> FloatArray:
    """(times, 3) unwrapped angles in radians of (times, 3, 3) rotations; the inverse of `turned`."""
    somersault = np.unwrap(np.arctan2(rotations[:, 0, 2], rotations[:, 2, 2]))
    tilt = np.arcsin(np.clip(-rotations[:, 1, 2], -1, 1))
    twist = np.unwrap(np.arctan2(rotations[:, 1, 0], rotations[:, 1, 1]))
    return np.stack([somersault, tilt, twist], axis=-1)
