"""Augmented chunks stay chunks of bytes, and positions go where the pixels go."""

import numpy as np

from inference.training.detector_augmentation import augmented

NOWHERE = np.full((9, 2), np.nan)


def test_augmentation_keeps_shape_and_is_the_seed_s():
    pictures = np.random.default_rng(0).integers(0, 255, (9, 36, 64, 3)).astype(np.uint8)
    seen = [augmented(pictures, NOWHERE, np.random.default_rng(seed)) for seed in range(12)]

    for chunk, positions in seen:
        assert (chunk.shape, chunk.dtype) == (pictures.shape, np.uint8)
        assert np.isnan(positions).all()
    np.testing.assert_array_equal(augmented(pictures, NOWHERE, np.random.default_rng(3))[0], seen[3][0])
    assert len({float(chunk.mean()) for chunk, _ in seen}) == 12


def test_positions_follow_the_pixels():
    """A bright spot that moves across a dark picture is still at the positions."""
    pictures = np.full((9, 120, 200, 3), 30, np.uint8)
    positions = np.stack([np.linspace(0.3, 0.6, 9), np.linspace(0.5, 0.7, 9)], axis=1)
    for picture, (x, y) in zip(pictures, np.round(positions * [200, 120]).astype(int), strict=True):
        picture[y - 4 : y + 4, x - 4 : x + 4] = 220
    rows, columns = np.mgrid[:120, :200] + 0.5
    compared = 0
    for seed in range(40):
        chunk, moved = augmented(pictures, positions, np.random.default_rng(seed))
        assert (moved[4] > 0).all()
        assert (moved[4] < 1).all()
        for picture, (x, y) in zip(chunk, moved * [200, 120], strict=True):
            light = picture.mean(axis=2)
            weights = np.where(light > light.min() / 2 + light.max() / 2, light, 0)
            if 12 < x < 188 and 12 < y < 108 and light.max() > 100:
                middle = np.array([(weights * columns).sum(), (weights * rows).sum()]) / weights.sum()
                np.testing.assert_allclose(middle, [x, y], atol=1.5)
                compared += 1
    assert compared > 100
