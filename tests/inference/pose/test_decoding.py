"""DARK's Newton step by hand, on Gaussians whose top is known, at borders and on surfaces without a top."""

import math

import pytest
import torch

from inference.pose import heatmaps as hm
from inference.pose.decoding import blurred, dark_decoded


def in_pixels(maps, sigma_px=None):
    return hm.to_pixels(dark_decoded(maps, sigma_px), maps.shape[-2:]) - 0.5


def test_the_step_by_hand():
    # In logarithms, along x: -2, 0, -1, so slope 1/2, bend -3, step 1/6. Along y: -1, 0, -3: slope -1, bend -4, -1/4.
    # Corners such that the mixed difference, their signed sum divided by four, is 0.
    logarithms = torch.full((5, 5), -9.0)
    logarithms[1:4, 1:4] = torch.tensor([[-3.0, -1.0, -2.0], [-2.0, 0.0, -1.0], [-5.0, -3.0, -4.0]])
    torch.testing.assert_close(in_pixels(logarithms.exp()), torch.tensor([2 + 1 / 6, 2 - 1 / 4]))


def test_the_mixed_difference_turns_the_step():
    # slopes (1/2, 0), bends (-2, -2), mixed 1: minus the inverse of [[-2, 1], [1, -2]] times the slopes, (1/3, 1/6).
    logarithms = torch.full((3, 3), -1.0)
    logarithms[1] = torch.tensor([-1.5, 0.0, -0.5])
    logarithms[0], logarithms[2] = torch.tensor([-0.1, -1.0, -2.1]), torch.tensor([-2.1, -1.0, -0.1])
    torch.testing.assert_close(in_pixels(logarithms.exp()), torch.tensor([1 + 1 / 3, 1 + 1 / 6]))


@pytest.mark.parametrize("sigma_px", [None, 1.0, 2.0])
def test_the_top_of_a_gaussian_is_found_exactly(sigma_px):
    means = torch.rand(40, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64) - 0.5
    maps = hm.bell(means, (32, 40), 1.5)
    # Blurred, it is cut off and sampled, which costs little.
    torch.testing.assert_close(dark_decoded(maps, sigma_px), means, atol=1e-8 if sigma_px is None else 2e-4, rtol=0)


def test_blurring_averages_what_is_there():
    maps = torch.zeros(1, 7)
    maps[0, 0] = 1.0
    weights = [math.exp(-0.5 * away**2) for away in range(4)]
    total = weights[0] + 2 * sum(weights[1:])
    seen = blurred(maps, 1.0)[0]
    assert seen[0] == pytest.approx(1 / sum(weights))
    assert seen[3] == pytest.approx(weights[3] / total)
    assert seen[4:].tolist() == [0.0, 0.0, 0.0]
    torch.testing.assert_close(blurred(torch.full((5, 6), 3.0), 2.0), torch.full((5, 6), 3.0))


@pytest.mark.parametrize("sigma_px", [None, 1.0])
def test_at_a_border_only_the_step_along_it_is_made(sigma_px):
    means = torch.tensor([[-1.0 + 1 / 16, 0.28]], dtype=torch.float64)  # the centre of the first column
    found = dark_decoded(hm.bell(means, (16, 16), 1.0), sigma_px)
    assert found[0, 0].item() == pytest.approx(-1 + 1 / 16)
    assert found[0, 1].item() == pytest.approx(0.28, abs=1e-4)


def test_where_there_is_no_hill_the_highest_pixel_is_the_answer():
    ridge = torch.ones(5, 5)
    ridge[:, 2] = 2.0  # falls to both sides but not along: no single top
    far = torch.full((5, 5), math.exp(-4))
    far[2, 1:4] = torch.tensor([1.0, math.exp(3.0), math.exp(2.999)])
    far[1, 2] = far[3, 2] = math.exp(2.0)
    far[1, 3] = math.exp(2.9999)  # a slope along the diagonal, so long that the top would be more than a pixel away
    torch.testing.assert_close(in_pixels(ridge), torch.tensor([2.0, 0.0]))
    torch.testing.assert_close(in_pixels(far), torch.tensor([2.0, 2.0]))
    torch.testing.assert_close(in_pixels(torch.full((1, 1), -3.0)), torch.tensor([0.0, 0.0]))


def test_noise_below_zero_and_half_precision_do_no_harm():
    generator = torch.Generator().manual_seed(1)
    means = torch.rand(60, 2, generator=generator) - 0.5
    maps = hm.bell(means, (28, 28), 1.0) + 0.02 * torch.randn(60, 28, 28, generator=generator)
    errors = {
        name: ((found - means) * 14).norm(dim=-1).mean().item()
        for name, found in (
            ("argmax", hm.argmax(maps)),
            ("quarter", hm.quarter_shifted_argmax(maps)),
            ("dark", dark_decoded(maps.bfloat16(), 1.0)),
        )
    }
    assert errors["dark"] < 0.06 < errors["quarter"] < 0.25 < errors["argmax"]
