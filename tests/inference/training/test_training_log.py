"""Logs that TensorBoard can read, and one sentence where it is not installed."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass

import pytest

from inference.models.errors import ModelError
from inference.training.training_log import TrainingLog


@dataclass(frozen=True, slots=True)
class Figures:
    step: int
    recall: float | None
    loss: float


def curves(folder):
    """What a log folder shows: (step, value) pairs by curve."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of TensorBoard's own dependencies
        accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    shown = accumulator.EventAccumulator(str(folder)).Reload()
    return {name: [(event.step, event.value) for event in shown.Scalars(name)] for name in shown.Tags()["scalars"]}


def test_losses_and_figures_become_curves(tmp_path):
    pytest.importorskip("tensorboard")
    with TrainingLog(tmp_path) as log:
        log.on_step(1, 0.5)
        log.on_step(2, 0.25)
        log.on_figures(Figures(2, None, 0.75))

    assert curves(tmp_path) == {"loss/training": [(1, 0.5), (2, 0.25)], "validation/loss": [(2, 0.75)]}


def test_a_resumed_training_replaces_what_came_after_it(tmp_path):
    pytest.importorskip("tensorboard")
    with TrainingLog(tmp_path) as log:
        for step in (1, 2, 3):
            log.on_step(step, 1.0)
    with TrainingLog(tmp_path, first_step=1) as log:
        log.on_step(2, 0.5)

    assert curves(tmp_path) == {"loss/training": [(1, 1.0), (2, 0.5)]}


def test_without_tensorboard_there_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "torch.utils.tensorboard", raising=False)
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(ModelError, match=r'which is not installed; .*`pip install "divereview\[train\]"`'):
        TrainingLog(tmp_path)
