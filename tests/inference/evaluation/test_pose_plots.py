"""Figures about pose models draw the numbers that they are given."""

import numpy as np
import pytest

from inference.evaluation.plots import save_figure
from inference.evaluation.pose_plots import correct_share_figure, misprediction_figure
from inference.pose.metrics.correct_keypoints import correct_keypoints
from inference.pose.metrics.mispredictions import misprediction_field
from inference.pose.skeletons import MPII_16


def test_arrows_go_from_where_joints_are_to_where_they_are_said_to_be(tmp_path):
    true = np.array([[-0.9, -0.9], [-0.8, -0.8], [0.6, 0.1], [0.9, 0.9]])
    field = misprediction_field(true + np.array([0.2, 0.1]), true, np.array([True, False, True, False]), cells=4)

    figure = misprediction_figure(field)

    (arrows,) = (each for each in figure.axes[0].collections if hasattr(each, "U"))
    np.testing.assert_allclose(np.column_stack([arrows.X, arrows.Y]), [[-0.75, -0.75], [0.75, 0.25]])
    np.testing.assert_allclose(np.column_stack([arrows.U, arrows.V]), [[0.2, 0.1]] * 2)
    np.testing.assert_allclose(arrows.get_array(), [50, 100])
    # y goes down, as in pictures.
    assert figure.axes[0].get_ylim() == (1, -1)
    assert [path.suffix for path in save_figure(figure, tmp_path / "misses")] == [".png", ".svg"]
    nothing = misprediction_field(true, true, np.zeros(4, bool))
    assert save_figure(misprediction_figure(nothing), tmp_path / "no-misses")[0].stat().st_size > 1000


def test_the_curve_is_that_of_pck():
    rng = np.random.default_rng(0)
    errors = rng.gamma(1.5, 0.2, (40, 16))
    errors[rng.random(errors.shape) < 0.2] = np.nan

    figure = correct_share_figure({"one": errors, "none": np.full((2, 16), np.nan)}, MPII_16, {"pelvis"})

    (line,) = figure.axes[0].lines
    assert line.get_label() == "one"
    for distance, share in zip(*line.get_data(), strict=True):
        assert share == pytest.approx(100 * correct_keypoints(errors, MPII_16, distance, {"pelvis"}).total)
