"""The default classifier: shapes, counts that are sums of turns, its losses by hand, and its designs."""

import math

import numpy as np
import pytest
import torch

from inference.diving.boards import Board
from inference.diving.code_decoding import attribute_values
from inference.diving.codes import parse
from inference.models.c3d import CLASSES, DiveClassifier
from inference.models.classifier_compact import (
    CompactClassifier,
    posture_loss,
    somersault_steps,
    true_postures,
    turns_loss,
)
from inference.models.classifier_designs import KINDS, ClassifierDesign, standardised
from inference.simulator.body.athlete import SEGMENTS
from inference.simulator.footage.close_ups import turns_done
from inference.simulator.people.acts import DiveAct, dive_motion_of
from inference.simulator.people.person import Person
from inference.simulator.venue.board_poses import BoardPose, PlacedBoard


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
    assert seen.postures.shape == (2, 6, 24)


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


def test_posture_loss_is_the_squared_distance_from_what_is_known():
    postures = torch.tensor([[[0.5, 0.0, 0.3], [0.0, 0.0, 0.3]]], requires_grad=True)
    loss = posture_loss(postures, torch.tensor([[[1.0, 0.0, float("nan")], [1.0, -1.0, float("nan")]]]))
    loss.backward()

    assert loss.item() == pytest.approx((0.5**2 + 0 + 1 + 1) / 4)
    np.testing.assert_allclose(postures.grad[0], [[-0.25, 0.0, 0.0], [-0.5, 0.5, 0.0]], atol=1e-6)


def test_postures_by_hand():
    """A forward dive after a quarter turn, a back one after a quarter and a half twist, an armstand, and who knows."""
    turns = torch.tensor([[[0.5], [0.0]], [[0.5], [1.0]], [[0.0], [0.0]], [[float("nan")], [float("nan")]]])

    postures = true_postures(turns, torch.tensor([1, 2, 1, 1]), torch.tensor([0, 0, 1, 0]))[..., 0]

    expected = [
        [0, -1, 1, 0, 0, -1],  # level, the head to the right, the chest down
        [0, -1, 1, 0, 0, -1],  # turned backwards, and then over onto the chest
        [-1, 1, 0, 0, -1, 0],  # upside down, the chest to the platform
    ]
    np.testing.assert_allclose(postures[:3], expected, atol=1e-6)
    assert torch.isnan(postures[3]).all()


@pytest.mark.parametrize("code", ["103B", "203B", "303C", "403C", "5132D", "5231D", "5331D", "5422D", "614C", "624C"])
def test_postures_are_those_of_the_simulated_diver(code):
    parsed = parse(code)
    placed = PlacedBoard(Board.from_key("platform-10"), BoardPose(0.0, 0.0), 0.25)
    person = Person.random(np.random.default_rng(3))
    motion = dive_motion_of(DiveAct(placed, parsed, person, 5.0, 11).actors()[0])
    times = np.linspace(motion.take_off_s, motion.entry_s, 30)
    turns = torch.from_numpy(turns_done(motion, times).T[None])
    places = {
        name: torch.tensor([CLASSES[name].index(value)])
        for name, value in attribute_values(parsed).items()
        if name in ("rotation_type", "armstand")
    }

    cosine, _, sine, _, ahead, upwards = true_postures(turns, places["rotation_type"], places["armstand"])[0].numpy()

    trunk = motion.at(times).rotations[:, SEGMENTS.index("lower_trunk")]
    chest, head = trunk[:, :, 0], trunk[:, :, 2]  # columns: where they point to; x ahead of the board, z up
    for said, true in ((cosine, head[:, 2]), (sine, head[:, 0]), (ahead, chest[:, 0]), (upwards, chest[:, 2])):
        # Divers lean a little at take-off, and twist in planes that are not quite level.
        assert np.abs(said - true).mean() < 0.2
        assert np.corrcoef(said, true)[0, 1] > 0.9


def test_steps_of_a_somersault_tell_its_sense():
    turns = torch.tensor([[[0.0, 0.25, 0.75], [0.0, 0.0, 0.0]]]).repeat(2, 1, 1)

    steps = somersault_steps(true_postures(turns, torch.tensor([1, 4]), torch.zeros(2)))

    forward = [math.sin(math.pi / 4), 1.0]
    np.testing.assert_allclose(steps, [forward, [-sine for sine in forward]], atol=1e-6)


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
