"""PCK and its kin by hand: who is near enough, in terms of what, and who does not count."""

import numpy as np
import pytest

from inference.pose.metrics.correct_keypoints import (
    area_under_curve,
    correct_keypoints,
    easy_joints,
    head_lengths,
    head_lengths_in_picture,
    relative_errors,
    torso_diameters,
)
from inference.pose.metrics.correct_parts import correct_parts
from inference.pose.metrics.mispredictions import misprediction_field
from inference.pose.skeletons import CANONICAL_17, COCO_17, MPII_16, Skeleton

STICK = Skeleton("stick-4", ("pelvis", "thorax", "head_top", "left_hand"), (0, 0, 1, 1), ())
TRUE = np.array([[[0, 0], [0, -40], [0, -60], [30, -40]], [[0, 0], [0, -40], [0, -60], [np.nan, np.nan]]], float)
HEADS = np.array([20.0, 20.0])


def moved(*steps):
    """The truth with each joint moved to the right by a distance in px; NaN for nothing predicted."""
    predicted = np.nan_to_num(TRUE)
    predicted[..., 0] += np.array(steps)
    return predicted


def test_pckh_by_hand():
    predicted = moved([0, 30, 10, 10.1], [3, 9, np.nan, 0])

    errors = relative_errors(predicted, TRUE, HEADS)
    scores = correct_keypoints(errors, STICK, 0.5, easy_joints(STICK))

    np.testing.assert_allclose(errors, [[0, 1.5, 0.5, 0.505], [0.15, 0.45, np.inf, np.nan]])
    np.testing.assert_allclose(scores.shares, [1, 0.5, 0.5, 0])
    assert scores.counts.tolist() == [2, 2, 2, 1]
    # Without pelvis and thorax: one of the two heads and no hand.
    assert scores.total == pytest.approx(1 / 3)
    assert correct_keypoints(errors, STICK, 0.5).total == pytest.approx(4 / 7)
    assert scores.share("head_top") == 0.5


def test_the_area_is_the_mean_over_all_thresholds():
    rng = np.random.default_rng(0)
    errors = rng.gamma(1.5, 0.3, (50, 4))
    errors[rng.random(errors.shape) < 0.1] = np.nan
    errors[0, 0] = np.inf

    area = area_under_curve(errors, STICK, 0.5)

    steps = (np.arange(5000) + 0.5) / 5000 * 0.5
    by_steps = np.mean([correct_keypoints(errors, STICK, threshold).shares for threshold in steps], axis=0)
    np.testing.assert_allclose(area.shares, by_steps, atol=2e-4)
    assert area_under_curve(np.zeros((1, 4)), STICK, 0.5).total == 1
    assert area_under_curve(np.full((1, 4), 0.25), STICK, 0.5).total == pytest.approx(0.5)


def test_who_has_no_head_does_not_count():
    errors = relative_errors(moved([0] * 4, [0] * 4), TRUE, np.array([0.0, np.nan]))

    assert np.isnan(errors).all()
    scores = correct_keypoints(errors, STICK, 0.5)
    assert scores.counts.tolist() == [0, 0, 0, 0]
    assert np.isnan(scores.total)


def test_joints_that_the_total_leaves_out():
    assert easy_joints(MPII_16) == {"pelvis", "thorax"}
    assert easy_joints(CANONICAL_17) == {"pelvis", "spine", "neck"}
    assert easy_joints(COCO_17) == frozenset()


def test_lengths_of_bodies():
    points = np.zeros((1, 17, 3))
    points[0, CANONICAL_17.index("head_top")] = [0, -160, 4000]
    points[0, CANONICAL_17.index("neck")] = [0, 0, 4120]
    points[0, CANONICAL_17.index("left_shoulder")] = [3, 0, 0]
    points[0, CANONICAL_17.index("right_hip")] = [0, 4, 0]

    assert head_lengths(points, CANONICAL_17) == pytest.approx([200])
    assert head_lengths(points[..., :2], CANONICAL_17) == pytest.approx([160])
    assert head_lengths_in_picture(points, np.array([100.0]), CANONICAL_17) == pytest.approx([200 * 100 / 4000])
    assert torso_diameters(points[..., :2], CANONICAL_17) == pytest.approx([5])
    mpii = np.zeros((1, 16, 2))
    mpii[0, MPII_16.index("upper_neck")], mpii[0, MPII_16.index("thorax")] = [0, 10], [0, 20]
    assert head_lengths(mpii, MPII_16) == pytest.approx([10])
    with pytest.raises(ValueError, match="no joint 'head_top'"):
        head_lengths(np.zeros((1, 17, 2)), COCO_17)


def test_pcp_needs_both_ends():
    # Limbs: the trunk of 40 px, the head of 20 and the arm of 30.
    predicted = moved([20, 0, 0, 15.1], [0, 21, 10, 0])

    scores = correct_parts(predicted, TRUE, STICK)

    assert scores.names == ("pelvis to thorax", "thorax to head_top", "thorax to left_hand")
    np.testing.assert_allclose(scores.shares, [0.5, 0.5, 0])
    assert scores.counts.tolist() == [2, 2, 1]
    assert scores.total == pytest.approx(2 / 5)


def test_mispredictions_are_sorted_by_where_the_joint_is():
    true = np.array([[-0.9, -0.9], [-0.8, -0.95], [0.9, 0.1], [1.0, 1.0], [1.2, 0.0], [np.nan, 0.0], [0.3, 0.3]])
    predicted = true + np.array([[0.2, 0.1], [0.4, 0.3], [-0.5, 0.0], [0, 0], [9, 9], [9, 9], [np.nan, np.nan]])
    wrong = np.array([True, True, True, False, True, True, True])

    field = misprediction_field(predicted, true, wrong, cells=4)

    np.testing.assert_allclose(field.offsets[0, 0], [0.3, 0.2])
    np.testing.assert_allclose(field.offsets[2, 3], [-0.5, 0])
    assert np.isnan(field.offsets[3, 3]).all()
    assert np.isnan(field.offsets[2, 2]).all()
    assert (field.wrong_shares[0, 0], field.wrong_shares[3, 3], field.wrong_shares[2, 2]) == (1, 0, 1)
    assert np.isnan(field.wrong_shares[0, 1])
    assert field.counts.sum() == 5
    np.testing.assert_allclose(field.centres[0, 0], [-0.75, -0.75])
    np.testing.assert_allclose(field.centres[2, 3], [0.75, 0.25])


def test_pulled_to_the_middle_arrows_point_inwards():
    true = np.random.default_rng(2).uniform(-1, 1, (4000, 2))

    field = misprediction_field(0.7 * true, true, np.ones(4000, bool))

    assert ((field.offsets * field.centres).sum(axis=2) < 0).all()
