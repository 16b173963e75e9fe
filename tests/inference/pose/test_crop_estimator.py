"""Answers about poses put together from parts, with all that belongs to each."""

import numpy as np
import pytest

from inference.pose.crop_estimator import EstimatedPoses


def poses_of(*values, has_depth=True):
    numbers = np.array(values, float)
    keypoints = np.tile(numbers[:, None, None], (1, 17, 2))
    scores = np.tile(numbers[:, None], (1, 17)) / 10
    return EstimatedPoses(keypoints, scores, depths=-scores if has_depth else None)


def test_others_are_taken_where_they_are_wanted():
    mixed = poses_of(1, 2, 3).where(np.array([False, True, False]), poses_of(4, 5, 6))
    assert mixed.keypoints[:, 0, 0].tolist() == [1, 5, 3]
    assert mixed.scores[:, 3].tolist() == [0.1, 0.5, 0.3]
    assert mixed.depths[:, 3].tolist() == [-0.1, -0.5, -0.3]


def test_parts_are_joined_in_their_order():
    joined = EstimatedPoses.joined([poses_of(1), poses_of(2, 3)])
    assert joined.keypoints[:, 0, 0].tolist() == [1, 2, 3]
    assert joined.depths[:, 0].tolist() == [-0.1, -0.2, -0.3]


@pytest.mark.parametrize("has_depth", [(False, False), (True, False)])
def test_without_depths_of_all_there_are_none(has_depth):
    one, other = (poses_of(1, has_depth=each) for each in has_depth)
    assert EstimatedPoses.joined([one, other]).depths is None
    assert one.where(np.array([True]), other).depths is None
