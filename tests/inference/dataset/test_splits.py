from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.dataset.splits import SPLITS, split_videos

TEN = [f"video-{number}" for number in range(10)]


def test_ten_videos_are_cut_eight_one_one():
    splits = split_videos(TEN)

    assert Counter(splits.values()) == {"training": 8, "validation": 1, "testing": 1}
    assert set(splits) == set(TEN)


def test_the_largest_remainder_gets_the_last_video():
    # shares of 5 videos: 3, 1.25 and 0.75, so the whole parts 3, 1, 0 leave one video, which testing is closest to
    splits = split_videos(TEN[:5], {"training": 0.6, "validation": 0.25, "testing": 0.15})

    assert Counter(splits.values()) == {"training": 3, "validation": 1, "testing": 1}


def test_one_video_is_for_training():
    assert split_videos(["only"]) == {"only": "training"}


def test_splits_depend_on_content_and_seed_and_not_on_order():
    assert split_videos(TEN, seed=3) == split_videos(reversed(TEN), seed=3)
    assert any(split_videos(TEN, seed=3) != split_videos(TEN, seed=seed) for seed in range(4, 8))


def test_the_order_of_the_hash_is_the_same_on_every_machine():
    # printf '0\na' | sha256sum starts with 0d3b, with b it is 3e27, with c efc7
    assert split_videos(["c", "b", "a"], {"training": 1, "validation": 1, "testing": 1}) == {
        "a": "training",
        "b": "validation",
        "c": "testing",
    }


def test_shares_need_not_sum_to_one():
    assert set(split_videos(TEN, {"testing": 5}).values()) == {"testing"}


@pytest.mark.parametrize(
    ("fractions", "message"),
    [
        ({"train": 1}, "There is no split 'train'; the splits are training, validation, testing."),
        ({"training": -1}, "The share of training is -1; it must not be negative."),
        ({"training": 0}, "The shares of the splits sum to nothing; give at least one of them a positive share."),
    ],
)
def test_bad_shares(fractions, message):
    with pytest.raises(ValueError, match="^" + message.replace(".", r"\.") + "$"):
        split_videos(TEN, fractions)


@given(
    fingerprints=st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=30),
    shares=st.lists(st.integers(0, 10), min_size=3, max_size=3).filter(any),
    seed=st.integers(0, 5),
)
def test_every_video_is_in_one_split_and_counts_are_within_one_of_the_shares(fingerprints, shares, seed):
    splits = split_videos(fingerprints, dict(zip(SPLITS, shares, strict=True)), seed)

    assert set(splits) == set(fingerprints)
    counts = Counter(splits.values())
    for split, share in zip(SPLITS, shares, strict=True):
        assert abs(counts[split] - len(set(fingerprints)) * share / sum(shares)) < 1
