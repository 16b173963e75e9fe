"""Distances in space by hand, and fitted poses against SciPy's."""

import numpy as np
import pytest
from scipy.spatial import procrustes
from scipy.spatial.transform import Rotation

from inference.pose.metrics.places_in_space import aligned_poses, space_errors
from inference.pose.skeletons import CANONICAL_17

PELVIS, WRIST, ANKLE = (CANONICAL_17.index(joint) for joint in ("pelvis", "left_wrist", "right_ankle"))


@pytest.fixture
def true():
    return np.random.default_rng(0).normal(0, 400, (3, 17, 3))


def test_distances_by_hand(true):
    predicted = true + np.array([1000.0, 0.0, -500.0])  # where the person is does not count
    predicted[:, WRIST] += [0.0, 40.0, 30.0]
    predicted[0, ANKLE] += [0.0, 0.0, 320.0]
    true[1, ANKLE] = np.nan
    errors = space_errors(predicted, true, CANONICAL_17)
    # 16 joints count in each pose, and one of them is not known.
    assert errors.mpjpe_mm == pytest.approx((3 * 50 + 320) / 47)
    assert errors.pck == pytest.approx(46 / 47)
    assert errors.auc == pytest.approx((43 + 3 * (1 - 50 / 150)) / 47)
    assert errors.depth_mm == pytest.approx(0.0)
    assert errors.aligned_mpjpe_mm > 0


def test_the_pelvis_is_where_a_pose_begins(true):
    predicted = true.copy()
    predicted[:, PELVIS] += [0.0, 0.0, 90.0]
    errors = space_errors(predicted, true, CANONICAL_17)
    assert (errors.mpjpe_mm, errors.depth_mm) == (pytest.approx(90.0), pytest.approx(90.0))


def test_a_moved_turned_and_scaled_pose_fits_again(true):
    turn = Rotation.random(3, rng=np.random.default_rng(1))
    predicted = np.stack([0.4 * turn[n].apply(pose) + [10, 20, 3000] for n, pose in enumerate(true)])
    np.testing.assert_allclose(aligned_poses(predicted, true), true, atol=1e-6)
    mirrored = predicted * [-1.0, 1.0, 1.0]
    assert np.abs(aligned_poses(mirrored, true) - true).max() > 100


def test_the_fit_is_the_best_one(true):
    rng = np.random.default_rng(2)
    predicted = true + rng.normal(0, 60, true.shape)
    for pose, wanted, fitted in zip(predicted, true, aligned_poses(predicted, true), strict=True):
        centred = wanted - wanted.mean(axis=0)
        assert ((fitted - wanted) ** 2).sum() / (centred**2).sum() == pytest.approx(procrustes(wanted, pose)[2])


def test_too_few_known_keypoints_are_not_fitted_and_none_have_no_errors(true):
    true[0, np.delete(np.arange(17), [PELVIS, WRIST, ANKLE])] = np.nan
    assert np.isnan(aligned_poses(true, true)[0]).all()
    assert np.isfinite(aligned_poses(true, true)[1]).all()
    assert space_errors(true, np.full_like(true, np.nan), CANONICAL_17) is None
    few = space_errors(true[:1], true[:1], CANONICAL_17)
    assert few.mpjpe_mm == 0.0
    assert np.isnan(few.aligned_mpjpe_mm)
