"""What swapping, copying, giving back and interpolating keypoints changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.document.records import PlacedKeypoint, Visibility
from app.keypoint_changes import (
    PoseJoint,
    clear_pose,
    copy_pose,
    gap_around,
    interpolate,
    limb_of,
    other_side,
    swap_sides,
)
from inference.results import FrameTime

NOW = FrameTime(7, 0.28)
NOTHING = PoseJoint(0, 0)


def found(x, y, depth=None):
    """A joint where the model sees it."""
    return PoseJoint(float(x), float(y), predicted=(float(x), float(y)), depth=depth, predicted_depth=depth)


def by_hand(x, y, predicted=None, visibility=Visibility.VISIBLE):
    return PoseJoint(float(x), float(y), visibility, True, predicted)


def deep(joint, depth, *, is_human=True):
    """The joint with a depth beside the model's."""
    return replace(joint, depth=depth, is_depth_human=is_human)


def interpolated(x, y, predicted=None):
    return PoseJoint(float(x), float(y), predicted=predicted, is_interpolated=True)


def after(pose, changes):
    """The pose that changes leave behind, as the document would."""
    result = dict(pose)
    for frame, name in changes.cleared:
        assert frame == NOW.frame
        known = result.pop(name)
        if known.predicted is not None:
            result[name] = found(*known.predicted, known.predicted_depth)
    for each in changes.placed:
        known = result.get(each.name, NOTHING)
        is_deep = each.depth is not None
        result[each.name] = PoseJoint(
            each.x,
            each.y,
            each.visibility,
            not each.is_interpolated,
            known.predicted,
            each.is_interpolated,
            each.depth if is_deep else known.depth,
            known.predicted_depth,
            is_depth_human=(is_deep or known.is_depth_human) and not each.is_interpolated,
        )
    return result


def test_swapping_exchanges_places_and_visibilities():
    pose = {
        "head": found(1, 1),
        "left_wrist": found(2, 3),
        "right_wrist": by_hand(9, 9, (5, 6), Visibility.HIDDEN),
    }
    changes = swap_sides(pose, NOW)
    assert changes.placed == (
        PlacedKeypoint(NOW, "left_wrist", 9, 9, Visibility.HIDDEN),
        PlacedKeypoint(NOW, "right_wrist", 2, 3, Visibility.VISIBLE),
    )
    assert changes.cleared == ()


@pytest.mark.parametrize(
    "pose",
    [
        {"left_knee": found(2, 3), "right_knee": found(5, 6)},
        {"left_knee": by_hand(2, 3), "right_knee": by_hand(5, 6, (7.0, 8.0))},
        {"left_knee": by_hand(2, 3)},
        {"left_knee": found(2, 3)},
        {"left_knee": by_hand(2, 3, (1.0, 1.0), Visibility.HIDDEN), "right_knee": found(5, 6)},
        {"left_knee": interpolated(2, 3, (1.0, 1.0)), "right_knee": by_hand(5, 6)},
        {"left_knee": interpolated(2, 3)},
        {"left_knee": found(2, 3, 4.0), "right_knee": found(5, 6, -4.0)},
        {"left_knee": deep(by_hand(2, 3, (2.0, 3.0)), 1.5), "right_knee": found(5, 6)},
        {"left_knee": deep(by_hand(2, 3, (1.0, 1.0)), 1.5), "right_knee": by_hand(5, 6)},
        {"left_knee": deep(by_hand(2, 3), 1.5)},
        {"left_knee": deep(interpolated(2, 3, (1.0, 1.0)), 1.5, is_human=False), "right_knee": found(5, 6, 2.0)},
    ],
)
def test_swapping_twice_leaves_the_pose_as_it_was(pose):
    once = after(pose, swap_sides(pose, NOW))
    assert after(once, swap_sides(once, NOW)) == pose


def test_swapping_exchanges_depths():
    pose = {
        "left_wrist": found(2, 3, 4.0),
        "right_wrist": deep(by_hand(9, 9, (5, 6)), -2.0),
        "left_knee": by_hand(1, 1, (3.0, 3.0)),
        "right_knee": deep(found(8, 8), 7.0),
    }
    swapped = after(pose, swap_sides(pose, NOW))
    assert {name: joint.depth for name, joint in swapped.items()} == {
        "left_wrist": -2.0,
        "right_wrist": 4.0,
        "left_knee": 7.0,
        "right_knee": None,
    }


def test_a_joint_that_gets_where_the_model_sees_it_keeps_a_depth_that_is_not_the_models():
    pose = {"left_knee": found(2, 3, 4.0), "right_knee": deep(by_hand(2, 3, (5.0, 6.0)), 8.0)}
    changes = swap_sides(pose, NOW)
    assert PlacedKeypoint(NOW, "left_knee", 2, 3, depth=8.0) in changes.placed
    assert changes.cleared == ()


def test_a_lone_joint_by_hand_changes_sides_and_a_found_one_stays():
    changes = swap_sides({"left_knee": by_hand(2, 3), "right_hip": found(4, 4)}, NOW)
    assert changes.placed == (PlacedKeypoint(NOW, "right_knee", 2, 3),)
    assert changes.cleared == ((7, "left_knee"),)


def test_one_limb_is_swapped_alone():
    pose = {name: found(place, 0) for place, name in enumerate(("left_hip", "right_hip", "left_elbow", "right_elbow"))}
    changes = swap_sides(pose, NOW, limb_of("right_ankle"))
    assert [(each.name, each.x) for each in changes.placed] == [("left_hip", 1), ("right_hip", 0)]
    assert not swap_sides(pose, NOW, limb_of("head"))


