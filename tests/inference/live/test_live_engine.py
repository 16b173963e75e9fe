"""The live engine's thread: order, dropping, errors, memory, swapping and stopping, with models that the test holds."""

from __future__ import annotations

import gc
import queue
import threading
import weakref

import numpy as np
import pytest
import torch

from inference.live.answers import LiveKey
from inference.live.device_runner import LiveModel
from inference.live.engine import LiveEngine
from inference.models.errors import ModelError
from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.crop_map import CropRegion
from inference.pose.skeletons import CANONICAL_17
from inference.results import ModelIdentity

WAIT_S = 30
REGION = CropRegion(0, 0, 4, 4)


class HeldModel:
    """Answers with the number in the picture; each batch waits until the test lets it go, if it is to be held."""

    skeleton = CANONICAL_17
    identity = ModelIdentity("held", "1", "abc")

    def __init__(self, *, is_held=False, device="cpu", room=99, error=None):
        self.device, self.room, self.error = device, room, error
        self.asked = queue.Queue()
        self.threads = []
        self.go_on = threading.Semaphore(0) if is_held else None
        self.batches = []

    def estimate(self, pictures, regions):
        numbers = [int(picture[0, 0, 0]) for picture in pictures]
        assert {picture.shape[2] for picture in pictures} == {4}  # as they were decoded
        self.batches.append(numbers)
        self.threads.append(torch.get_num_threads())
        self.asked.put(numbers)
        if self.go_on is not None:
            assert self.go_on.acquire(timeout=WAIT_S)
        if self.error is not None:
            raise self.error
        if len(pictures) > self.room:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        keypoints = np.tile(np.array(numbers, float)[:, None, None], (1, 17, 2))
        return EstimatedPoses(keypoints, np.full((len(numbers), 17), 0.5))


class Heard:
    """What the engine said, and a way to wait for it."""

    def __init__(self):
        self.answers, self.errors, self.notices = queue.Queue(), queue.Queue(), []

    def frames(self, count):
        """The frames of the next so many answers."""
        found = []
        while len(found) < count:
            found += [answer.key.frame for answer in self.answers.get(timeout=WAIT_S)]
        return found


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def engine(heard):
    made = LiveEngine(
        on_answers=heard.answers.put,
        on_error=heard.errors.put,
        on_notice=heard.notices.append,
        most_answers=100,
        largest_batch=8,
        clock=lambda: 0.0,
    )
    yield made
    made.close()
    assert heard.errors.empty()


def model(estimator, key="m", **more):
    """A model that is loaded in no time; one given by a dictionary is another one on each device."""
    by_device = estimator if isinstance(estimator, dict) else {"auto": estimator, "cpu": estimator}
    return LiveModel(key, "Held", by_device.__getitem__, **more)


def keys(*frames, model="m"):
    return [LiveKey("v", frame, model, REGION) for frame in frames]


def picture(frame):
    return np.full((4, 4, 4), frame, np.uint8)


def test_the_visible_frame_is_first_and_those_ahead_follow_in_growing_batches(engine, heard):
    held = HeldModel()
    engine.use(model(held))
    engine.want(keys(*range(10, 0, -1)), picture)
    assert heard.frames(10) == list(range(10, 0, -1))
    assert held.batches == [[10], [9, 8], [7, 6, 5, 4], [3, 2, 1]]
    assert [float(engine.answer(asked).keypoints[3, 1]) for asked in keys(10, 4)] == [10.0, 4.0]
    assert engine.answer(*keys(10, model="other")) is None


def test_what_is_urgent_is_computed_frame_by_frame(engine, heard):
    held = HeldModel()
    engine.use(model(held))
    engine.want(keys(1, 2, 3, 4), picture, is_urgent=True)
    assert heard.frames(4) == [1, 2, 3, 4]
    assert held.batches == [[1], [2], [3], [4]]
    engine.want(keys(5, 6, 7), picture)
    assert heard.frames(3) == [5, 6, 7]
    assert held.batches[4:] == [[5], [6, 7]]


def test_cores_are_left_to_the_window_and_more_to_a_playing_video(heard):
    before = torch.get_num_threads()
    held = HeldModel()
    torch.set_num_threads(5)
    try:
        engine = LiveEngine(on_answers=heard.answers.put, on_error=heard.errors.put, on_notice=heard.notices.append)
        engine.use(model(held))
        for frame, leaves_room in ((1, False), (2, True), (3, True), (4, False), (5, True)):
            engine.want(keys(frame), picture, leaves_room=leaves_room)
            assert heard.frames(1) == [frame]
        engine.close()
        assert held.threads == [4, 3, 3, 4, 3]
        assert threads_of_a_new_thread() == 5  # once the engine is closed
    finally:
        torch.set_num_threads(before)


