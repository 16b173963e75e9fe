"""The published locator: its layers counted by hand, its size and field of view, and that it can learn a place."""

from itertools import pairwise

import pytest
import torch

from inference.models.diver_locator import DiverLocator, standardised_clips
from inference.pose.heatmaps import distances, normalise, regularised_losses, soft_argmax


@pytest.mark.parametrize(("strategy", "maps"), [("partial-regression", 3), ("heatmap", 1), ("soft-argmax", 1)])
def test_parameters_are_those_of_the_listing(strategy, maps):
    counted = 0
    for channels in ((3, 2, 2, 4, 4, 4, 8, 8, 1), (1, 2, 2, 4, 8, 16, 16, 16, maps)):
        counted += sum(27 * a * b + 3 * b for a, b in pairwise(channels[:-1])) + (channels[-2] + 1) * channels[-1]
    assert sum(parameter.numel() for parameter in DiverLocator(strategy).parameters()) == counted


def test_grey_is_zero_and_colours_keep_their_order():
    pictures = torch.tensor([127, 255, 0], dtype=torch.uint8).reshape(1, 1, 1, 1, 3)
    torch.testing.assert_close(standardised_clips(pictures).flatten(), torch.tensor([-0.5, 127.5, -127.5]) / 64)


@pytest.mark.parametrize("size", [(21, 24, 40), (5, 18, 32), (1, 9, 16)])
def test_heatmaps_are_as_large_as_the_clip(size):
    with torch.inference_mode():
        assert DiverLocator().eval()(torch.randn(2, 3, *size)).shape == (2, 1, *size)
        assert DiverLocator("partial-regression").eval()(torch.randn(2, 3, *size)).shape == (2, 3, *size)


def test_coordinates_are_the_soft_argmax_of_the_heatmaps():
    torch.manual_seed(0)
    locator, clips = DiverLocator().eval(), torch.randn(1, 3, 4, 18, 32)
    with torch.inference_mode():
        places = locator.locate(clips)
        torch.testing.assert_close(
            places, soft_argmax(locator(clips)[:, 0].flatten(2).softmax(-1).reshape(1, 4, 18, 32))
        )
    assert places.shape == (1, 4, 2)
    assert places.abs().max() < 1


def test_a_bright_spot_is_learned():
    torch.manual_seed(0)
    locator = DiverLocator()
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
