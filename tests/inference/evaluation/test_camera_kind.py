"""How a camera was held, from motions of known speed."""

import numpy as np
import pytest

from inference.evaluation.camera_kind import camera_kind
from inference.results import CameraMotion, FrameTime, Interval
from inference.simulator.picture.camera import Camera as SimulatedCamera
from inference.simulator.picture.camera import drifting_angles, fixed_angles, handheld_angles

SIZE = (320, 180)
DIVE = Interval(FrameTime(50, 2.0), FrameTime(90, 3.6))


def sliding(px_per_s, fps=25):
    """A camera whose picture moves to the right with one speed, from frame 50 on."""
    maps = np.repeat(np.eye(3)[None], 41, axis=0)
    maps[:, 0, 2] = px_per_s * np.arange(41) / fps
    return CameraMotion(50, maps)


@pytest.mark.parametrize(
    ("px_per_s", "kind"),
    [(0.0, "fixed"), (0.06, "fixed"), (0.07, "drifting"), (1.9, "drifting"), (2.0, "handheld"), (40.0, "handheld")],
)
def test_speed_says_how_it_was_held(px_per_s, kind):
    assert camera_kind([(DIVE, sliding(px_per_s))], SIZE) == kind


def test_a_video_is_what_most_of_its_dives_say():
    dives = [(DIVE, sliding(0.0)), (DIVE, sliding(30.0)), (DIVE, sliding(0.0))]
    assert camera_kind(dives, SIZE) == "fixed"


def test_a_larger_picture_of_the_same_scene_says_the_same():
    assert camera_kind([(DIVE, sliding(3.8))], (640, 360)) == "drifting"
    assert camera_kind([(DIVE, sliding(3.8))], SIZE) == "handheld"


def test_without_a_motion_nothing_is_known():
    assert camera_kind([], SIZE) == "unknown"
    moment = Interval(FrameTime(50, 2.0), FrameTime(50, 2.0))
    assert camera_kind([(moment, sliding(0.0))], SIZE) == "unknown"


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["fixed", "drifting", "handheld"])
def test_the_simulators_cameras_are_told_apart(kind, seed):
    position, target = np.array([25.0, 12.0, 2.0]), np.array([2.0, 0.0, 4.0])
    angles = fixed_angles(position, target)
    rng = np.random.default_rng(seed)
    if kind == "drifting":
        angles = drifting_angles(angles, 1500, 25.0, rng)
    elif kind == "handheld":
        angles = handheld_angles(angles, position, 1500, 25.0, rng)
    camera = SimulatedCamera(SIZE, 25.0, 300.0, position, angles)
    dives = [
        (Interval(FrameTime(first, first / 25), FrameTime(first + 35, (first + 35) / 25)), camera.motion(first, 36))
        for first in range(100, 1400, 150)
    ]
    assert camera_kind(dives, SIZE) == kind
