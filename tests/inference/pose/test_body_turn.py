"""The turn that sets a body upright, against values reckoned by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from inference.pose.body_turn import body_axis, upright_crop, upright_turn

NAN = np.nan


def axis(degrees):
    """A body that has turned so far clockwise from upright."""
    angle = math.radians(degrees)
    return 30 * math.sin(angle), -30 * math.cos(angle)


def turn(degrees_by_time, at_s):
    """In degrees clockwise, between -180 and 180."""
    axes = np.array([axis(degrees) for degrees in degrees_by_time.values()], float)
    found = upright_turn(np.array(list(degrees_by_time), float), axes, at_s)
    return (math.degrees(found) + 180) % 360 - 180


def test_the_axis_goes_from_the_pelvis_to_the_neck():
    names = ("head", "pelvis", "neck")
    assert body_axis(names, np.array([(0, 0), (5, 9), (7, 2)], float)).tolist() == [2, -7]


@pytest.mark.parametrize(
    ("names", "points", "wanted"),
    [
        (("left_hip", "right_hip", "left_shoulder", "right_shoulder"), [(0, 8), (4, 8), (1, 0), (5, 2)], (1, -7)),
        (("pelvis", "neck", "nose"), [(1, 1), (NAN, NAN), (4, 5)], (3, 4)),
        (("pelvis", "left_shoulder"), [(1, 1), (2, 2)], (NAN, NAN)),
        (("neck", "left_hip"), [(1, 1), (2, 2)], (NAN, NAN)),
    ],
)
def test_other_joints_stand_in_for_pelvis_and_neck(names, points, wanted):
    np.testing.assert_equal(body_axis(names, np.array(points, float)), wanted)


@pytest.mark.parametrize("degrees", [0, 90, -90, 135, 179])
def test_a_body_is_turned_back(degrees):
    assert turn({0.0: degrees}, 0.0) == pytest.approx(-degrees)
    assert turn({0.0: degrees}, 7.0) == pytest.approx(-degrees)


@pytest.mark.parametrize("at", [0, 1, 10, 19, 20])
def test_a_steady_somersault_is_followed_without_delay(at):
    """43 degrees a frame, three somersaults a second at 25 frames a second, through several whole turns."""
    found = turn({frame / 25: 43 * frame for frame in range(21)}, at / 25)
    assert (found + 43 * at + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)


def test_frames_without_a_pose_are_bridged():
    axes = np.array([axis(10 * frame) for frame in range(9)])
    axes[3:6] = NAN
    assert math.degrees(upright_turn(np.arange(9) / 25, axes, 4 / 25)) == pytest.approx(-40)


def test_the_trembling_of_one_frame_is_damped():
    poses = {frame / 25: 0.0 for frame in range(11)}
    poses[5 / 25] = 30.0
    # The weights are exp(-(0.8 k)² / 2) for k frames away, 3.1332 in all; one that is 30° off has cos² 30° = 3/4 of it.
    assert turn(poses, 5 / 25) == pytest.approx(-30 * 0.75 / (3.1332 - 0.25), rel=1e-3)


@pytest.mark.parametrize("at", [8, 9, 10, 11, 12])
@pytest.mark.parametrize("degrees_a_frame", [0.0, 12.0, -30.0])
def test_frames_in_which_the_feet_were_taken_for_the_head_count_for_nothing(degrees_a_frame, at):
    poses = {frame / 25: degrees_a_frame * frame for frame in range(21)}
    poses[10 / 25] += 180.0
    poses[11 / 25] -= 150.0
    found = turn(poses, at / 25) + degrees_a_frame * at
    assert (found + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)


def test_where_nothing_is_known_there_is_no_turn():
    assert upright_turn(np.arange(3.0), np.full((3, 2), NAN), 1.0) is None
    assert upright_turn(np.arange(1.0), np.zeros((1, 2)), 0.0) is None


@pytest.mark.parametrize("aspect", [1.0, 4 / 3])
def test_a_turned_crop_shows_the_body_upright(aspect):
    """Seen, the body is a line of 20 px to the right; after a quarter turn back it stands above the pelvis."""
    pelvis, neck = np.array([30.0, 30.0]), np.array([30.0 + 20 / aspect, 30.0])
    crop = upright_crop(pelvis, 64, math.radians(-90), aspect)
    np.testing.assert_allclose(crop.to_crop(pelvis), (32, 32))
    np.testing.assert_allclose(crop.to_crop(neck), (32, 12), atol=1e-12)
    np.testing.assert_allclose(crop.to_image(crop.to_crop((3.0, 4.0))), (3, 4))


def test_the_picture_is_turned_like_its_points():
    picture = np.zeros((60, 60, 4), np.uint8)
    picture[30, 40] = 255  # its middle is at (40.5, 30.5), 10 px right of the crop's
    crop = upright_crop((30.5, 30.5), 33, math.radians(90))
    bright = np.argwhere(crop.cut(picture)[..., 0] > 200)
    np.testing.assert_allclose(crop.to_crop((40.5, 30.5)), (16.5, 26.5))
    assert bright.tolist() == [[26, 16]]
