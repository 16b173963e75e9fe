"""Clips are kept whole or not at all, labelled by their codes, and seen anew each time they are learned from."""

from __future__ import annotations

import numpy as np
import pytest

from inference.diving.tracked_clip import CLIP_PICTURES, CLIP_SIDE_PX, chosen_pictures, shown_clip
from inference.models.c3d import CLASSES
from inference.training.classifier_augmentation import augmented
from inference.training.classifier_clips import Clip, ClipSet, labels_of, read_part, write_part


def pictures_of(value):
    return np.full((CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3), value, np.uint8)


def test_a_code_is_a_label_for_each_head():
    labels = labels_of(["5253B", "6142D", ""])

    assert {name: values.tolist() for name, values in labels.items()} == {
        "rotation_type": [2, 1, -1],
        "half_somersaults": [5, 4, -1],
        "half_twists": [3, 2, -1],
        "position": [1, 3, -1],
        "armstand": [0, 1, -1],
    }
    assert [CLASSES["position"][place] for place in labels["position"][:2]] == ["B", "D"]


def test_parts_are_read_as_they_were_written(tmp_path):
    turns = np.linspace(0, 3, CLIP_PICTURES * 2, dtype=np.float32).reshape(CLIP_PICTURES, 2)
    write_part(
        tmp_path / "a" / "one.npy", [Clip(pictures_of(1), "103B", "springboard-3", turns), Clip(pictures_of(2), "401C")]
    )
    write_part(tmp_path / "a" / "none.npy", [])
    write_part(tmp_path / "a" / "two.npy", [Clip(pictures_of(3), "624C", "platform-10")])

    clips = ClipSet.join([read_part(tmp_path / "a" / f"{name}.npy") for name in ("one", "none", "two")])

    assert (clips.codes, clips.boards) == (["103B", "401C", "624C"], ["springboard-3", "", "platform-10"])
    assert [int(clips.pictures(number).max()) for number in range(3)] == [1, 2, 3]
    np.testing.assert_array_equal(clips.turns[0], turns)
    assert np.isnan(clips.turns[1:]).all()
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        "none.npy", "none.npz", "one.npy", "one.npz", "two.npy", "two.npz",
    ]  # fmt: skip
    assert len(ClipSet.join([])) == 0
    in_memory = ClipSet.of([Clip(pictures_of(3), "624C", "platform-10")])
    np.testing.assert_array_equal(in_memory.pictures(0), clips.pictures(2))


def test_pictures_of_another_shape_are_refused(tmp_path):
    write_part(tmp_path / "one.npy", [Clip(pictures_of(1), "103B")])
    np.save(tmp_path / "one.npy", np.zeros((2, 3), np.uint8))

    with pytest.raises(ValueError, match="does not hold clips"):
        read_part(tmp_path / "one.npy")


def test_an_augmented_clip_is_of_its_generator_and_in_the_order_of_time():
    pictures = np.random.default_rng(0).integers(0, 255, pictures_of(0).shape).astype(np.uint8)

    seen = [augmented(pictures, 24, 64, np.random.default_rng(seed)) for seed in range(8)]

    for clip, places in seen:
        assert (clip.shape, clip.dtype) == ((24, 64, 64, 3), np.uint8)
        assert (np.diff(places) >= 0).all()
        assert abs(places[0] - chosen_pictures(24)[0]) <= 2
        assert abs(places[-1] - chosen_pictures(24)[-1]) <= 2
    np.testing.assert_array_equal(augmented(pictures, 24, 64, np.random.default_rng(3))[0], seen[3][0])
    assert len({float(clip.mean()) for clip, _ in seen}) == 8


def test_augmentation_leaves_the_diver_in_sight_and_never_mirrors():
    """A bright spot right of the middle stays right of it, within a few pixels."""
    pictures = pictures_of(30)
    pictures[:, 33:39, 46:52] = 230  # 13 px right of the middle of 72
    plain_x = np.nonzero(shown_clip(pictures, 1, 64)[0, ..., 0] > 128)[1].mean()
    assert plain_x == pytest.approx(31.5 + 13, abs=0.6)

    for seed in range(60):
        clip, _ = augmented(pictures, 4, 64, np.random.default_rng(seed))
        light = clip.mean(axis=3)
        for picture in light:
            rows, columns = np.nonzero(picture > (picture.min() + picture.max()) / 2)
            assert abs(rows.mean() - 31.5) < 12
            assert 2 < columns.mean() - 31.5 < 26
