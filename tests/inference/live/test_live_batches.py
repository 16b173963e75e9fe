"""Which frames are computed next, how many at once, and how fast that is said to be."""

from __future__ import annotations

import numpy as np
import pytest

from inference.live.answers import AnswerCache, LiveAnswer, LiveKey
from inference.live.batches import BatchSize, to_compute
from inference.live.meter import LiveMeter
from inference.pose.crop_map import CropRegion

REGION = CropRegion(0, 0, 10, 10)


def key(frame, *, video="v", model="m", region=REGION):
    return LiveKey(video, frame, model, region)


def answer(asked):
    return LiveAnswer(asked, ("nose",), np.full((1, 2), float(asked.frame)), np.ones(1))


def test_an_answer_is_found_by_its_own_key_only():
    cache = AnswerCache(10)
    cache.put(answer(key(3)))
    assert cache.get(key(3)).keypoints[0, 0] == 3.0
    others = (key(4), key(3, video="w"), key(3, model="n"), key(3, region=CropRegion(0, 0, 10, 10, turn_rad=0.1)))
    assert [cache.get(other) for other in others] == [None] * 4


def test_the_answer_used_longest_ago_makes_room():
    cache = AnswerCache(2)
    cache.put(answer(key(1)))
    cache.put(answer(key(2)))
    cache.get(key(1))
    cache.put(answer(key(3)))
    assert [frame for frame in (1, 2, 3) if key(frame) in cache] == [1, 3]
    assert len(cache) == 2


def test_batches_grow_with_the_queue_and_shrink_with_it():
    size = BatchSize(8)
    assert [size.following(waiting, None) for waiting in (30, 29, 27, 23, 15)] == [1, 2, 4, 8, 8]
    assert [size.following(waiting, None) for waiting in (2, 7, 7)] == [2, 2, 4]
    size.restart()
    assert size.following(30, None) == 1


@pytest.mark.parametrize(("frame_s", "sizes"), [(0.02, [1, 2, 4, 5, 5]), (0.3, [1, 1, 1]), (0.001, [1, 2, 4, 8, 8])])
def test_a_slow_model_is_given_no_more_than_a_tenth_of_a_second_takes(frame_s, sizes):
    size = BatchSize(8)
    assert [size.following(100, frame_s) for _ in sizes] == sizes


def test_frames_that_are_answered_or_not_decoded_are_passed_over():
    pictures = {frame: np.full((2, 2, 3), frame, np.uint8) for frame in (5, 6, 8, 9)}
    wanted = [key(frame) for frame in (7, 6, 5, 8, 9)]
    found = to_compute(wanted, pictures.get, lambda asked: asked.frame == 6, 2)
    assert [asked.frame for asked, _ in found] == [5, 8]
    assert [int(picture[0, 0, 0]) for _, picture in found] == [5, 8]


def test_the_rate_counts_pauses_and_forgets_what_is_over():
    now = [0.0]
    meter = LiveMeter(lambda: now[0])
    assert (meter.frame_s, meter.frames_per_s) == (None, 0.0)
    for moment, frames, took_s in ((0.1, 1, 0.1), (0.4, 2, 0.1), (0.6, 2, 0.1)):
        now[0] = moment
        meter.add(frames, took_s)
    assert meter.frame_s == pytest.approx(0.05)  # of 0.1, 0.05 and 0.05
    assert meter.slow_frame_s == pytest.approx(0.05)
    assert meter.frames_per_s == pytest.approx(5 / 0.6)
    now[0] = 1.2
    assert meter.frames_per_s == pytest.approx(4 / 0.3)
    now[0] = 9.0
    assert (meter.frames_per_s, meter.frame_s) == (0.0, pytest.approx(0.05))
    meter.add(1, 3.0)  # held up
    assert meter.frame_s == pytest.approx(0.075)  # the middle of four
    assert meter.slow_frame_s == pytest.approx(0.1)
    meter.add(2, 0.1)
    assert meter.frame_s == pytest.approx(0.05)
    meter.restart()
    assert meter.frame_s is None