def test_one_thread_is_always_left_to_the_model(heard):
    before = torch.get_num_threads()
    held = HeldModel()
    torch.set_num_threads(2)
    try:
        engine = LiveEngine(on_answers=heard.answers.put, on_error=heard.errors.put, on_notice=heard.notices.append)
        engine.use(model(held))
        for frame, leaves_room in ((1, False), (2, True)):
            engine.want(keys(frame), picture, leaves_room=leaves_room)
            assert heard.frames(1) == [frame]
        engine.close()
        assert held.threads == [1, 1]
    finally:
        torch.set_num_threads(before)


def threads_of_a_new_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return found[0]


def test_what_nobody_looks_at_any_more_is_dropped(engine, heard):
    held = HeldModel(is_held=True)
    engine.use(model(held))
    engine.want(keys(1, 2, 3, 4), picture)
    assert held.asked.get(timeout=WAIT_S) == [1]
    engine.want(keys(50, 51, 52), picture)
    for _ in range(3):
        held.go_on.release()
    assert heard.frames(4) == [1, 50, 51, 52]
    assert held.batches == [[1], [50], [51, 52]]


def test_what_comes_later_has_its_turn_when_nothing_else_can_be_computed(engine, heard):
    held = HeldModel(is_held=True)
    engine.use(model(held))
    engine.want(keys(1, 2), {1: picture(1)}.get)
    engine.want_later(keys(60, 61, 62, 63), picture)
    assert held.asked.get(timeout=WAIT_S) == [1]
    held.go_on.release()
    assert held.asked.get(timeout=WAIT_S) == [60]
    # What is looked at now goes before the rest of what comes later.
    engine.want(keys(5, 6, 7), picture)
    for _ in range(5):
        held.go_on.release()
    assert heard.frames(8) == [1, 60, 5, 6, 7, 61, 62, 63]
    assert held.batches == [[1], [60], [5], [6, 7], [61, 62], [63]]
    assert [engine.is_answered(asked) for asked in keys(63, 64)] == [True, False]


def test_what_comes_later_is_dropped_with_its_model(engine, heard):
    engine.use(model(HeldModel(), "old"))
    engine.want_later(keys(1, model="old"), {}.get)
    engine.use(model(HeldModel(), "new"))
    engine.want(keys(2, model="new"), picture)
    assert heard.frames(1) == [2]
    assert engine._later == ()


def test_nothing_is_computed_twice(engine, heard):
    held = HeldModel()
    engine.use(model(held))
    engine.want(keys(1, 2), picture)
    heard.frames(2)
    engine.want(keys(2, 1, 3), picture)
    assert heard.frames(1) == [3]
    assert held.batches == [[1], [2], [3]]


def test_a_frame_is_answered_once_it_is_decoded(engine, heard):
    engine.use(model(HeldModel()))
    decoded = {2: picture(2)}
    engine.want(keys(1, 2), decoded.get)
    assert heard.frames(1) == [2]
    decoded[1] = picture(1)
    engine.want(keys(1, 2), decoded.get)
    assert heard.frames(1) == [1]


def test_swapping_models_drops_the_old_one_and_its_queue(engine, heard):
    old, new = HeldModel(is_held=True), HeldModel()
    engine.use(model(old, "old"))
    engine.want(keys(1, 2, 3, model="old"), picture)
    old.asked.get(timeout=WAIT_S)
    gone = weakref.ref(old)
    engine.use(model(new, "new"))
    engine.want(keys(2, 3, model="new"), picture)
    old.go_on.release()
    del old
    assert heard.frames(3) == [1, 2, 3]
    gc.collect()
    assert gone() is None
    assert [engine.answer(*keys(frame, model="old")) is None for frame in (1, 2)] == [False, True]


def test_without_a_model_nothing_is_computed_and_its_memory_is_free(engine, heard):
    held = HeldModel()
    engine.use(model(held))
    engine.want(keys(1), picture)
    heard.frames(1)
    gone = weakref.ref(held)
    del held
    engine.use(None)
    engine.want(keys(2), picture)
    # The thread takes up the next model only once it has dropped the last one.
    engine.use(model(HeldModel(), "next"))
    engine.want(keys(3, model="next"), picture)
    assert heard.frames(1) == [3]
    gc.collect()
    assert gone() is None
    assert engine.answer(*keys(2)) is None


