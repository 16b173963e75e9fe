"""Interpolated keypoints against values reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest

from inference.pose.keypoint_interpolation import interpolate_keypoints

NAN = np.nan


def places(*xs):
    """(frames, 1, 2): one joint at x and, to tell the two apart, y = 2 x."""
    return np.array([[(x, 2 * x)] for x in xs], float)


def interpolated(times, corrected, predicted):
    result = interpolate_keypoints(np.array(times, float), places(*corrected), places(*predicted))
    np.testing.assert_allclose(result[..., 1], 2 * result[..., 0])
    return result[:, 0, 0]


NOTHING = (NAN,) * 5


def test_two_corrections_without_predictions_are_joined_by_a_line():
    np.testing.assert_allclose(interpolated((0, 1, 3, 4), (2, NAN, NAN, 10), (NAN,) * 4), (2, 4, 8, 10))


def test_three_corrections_without_predictions_are_joined_by_the_parabola_through_them():
    # x = 5 t² - 4 t + 3, as a body moves that gravity pulls.
    found = interpolated((0, 1, 2, 3, 4), (3, NAN, 15, NAN, 67), NOTHING)
    np.testing.assert_allclose(found, (3, 4, 15, 36, 67))


def test_predictions_guide_between_corrections_that_lie_beside_them():
    """The corrections are 1 and 3 px off, so halfway 2 px, whatever way the model's places take."""
    np.testing.assert_allclose(interpolated((0, 1, 2), (11, NAN, 3), (10, 50, 0)), (11, 52, 3))


def test_offsets_do_not_swing_beyond_those_of_the_corrections():
    """Offsets 0, 0, 8: flat up to the middle one, from where the cubic of Fritsch and Carlson starts level."""
    found = interpolated((0, 1, 2, 3, 4), (0, NAN, 0, NAN, 8), (0, 0, 0, 0, 0))
    # The end's slope is the three-point one, ((2 h1 + h0) d1 - h1 d0) / (h0 + h1) = (6 * 4 - 0) / 4 = 6.
    # Hermite halfway: (y0 + y1) / 2 + h (m0 - m1) / 8 = 4 + 2 * (0 - 6) / 8 = 2.5.
    np.testing.assert_allclose(found, (0, 0, 0, 2.5, 8))


def test_frames_that_the_model_missed_and_those_beside_its_gaps_take_the_plain_spline():
    # Frame 3 was not seen, and frame 5 lies before a correction where nothing was seen.
    corrected = (1, NAN, 3, NAN, 5, NAN, 7)
    predicted = (0, 9, 2, NAN, 4, 90, NAN)
    np.testing.assert_allclose(interpolated(range(7), corrected, predicted), (1, 10, 3, 4, 5, 6, 7))


def test_nothing_is_said_beyond_the_corrections_and_of_joints_with_one():
    np.testing.assert_allclose(interpolated(range(5), (NAN, 1, NAN, 3, NAN), (0,) * 5), (NAN, 1, 2, 3, NAN))
    assert np.isnan(interpolated(range(5), (NAN, 1, NAN, NAN, NAN), (0,) * 5)).all()
    assert np.isnan(interpolated(range(5), NOTHING, (0,) * 5)).all()


def test_joints_do_not_mind_each_other():
    corrected = np.concatenate([places(0, NAN, 4), places(NAN, 5, NAN)], axis=1)
    found = interpolate_keypoints(np.arange(3.0), corrected, np.full((3, 2, 2), NAN))
    np.testing.assert_allclose(found[:, 0, 0], (0, 2, 4))
    assert np.isnan(found[:, 1]).all()


def test_uneven_times_count():
    np.testing.assert_allclose(interpolated((0.0, 0.1, 0.4), (0, NAN, 8), (0, 0, 0)), (0, 2, 8))


def test_one_number_of_a_joint_is_interpolated_as_two_are():
    corrected = places(11, NAN, 3, NAN)[..., :1]
    found = interpolate_keypoints(np.arange(4.0), corrected, places(10, 50, 0, NAN)[..., :1])
    assert found[:3].ravel().tolist() == pytest.approx([11, 52, 3])
    assert np.isnan(found[3])


def test_a_constant_error_is_taken_off_exactly():
    generator = np.random.default_rng(5)
    truth = generator.normal(size=(12, 3, 2)).cumsum(axis=0)
    corrected = np.full_like(truth, NAN)
    corrected[[0, 5, 11]] = truth[[0, 5, 11]]
    found = interpolate_keypoints(np.arange(12.0) / 25, corrected, truth + np.array([4.0, -7.0]))
    np.testing.assert_allclose(found, truth)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="2 times do not fit"):
        interpolate_keypoints(np.arange(2.0), np.zeros((3, 1, 2)), np.zeros((3, 1, 2)))
    with pytest.raises(ValueError, match="3 times do not fit"):
        interpolate_keypoints(np.arange(3.0), np.zeros((3, 1)), np.zeros((3, 1)))
