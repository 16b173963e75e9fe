"""The path of a dive through candidates, some of which are somebody else, and the camera around it."""

import cv2
import numpy as np
import pytest

from inference.diving.dive_camera import RecentPictures, follow_camera, interpolated_motion, shot_around
from inference.diving.network_path import path_through
from inference.results import BallisticPath, CameraMotion, Candidate, FrameTime

SIZE = (640, 360)
PATH = BallisticPath(origin_s=1.0, x0=200.0, vx=30.0, y0=150.0, vy=-80.0, ay=250.0)
CAMERA = CameraMotion.fixed(25, 40)


def candidate(frame, xy, score=0.9):
    return Candidate(frame, frame / 25, float(xy[0]), float(xy[1]), score, is_inlier=False)


def flight(frames, noise_px=0.0):
    generator = np.random.default_rng(1)
    return [candidate(frame, PATH.at(frame / 25) + generator.normal(0, noise_px, 2)) for frame in frames]


def test_the_parameters_come_out():
    found = path_through(flight(range(25, 60)), CAMERA, SIZE)

    times = np.linspace(1, 2.4, 9)
    np.testing.assert_allclose(found.path.at(times), PATH.at(times), atol=1e-6)
    assert found.path.ay == pytest.approx(250)
    assert all(one.is_inlier for one in found.candidates)


def test_somebody_who_stands_there_in_more_pictures_is_not_the_diver():
    diver, standing = flight(range(28, 50), 1.0), [candidate(frame, (420.0, 180.0), 0.6) for frame in range(25, 62)]

    found = path_through([*standing, *diver], CAMERA, SIZE)

    times = np.linspace(1.1, 2, 9)
    np.testing.assert_allclose(found.path.at(times), PATH.at(times), atol=2.5)
    assert [one.is_inlier for one in found.candidates] == [False] * len(standing) + [True] * len(diver)


@pytest.mark.parametrize("kind", ["nobody", "standing", "few", "scattered", "rising"])
def test_what_is_no_fall_has_no_path(kind):
    generator = np.random.default_rng(0)
    frames = range(25, 60)
    candidates = {
        "nobody": [],
        "standing": [candidate(frame, (420.0, 180.0)) for frame in frames],
        "few": flight(range(30, 34)),
        "scattered": [candidate(frame, generator.uniform(0, SIZE)) for frame in frames],
        "rising": [candidate(frame, (200.0, 300 - 100 * (frame / 25 - 1.7) ** 2)) for frame in frames],
    }

    assert path_through(candidates[kind], CAMERA, SIZE) is None


def test_slow_motion_falls_slowly():
    # Played eight times slower, 6 px/s² are 384 px/s² in the world.
    slow = BallisticPath(origin_s=1.0, x0=200.0, vx=3.0, y0=150.0, vy=-10.0, ay=6.0)
    candidates = [candidate(frame, slow.at(frame / 25)) for frame in range(25, 275, 5)]

    assert path_through(candidates, CAMERA, SIZE) is None
    assert path_through(candidates, CAMERA, SIZE, slow_motion=8.0).path.ay == pytest.approx(6.0)


def test_maps_between_pictures_are_interpolated_and_in_pixels_of_the_video():
    # 2 px to the right at each of three pictures, of frames 10, 12 and 14; the video is twice as large.
    step = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])

    camera = interpolated_motion(np.array([10, 12, 14]), [step] * 3, 12, (160, 90), (320, 180))

    assert camera.first_frame == 10
    shifts = [camera.stabilise(frame, (0.0, 0.0))[0] for frame in range(10, 15)]
    np.testing.assert_allclose(shifts, [-4, -2, 0, 2, 4])


def textured(shift, seed=0):
    texture = np.random.default_rng(seed).uniform(0, 255, (24, 60))
    world = cv2.resize(texture, (480, 192), interpolation=cv2.INTER_CUBIC)
    shown = np.clip(world[:, 100 - shift : 420 - shift], 0, 255).astype(np.uint8)
    return cv2.cvtColor(shown, cv2.COLOR_GRAY2BGR)


def test_the_camera_is_followed_through_the_dives_own_shot():
    # Another shot until frame 5, then a pan: what was at x is 3 px further right in each picture.
    times = [FrameTime(frame, frame / 25) for frame in range(20)]
    pictures = [textured(0, 1)] * 5 + [textured(3 * (frame - 5)) for frame in range(5, 20)]

    camera = follow_camera(list(zip(times, pictures, strict=True)), times[8], 0.5, (640, 384))

    assert (camera.first_frame, len(camera.to_stable)) == (5, 15)
    shifts = [camera.stabilise(frame, (320.0, 192.0))[0] - 320 for frame in range(5, 20)]
    np.testing.assert_allclose(shifts, [-6.0 * (frame - 8) for frame in range(5, 20)], atol=1.0)


def test_the_shot_lies_between_the_cuts():
    times = [FrameTime(frame, frame / 25) for frame in range(10)]
    cuts = [frame in (3, 7) for frame in range(10)]

    assert [shot_around(times, cuts, seconds) for seconds in (0.0, 0.12, 0.2, 0.3)] == [
        slice(0, 3), slice(3, 7), slice(3, 7), slice(7, 10)
    ]  # fmt: skip


def test_few_pictures_are_kept():
    recent = RecentPictures(most=5)
    for frame in range(8):
        recent.keep(FrameTime(frame, frame / 25), np.full((2, 2, 3), frame, np.uint8))

    assert recent.of([2, 3]) is None
    assert [(time.frame, int(picture[0, 0, 0])) for time, picture in recent.of([3, 5, 7])] == [(3, 3), (5, 5), (7, 7)]
    recent.forget_before(6)
    assert recent.of([5, 6]) is None
    assert len(recent.of([6, 7])) == 2


def test_forgotten_pictures_make_room_for_those_that_follow():
    recent = RecentPictures(most=3)

    def kept(frame):
        return recent.keep(FrameTime(frame, frame / 25), np.full((2, 2, 3), frame, np.uint8))

    first, second, third = (kept(frame) for frame in range(3))
    assert [int(picture.max()) for picture in (first, second, third)] == [0, 1, 2]
    assert kept(3) is first  # there are three already
    recent.forget_before(3)
    fifth = kept(4)
    assert fifth is second or fifth is third
    assert [(time.frame, int(picture.min())) for time, picture in recent.of([3, 4])] == [(3, 3), (4, 4)]
