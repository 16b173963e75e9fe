"""The joint-angle programme of a twisting dive and the numbers that a diver adjusts to bring it out whole.

Twist comes from tilt (aerial twist): throwing one arm down sideways tilts the body out of the plane of the somersault,
and a body that somersaults tilted twists; wrapped arms make the twist fast. Opening the same way takes the tilt out.
For more tilt the other arm, brought down in front of the body, swings up sideways at the same time.

The opening is the throw played backwards: with the same arm after whole twists, with the other arm after half ones.
For a body that is alike in front and behind this symmetry takes out exactly the tilt that was put in, and only the
size of the throw decides how far the body twists. Postures differ a little in front and behind, so a solver adjusts
throw, opening, delay and wrap.

Everything here twists to the left in a forward somersault; `mirrored_angles` gives the other side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.diving.codes import DiveCode, Position
from inference.results import FloatArray
from inference.simulator.body.posture import (
    COLUMN,
    JOINT_ANGLES,
    PIKE,
    REACH,
    TUCK,
    WRAP,
    WRAP_LOOSE,
    WRAP_ONE_UP,
    WRAP_ONE_UP_LOOSE,
)
from inference.simulator.movement.programme import Key, entry_posture

KNOBS = ("throw", "opening", "delay", "wrap", "bend")
"""What a diver adjusts, in the order of the solver's variables.