def test_limbs_and_sides():
    assert limb_of("left_knee") == ("left_hip", "left_knee", "left_ankle", "left_foot", "left_toe")
    assert limb_of("right_ear") == ("right_eye", "right_ear")
    assert limb_of("upper_neck") == ("upper_neck",)
    assert (other_side("left_knee"), other_side("right_eye"), other_side("pelvis")) == ("right_knee", "left_eye", None)


def test_a_copied_pose_moves_with_the_diver():
    pose = {"head": found(2, 3), "neck": by_hand(4, 5, visibility=Visibility.HIDDEN)}
    assert copy_pose(pose, NOW, (10.0, -1.0)).placed == (
        PlacedKeypoint(NOW, "head", 12, 2),
        PlacedKeypoint(NOW, "neck", 14, 4, Visibility.HIDDEN),
    )


def test_a_copied_pose_is_as_far_away_and_leaves_no_other_depth():
    pose = {"head": found(2, 3, 1.0), "neck": deep(by_hand(4, 5), -6.0), "pelvis": found(6, 7)}
    changes = copy_pose(pose, NOW)
    assert {each.name: each.depth for each in changes.placed} == {"head": 1.0, "neck": -6.0, "pelvis": None}
    assert changes.cleared == ((7, "pelvis"),)
    here = {"pelvis": deep(by_hand(0, 0, (1.0, 1.0)), 5.0)}
    assert after(here, changes)["pelvis"].depth is None


def test_only_what_was_placed_or_interpolated_is_given_back():
    pose = {"head": found(2, 3), "neck": by_hand(4, 5), "pelvis": interpolated(6, 7)}
    assert clear_pose(pose, 7).cleared == ((7, "neck"), (7, "pelvis"))
    assert not clear_pose({"head": found(2, 3)}, 7)


def times(count):
    return [FrameTime(10 + place, place / 25) for place in range(count)]


def test_interpolating_places_what_lies_between_and_leaves_corrections_alone():
    """The head is found 2 px left of the truth and 4 px left of it in the end; the neck is not found at all."""
    poses = [
        {"head": by_hand(12, 0, (10.0, 0.0)), "neck": by_hand(0, 0, visibility=Visibility.HIDDEN)},
        {"head": found(20, 0)},
        {"head": by_hand(34, 0, (30.0, 0.0)), "hip": found(1, 1)},
        {"head": found(40, 0)},
        {"neck": by_hand(8, 4)},
    ]
    changes = interpolate(poses, times(5), range(11, 14))
    assert changes.cleared == ()
    placed = {(each.time.frame, each.name): (each.x, each.y, each.visibility) for each in changes.placed}
    assert set(placed) == {(11, "head"), (11, "neck"), (12, "neck"), (13, "neck")}
    assert all(each.is_interpolated for each in changes.placed)
    assert placed[11, "head"] == pytest.approx((23.0, 0.0, Visibility.VISIBLE))
    assert placed[13, "neck"] == pytest.approx((6.0, 3.0, Visibility.HIDDEN))


def test_only_the_frames_asked_for_are_written_but_all_corrections_count():
    # x = t² through 0, 1 and 9: between frames 11 and 13 there is one frame, at 4.
    poses = [{"head": by_hand(0, 0)}, {"head": by_hand(1, 0)}, {}, {"head": by_hand(9, 0)}]
    (only,) = interpolate(poses, times(4), range(12, 13)).placed
    assert (only.time, only.x) == (FrameTime(12, 2 / 25), pytest.approx(4.0))
    assert not interpolate([*poses[:1], {}], times(2), range(11, 12))


def test_depths_are_interpolated_between_corrections_that_both_have_one():
    """The model is 1 px off in frame 10 and 3 px off in frame 12; nobody says anything about frame 14."""
    poses = [
        {"head": deep(by_hand(0, 0, (0.0, 0.0)), 11.0), "neck": deep(by_hand(0, 0), 4.0)},
        {"head": found(1, 0, 50.0), "neck": interpolated(2, 0)},
        {"head": deep(by_hand(2, 0, (2.0, 0.0)), 3.0)},
        {"head": found(3, 0, 60.0)},
        {"head": by_hand(4, 0, (4.0, 0.0)), "neck": deep(by_hand(4, 0), 8.0)},
    ]
    model = {0: 10.0, 2: 0.0, 4: 70.0}
    for place, depth in model.items():
        poses[place]["head"] = replace(poses[place]["head"], predicted_depth=depth)
    poses[4]["head"] = replace(poses[4]["head"], depth=70.0)
    placed = {(each.time.frame, each.name): each for each in interpolate(poses, times(5), range(11, 14)).placed}
    assert {where: each.depth for where, each in placed.items()} == {
        (11, "head"): pytest.approx(52.0),
        (13, "head"): None,
        (11, "neck"): pytest.approx(5.0),
        (12, "neck"): pytest.approx(6.0),
        (13, "neck"): pytest.approx(7.0),
    }


def test_what_was_interpolated_before_is_no_correction_and_is_reckoned_anew():
    poses = [{"head": by_hand(0, 0)}, {"head": interpolated(50, 50)}, {"head": by_hand(8, 4)}]
    (only,) = interpolate(poses, times(3), range(11, 12)).placed
    assert (only.x, only.y) == pytest.approx((4.0, 2.0))
    assert not interpolate([{"head": interpolated(0, 0)}, {}, {"head": by_hand(8, 4)}], times(3), range(11, 12))


@pytest.mark.parametrize(
    ("frame", "gap"), [(15, range(11, 20)), (20, range(11, 30)), (10, None), (5, None), (30, None), (29, range(21, 30))]
)
def test_the_gap_around_a_frame_is_between_its_corrected_neighbours(frame, gap):
    assert gap_around((10, 20, 30), frame) == gap
