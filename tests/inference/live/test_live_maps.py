"""What led to live poses: only when it is wanted, through turns and small batches, in bounded memory."""

from __future__ import annotations

import queue
from dataclasses import replace

import numpy as np
import pytest

from inference.live.answers import AnswerCache, LiveAnswer, LiveKey
from inference.live.device_runner import DeviceRunner, LiveModel
from inference.live.engine import LiveEngine
from inference.pose.crop_estimator import EstimatedPoses
from inference.pose.crop_map import CropRegion, crop_map
from inference.pose.pose_maps import pose_maps
from inference.pose.skeletons import CANONICAL_17
from inference.results import ModelIdentity

WAIT_S = 30
REGION = CropRegion(0, 0, 4, 4)
SIDE = 8


def numbered_maps(number, region=REGION):
    """Heatmaps whose highest pixel is the one of this number."""
    maps = np.zeros((17, SIDE, SIDE), np.float32)
    maps[:, number // SIDE, number % SIDE] = 1
    return pose_maps(maps, None, crop_map(region, (SIDE, SIDE)), (-1.0, -1.0, 1.0, 1.0))


class Numbered:
    """Says the number in the picture, with maps if it is asked for them; surest when the region is turned about."""

    skeleton = CANONICAL_17
    identity = ModelIdentity("numbered", "1", "abc")

    def __init__(self, room=99):
        self.room = room
        self.maps_made = 0

    def estimate(self, pictures, regions):
        if len(pictures) > self.room:
            raise MemoryError
        numbers = [float(picture[0, 0, 0]) for picture in pictures]
        scores = [[1.0 if abs(region.turn_rad - np.pi) < 0.1 else 0.5] * 17 for region in regions]
        return EstimatedPoses(np.tile(np.array(numbers)[:, None, None], (1, 17, 2)), np.array(scores))

    def estimate_with_maps(self, pictures, regions):
        poses = self.estimate(pictures, regions)
        self.maps_made += len(pictures)
        numbers = poses.keypoints[:, 0, 0].astype(int)
        maps = tuple(numbered_maps(number, region) for number, region in zip(numbers, regions, strict=True))
        return EstimatedPoses(poses.keypoints, poses.scores, maps)


class Unmapped:
    skeleton, identity = Numbered.skeleton, Numbered.identity
    estimate = Numbered.estimate

    def __init__(self, room=99):
        self.room = room


class Deep(Unmapped):
    """Says the number also as how far away the joints are, less one for each quarter that the region is turned."""

    def estimate(self, pictures, regions):
        poses = super().estimate(pictures, regions)
        quarters = [round(region.turn_rad / (np.pi / 2)) % 4 for region in regions]
        return replace(poses, depths=poses.keypoints[..., 0] - np.array(quarters)[:, None])


def live_model(estimator, **more):
    return LiveModel("m", "Numbered", lambda _device: estimator, **more)


def picture(number):
    return np.full((4, 4, 3), number, np.uint8)


def peaks(maps):
    return [int(each.heatmaps[0].argmax()) for each in maps]


def test_maps_go_with_their_poses_through_turns_and_small_batches():
    notices = []
    runner = DeviceRunner(live_model(Numbered(room=2), tries_turns=True), 8, notices.append)
    poses = runner.estimate([picture(number) for number in range(5)], [REGION] * 5, with_maps=True)
    assert poses.keypoints[:, 0, 0].tolist() == [0, 1, 2, 3, 4]
    assert peaks(poses.maps) == [0, 1, 2, 3, 4]
    # They lie as the turn in which the pose was surest.
    upside_down = numbered_maps(0, REGION.turned(np.pi)).to_image
    for each in poses.maps:
        np.testing.assert_allclose(each.to_image, upside_down, atol=1e-9)
    assert len(notices) == 1


def test_a_model_without_maps_answers_all_the_same():
    poses = DeviceRunner(live_model(Unmapped()), 8, print).estimate([picture(3)], [REGION], with_maps=True)
    assert poses.maps == ()
    assert poses.keypoints[0, 0, 0] == 3


def test_depths_go_with_their_poses_through_turns_and_small_batches():
    runner = DeviceRunner(live_model(Deep(room=2), tries_turns=True), 8, lambda _notice: None)
    poses = runner.estimate([picture(number) for number in range(5)], [REGION] * 5)
    # Two quarters of a turn, in which the pose was surest.
    assert poses.depths.tolist() == [[number - 2.0] * 17 for number in range(5)]
    mapped = runner.estimate([picture(7)], [REGION], with_maps=True)
    assert mapped.depths.tolist() == [[5.0] * 17]


def test_answers_say_depths_where_the_model_knows_them():
    for estimator, depths in ((Deep(), [4.0] * 17), (Unmapped(), None)):
        answers = queue.Queue()
        engine = LiveEngine(on_answers=answers.put, on_error=answers.put, on_notice=print, largest_batch=8)
        try:
            engine.use(live_model(estimator))
            engine.want([LiveKey("v", number, "m", REGION) for number in (3, 4)], picture)
            found = {}
            while len(found) < 2:
                found |= {each.key.frame: each for each in answers.get(timeout=WAIT_S)}
        finally:
            engine.close()
        assert (found[4].depths if depths is None else found[4].depths.tolist()) == depths
        assert found[4].byte_count == 17 * 8 * (3 if depths is None else 4)


def test_maps_are_made_only_when_they_are_wanted():
    answers, estimator = queue.Queue(), Numbered()
    engine = LiveEngine(on_answers=answers.put, on_error=answers.put, on_notice=print, largest_batch=8)
    try:
        engine.use(live_model(estimator))
        plain, mapped = (LiveKey("v", 7, "m", REGION, with_maps=wanted) for wanted in (False, True))
        engine.want([plain], picture)
        assert answers.get(timeout=WAIT_S)[0].maps is None
        assert estimator.maps_made == 0
        engine.want([mapped], picture)
        (answer,) = answers.get(timeout=WAIT_S)
        assert peaks([answer.maps]) == [7]
        assert engine.answer(mapped) is answer
        assert engine.answer(plain).maps is None
    finally:
        engine.close()


def answer(frame, *, with_maps=True):
    maps = numbered_maps(frame) if with_maps else None
    return LiveAnswer(LiveKey("v", frame, "m", REGION), ("a",), np.zeros((1, 2)), np.zeros(1), maps)


@pytest.mark.parametrize(("most", "kept"), [(3, [7, 8, 9]), (99, [5, 6, 7, 8, 9])])
def test_the_cache_is_bounded_in_answers_and_in_bytes(most, kept):
    size = answer(0).byte_count
    assert size == 17 * SIDE * SIDE + 6 * 8 + 3 * 8
    cache = AnswerCache(most, 5 * size + size // 2)
    for frame in range(10):
        cache.put(answer(frame))
    assert [frame for frame in range(10) if answer(frame).key in cache] == kept
    # What is replaced by something small makes room.
    for frame in kept:
        cache.put(answer(frame, with_maps=False))
    cache.put(answer(11))
    assert len(cache) == min(len(kept) + 1, most)


def test_one_answer_is_kept_however_large_it_is():
    cache = AnswerCache(10, 1)
    for frame in range(3):
        cache.put(answer(frame))
    assert len(cache) == 1
    assert cache.get(answer(2).key).key.frame == 2
