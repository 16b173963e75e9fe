"""One step by hand; a training that was stopped ends as if it had not been; early stopping keeps the best weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from line_trainer import SETTINGS, LineFigures, LineTrainer, weights_of

from inference.progress import Cancelled, CancelToken
from inference.training.resumable import CHECKPOINT_NAME


def plain_descent(network):
    """Gradient descent with a rate of 0.1 that halves after every step."""
    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    return optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)


def test_a_step_by_hand():
    trainer = LineTrainer(replace(SETTINGS, batch=1), optimise=plain_descent)
    weight, bias = (np.array(row) for row in weights_of(trainer))
    for step, rate in ((0, 0.1), (1, 0.05)):
        point = np.random.default_rng([SETTINGS.seed, step, 0]).normal(size=3)
        off = weight @ point + bias[0] - point @ [1, 2, 3]
        gradient = np.append(2 * off * point, 2 * off)
        gradient *= min(1, 5 / np.linalg.norm(gradient))  # the largest that is allowed

        loss = trainer.train_step()

        assert loss == pytest.approx(off**2, rel=1e-4)
        weight, bias = weight - rate * gradient[:3], bias - rate * gradient[3:]
        np.testing.assert_allclose(weights_of(trainer)[0], weight, rtol=1e-4)
        np.testing.assert_allclose(weights_of(trainer)[1], bias, rtol=1e-4)


def test_an_interrupted_training_ends_as_if_it_had_not_been(tmp_path):
    whole = LineTrainer()
    whole.run()

    stopped, cancel = LineTrainer(), CancelToken()
    with pytest.raises(Cancelled):
        stopped.run(on_step=lambda step, _: cancel.cancel() if step == 7 else None, cancel=cancel, keep_in=tmp_path)
    resumed = LineTrainer()
    resumed.load(tmp_path / CHECKPOINT_NAME)
    assert (resumed.step, len(resumed.figures)) == (7, 1)
    resumed.run()

    assert weights_of(resumed) == weights_of(whole)
    assert resumed.figures == whole.figures
    assert whole.figures[-1].loss < whole.figures[0].loss / 4


def test_a_state_of_other_settings_is_refused(tmp_path):
    LineTrainer().save(tmp_path / CHECKPOINT_NAME)
    with pytest.raises(ValueError, match="with other settings"):
        LineTrainer(replace(SETTINGS, batch=4)).load(tmp_path / CHECKPOINT_NAME)


def test_it_ends_when_evaluations_no_longer_improve_and_has_the_best_weights():
    settings = replace(SETTINGS, evaluate_every=1, patience=2)
    trainer, kept = LineTrainer(settings, told=[5.0, 3.0, 4.0, 3.0, 1.0]), {}
    trainer.run(on_step=lambda step, _: kept.update({step: weights_of(trainer)}))

    assert trainer.figures == [LineFigures(1, 5.0), LineFigures(2, 3.0), LineFigures(3, 4.0), LineFigures(4, 3.0)]
    assert weights_of(trainer) == kept[2]
    assert not trainer.network.training


def test_without_patience_it_goes_on_to_the_end():
    trainer = LineTrainer(replace(SETTINGS, steps=5, evaluate_every=2), told=[1.0, 2.0, 3.0])
    trainer.run()
    assert [figures.step for figures in trainer.figures] == [2, 4, 5]