Throw and opening: up to 1 one arm is lowered by that share of 170°, above 1 the other arm swings too. Delay: how much
later than usual the opening begins. Wrap: how close the arms are held, 1 closest.
Bend: how far the trunk bends to the side with the throw, up to 1 for 30°.
"""

_ARM_SWING = np.radians(170.0)
_DELAY = 0.06
_SIDE_BEND = np.radians(30.0)
_OPEN_SHAPE = 0.75
_SWING, _FOLD, _OPENING = 0.11, 0.09, 0.26


HIPS = [COLUMN["left_hip_flexion"], COLUMN["right_hip_flexion"]]


@dataclass(frozen=True)
class TwistPhase:
    """Shares of the flight between which a dive twists: from arms overhead to arms overhead.

    The smaller the pace, the faster the arms are thrown and opened; open_hips is how far the hips are bent at the
    opening, which slows the twist (radians). A diver who winds up begins bent to the side away from the throw.
    tilt_left_rad is the tilt that may be left at entry.
    """

    begin: float
    end: float
    shape_first: bool = False
    pace: float = 1.0
    open_hips: float = 0.0
    winds_up: bool = False
    tilt_left_rad: float = 0.0


def twist_phase(code: DiveCode) -> TwistPhase:
    """When a dive twists: dives with a half somersault after the pike or tuck, the others before it.

    The more twists, the more of the flight they take. Ends are whole ninetieths, so that they fall on a step of the
    flight's integration.
    """
    if code.position not in (Position.PIKE, Position.TUCK):
        end = 86 / 90 if code.enters_head_first else 80 / 90
        twists_per_somersault = code.half_twists / code.half_somersaults
        if twists_per_somersault > 3:
            return TwistPhase(
                0.0, 85 / 90, pace=0.7, open_hips=np.radians(30), winds_up=True, tilt_left_rad=np.radians(6)
            )
        if twists_per_somersault > 2.9 and not code.enters_head_first:
            return TwistPhase(0.0, 84 / 90, pace=0.75, open_hips=np.radians(50), winds_up=True)
        if twists_per_somersault > 2.9:
            return TwistPhase(0.0, end, pace=0.75, winds_up=True, tilt_left_rad=np.radians(2))
        if twists_per_somersault <= 0.5 and code.half_somersaults >= 4:
            return TwistPhase(0.0, 48 / 90)
        return TwistPhase(0.0, end, pace=0.75 if twists_per_somersault > 2.4 else 1.0)
    if code.half_somersaults <= 1:
        whole = code.half_twists > 1
        return TwistPhase(0.19 if whole else 0.24, 88 / 90, shape_first=True, winds_up=whole)
    return TwistPhase(0.0, (31 + 4 * code.half_twists) / 90)


def twist_programme(code: DiveCode, knobs: FloatArray) -> list[Key]:
    """The keys of a twisting flight.

    Args:
        code: the dive.
        knobs: (..., 5) in the order of KNOBS.
    """
    phase = twist_phase(code)
    throw, opening, delay, wrap, bend = np.moveaxis(knobs, -1, 0)
    overhead = np.broadcast_to(REACH, (*knobs.shape[:-1], len(JOINT_ANGLES)))
    is_odd = code.half_twists % 2 == 1
    closest, loosest = (WRAP, WRAP_LOOSE) if is_odd else (WRAP_ONE_UP, WRAP_ONE_UP_LOOSE)
    wrapped = loosest + wrap[..., None] * (closest - loosest)
    wrapped[..., COLUMN["spine_side_bend"]] = _SIDE_BEND * bend
    lift, swing = _prepared(overhead, throw), _thrown(overhead, throw, bend)
    unswing, unlift = _thrown(overhead, opening, bend), _prepared(overhead, opening)
    if phase.winds_up:
        lift[..., COLUMN["spine_side_bend"]] = -_SIDE_BEND * np.clip(throw - 1, 0, 1)
    for opened in (unswing, unlift):
        opened[..., HIPS] = phase.open_hips
    wrapped_again = wrapped
    if is_odd:
        wrapped_again, unswing, unlift = map(mirrored_angles, (wrapped, unswing, unlift))
    rising = "left" if is_odd else "right"
    shape = TUCK if code.position is Position.TUCK else PIKE
    keys = [Key(0, 0, lift)]
    begin, end = phase.begin, phase.end
    if phase.shape_first:
        keys += [
            Key(0.0, 0.6 * begin, lift + _OPEN_SHAPE * (shape - lift)),
            Key(0.55 * begin, begin + 0.02, lift),
        ]
    thrown, folded = begin + phase.pace * _SWING, begin + phase.pace * (_SWING + _FOLD)
    open_begin = end - phase.pace * _OPENING + _DELAY * delay
    span = end - open_begin
    keys += [
        Key(begin, thrown, swing),
        Key(thrown - 0.02, folded, wrapped),
        Key(folded, open_begin, wrapped_again),
        Key(open_begin, open_begin + 0.36 * span, unswing),
        Key(open_begin + 0.28 * span, open_begin + 0.72 * span, unlift),
        Key(open_begin + 0.68 * span, end, _beyond_overhead(overhead, rising)),
    ]
    entry, shape = (_beyond_overhead(angles, rising) for angles in (entry_posture(code), shape))
    if phase.shape_first or code.position not in (Position.PIKE, Position.TUCK):
        keys.append(Key(end, 1.0, entry))
    else:
        keys += [Key(end, end + 0.14, shape), Key(0.78, 0.98, entry)]
    return keys


def _prepared(overhead: FloatArray, throw: FloatArray) -> FloatArray:
    """Both arms overhead, or the right one lowered for a throw above 1."""
    angles = overhead.copy()
    angles[..., COLUMN["right_shoulder_elevation"]] -= _ARM_SWING * np.maximum(throw - 1, 0)
    return angles


def _beyond_overhead(angles: FloatArray, side: str) -> FloatArray:
    """The same posture, with one arm's elevation counted on over the top: what is 190° sideways becomes 170° inwards.

    An arm that rises in front of the body and goes down at its side moves so without a jump in its angles.
    """
    elevation, plane = COLUMN[f"{side}_shoulder_elevation"], COLUMN[f"{side}_shoulder_plane"]
    result = angles.copy()
    result[..., elevation] = 2 * np.pi - result[..., elevation]
    result[..., plane] -= np.pi
    return result


def _thrown(overhead: FloatArray, throw: FloatArray, bend: FloatArray) -> FloatArray:
    """The left arm lowered sideways, the right one overhead, the trunk bent to the left."""
    angles = overhead.copy()
    angles[..., COLUMN["left_shoulder_elevation"]] -= _ARM_SWING * np.clip(throw, 0, 1)
    angles[..., COLUMN["right_shoulder_elevation"]] -= _ARM_SWING * np.clip(-throw, 0, 1)
    angles[..., COLUMN["spine_side_bend"]] = _SIDE_BEND * bend
    return angles


def mirrored_angles(angles: FloatArray) -> FloatArray:
    """(..., 17) the same postures with left and right exchanged."""
    other = {"left": "right", "right": "left"}
    swapped = [COLUMN["_".join([other.get(part, part) for part in name.split("_")])] for name in JOINT_ANGLES]
    result = angles[..., swapped]
    result[..., COLUMN["spine_side_bend"]] *= -1
    return result
