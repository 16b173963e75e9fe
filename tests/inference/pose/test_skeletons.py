"""Skeletons hang together as their data sets say, and poses go from one to another where joints correspond."""

import json

import numpy as np
import pytest

from inference.pose.skeleton_mappings import skeleton_mapping
from inference.pose.skeletons import (
    CANONICAL_17,
    COCO_17,
    FLIC_11,
    H36M_17,
    LSP_14,
    MPI_INF_3DHP_28,
    MPII_16,
    SKELETONS,
)

BODY = {
    # Somebody who faces us, y down, the own left to our right, in centimetres from between the feet.
    "head_top": (0, -170),
    "head": (0, -158),
    "nose": (0, -157),
    "left_eye": (3, -160),
    "right_eye": (-3, -160),
    "left_ear": (8, -158),
    "right_ear": (-8, -158),
    "upper_neck": (0, -148),
    "neck": (0, -140),
    "thorax": (0, -140),
    "left_shoulder": (18, -140),
    "left_elbow": (25, -110),
    "left_wrist": (28, -84),
    "right_shoulder": (-18, -140),
    "right_elbow": (-25, -110),
    "right_wrist": (-28, -84),
    "spine": (0, -115),
    "pelvis": (0, -90),
    "left_hip": (10, -90),
    "left_knee": (11, -48),
    "left_ankle": (12, -8),
    "right_hip": (-10, -90),
    "right_knee": (-11, -48),
    "right_ankle": (-12, -8),
}


def pose_of(skeleton):
    return np.array([BODY.get(joint, (np.nan, np.nan)) for joint in skeleton.joints], float)


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_a_skeleton_is_one_tree_with_mirrored_halves(skeleton):
    assert int(skeleton.name.rsplit("-", 1)[1]) == len(skeleton.joints) == len(set(skeleton.joints))
    root = [joint for joint, parent in enumerate(skeleton.parents) if parent == joint]
    assert len(root) == 1
    reached = np.arange(len(skeleton.joints))
    for _ in skeleton.joints:
        reached = np.array(skeleton.parents)[reached]
    assert (reached == root[0]).all()
    for left, right in skeleton.left_right:
        assert skeleton.joints[left].replace("left", "right") == skeleton.joints[right]
    assert sum("left" in joint or "right" in joint for joint in skeleton.joints) == 2 * len(skeleton.left_right)
    # Mirrored limbs are limbs again.
    flipped = skeleton.flipped
    limbs = {frozenset(limb) for limb in skeleton.limbs}
    assert {frozenset(int(flipped[joint]) for joint in limb) for limb in limbs} == limbs


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_who_is_mirrored_and_has_left_and_right_changed_stands_as_before(skeleton):
    mirrored = pose_of(skeleton) * [-1, 1]

    np.testing.assert_array_equal(mirrored[skeleton.flipped], pose_of(skeleton))
    np.testing.assert_array_equal(skeleton.flipped[skeleton.flipped], np.arange(len(skeleton.joints)))


def test_joints_stand_where_the_data_sets_count_them():
    """Some numbers from each data set's own description."""
    assert [MPII_16.index(joint) for joint in ("right_ankle", "pelvis", "thorax", "head_top", "left_wrist")] == [
        0, 6, 7, 9, 15,
    ]  # fmt: skip
    assert [COCO_17.index(joint) for joint in ("nose", "right_ear", "left_wrist", "right_ankle")] == [0, 4, 9, 16]
    assert [H36M_17.index(joint) for joint in ("pelvis", "right_hip", "left_hip", "thorax", "left_shoulder")] == [
        0, 1, 4, 8, 11,
    ]  # fmt: skip
    assert [LSP_14.index(joint) for joint in ("right_ankle", "right_wrist", "left_shoulder", "head_top")] == [
        0, 6, 9, 13,
    ]  # fmt: skip
    # The canonical 17 of the 28, by their numbers in the data set's own list (from 1).
    chosen = [8, 6, 15, 16, 17, 10, 11, 12, 24, 25, 26, 19, 20, 21, 5, 4, 7]
    assert [sources[0] + 1 for sources in skeleton_mapping(MPI_INF_3DHP_28).sources] == chosen
    assert MPI_INF_3DHP_28.parents[:8] == (2, 0, 3, 4, 4, 1, 5, 6)


def test_coco_s_limbs_are_its_own(shared_data):
    category = json.loads((shared_data / "keypoints/coco/test_coco.json").read_text())["categories"][0]

    assert tuple(category["keypoints"]) == COCO_17.joints
    own = {frozenset(joint - 1 for joint in limb) for limb in category["skeleton"]}
    assert {frozenset(limb) for limb in COCO_17.limbs} == own


@pytest.mark.parametrize(
    ("source", "missing", "farthest_cm"),
    [
        (CANONICAL_17, (), 0),
        (MPI_INF_3DHP_28, (), 0),
        (MPII_16, (), 2),
        (H36M_17, (), 2),
        (COCO_17, ("head_top",), 0),
        (LSP_14, ("head",), 0),
        (FLIC_11, ("head_top", "left_knee", "left_ankle", "right_knee", "right_ankle"), 1),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_every_skeleton_s_pose_is_the_same_body_s(source, missing, farthest_cm):
    mapping = skeleton_mapping(source)

    pose = mapping.points(pose_of(source))

    unknown = np.isnan(pose).any(axis=1)
    assert {CANONICAL_17.joints[joint] for joint in np.flatnonzero(unknown)} == set(missing)
    np.testing.assert_array_equal(mapping.has, ~unknown)
    np.testing.assert_allclose(pose[~unknown], pose_of(CANONICAL_17)[~unknown], atol=farthest_cm)


def test_a_joint_of_the_face_is_not_made_up():
    coco = skeleton_mapping(CANONICAL_17, COCO_17).points(pose_of(CANONICAL_17))

    assert np.isnan(coco[:5]).all()
    np.testing.assert_array_equal(coco[5:], pose_of(COCO_17)[5:])


def test_means_by_hand():
    points = np.full((2, 17, 3), np.nan)
    points[:, COCO_17.index("left_hip")] = [[1, 2, 3], [0, 0, 0]]
    points[0, COCO_17.index("right_hip")] = [3, 6, 9]
    mapping = skeleton_mapping(COCO_17)

    pelvis = mapping.points(points)[:, CANONICAL_17.index("pelvis")]

    np.testing.assert_array_equal(pelvis, [[2, 4, 6], [np.nan] * 3])
    scores = np.linspace(0, 1, 17)
    assert mapping.lowest(scores)[CANONICAL_17.index("pelvis")] == scores[COCO_17.index("left_hip")]
    assert np.isnan(mapping.lowest(scores)[CANONICAL_17.index("head_top")])
    visibility = np.zeros(17, np.int8)
    visibility[[COCO_17.index("right_hip"), COCO_17.index("left_ear")]] = 1, -1
    mapped = mapping.visibility(visibility)
    assert mapped[CANONICAL_17.index("pelvis")] == 1
    assert mapped[CANONICAL_17.index("head")] == -1
    assert mapped[CANONICAL_17.index("head_top")] == -1
    assert mapped[CANONICAL_17.index("neck")] == 0


def test_poses_of_another_size_are_refused():
    with pytest.raises(ValueError, match="coco-17 has 17 joints"):
        skeleton_mapping(COCO_17).points(np.zeros((4, 16, 2)))
    with pytest.raises(ValueError, match="no joint 'tail'"):
        COCO_17.index("tail")
