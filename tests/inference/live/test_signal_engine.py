"""The detector looking along: the same as in one pass, begun anew after jumps, and never of another video."""

from __future__ import annotations

import threading

import cv2
import numpy as np
import pytest
import torch

from inference.live.signal_engine import AHEAD_S, SignalEngine, WatchedVideo
from inference.models.detector_input import NETWORK_SIZE
from inference.models.detector_signals import DetectorSignals, detector_signals
from inference.models.dive_detector import DiveDetector

FRAMES = 120
WAIT_S = 60


@pytest.fixture(scope="module")
def detector():
    torch.manual_seed(0)
    made = DiveDetector(4).eval()
    with torch.no_grad():
        made.events.weight *= 200  # so that what it says differs from picture to picture
    return made


@pytest.fixture(autouse=True)
def full_precision(monkeypatch):
    monkeypatch.setattr("inference.models.detector_signals.is_half_precision_quick", lambda device: False)


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(0)
    return [np.full((90, 160, 4), value, np.uint8) for value in rng.integers(0, 256, FRAMES)]


class Decoded:
    """Frames of a video, as far as they are decoded."""

    def __init__(self, pictures, fps=25.0, known=None):
        self.known = set(range(len(pictures))) if known is None else set(known)
        self.asked = []
        self.video = WatchedVideo(lambda frame: self._get(pictures, frame), len(pictures), fps)

    def _get(self, pictures, frame):
        self.asked.append(frame)
        return pictures[frame] if frame in self.known else None


class Listener:
    """An engine, and what it says."""

    def __init__(self, load):
        self.runs, self.errors, self.notices = [], [], []
        self._said = threading.Condition()
        self.engine = SignalEngine(load, self._add(self.runs), self._add(self.errors), self._add(self.notices))

    def _add(self, said):
        def add(each):
            with self._said:
                said.append(each)
                self._said.notify_all()

        return add

    def wait(self, is_true):
        with self._said:
            assert self._said.wait_for(is_true, WAIT_S)

    def wait_for_frames(self, video, first, last):
        """Until the signals of these frames are known."""

        def is_known():
            run = self.runs[-1] if self.runs else None
            if run is None or run.video is not video:
                return False
            return run.first_frame <= first and run.first_frame + run.values.shape[1] * run.stride > last

        self.wait(is_known)
        return self.runs[-1]


@pytest.fixture
def listen(detector):
    listeners = []

    def make(load=lambda: detector):
        listeners.append(Listener(load))
        return listeners[-1]

    yield make
    for each in listeners:
        each.engine.close()


def in_one_pass(detector, pictures):
    small = [np.ascontiguousarray(cv2.resize(each, NETWORK_SIZE)[..., :3]) for each in pictures]
    return DetectorSignals.joined(detector_signals(detector, small)).probabilities


def test_a_video_watched_to_its_end_has_the_signals_of_one_pass(listen, detector, pictures):
    listener, decoded = listen(), Decoded(pictures)
    for frame in (0, 30, 60, 90, FRAMES - 1):
        listener.engine.want(decoded.video, frame)
        run = listener.wait_for_frames(decoded.video, 0, min(frame + 20, FRAMES - 1))
    assert (run.first_frame, run.stride) == (0, 1)
    expected = in_one_pass(detector, pictures)
    assert run.values.shape == expected.shape
    np.testing.assert_allclose(run.values, expected, atol=1e-4)
    assert np.ptp(expected, axis=1).min() > 0.05


def test_of_50_frames_a_second_every_other_one_is_looked_at(listen, detector, pictures):
    listener, decoded = listen(), Decoded(pictures, fps=50.0)
    for frame in (1, 60, FRAMES - 1):
        listener.engine.want(decoded.video, frame)
        run = listener.wait_for_frames(decoded.video, 0, min(frame + 20, FRAMES - 1))
    assert (run.first_frame, run.stride) == (0, 2)
    np.testing.assert_allclose(run.values, in_one_pass(detector, pictures[::2]), atol=1e-4)


def test_it_looks_no_farther_than_it_has_to(listen, pictures):
    listener, decoded = listen(), Decoded(pictures, fps=25.0)
    listener.engine.want(decoded.video, 10)
    listener.wait_for_frames(decoded.video, 10, 10 + 40)
    assert max(decoded.asked) <= 10 + AHEAD_S * 25


def test_after_a_jump_it_begins_a_second_before_as_far_as_frames_are_decoded(listen, pictures):
    listener, decoded = listen(), Decoded(pictures, known=range(70, FRAMES))
    listener.engine.want(decoded.video, 80)
    run = listener.wait_for_frames(decoded.video, 80, 90)
    assert run.first_frame == 70
    decoded.known.update(range(40))
    listener.engine.want(decoded.video, 30)
    run = listener.wait_for_frames(decoded.video, 30, 25)
    assert run.first_frame == 5


def test_what_is_decoded_later_is_looked_at_then(listen, pictures):
    listener, decoded = listen(), Decoded(pictures, known=range(15))
    listener.engine.want(decoded.video, 0)
    listener.wait_for_frames(decoded.video, 0, 1)
    decoded.known.update(range(15, 60))
    listener.engine.want(decoded.video, 1)
    run = listener.wait_for_frames(decoded.video, 0, 40)
    assert run.first_frame == 0


def test_another_video_is_another_run(listen, pictures):
    listener, one, other = listen(), Decoded(pictures), Decoded(pictures[::-1])
    listener.engine.want(one.video, 0)
    listener.wait_for_frames(one.video, 0, 20)
    listener.engine.want(other.video, 0)
    run = listener.wait_for_frames(other.video, 0, 20)
    assert run.first_frame == 0
    assert {each.video for each in listener.runs} == {one.video, other.video}


def test_a_detector_that_fails_is_told_once_and_tried_again_when_asked(listen, detector, pictures):
    attempts = []

    def load():
        attempts.append(1)
        if len(attempts) == 1:
            raise RuntimeError("layer 3 is missing.\nDetails.")
        return detector

    listener, decoded = listen(load), Decoded(pictures)
    listener.engine.want(decoded.video, 0)
    listener.wait(lambda: listener.errors)
    assert [str(error) for error in listener.errors] == ["The dive detector cannot be run: layer 3 is missing."]
    assert listener.runs == []
    listener.engine.want(decoded.video, 0)
    listener.wait_for_frames(decoded.video, 0, 20)
    assert len(listener.errors) == 1


def test_where_a_gpu_has_no_memory_the_processor_goes_on(listen, detector, pictures, monkeypatch):
    class OnGpu(DiveDetector):
        """Says that it is on a GPU, which has no memory."""

        @property
        def device(self):
            return torch.device("cuda")

        def maps(self, features):
            raise torch.OutOfMemoryError("CUDA out of memory.")

    torch.manual_seed(0)
    full = OnGpu(2).eval()
    monkeypatch.setattr("inference.models.processor_copy.on_processor", lambda network: detector)
    monkeypatch.setattr("inference.models.dive_detector.DetectorStream.device", torch.device("cpu"))
    listener, decoded = listen(lambda: full), Decoded(pictures)
    listener.engine.want(decoded.video, 0)
    listener.wait_for_frames(decoded.video, 0, 20)
    assert listener.notices == [
        "The GPU has too little memory for the dive detector; it computes on the processor now."
    ]
    assert listener.errors == []
