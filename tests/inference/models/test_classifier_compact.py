"""The default classifier: shapes, counts that are sums of turns, its losses by hand, and its designs."""

import math

import numpy as np
import pytest
import torch

from inference.models.c3d import CLASSES, DiveClassifier
from inference.models.classifier_compact import CompactClassifier, posture_loss, turns_loss
from inference.models.classifier_designs import KINDS, ClassifierDesign, standardised


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(3)
    return CompactClassifier(width=2).eval()


def test_every_head_has_its_values_and_every_step_its_turns(network):
    with torch.inference_mode():
        seen = network.seen(torch.randn(2, 3, 24, 64, 64))

    assert {name: tuple(values.shape) for name, values in seen.logits.items()} == {
        name: (2, len(values)) for name, values in CLASSES.items()
    }
    assert seen.turns.shape == (2, 2, 23)
    assert (seen.turns > 0).all()
    assert seen.postures.shape == (2, 2, 24)


def test_counts_are_drawn_to_the_sum_of_the_turns(network):
    clips = torch.randn(1, 3, 24, 64, 64)
    for count in (1, 4, 8):
        with torch.inference_mode():
            # softplus(x) = count / 23 in every step, whatever is seen.
            network.turning.weight.zero_()
            network.turning.bias.fill_(math.log(math.expm1(count / 23)))
            for head in network.heads.values():
                head.weight.zero_()
                head.bias.zero_()
            network.sharpness.fill_(math.log(math.expm1(2.0)))
            logits = network(clips)
        for name in ("half_somersaults", "half_twists"):
            expected = [-2.0 * (math.hypot(count - value, 1) - 1) for value in range(len(CLASSES[name]))]
            np.testing.assert_allclose(logits[name][0], expected, atol=1e-3)
        np.testing.assert_allclose(logits["position"][0], np.zeros(4))


def test_loss_of_turns_and_its_gradient_by_hand():
    turns = torch.tensor([[[0.30, 0.05], [0.20, 0.00]]], requires_grad=True)
    truth = torch.tensor([[[0.25, 0.35], [float("nan"), float("nan")]]])

    loss = turns_loss(turns, truth)
    loss.backward()

    # Huber with delta 0.1: half the square of 0.05, and 0.1 * (0.3 - 0.05), over the two that are known.
    assert loss.item() == pytest.approx((0.5 * 0.05**2 + 0.1 * (0.3 - 0.05)) / 2)
    np.testing.assert_allclose(turns.grad[0], [[0.05 / 2, -0.1 / 2], [0.0, 0.0]], atol=1e-7)


def test_nothing_known_of_the_turns_costs_nothing():
    turns = torch.rand(2, 2, 5, requires_grad=True)
    loss = turns_loss(turns, torch.full((2, 2, 5), float("nan")))
    loss.backward()

    assert loss.item() == 0
    assert (turns.grad == 0).all()


def test_posture_loss_is_the_squared_distance_from_the_cosines_that_are_known():
    postures = torch.tensor([[[0.5, 0.0, 0.3], [0.0, 0.0, 0.3]]], requires_grad=True)
    # Upright, level, and not known: cosines of 0 and 90 degrees, and of 0 and 180.
    loss = posture_loss(postures, torch.tensor([[0.0, 0.5, float("nan")]]))
    loss.backward()

    assert loss.item() == pytest.approx((0.5**2 + 0 + 1 + 1) / 4)
    np.testing.assert_allclose(postures.grad[0], [[-0.25, 0.0, 0.0], [-0.5, 0.5, 0.0]], atol=1e-6)


def test_a_dive_upside_down_has_another_posture_than_an_upright_one():
    perfect = torch.tensor([[[1.0, -1.0, 1.0], [1.0, 1.0, 1.0]]])

    assert posture_loss(perfect, torch.tensor([[0.0, 1.0, 2.0]])).item() == pytest.approx(0, abs=1e-9)
    assert posture_loss(perfect, torch.tensor([[1.0, 0.0, 1.0]])).item() == pytest.approx(2, abs=1e-6)


def test_designs_build_what_they_name():
    torch.manual_seed(0)
    compact = ClassifierDesign("compact", width=3).build()
    dilated = ClassifierDesign("dilated", side=32).build()

    assert isinstance(compact, CompactClassifier)
    assert compact.width == 3
    assert isinstance(dilated, DiveClassifier)
    assert dilated.kind == "dilated"
    assert {kind: ClassifierDesign(kind).frames for kind in KINDS} == {
        "compact": 24,
        "vanilla": 16,
        "altered": 16,
        "dilated": 16,
    }


@pytest.mark.parametrize(
    "wrong", [{"kind": "deep"}, {"side": 48}, {"kind": "dilated", "side": 16}, {"width": 0}, {"width": 10_000}]
)
def test_designs_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"there is no|only|out of range"):
        ClassifierDesign(**wrong)


def test_colours_are_standardised_channel_first():
    clips = torch.zeros(1, 2, 4, 4, 3, dtype=torch.uint8)
    clips[..., 1] = 255

    colours = standardised(clips)

    assert colours.shape == (1, 3, 2, 4, 4)
    np.testing.assert_allclose(colours[0, :, 0, 0, 0], [-0.42 / 0.25, 0.58 / 0.25, -0.42 / 0.25], rtol=1e-6)
