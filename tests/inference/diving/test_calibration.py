"""Temperature and reliability on predictions whose calibration is known."""

import numpy as np
import pytest
from scipy.special import softmax

from inference.diving.calibration import ReliabilityBin, expected_calibration_error, fit_temperature, reliability


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_the_temperature_of_made_predictions_is_found(temperature):
    rng = np.random.default_rng(3)
    honest = rng.normal(0, 1.5, (20_000, 5))
    labels = (softmax(honest, axis=1).cumsum(axis=1) < rng.random((20_000, 1))).sum(axis=1)

    assert fit_temperature(temperature * honest, labels) == pytest.approx(temperature, rel=0.05)


def test_bins_by_hand():
    bins = reliability(np.array([0.95, 0.85, 1.0, 0.05, 0.5]), np.array([True, False, True, False, True]), bins=2)

    assert bins == (
        ReliabilityBin(1, 0.05, 0.0),
        ReliabilityBin(4, pytest.approx(0.825), 0.75),
    )
    assert expected_calibration_error(bins) == pytest.approx((0.05 + 4 * 0.075) / 5)
    assert expected_calibration_error(()) == 0.0


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="0 predictions and 0 labels"):
        fit_temperature(np.zeros((0, 3)), np.zeros(0, dtype=np.int64))
    with pytest.raises(ValueError, match="labels go from 0 to 3, and there are 3 classes"):
        fit_temperature(np.zeros((2, 3)), np.array([0, 3]))
