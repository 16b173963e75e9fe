"""The articulated body: positions worked out by hand, inertias against published ones."""

import numpy as np
import pytest

from inference.pose.skeletons import CANONICAL_17
from inference.simulator.body.athlete import ANKLE_HEIGHT, SEGMENTS, Athlete
from inference.simulator.body.kinematics import (
    HEEL_BEHIND_ANKLE,
    LEGS_TOGETHER_RAD,
    about_y,
    inertia_about_centre,
    pose_body,
    relative_angular_momentum,
)
from inference.simulator.body.posture import (
    HEAD_FIRST_ENTRY,
    JOINT_ANGLES,
    PIKE,
    REACH,
    STANDING,
    STRAIGHT,
    TUCK,
    WRAP,
    posture,
)
from inference.simulator.movement.programme import Key, joint_angles, minimum_jerk
from inference.simulator.movement.twist_programme import mirrored_angles

ATHLETE = Athlete(stature_m=1.70, mass_kg=67.0)


def segment(name):
    return SEGMENTS.index(name)


def from_hip(angles, name, end="far"):
    """An end of a segment in pelvis axes, from the mid-hip."""
    body = pose_body(ATHLETE, angles)
    ends = body.far_ends if end == "far" else body.near_ends
    return ends[segment(name)] - body.hip


@pytest.mark.parametrize(
    ("angles", "published"),
    [(REACH, 14.0), (STRAIGHT, 10.7), (PIKE, 5.3), (TUCK, 4.2)],
    ids=["up", "down", "pike", "tuck"],
)
def test_inertia_about_the_somersault_axis_is_the_published_one(angles, published):
    inertia = inertia_about_centre(ATHLETE, pose_body(ATHLETE, angles))
    assert inertia[1, 1] == pytest.approx(published, rel=0.04)


def test_masses_add_up_and_scale():
    assert ATHLETE.masses_kg().sum() == pytest.approx(67.0)
    # Thigh: 14.16 % of 67 kg, with shares that add up to one.
    assert ATHLETE.masses_kg()[segment("left_thigh")] == pytest.approx(0.1416 * 67.0, rel=1e-3)


def test_raised_arm_points_where_the_angles_say():
    arm = ATHLETE.length_m("left_upper_arm")
    for elevation, plane, along in ((90, 0, (1, 0, 0)), (90, 90, (0, 1, 0)), (0, 40, (0, 0, -1)), (180, 90, (0, 0, 1))):
        angles = posture(left_shoulder_elevation=elevation, left_shoulder_plane=plane)
        upper_arm = from_hip(angles, "left_upper_arm") - from_hip(angles, "left_upper_arm", "near")
        np.testing.assert_allclose(upper_arm, arm * np.array(along), atol=1e-12)


def test_bent_elbow_brings_the_forearm_forward_and_rotation_brings_it_inward():
    forward = posture(elbow_flexion=90)
    forearm = from_hip(forward, "left_forearm") - from_hip(forward, "left_forearm", "near")
    np.testing.assert_allclose(forearm, [ATHLETE.length_m("left_forearm"), 0, 0], atol=1e-12)
    inward = posture(elbow_flexion=90, shoulder_rotation=90)
    across = from_hip(inward, "left_forearm") - from_hip(inward, "left_forearm", "near")
    np.testing.assert_allclose(across, [0, -ATHLETE.length_m("left_forearm"), 0], atol=1e-12)


def test_bent_hip_and_knee_put_the_ankle_below_the_knee():
    angles = posture(hip_flexion=90, knee_flexion=90)
    slant = np.cos(LEGS_TOGETHER_RAD)
    ankle = from_hip(angles, "left_shank")
    assert ankle[0] == pytest.approx(ATHLETE.length_m("left_thigh"))
    assert ankle[2] == pytest.approx(-ATHLETE.length_m("left_shank") * slant)


def test_standing_sole_is_level_and_below_the_ankle():
    ankle = from_hip(posture(), "right_shank")
    heel, toes = from_hip(posture(), "right_foot", "near"), from_hip(posture(), "right_foot")
    slant = np.cos(LEGS_TOGETHER_RAD)
    assert heel[2] == pytest.approx(toes[2]) == pytest.approx(ankle[2] - ANKLE_HEIGHT * 1.70 * slant)
    assert ankle[0] - heel[0] == pytest.approx(HEEL_BEHIND_ANKLE * ATHLETE.length_m("left_foot"))


