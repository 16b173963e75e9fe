"""People who move in a venue: a motion, when it begins, whose it is and on which board."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from inference.results import FloatArray
from inference.simulator.movement.motion import BodyStates, Motion
from inference.simulator.people.appearance import Appearance
from inference.simulator.people.body_shape import BodyShape, Cones
from inference.simulator.venue.board_poses import BoardPose

MIDDLE = 1
"""Place of the middle of the exposure among the three times of a moment."""

_FLESH_M = 0.3


@dataclass(frozen=True, eq=False)
class Moment:
    """Somebody while the shutter is open for one picture: at its opening, in the middle and at its closing."""

    actor: Actor
    states: BodyStates

    @cached_property
    def cones(self) -> Cones:
        """The body's surface in pool world."""
        return self.actor.cones(self.states)

    @cached_property
    def centre_m(self) -> FloatArray:
        """(3,) the centre of mass in pool world, in the middle."""
        centre: FloatArray = self.actor.board_pose.to_pool(self.states.centre_of_mass[MIDDLE])
        return centre

    @cached_property
    def ball_m(self) -> tuple[FloatArray, float]:
        """A (3,) point of pool world amid the body, in the middle, and a radius round it that holds all of the body."""
        states = self.states
        ends = np.concatenate([states.near_ends, states.far_ends], axis=1)
        amid = ends[MIDDLE].mean(axis=0)
        radius = float(np.linalg.norm(ends - amid, axis=-1).max()) + _FLESH_M
        return self.actor.board_pose.to_pool(amid), radius


@dataclass(frozen=True, eq=False)
class Actor:
    """Somebody in a venue.

    Args:
        motion: what they do, in the world of a board.
        start_s: time of the video at which the motion begins.
        appearance: what they look like.
        board_pose: where that board is; an identity places the motion in pool world itself.
    """

    motion: Motion
    start_s: float
    appearance: Appearance
    board_pose: BoardPose
    shape: BodyShape = field(init=False, repr=False)
    _moments: dict[tuple[float, float], Moment] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", BodyShape(self.appearance))

    def is_present(self, seconds: float) -> bool:
        """Whether the motion runs at a time of the video."""
        return 0 <= seconds - self.start_s <= self.motion.duration_s

    def states(self, seconds: FloatArray) -> BodyStates:
        """The body at (n,) times of the video, in board world; outside the motion, its first or last state."""
        return self.motion.at(np.clip(seconds - self.start_s, 0, self.motion.duration_s))

    def moment(self, seconds: float, half_s: float) -> Moment:
        """The body in a picture at a time of the video whose shutter is open for half_s before and after it.

        The last one asked for is kept, because the body, its shadow and its board all want it.
        """
        key = (seconds, half_s)
        if key not in self._moments:
            self._moments.clear()
            self._moments[key] = Moment(self, self.states(seconds + np.array([-half_s, 0.0, half_s])))
        return self._moments[key]

    def cones(self, states: BodyStates) -> Cones:
        """The body's surface in pool world."""
        pose = self.board_pose
        return self.shape.at(
            pose.to_pool(states.near_ends), pose.to_pool(states.far_ends), pose.rotation @ states.rotations
        )

    @property
    def entry_s(self) -> float | None:
        """Time of the video at which the body first touches the water; None if it never does."""
        entry = getattr(self.motion, "entry_s", None)
        return None if entry is None else self.start_s + float(entry)
