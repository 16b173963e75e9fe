"""People who move in a venue: a motion, when it begins, whose it is and on which board."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from inference.results import FloatArray
from inference.simulator.appearance import Appearance
from inference.simulator.board_poses import BoardPose
from inference.simulator.body_shape import BodyShape, Cones
from inference.simulator.motion import BodyStates, Motion


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

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", BodyShape(self.appearance))

    def is_present(self, seconds: float) -> bool:
        """Whether the motion runs at a time of the video."""
        return 0 <= seconds - self.start_s <= self.motion.duration_s

    def states(self, seconds: FloatArray) -> BodyStates:
        """The body at (n,) times of the video, in board world; outside the motion, its first or last state."""
        return self.motion.at(np.clip(seconds - self.start_s, 0, self.motion.duration_s))

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
