"""Candidates by hand: sliding windows, blobs, and the one place of soft-argmax; clips that cover all pictures."""

import math

import numpy as np
import pytest
import torch

from inference.models.diver_locator import STRATEGIES, standardised_clips
from inference.models.locator_candidates import (
    CANDIDATE_COUNT,
    best_apart,
    blob_candidates,
    clip_firsts,
    locator_candidates,
    partial_regression_candidates,
    soft_argmax_candidates,
)
from inference.models.locator_designs import DESIGNS, build_locator
from inference.models.locator_listing import ListingLocator


def test_windows_name_places_relative_to_themselves():
    # Maps of 12 x 8 with a margin of 2 around a picture of 8 x 4; windows of 4 begin at 0, 4, 8 and at 0, 4.
    maps = torch.zeros(3, 1, 8, 12)
    maps[0, 0, 4:, 8:] = math.log(3)  # the last window: 75 % sure
    maps[1, 0, 4:, 8:], maps[2, 0, 4:, 8:] = 0.5, -1.0

    windows = partial_regression_candidates(maps, 4, (2, 2), (8, 4))[0]

    assert windows.shape == (6, 3)
    torch.testing.assert_close(windows[0], torch.tensor([0.0, 0.0, 0.5]))
    # Its middle is (10, 6) in the maps; half a half side to the right, and a half side up; less the margin.
    torch.testing.assert_close(windows[5], torch.tensor([(10 + 1 - 2) / 8, (6 - 2 - 2) / 4, 0.75]))


def test_windows_of_a_whole_picture_equal_patches_cut_out_of_its_maps():
    generator = torch.Generator().manual_seed(0)
    maps = torch.randn(3, 2, 20, 24, generator=generator)
    windows = partial_regression_candidates(maps, 8, (0, 0), (24, 20)).reshape(2, 4, 5, 3)

    for row, column in ((0, 0), (3, 4), (1, 2)):
        patch = maps[:, 1, 4 * row : 4 * row + 8, 4 * column : 4 * column + 8].mean(dim=(1, 2))
        expected = torch.tensor(
            [(4 * column + 4 + 4 * patch[1]) / 24, (4 * row + 4 + 4 * patch[2]) / 20, torch.sigmoid(patch[0])]
        )
        torch.testing.assert_close(windows[1, row, column], expected)


def test_the_surest_candidates_push_their_neighbours_out():
    candidates = np.array([[0.1, 0.1, 0.6], [0.12, 0.1, 0.9], [0.8, 0.5, 0.7], [0.5, 0.5, 0.49]])

    # 2 of 100 px apart are close; the last is too unsure.
    np.testing.assert_allclose(best_apart(candidates, (100, 100)), [[0.12, 0.1, 0.9], [0.8, 0.5, 0.7]])
    np.testing.assert_allclose(best_apart(candidates, (1000, 100)), candidates[[1, 2, 0]])
    spread = np.stack([np.linspace(0, 1, 20), np.zeros(20), np.linspace(0.5, 1, 20)], axis=1)
    assert best_apart(spread, (1000, 100))[:, 2].tolist() == pytest.approx(spread[:11:-1, 2].tolist())
    assert best_apart(candidates[3:], (100, 100)).shape == (0, 3)


def test_blobs_have_weighted_centroids_and_their_highest_value():
    heatmap = np.full((6, 10), 0.1, np.float32)
    heatmap[1, 2], heatmap[1, 3] = 0.5, 1.0
    heatmap[4, 7:9] = 0.75

    (found, nothing) = blob_candidates(np.stack([heatmap, np.zeros_like(heatmap)]))

    # The left blob: 2.5 with weight 0.5 and 3.5 with weight 1.
    np.testing.assert_allclose(found, [[19 / 6 / 10, 1.5 / 6, 1.0], [8 / 10, 4.5 / 6, 0.75]], rtol=1e-6)
    assert nothing.shape == (0, 3)


def test_soft_argmax_is_sure_of_what_lies_within_four_pixels():
    heatmaps = torch.full((2, 9, 20), -40.0)
    heatmaps[0, 4, 5] = 0.0  # all the mass in one pixel
    heatmaps[1, 4, [5, 15]] = 0.0  # half each, ten pixels apart: nothing within four of their mean

    found = soft_argmax_candidates(heatmaps)

    torch.testing.assert_close(found[0, 0], torch.tensor([5.5 / 20, 0.5, 1.0]))
    torch.testing.assert_close(found[1, 0], torch.tensor([10.5 / 20, 0.5, 0.0]))


@pytest.mark.parametrize(
    ("count", "length", "firsts"),
    [(21, 21, [0]), (22, 21, [0, 1]), (45, 21, [0, 12, 24]), (5, 5, [0]), (42, 21, [0, 21])],
)
def test_clips_cover_all_pictures(count, length, firsts):
    assert clip_firsts(count, length).tolist() == firsts


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_picture_is_seen_in_the_clip_in_whose_middle_it_is(design, strategy):
    torch.manual_seed(3)
    locator = build_locator(design, strategy, patch_px=16).eval()
    pictures = np.random.default_rng(0).integers(0, 255, (9, 18, 32, 3)).astype(np.uint8)

    whole = locator_candidates(locator, pictures, half_precision=False, clip_frames=5)

    assert whole.shape == (9, CANDIDATE_COUNT, 3)
    first = locator_candidates(locator, pictures[:5], half_precision=False)
    last = locator_candidates(locator, pictures[4:], half_precision=False)
    np.testing.assert_array_equal(whole[:5], first)
    np.testing.assert_array_equal(whole[5:], last[1:])
    if strategy == "soft-argmax":
        with torch.inference_mode():
            places = locator.locate(standardised_clips(torch.from_numpy(pictures[:5])[None]))[0]
        np.testing.assert_allclose(first[:, 0, :2], (places.numpy() + 1) / 2, rtol=1e-5)
        assert (whole[:, 1:] == 0).all()


def test_a_picture_smaller_than_a_patch_has_windows_too():
    torch.manual_seed(0)
    locator = ListingLocator("partial-regression", patch_px=24).eval()
    torch.nn.init.constant_(locator.layers[1][-1].bias, 4.0)  # every window is sure, and says its lower right
    found = locator_candidates(locator, np.zeros((2, 10, 16, 3), np.uint8), half_precision=False)
    assert (found[:, 0, 2] > 0.5).all()
