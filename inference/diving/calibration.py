"""Whether probabilities mean what they say: temperature scaling and reliability (Guo et al. 2017)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from inference.results import FloatArray

_LOWEST, _HIGHEST = 0.05, 20.0


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predictions of about the same confidence: their number, mean confidence, and the share that is right."""

    count: int
    confidence: float
    accuracy: float


def fit_temperature(logits: FloatArray, labels: npt.NDArray[np.int64]) -> float:
    """The temperature to divide logits by so that the labels are most probable; above 1 for an overconfident model.

    Args:
        logits: (n, classes) of a validation split.
        labels: (n,) the right classes.

    Returns:
        Between 0.05 and 20.

    Raises:
        ValueError: if there are none, or a label is not a class.
    """
    if len(logits) == 0 or len(logits) != len(labels):
        raise ValueError(f"{len(logits)} predictions and {len(labels)} labels cannot be compared")
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise ValueError(f"labels go from {labels.min()} to {labels.max()}, and there are {logits.shape[1]} classes")
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        return -float(np.mean(log_softmax(logits / np.exp(log_temperature), axis=1)[rows, labels]))

    best = minimize_scalar(loss, bounds=(np.log(_LOWEST), np.log(_HIGHEST)), method="bounded", options={"xatol": 1e-5})
    return float(np.exp(best.x))


def reliability(confidences: FloatArray, is_right: npt.NDArray[np.bool_], bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Predictions grouped by confidence into bins of equal width; empty bins are left out.

    Args:
        confidences: (n,) in [0, 1].
        is_right: (n,).
        bins: how many.
    """
    places = np.minimum((np.asarray(confidences) * bins).astype(int), bins - 1)
    return tuple(
        ReliabilityBin(int(here.sum()), float(confidences[here].mean()), float(is_right[here].mean()))
        for here in (places == place for place in range(bins))
        if here.any()
    )


def expected_calibration_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """Mean distance between confidence and accuracy, each bin by its number; 0 without predictions."""
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.accuracy) for one in bins) / total if total else 0.0
