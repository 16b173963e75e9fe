"""Labels, loss and gradients by hand; a training that was interrupted ends as if it had not been."""

import math

import numpy as np
import pytest
import torch

from inference.models.dive_detector import DiveDetector
from inference.progress import Cancelled, CancelToken
from inference.results import FrameTime, Interval
from inference.training.detector_data import LabelledVideo, frames_that_count, labels_of
from inference.training.detector_training import (
    DetectorTrainer,
    DetectorTraining,
    evaluate_detector,
)
from inference.training.resumable import CHECKPOINT_NAME

SMALL = DetectorTraining(steps=4, batch=2, outputs=8, width=2, seed=5, half_precision=False, evaluate_every=2)


def interval(first, last, fps=25):
    return Interval(FrameTime(first, first / fps), FrameTime(last, last / fps))


def test_labels_are_bells_at_the_ends_and_one_in_between():
    labels = labels_of([interval(10, 40)], 60, 25)

    np.testing.assert_allclose(labels[1], [0] * 10 + [1] * 31 + [0] * 19)
    assert labels[0].argmax() == 10
    assert labels[2].argmax() == 40
    # Two frames of 25 a second are one standard deviation.
    np.testing.assert_allclose(labels[0, [8, 10, 12]], [math.exp(-0.5), 1, math.exp(-0.5)], rtol=1e-6)


def test_overlapping_dives_and_unlabelled_stretches_do_not_count():
    counts = frames_that_count([interval(10, 20), interval(15, 30), interval(50, 60)], [interval(70, 74)], 100)

    assert np.flatnonzero(~counts).tolist() == [*range(10, 31), *range(70, 75)]


def flashing_video(seed, dives, frames=220):
    """Noise with a bright square in it while a dive lasts."""
    rng = np.random.default_rng(seed)
    pictures = rng.integers(60, 80, (frames, 40, 64, 3)).astype(np.uint8)
    positions = np.full((frames, 2), np.nan, np.float32)
    for first, last in dives:
        column = int(rng.integers(8, 56))
        pictures[first : last + 1, 12:28, column - 8 : column + 8] += 150
        positions[max(first - 6, 0) : last + 7] = column / 64, 0.5
    intervals = [interval(*dive) for dive in dives]
    counts = frames_that_count(intervals, [], frames)
    return LabelledVideo(pictures, labels_of(intervals, frames, 25), counts, positions, 25.0)


@pytest.fixture(scope="module")
def videos():
    return [flashing_video(1, [(30, 60), (120, 155)]), flashing_video(2, [(80, 112)])]


def weights_of(trainer):
    return {name: tensor.clone() for name, tensor in trainer.detector.state_dict().items()}


def test_an_interrupted_training_ends_as_if_it_had_not_been(videos, tmp_path):
    whole = DetectorTrainer(SMALL, videos, videos[:1])
    whole.run()

    stopped, cancel = DetectorTrainer(SMALL, videos, videos[:1]), CancelToken()
    with pytest.raises(Cancelled):
        stopped.run(on_step=lambda step, _: cancel.cancel() if step == 3 else None, cancel=cancel, keep_in=tmp_path)
    resumed = DetectorTrainer(SMALL, videos, videos[:1])
    resumed.load(tmp_path / CHECKPOINT_NAME)
    assert resumed.step == 3
    resumed.run()

    assert resumed.figures == whole.figures
    for name, tensor in weights_of(whole).items():
        torch.testing.assert_close(weights_of(resumed)[name], tensor, atol=0, rtol=0)


def test_dives_that_anybody_can_see_are_learned(videos):
    settings = DetectorTraining(
        steps=60, batch=4, outputs=32, width=8, seed=1, half_precision=False, evaluate_every=60, learning_rate=5e-3
    )
    trainer = DetectorTrainer(settings, videos, [flashing_video(9, [(40, 75), (140, 170)])])

    trainer.run()

    (figures,) = trainer.figures
    assert figures.recall == figures.precision == 1.0
    first = DetectorTrainer(settings, videos, []).train_step()
    assert figures.loss < first / 2


def test_an_evaluation_leaves_out_what_does_not_count(videos):
    video = flashing_video(3, [(30, 60), (50, 90)])
    figures = evaluate_detector(DiveDetector(width=2).eval(), [video], 0, torch.ones(3))

    assert figures.recall is None
