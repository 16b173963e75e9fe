"""The three strategies' losses and gradients by hand (thesis section 5.4.1, equations 3.6 and 5.5)."""

import math

import numpy as np
import pytest
import torch

from inference.training.locator_losses import (
    LocatorTargets,
    heatmap_losses,
    partial_regression_losses,
    soft_argmax_losses,
    target_heatmaps,
    weighted_bce,
)

LN2 = math.log(2)


def targets(places, is_there=None, is_known=None):
    """Of one clip."""
    places = torch.tensor(places)[None]
    everywhere = torch.ones(places.shape[:2], dtype=torch.bool)
    return LocatorTargets(
        places,
        everywhere if is_there is None else torch.tensor(is_there)[None],
        everywhere if is_known is None else torch.tensor(is_known)[None],
    )


def test_partial_regression_by_hand():
    # Means over a patch of 2 x 2: presence logit 0; place (0.3, 0.4) in the first two frames, far off in the third.
    maps = torch.zeros(1, 3, 3, 2, 2)
    maps[0, 1, :2], maps[0, 2, :2], maps[0, 1:, 2] = 0.3, 0.4, 9.0
    maps.requires_grad_()

    loss = partial_regression_losses(
        maps, targets([[0.0, 0.0]] * 3, is_there=[True, False, True], is_known=[True, True, False])
    )
    loss.sum().backward()

    # Frame 1: ln 2 and a distance of 0.5; frame 2: no diver, so ln 2 alone; frame 3 does not count.
    torch.testing.assert_close(loss, torch.tensor([(LN2 + 0.5 + LN2) / 2]))
    pixels = 4 * 2
    torch.testing.assert_close(maps.grad[0, 0, :, 0, 0], torch.tensor([-0.5, 0.5, 0.0]) / pixels)
    torch.testing.assert_close(maps.grad[0, 1:, 0, 1, 1], torch.tensor([0.6, 0.8]) / pixels)
    assert (maps.grad[0, 1:, 1] == 0).all()
    assert (maps.grad[0, :, 2] == 0).all()


@pytest.mark.parametrize(
    ("beta", "expected", "cost", "gradient"),
    [(0.8, 1.0, 2.5 * LN2, -1.25), (0.8, 0.0, 0.625 * LN2, 0.3125), (0.5, 1.0, LN2, -0.5), (0.5, 0.0, LN2, 0.5)],
)
def test_weighted_cross_entropy_at_a_predicted_half(beta, expected, cost, gradient):
    logit = torch.zeros(1, requires_grad=True)
    loss = weighted_bce(logit, torch.tensor([expected]), beta)
    loss.sum().backward()

    assert loss.item() == pytest.approx(cost)
    assert logit.grad.item() == pytest.approx(gradient)


def test_weighted_cross_entropy_is_equation_5_5():
    logits = torch.linspace(-4, 4, 9, dtype=torch.float64, requires_grad=True)
    expected = torch.linspace(0, 1, 9, dtype=torch.float64)
    predicted = 1 / (1 + np.exp(-logits.detach().numpy()))
    y = expected.numpy()
    by_hand = -np.log(predicted) * y / (2 * 0.2) - np.log(1 - predicted) * (1 - y) / (2 * 0.8)

    np.testing.assert_allclose(weighted_bce(logits, expected).detach(), by_hand, rtol=1e-12)
    assert torch.autograd.gradcheck(lambda x: weighted_bce(x, expected), logits)


def test_target_heatmaps_are_bells_of_height_one():
    # The middle of a 3 x 5 map, its right edge, and a frame without the diver.
    heatmaps = target_heatmaps(targets([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]], is_there=[True, True, False]), (3, 5))[0]

    row = torch.tensor([math.exp(-0.5), math.exp(-0.125), 1, math.exp(-0.125), math.exp(-0.5)])
    torch.testing.assert_close(heatmaps[0, 1], row)
    torch.testing.assert_close(heatmaps[0, 0], row * math.exp(-0.125))
    assert heatmaps[1, 1, 4].item() == pytest.approx(math.exp(-0.5 * 0.25**2))
    assert (heatmaps[2] == 0).all()


def test_heatmap_matching_counts_frames_without_the_diver_and_not_those_that_nobody_knows():
    logits = torch.zeros(1, 3, 2, 2, requires_grad=True)
    loss = heatmap_losses(logits, targets([[9.0, 9.0]] * 3, is_there=[False] * 3, is_known=[True, True, False]))
    loss.sum().backward()

    assert loss.item() == pytest.approx(0.625 * LN2)
    torch.testing.assert_close(logits.grad[0, :, 0, 0], torch.tensor([0.3125, 0.3125, 0.0]) / 8)


def test_soft_argmax_by_hand():
    # A flat map of two pixels says 0; the target at the first one's centre is a bell of 1 and exp(-1/8).
    heatmaps = torch.zeros(1, 1, 1, 2, requires_grad=True)
    loss = soft_argmax_losses(heatmaps, targets([[-0.5, 0.0]]))
    loss.sum().backward()

    target = np.array([1, math.exp(-0.125)]) / (1 + math.exp(-0.125))
    middle = (target + 0.5) / 2
    divergence = (0.5 * np.log(0.5 / middle)).sum() / 2 + (target * np.log(target / middle)).sum() / 2
    assert loss.item() == pytest.approx(0.5 + divergence, rel=1e-5)
    # d distance / d logit: the expectation -0.5 a + 0.5 b moves by p (place - expectation) = -/+ 0.25.
    divergence_by_pmm = np.log(0.5 / middle) / 2
    by_hand = 0.5 * (np.array([-0.5, 0.5]) + divergence_by_pmm - divergence_by_pmm.mean())
    np.testing.assert_allclose(heatmaps.grad.flatten(), by_hand, rtol=1e-4)


def test_soft_argmax_leaves_out_frames_without_the_diver():
    heatmaps = torch.randn(1, 3, 4, 5, requires_grad=True)
    places = [[0.2, 0.1], [float("nan")] * 2, [0.3, 0.3]]
    loss = soft_argmax_losses(heatmaps, targets(places, is_there=[True, False, True], is_known=[True, True, False]))
    loss.sum().backward()

    assert loss.isfinite().all()
    assert (heatmaps.grad[0, 0] != 0).all()
    assert (heatmaps.grad[0, 1:] == 0).all()
