"""The byte-bounded cache of decoded pictures."""

from __future__ import annotations

import numpy as np

from inference.video.cache import FrameCache


def picture(byte_count=100):
    return np.zeros(byte_count, dtype=np.uint8)


def test_the_picture_used_longest_ago_goes_first():
    cache = FrameCache(300)
    for frame in (1, 2, 3):
        cache.put(frame, picture())
    assert cache.get(1) is not None
    cache.put(4, picture())
    assert [frame for frame in range(6) if frame in cache] == [1, 3, 4]
    assert cache.get(2) is None


def test_frames_needed_soon_go_last():
    cache = FrameCache(300)
    for frame in (1, 2, 3):
        cache.put(frame, picture())
    cache.put(4, picture(), needed=range(1, 3))
    assert [frame for frame in range(6) if frame in cache] == [1, 2, 4]
    cache.put(5, picture(200), needed=range(6))
    assert [frame for frame in range(6) if frame in cache] == [4, 5]


def test_the_bytes_stay_within_the_budget():
    cache = FrameCache(1000)
    for frame in range(50):
        cache.put(frame, picture(70 + frame))
        assert cache.byte_count <= 1000
    assert cache.byte_count == sum(70 + frame for frame in range(50) if frame in cache)
    assert len(cache) == 8


def test_putting_a_frame_again_replaces_it():
    cache = FrameCache(300)
    cache.put(1, picture(100))
    cache.put(1, picture(250))
    assert (len(cache), cache.byte_count) == (1, 250)


def test_a_picture_beyond_the_budget_stays_alone():
    cache = FrameCache(300)
    cache.put(1, picture())
    cache.put(2, picture(400))
    assert 2 in cache
    assert 1 not in cache


def test_the_nearest_frame_is_found():
    cache = FrameCache(1000)
    assert cache.nearest(5) is None
    for frame in (10, 20):
        cache.put(frame, np.full(1, frame, dtype=np.uint8))
    assert [cache.nearest(frame)[0] for frame in (0, 14, 15, 16, 99)] == [10, 10, 10, 20, 20]
    assert int(cache.nearest(18)[1][0]) == 20
