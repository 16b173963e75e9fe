"""A bright spot stays where its label says, whatever is cut, mirrored and zoomed; what nobody knows is not taught."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inference.evaluation.location import TrueLocations
from inference.results import CameraMotion, FrameTime
from inference.training.locator_data import DivePictures, batched, draw_clip, patch_example, whole_example

WIDTH, HEIGHT = 64, 36


def spot_dive(count=30, before=10):
    """Grey pictures with a white square of 5 px that moves down to the right in those of the dive."""
    pictures = np.full((count + 2 * before, HEIGHT, WIDTH, 3), 90, np.uint8)
    centres = np.stack(
        [np.linspace(12.5, 50.5, count).round() + 0.5, np.linspace(8.5, 28.5, count).round() + 0.5], axis=1
    )
    for picture, (x, y) in zip(pictures[before:], centres, strict=False):
        picture[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3] = 255
    times = tuple(FrameTime(before + place, (before + place) / 25) for place in range(count))
    true = TrueLocations("d", "b", "fixed", times, 2 * centres, CameraMotion.fixed(), (2 * WIDTH, 2 * HEIGHT))
    return DivePictures(pictures, before, true)


def spot_place(picture, size):
    """(x, y) px of the middle of what is brighter than its surroundings by far, or None."""
    grey = np.asarray(picture, dtype=float).mean(axis=-1)
    rows, columns = np.nonzero(grey > (grey.max() + np.median(grey)) / 2)
    return None if grey.max() - np.median(grey) < 20 else (columns.mean() + 0.5, rows.mean() + 0.5)


def test_places_follow_the_pictures_through_augmentation():
    dive, seen = spot_dive(), 0
    for seed in range(12):
        pictures, places = draw_clip(dive, 9, np.random.default_rng(seed))
        assert pictures.shape == (9, HEIGHT, WIDTH, 3)
        for picture, place in zip(pictures, places, strict=True):
            x, y = place * (WIDTH, HEIGHT)
            found = spot_place(picture, (WIDTH, HEIGHT))
            if found is not None and 4 < x < WIDTH - 4 and 4 < y < HEIGHT - 4:
                seen += 1
                assert np.hypot(found[0] - x, found[1] - y) < 1.5
    assert seen > 60


def test_a_clip_longer_than_the_dive_knows_nothing_about_the_rest():
    dive = spot_dive(count=6, before=20)
    for seed in range(6):
        _, places = draw_clip(dive, 9, np.random.default_rng(seed))
        known = np.flatnonzero(~np.isnan(places[:, 0]))
        assert len(known) == 6
        assert known[-1] - known[0] == 5


def test_a_whole_clip_is_normalised_to_the_picture():
    dive = spot_dive()
    places = (dive.true.points / dive.true.size)[:4].copy()
    places[1] = np.nan
    places[2] = [1.2, 0.5]  # has left the picture

    example = whole_example(dive.own_pictures()[:4], places)

    assert example.clip.shape == (3, 4, HEIGHT, WIDTH)
    assert example.targets.is_known[0].tolist() == [True, False, True, True]
    assert example.targets.is_there[0].tolist() == [True, False, False, True]
    np.testing.assert_allclose(example.targets.places[0, 0], 2 * places[0] - 1, rtol=1e-6)
    assert (example.targets.places[0, 1:3] == 0).all()
    row, column = int(places[3][1] * HEIGHT), int(places[3][0] * WIDTH)
    assert example.clip[0, 3, row, column].item() == pytest.approx((255 - 127.5) / 64)


def test_patches_show_what_their_places_say():
    dive = spot_dive()
    places = (dive.true.points / dive.true.size)[:21]
    centred = 0
    for seed in range(40):
        example = patch_example(dive.own_pictures()[:21], places, 16, np.random.default_rng(seed))
        assert example.clip.shape == (3, 21, 16, 16)
        there = example.targets.is_there[0]
        assert example.targets.is_known.all()
        patch_places = (example.targets.places[0].numpy() + 1) * 8
        for frame in np.flatnonzero(there.numpy()):
            x, y = patch_places[frame]
            assert example.clip[0, frame, int(y), int(x)].item() == pytest.approx((255 - 127.5) / 64)
            centred += bool(abs(x - 8) <= 1 and abs(y - 8) <= 1)
        for frame in np.flatnonzero(~there.numpy()):
            inner = example.clip[0, frame, 2:-2, 2:-2]
            assert inner.max() < 1  # at most its edge can be in sight
    # Some 32 of 40 patches are centred in at least one frame; the spot rests for a frame now and then.
    assert centred >= 28


def test_beyond_the_picture_a_patch_is_grey():
    pictures = np.full((1, 20, 20, 3), 255, np.uint8)
    for seed in range(5):
        example = patch_example(pictures, np.array([[0.01, 0.5]]), 16, np.random.default_rng(seed))
        if example.targets.is_there.all() and abs(example.targets.places[0, 0, 0]) < 0.1:
            assert (example.clip[..., :7] == 0).all()
            assert (example.clip[..., 9:] > 1).all()
            return
    pytest.fail("no patch was centred")


def test_a_batch_keeps_its_order():
    dive = spot_dive()
    examples = [
        patch_example(*draw_clip(dive, 5, np.random.default_rng(seed)), 16, np.random.default_rng(seed))
        for seed in (1, 2)
    ]
    clips, targets = batched(examples)

    assert clips.shape == (2, 3, 5, 16, 16)
    assert targets.places.shape == (2, 5, 2)
    torch.testing.assert_close(targets.places[1], examples[1].targets.places[0])
