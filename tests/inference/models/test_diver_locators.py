"""The locators: the published one counted by hand, their sizes and fields of view, and that they can learn a place."""

from itertools import pairwise

import pytest
import torch

from inference.models.diver_locator import standardised_clips
from inference.models.locator_compact import CompactLocator
from inference.models.locator_designs import DESIGNS, LOCATOR_DESIGNS, build_locator
from inference.models.locator_listing import ListingLocator
from inference.pose.heatmaps import distances, normalise, regularised_losses, soft_argmax


@pytest.mark.parametrize(("strategy", "maps"), [("partial-regression", 3), ("heatmap", 1), ("soft-argmax", 1)])
def test_parameters_are_those_of_the_listing(strategy, maps):
    counted = 0
    for channels in ((3, 2, 2, 4, 4, 4, 8, 8, 1), (1, 2, 2, 4, 8, 16, 16, 16, maps)):
        counted += sum(27 * a * b + 3 * b for a, b in pairwise(channels[:-1])) + (channels[-2] + 1) * channels[-1]
    assert sum(parameter.numel() for parameter in ListingLocator(strategy).parameters()) == counted


def test_grey_is_zero_and_colours_keep_their_order():
    pictures = torch.tensor([127, 255, 0], dtype=torch.uint8).reshape(1, 1, 1, 1, 3)
    torch.testing.assert_close(standardised_clips(pictures).flatten(), torch.tensor([-0.5, 127.5, -127.5]) / 64)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("size", [(21, 24, 40), (5, 18, 32), (1, 9, 17)])
def test_heatmaps_are_as_large_as_the_clip(design, size):
    with torch.inference_mode():
        assert build_locator(design, "heatmap").eval()(torch.randn(2, 3, *size)).shape == (2, 1, *size)
        assert build_locator(design, "partial-regression").eval()(torch.randn(2, 3, *size)).shape == (2, 3, *size)


def test_designs_know_their_own_names():
    assert {name: made.design for name, made in LOCATOR_DESIGNS.items()} == {name: name for name in DESIGNS}


def test_the_compact_one_sees_seven_pictures_ahead_and_back():
    torch.manual_seed(0)
    locator = CompactLocator("heatmap").eval()
    clips = torch.randn(1, 3, 21, 18, 32, requires_grad=True)
    locator(clips)[0, 0, 10].sum().backward()
    touched = clips.grad.abs().amax(dim=(0, 1, 3, 4)) > 0
    assert torch.equal(touched, (torch.arange(21) - 10).abs() <= 1 + 2 + 4)


def test_the_compact_one_keeps_the_clips_of_a_batch_apart():
    torch.manual_seed(0)
    locator, clips = CompactLocator().eval(), torch.randn(3, 3, 4, 18, 32)
    with torch.inference_mode():
        torch.testing.assert_close(locator(clips)[1:2], locator(clips[1:2]), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("design", DESIGNS)
def test_coordinates_are_the_soft_argmax_of_the_heatmaps(design):
    torch.manual_seed(0)
    locator, clips = build_locator(design, "soft-argmax").eval(), torch.randn(1, 3, 4, 18, 32)
    with torch.inference_mode():
        places = locator.locate(clips)
        torch.testing.assert_close(
            places, soft_argmax(locator(clips)[:, 0].flatten(2).softmax(-1).reshape(1, 4, 18, 32))
        )
    assert places.shape == (1, 4, 2)
    assert places.abs().max() < 1


@pytest.mark.parametrize("design", DESIGNS)
def test_a_bright_spot_is_learned(design):
    torch.manual_seed(0)
    locator = build_locator(design, "soft-argmax")
    generator = torch.Generator().manual_seed(1)
    clips, places = torch.zeros(4, 3, 3, 18, 32), torch.zeros(4, 3, 2)
    for number in range(4):
        row, column = torch.randint(3, 15, (1,), generator=generator).item(), torch.randint(3, 29, (1,)).item()
        clips[number, :, :, row, column] = 6
        places[number] = torch.tensor([(2 * column + 1) / 32 - 1, (2 * row + 1) / 18 - 1])
    optimizer = torch.optim.Adam(locator.parameters(), lr=0.02)
    errors = []
    for _ in range(30):
        pmm = normalise(locator(clips)[:, 0])
        optimizer.zero_grad()
        regularised_losses(pmm, places).mean().backward()
        optimizer.step()
        errors.append(distances(soft_argmax(pmm.detach()), places).mean().item())

    assert errors[-1] < 0.3 * errors[0]
