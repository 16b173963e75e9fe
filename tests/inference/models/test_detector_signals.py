"""Signals of a video equal one dense evaluation, and candidates are the peaks of the mid map."""

import threading

import numpy as np
import pytest
import torch

from inference.models.detector_input import frame_stride
from inference.models.detector_signals import DetectorSignals, detector_signals, signals_of_maps
from inference.models.dive_detector import HALO, DetectorMaps, DiveDetector


@pytest.fixture
def detector():
    torch.manual_seed(0)
    return DiveDetector(width=2).eval()


def test_signals_equal_one_dense_evaluation_however_they_are_cut(detector):
    pictures = np.random.default_rng(0).integers(0, 255, (75, 20, 32, 3)).astype(np.uint8)
    padded = np.concatenate([pictures[:1].repeat(HALO, 0), pictures, pictures[-1:].repeat(HALO, 0)])
    with torch.inference_mode():
        maps = detector(torch.from_numpy(padded)[None])
    expected = torch.sigmoid(maps.event_logits())[0]

    for chunk in (1, 16, 75, 400):
        signals = DetectorSignals.joined(detector_signals(detector, iter(pictures), half_precision=False, chunk=chunk))
        np.testing.assert_allclose(signals.probabilities, expected, atol=1e-5)
        assert signals.candidates.shape == (75, 4, 3)
        # The best candidate is as probable as the signal.
        np.testing.assert_allclose(signals.candidates[:, 0, 2], expected[1], atol=1e-5)


def test_videos_of_no_picture_and_of_one(detector):
    picture = np.zeros((1, 20, 32, 3), np.uint8)

    nothing = DetectorSignals.joined(detector_signals(detector, iter(picture[:0])))
    one = DetectorSignals.joined(detector_signals(detector, iter(picture)))

    assert (nothing.probabilities.shape, nothing.candidates.shape) == ((3, 0), (0, 4, 3))
    assert (one.probabilities.shape, one.candidates.shape) == ((3, 1), (1, 4, 3))


def test_candidates_are_peaks_best_first_with_their_offset():
    events = torch.full((1, 3, 1, 3, 5), -9.0)
    events[0, 1, 0, 0, 0], events[0, 1, 0, 0, 1], events[0, 1, 0, 2, 3] = 1.0, 0.5, 2.0
    offsets = torch.zeros(1, 2, 1, 3, 5)
    offsets[0, :, 0, 2, 3] = torch.tensor([0.25, -0.5])

    signals = signals_of_maps(DetectorMaps(events, offsets), width=80, height=40)

    # Cells are 16 px apart and the first one's middle is at 2 px; the cell beside the first peak is none itself.
    best, second, third = signals.candidates[0, :3]
    sigmoid = 1 / (1 + np.exp([-2.0, -1.0]))
    np.testing.assert_allclose(best, [(3.25 * 16 + 2) / 80, (1.5 * 16 + 2) / 40, sigmoid[0]], rtol=1e-5)
    np.testing.assert_allclose(second, [2 / 80, 2 / 40, sigmoid[1]], rtol=1e-5)
    assert third[2] < 1e-3


def test_the_detector_runs_beside_what_reads_the_pictures_and_leaves_no_thread(detector):
    before = torch.get_num_threads(), threading.active_count()
    fetched = 0

    def pictures():
        nonlocal fetched
        for _ in range(400):
            fetched += 1
            yield np.zeros((20, 32, 3), np.uint8)

    parts = detector_signals(detector, pictures(), half_precision=False, chunk=16)
    first = next(parts)

    # Its own chunk, the window's other half, and the two chunks that are under way meanwhile.
    assert (first.probabilities.shape[1], fetched) == (16, 3 * 16 + HALO)
    parts.close()
    assert (torch.get_num_threads(), threading.active_count()) == before


def test_what_cannot_be_fetched_is_told_when_its_turn_comes(detector):
    def pictures():
        yield np.zeros((20, 32, 3), np.uint8)
        raise OSError("the drive has gone")

    with pytest.raises(OSError, match="the drive has gone"):
        list(detector_signals(detector, pictures(), half_precision=False))


@pytest.mark.parametrize(("fps", "stride"), [(5, 1), (24, 1), (25, 1), (29.97, 1), (50, 2), (59.94, 2), (120, 5)])
def test_about_25_pictures_a_second_are_looked_at(fps, stride):
    assert frame_stride(fps) == stride


def test_free_memory_is_given_back_now_and_then(detector, monkeypatch):
    trims = []
    monkeypatch.setattr("inference.models.detector_signals.give_free_memory_back", lambda: trims.append(True))
    pictures = np.zeros((160, 20, 32, 3), np.uint8)  # 150 batches that end a chunk, and the last

    list(detector_signals(detector, iter(pictures), half_precision=False, chunk=1))

    assert len(trims) == 2
