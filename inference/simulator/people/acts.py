"""What people do in a video, worked out only when it is to be drawn.

A movement takes megabytes, so that a long video cannot hold all of them at once. An act says when it may be seen and
makes its actors on request, the same at every request.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from inference.diving.codes import DiveCode
from inference.simulator.errors import SimulationError
from inference.simulator.movement.dive_motion import DiveMotion, simulate_dive
from inference.simulator.movement.dive_plan import plan_dive
from inference.simulator.movement.rotation_solver import UnsolvedDiveError
from inference.simulator.people.actors import Actor
from inference.simulator.people.person import Person
from inference.simulator.venue.board_poses import PlacedBoard


class Act(Protocol):
    """Something that people do."""

    @property
    def begins_s(self) -> float:
        """A time of the video before which nothing of it can be seen."""
        ...

    @property
    def ends_s(self) -> float:
        """A time of the video after which nothing of it can be seen."""
        ...

    def actors(self) -> tuple[Actor, ...]:
        """Who takes part, the same at every call."""
        ...


@dataclass(frozen=True)
class DiveAct:
    """A dive: from the stance on the board until the diver floats.

    Args:
        placed: the board.
        code: the dive.
        person: the diver.
        take_off_s: time of the video of the last contact with the board.
        seed: draws everything about the dive that is left to chance.
    """

    placed: PlacedBoard
    code: DiveCode
    person: Person
    take_off_s: float
    seed: int

    @property
    def begins_s(self) -> float:
        """See `Act`; the longest approach is to a handstand."""
        return self.take_off_s - 12.0

    @property
    def ends_s(self) -> float:
        """See `Act`; splashes last longest."""
        return self.take_off_s + 8.5

    def actors(self) -> tuple[Actor, ...]:
        """The diver; the actor's motion is a `DiveMotion`.

        Raises:
            SimulationError: if no movement is known that brings the dive out whole.
        """
        return (_diver(self),)


@functools.lru_cache(maxsize=16)
def _diver(act: DiveAct) -> Actor:
    """The diver of a dive, held for a while, since what happens before and after it follows from it."""
    rng = np.random.default_rng(act.seed)
    try:
        plan = plan_dive(act.code, act.placed.board, act.person.athlete, rng)
        motion = simulate_dive(plan, rng)
    except UnsolvedDiveError as error:
        raise SimulationError(
            f"No movement was found that brings {act.code} from the {act.placed.board.label} out whole; "
            "choose a dive with fewer twists or somersaults."
        ) from error
    return Actor(motion, act.take_off_s - motion.take_off_s, act.person.appearance, act.placed.pose)


def dive_motion_of(actor: Actor) -> DiveMotion:
    """The motion of the actor of a `DiveAct`."""
    if not isinstance(actor.motion, DiveMotion):
        raise TypeError(f"{type(actor.motion).__name__} is no dive")
    return actor.motion