def test_an_error_is_told_once_in_a_sentence_and_the_model_can_be_tried_again(engine, heard):
    broken = HeldModel(error=ValueError("wrong shape.\nmore about it"))
    engine.use(model(broken))
    engine.want(keys(1, 2, 3), picture)
    error = heard.errors.get(timeout=WAIT_S)
    assert isinstance(error, ModelError)
    assert str(error) == "Held cannot be run: wrong shape."
    engine.want(keys(4, 5), picture)
    broken.error = None
    engine.use(model(broken))
    engine.want(keys(6), picture)
    assert heard.frames(1) == [6]
    assert broken.batches == [[1], [6]]


def test_a_model_that_cannot_be_loaded_says_its_own_sentence(engine, heard):
    def load(device):
        raise ModelError("There is no model at x.onnx.")

    engine.use(LiveModel("m", "Held", load))
    engine.want(keys(1), picture)
    assert str(heard.errors.get(timeout=WAIT_S)) == "There is no model at x.onnx."


def test_out_of_memory_halves_the_batch(engine, heard):
    held = HeldModel(device="cuda:0", room=2)
    engine.use(model(held))
    engine.want(keys(*range(1, 12)), picture)
    assert heard.frames(11) == list(range(1, 12))
    assert held.batches == [[1], [2, 3], [4, 5, 6, 7], [4, 5], [6, 7], [8, 9], [10, 11]]
    assert heard.notices == [
        "The GPU has too little memory for 4 frames at once; Held looks at 2 at once now.",
    ]


def test_out_of_memory_with_one_frame_goes_on_on_the_processor(engine, heard):
    gpu, processor = HeldModel(device="cuda:0", room=0), HeldModel()
    gone = weakref.ref(gpu)
    by_device = {"auto": gpu, "cpu": processor}
    del gpu
    engine.use(LiveModel("m", "Held", by_device.pop))
    engine.want(keys(1, 2), picture)
    assert heard.frames(2) == [1, 2]
    assert heard.notices == ["The GPU has too little memory for Held; it computes on the processor now, more slowly."]
    assert processor.batches == [[1], [2]]
    assert engine.rate.device == "cpu"
    gc.collect()
    assert gone() is None


def test_a_model_too_large_for_the_gpu_is_loaded_onto_the_processor(engine, heard):
    processor = HeldModel()

    def load(device):
        if device == "auto":
            raise RuntimeError("CUDA out of memory.")
        return processor

    engine.use(LiveModel("m", "Held", load))
    engine.want(keys(1), picture)
    assert heard.frames(1) == [1]
    assert len(heard.notices) == 1


def test_no_memory_at_all_is_said(engine, heard):
    engine.use(model(HeldModel(error=MemoryError())))
    engine.want(keys(1), picture)
    assert "too little memory for Held; choose a smaller model" in str(heard.errors.get(timeout=WAIT_S))


def test_a_model_of_upright_people_is_shown_turned_crops(engine, heard):
    held = HeldModel()
    engine.use(model(held, tries_turns=True))
    engine.want(keys(7), picture)
    assert heard.frames(1) == [7]
    assert len(held.batches) >= 4


def test_the_rate_is_measured(heard):
    moments = iter([1.0, 1.2, 1.2, 1.7])
    engine = LiveEngine(
        on_answers=heard.answers.put, on_error=heard.errors.put, on_notice=print, clock=lambda: next(moments)
    )
    assert engine.rate is None
    engine.use(model(HeldModel(device="cuda:0")))
    engine.want(keys(1), picture)
    heard.frames(1)
    rate = engine.rate
    assert (rate.device, rate.frame_s, rate.frames_per_s) == ("cuda:0", pytest.approx(0.2), pytest.approx(5.0))
    engine.close()
    assert engine.rate is None


def test_closing_waits_for_the_batch_under_way_and_leaves_no_thread(engine, heard):
    held = HeldModel(is_held=True)
    engine.use(model(held))
    engine.want(keys(1, 2, 3), picture)
    held.asked.get(timeout=WAIT_S)
    threading.Timer(0.01, held.go_on.release).start()
    engine.close()
    engine.close()
    assert held.batches == [[1]]
    assert not [thread for thread in threading.enumerate() if thread.name == "live-engine"]
