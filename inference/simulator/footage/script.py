"""What is to be made: a script says how many videos there are and what happens in each."""

from __future__ import annotations

from typing import Any, Literal, Protocol

import numpy as np

from inference.results import FloatArray
from inference.simulator.errors import SimulationError
from inference.simulator.footage.recording import Recording
from inference.simulator.people.actors import Actor
from inference.simulator.people.acts import dive_motion_of
from inference.simulator.picture.camera import Aim, Camera, drifting_angles, handheld_angles, widest_reach_rad
from inference.simulator.picture.viewpoint import Viewpoint

CameraKind = Literal["fixed", "drifting", "handheld"]
CAMERA_KINDS: tuple[CameraKind, ...] = ("fixed", "drifting", "handheld")

SMALLEST, LARGEST = (64, 36), (3840, 2160)
FRAME_RATES = (10, 120)

_EXPOSURES_S = (1 / 100, 1 / 125, 1 / 250, 1 / 500)
_FOLLOWED_S = (1.0, 0.9)
_AIM_STEP_S = 1 / 15


class Script(Protocol):
    """What is to be made; the same script makes the same videos. It can be sent to another process."""

    @property
    def video_count(self) -> int:
        """How many videos there are."""
        ...

    @property
    def fps(self) -> int:
        """Frames per second of all videos."""
        ...

    def frame_count(self, number: int) -> int:
        """Length of the video of that number, from 0.

        Raises:
            SimulationError: if a dive of it cannot be simulated.
        """
        ...

    def video_name(self, number: int) -> str:
        """What the video of that number, from 0, is called, without ending."""
        ...

    def recording(self, number: int) -> Recording:
        """The video of that number, worked out but not drawn.

        Raises:
            SimulationError: if a dive of it cannot be simulated.
        """
        ...

    def to_dict(self) -> dict[str, Any]:
        """Everything that the videos depend on, as JSON values."""
        ...


def check_picture(size: tuple[int, int], fps: int) -> None:
    """Refuse sizes and frame rates that cannot be made.

    Raises:
        SimulationError: for sizes that are odd, too small or too large, and frame rates out of range.
    """
    width, height = size
    if width % 2 or height % 2:
        raise SimulationError(f"The size {width}x{height} has an odd side; H.264 video needs even ones.")
    if not (SMALLEST[0] <= width <= LARGEST[0] and SMALLEST[1] <= height <= LARGEST[1]):
        low, high = ("x".join(map(str, limit)) for limit in (SMALLEST, LARGEST))
        raise SimulationError(f"The size {width}x{height} is not between {low} and {high}.")
    if not FRAME_RATES[0] <= fps <= FRAME_RATES[1]:
        raise SimulationError(f"{fps} frames a second is not between {FRAME_RATES[0]} and {FRAME_RATES[1]}.")


def filmed_from(
    viewpoint: Viewpoint,
    kind: CameraKind,
    size: tuple[int, int],
    fps: int,
    frame_count: int,
    rng: np.random.Generator,
    *,
    divers: tuple[Actor, ...] = (),
) -> Camera:
    """A camera at a viewpoint.

    Args:
        viewpoint: where it stands and looks.
        kind: how steadily it is held.
        size: (width, height) in px.
        fps: frames per second.
        frame_count: length of the video.
        rng: draws exposure and movement.
        divers: actors of dives that a hand-held camera follows, in the order of their take-offs.
    """
    exposure = min(float(rng.choice(_EXPOSURES_S)), 0.5 / fps)
    angles: FloatArray = viewpoint.angles_rad
    if kind == "drifting":
        angles = drifting_angles(angles, frame_count, fps, rng)
    elif kind == "handheld":
        aims = [aim_at(diver) for diver in divers]
        reach_rad = widest_reach_rad(size, viewpoint.focal_px)
        angles = handheld_angles(angles, viewpoint.position_m, frame_count, fps, rng, aims=aims, reach_rad=reach_rad)
    return Camera(size, fps, viewpoint.focal_px, viewpoint.position_m, angles, exposure)


def aim_at(diver: Actor) -> Aim:
    """What somebody looks at who follows a diver from the stance to the entry."""
    motion = dive_motion_of(diver)
    before_s, after_s = _FOLLOWED_S
    first_s = max(motion.take_off_s - before_s, 0.0)
    last_s = min(motion.entry_s + after_s, motion.duration_s)
    times = np.arange(first_s, last_s, _AIM_STEP_S)
    points = diver.board_pose.to_pool(motion.at(times).centre_of_mass)
    # Nobody looks into the depth; the eye stays with the splash.
    points[:, 2] = np.maximum(points[:, 2], 0.0)
    return Aim(diver.start_s + times, points)