def test_hands_hold_the_shins_in_tuck_and_reach_the_feet_in_pike():
    wrist, shin = from_hip(TUCK, "left_forearm"), from_hip(TUCK, "left_shank", "near")
    along = (from_hip(TUCK, "left_shank") - shin) / ATHLETE.length_m("left_shank")
    away = wrist - shin - along * np.dot(wrist - shin, along)
    assert np.linalg.norm(away) < 0.13
    assert 0.1 < np.dot(wrist - shin, along) / ATHLETE.length_m("left_shank") < 0.7
    fingers = from_hip(PIKE, "left_hand")
    assert np.linalg.norm(fingers - from_hip(PIKE, "left_foot")) < 0.20


def test_hands_meet_at_entry():
    assert np.linalg.norm(from_hip(HEAD_FIRST_ENTRY, "left_hand") - from_hip(HEAD_FIRST_ENTRY, "right_hand")) < 0.05


def test_ends_are_measured_from_the_centre_of_mass():
    body = pose_body(ATHLETE, TUCK)
    np.testing.assert_allclose(ATHLETE.masses_kg() @ body.centres, 0, atol=1e-12)


def test_lengths_do_not_depend_on_the_posture():
    angles = np.random.default_rng(1).uniform(-2, 2, (50, len(JOINT_ANGLES)))
    body = pose_body(ATHLETE, angles)
    lengths = np.linalg.norm(body.far_ends - body.near_ends, axis=-1)
    expected = [ATHLETE.length_m(name) for name in SEGMENTS]
    np.testing.assert_allclose(lengths, np.tile(expected, (50, 1)), rtol=1e-12)


def test_mirrored_posture_is_the_mirror_image():
    body, image = pose_body(ATHLETE, WRAP), pose_body(ATHLETE, mirrored_angles(WRAP))
    for name in ("hand", "foot"):
        left, right = body.far_ends[segment(f"left_{name}")], image.far_ends[segment(f"right_{name}")]
        np.testing.assert_allclose(left * [1, -1, 1], right, atol=1e-12)
    assert np.array_equal(mirrored_angles(mirrored_angles(WRAP)), WRAP)


def test_a_body_that_turns_as_a_whole_has_inertia_times_spin():
    """The same body seen from axes that turn the other way at 2 rad/s about y: its momentum is I times 2 rad/s."""
    step = 1e-4
    body = pose_body(ATHLETE, np.repeat(STANDING[None], 5, axis=0))
    turn = about_y(2.0 * step * np.arange(5))
    turning = type(body)(
        turn[:, None] @ body.rotations,
        body.near_ends,
        body.far_ends,
        (turn[:, None] @ body.centres[..., None])[..., 0],
    )
    momentum = relative_angular_momentum(ATHLETE, turning, step)[2]
    expected = inertia_about_centre(ATHLETE, pose_body(ATHLETE, STANDING)) @ [0, 2.0, 0]
    np.testing.assert_allclose(momentum, expected, atol=2e-3)


def test_unknown_joint_is_named():
    with pytest.raises(ValueError, match="there is no joint angle 'wing'"):
        posture(wing=3)


def test_minimum_jerk_by_hand():
    np.testing.assert_allclose(minimum_jerk(np.array([-1.0, 0.0, 0.25, 0.5, 1.0, 2.0])), [0, 0, 0.103515625, 0.5, 1, 1])


def test_programme_reaches_its_postures():
    angles = joint_angles([Key(0, 0, STANDING), Key(0.2, 0.6, TUCK), Key(0.7, 0.9, REACH)], np.array([0.1, 0.65, 0.95]))
    np.testing.assert_allclose(angles, [STANDING, TUCK, REACH])


def test_canonical_skeleton_is_a_tree_with_mirrored_sides():
    skeleton = CANONICAL_17
    assert len(skeleton.joints) == 17
    assert skeleton.joints[:3] == ("head_top", "neck", "right_shoulder")
    assert [skeleton.joints[joint] for joint in range(17) if skeleton.parents[joint] == joint] == ["pelvis"]
    assert len(skeleton.limbs) == 16
    for left, right in skeleton.left_right:
        assert skeleton.joints[left].replace("left", "right") == skeleton.joints[right]
    assert len(skeleton.left_right) == 6
    for joint in range(17):
        above = joint
        for _ in range(17):
            above = skeleton.parents[above]
        assert skeleton.joints[above] == "pelvis"
    with pytest.raises(ValueError, match="no joint 'tail'"):
        skeleton.index("tail")
