"""What swapping, copying, giving back and interpolating keypoints changes."""

from __future__ import annotations

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


def found(x, y):
    """A joint where the model sees it."""
    return PoseJoint(float(x), float(y), predicted=(float(x), float(y)))


def by_hand(x, y, predicted=None, visibility=Visibility.VISIBLE):
    return PoseJoint(float(x), float(y), visibility, True, predicted)


def interpolated(x, y, predicted=None):
    return PoseJoint(float(x), float(y), predicted=predicted, is_interpolated=True)


def after(pose, changes):
    """The pose that changes leave behind, as the document would."""
    result = dict(pose)
    for frame, name in changes.cleared:
        assert frame == NOW.frame
        predicted = result.pop(name).predicted
        if predicted is not None:
            result[name] = found(*predicted)
    for each in changes.placed:
        known = pose.get(each.name)
        predicted = known.predicted if known else None
        result[each.name] = PoseJoint(
            each.x, each.y, each.visibility, not each.is_interpolated, predicted, each.is_interpolated
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
    ],
)
def test_swapping_twice_leaves_the_pose_as_it_was(pose):
    once = after(pose, swap_sides(pose, NOW))
    assert after(once, swap_sides(once, NOW)) == pose


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
