"""A whole dive as a motion: on the board, in the air, and in the water until the diver floats."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inference.results import FloatArray
from inference.simulator.body.athlete import SEGMENTS, Athlete
from inference.simulator.body.kinematics import pose_body
from inference.simulator.movement.airborne import Airborne, fly, ringing
from inference.simulator.movement.approach import walking_approach
from inference.simulator.movement.armstand import armstand
from inference.simulator.movement.motion import GRID_HZ, BodyStates, Movement, RecordedMotion, joined
from inference.simulator.movement.press import TakeOff, standing_press
from inference.simulator.movement.take_off import DivePlan
from inference.simulator.movement.under_water import glide_and_surface


@dataclass(frozen=True, eq=False)
class DiveMotion:
    """A dive from standing ready until floating in the water.

    take_off_s is the time of last contact with the board and entry_s that of first contact with the water, seconds
    from the beginning of the motion; between them the centre of mass is exactly ballistic.
    """

    plan: DivePlan
    recorded: RecordedMotion
    take_off_s: float
    entry_s: float

    @property
    def athlete(self) -> Athlete:
        """Who dives."""
        return self.plan.athlete

    @property
    def duration_s(self) -> float:
        """Seconds from beginning to end."""
        return self.recorded.duration_s

    @property
    def end_s(self) -> float:
        """When the diver floats, seconds from the beginning."""
        return self.duration_s

    def at(self, times_s: FloatArray) -> BodyStates:
        """The body at (n,) seconds from the beginning; before and after, as at the beginning and the end."""
        return self.recorded.at(times_s)


def simulate_dive(plan: DivePlan, rng: np.random.Generator) -> DiveMotion:
    """Work out a dive.

    Args:
        plan: the dive.
        rng: source of chance for what happens after entry.

    Raises:
        UnsolvedDiveError: if no movement was found that brings a twisting dive out whole.
    """
    flight = fly(plan)
    before = _on_board(plan, flight)
    since_entry = np.arange(len(flight.movement), len(flight.movement) + round(rng.uniform(2.6, 3.4) * GRID_HZ))
    times = since_entry / GRID_HZ - flight.seconds
    after = glide_and_surface(
        times, flight.entry_angles, flight.entry_rotation, flight.entry_rate, flight.entry_centre, flight.entry_velocity
    )
    after = replace(after, board_deflection_m=ringing(plan, times + flight.seconds))
    whole = joined(before.part(0, len(before) - 1), flight.movement, after)
    take_off_s = (len(before) - 1) / GRID_HZ
    return DiveMotion(plan, RecordedMotion.of(plan.athlete, whole), take_off_s, take_off_s + flight.seconds)


def _on_board(plan: DivePlan, flight: Airborne) -> Movement:
    """The contact with the board, ending at take-off, worked out in the diver's own axes."""
    inwards = plan.facing.T
    centre = inwards @ flight.movement.centre_of_mass[0]
    velocity = inwards @ [plan.horizontal_speed_m_s, 0.0, plan.take_off_speed_m_s]
    support = inwards @ plan.support_point
    take_off = TakeOff(
        flight.take_off_angles,
        plan.pitch_rad,
        flight.take_off_rate,
        centre[[0, 2]],
        velocity[[0, 2]],
        support[[0, 2]],
        plan.board.is_springboard,
    )
    if plan.code.is_armstand:
        seen = armstand(plan.athlete, take_off, plan.stand_s + 1.0, faces_water=plan.faces_water)
    elif plan.walks:
        seen = walking_approach(plan.athlete, take_off, plan.stand_s)
    else:
        seen = standing_press(plan.athlete, take_off, plan.stand_s, heels_free=not plan.faces_water)
    rotations, centre = plan.facing @ seen.rotations, seen.centre_of_mass @ plan.facing.T
    # Arms held unlike each other move the body sideways over feet or hands that stay.
    part = "hand" if plan.code.is_armstand else "foot"
    rows = [SEGMENTS.index(f"{side}_{part}") for side in ("left", "right")]
    supports = pose_body(plan.athlete, seen.angles).far_ends[:, rows].mean(axis=1)
    centre[:, 1] = -(rotations @ supports[..., None])[:, 1, 0]
    return Movement(seen.angles, rotations, centre, seen.board_deflection_m)
