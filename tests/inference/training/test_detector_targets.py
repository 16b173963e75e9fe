"""The detector's loss by hand, and what has no part in it."""

import math

import pytest
import torch

from inference.models.dive_detector import DetectorMaps
from inference.training.detector_targets import DetectorTargets, detector_loss

NOWHERE = [math.nan, math.nan]
LN2 = math.log(2)


def maps_of(time, rows=3, columns=5, logit=0.0):
    events = torch.full((1, 3, time, rows, columns), logit, requires_grad=True)
    offsets = torch.zeros(1, 2, time, rows, columns, requires_grad=True)
    return DetectorMaps(events, offsets)


def targets_of(labels, positions, counts=None):
    labels = torch.tensor(labels, dtype=torch.float32)[None].expand(1, 3, -1)
    counts = torch.ones(1, labels.shape[2], dtype=torch.bool) if counts is None else torch.tensor([counts])
    return DetectorTargets(labels, counts, torch.tensor(positions, dtype=torch.float32)[None])


def test_a_dive_at_a_known_place_by_hand():
    # The diver is 4 px right of and 6 px above the middle of the second row's third cell.
    maps, targets = maps_of(1), targets_of([[1.0]], [[2 * 16 + 2 + 4, 16 + 2 - 6]])

    loss = detector_loss(maps, targets, torch.tensor([2.0, 2.0, 2.0]))
    loss.backward()

    # All logits are 0: the diver's cell and the 6 that are not beside it cost ln 2 times a squared error of 1 / 4.
    # Cells beside the diver's have to go a cell further or less; the eight of them count as much as that one.
    across, down = sum(abs(away + 4 / 16) for away in (1, 0, -1)), sum(abs(away - 6 / 16) for away in (1, 0, -1))
    own = 4 / 16 + 6 / 16
    cells, pooled, offset = 7 * LN2 / 4, 2 * LN2, (own + (3 * across + 3 * down - own) / 8) / 2
    assert loss.item() == pytest.approx(cells + pooled + 0.5 * offset)
    beside = maps.events.grad[0, 0, 0, :, 1:4].clone()
    beside[1, 1] = 0
    # Ties for the most certain cell share the pooled loss's gradient; a neighbour has no other.
    torch.testing.assert_close(beside[beside != 0], torch.full((8,), -2 * 0.5 / 3 / 15))
    assert maps.events.grad[0, 0, 0, 1, 2] < -0.1
    assert maps.events.grad[0, 0, 0, 0, 0] > 0
    assert (maps.offsets.grad != 0).sum() == 2 * 9


def test_gradients_are_those_of_differences():
    torch.manual_seed(0)
    events = torch.randn(1, 3, 2, 3, 4, dtype=torch.float64, requires_grad=True)
    offsets = torch.randn(1, 2, 2, 3, 4, dtype=torch.float64, requires_grad=True)
    targets = targets_of([[0.6, 0.0]], [[21.0, 30.0], NOWHERE])
    targets = DetectorTargets(targets.labels.double(), targets.counts, targets.positions.double())
    weights = torch.ones(3, dtype=torch.float64)

    def loss(events, offsets):
        return detector_loss(DetectorMaps(events, offsets), targets, weights)

    # Positions are computed in single precision, so the offsets' differences are coarse.
    assert torch.autograd.gradcheck(lambda events: loss(events, offsets), (events,), atol=1e-4, rtol=1e-3)


def test_frames_that_do_not_count_have_no_gradient():
    maps = maps_of(4)
    positions = [[20.0, 20.0]] * 4
    detector_loss(maps, targets_of([[1, 1, 1, 1]], positions, [True, False, True, False]), torch.ones(3)).backward()

    for gradient in (maps.events.grad, maps.offsets.grad):
        assert (gradient[0, :, [1, 3]] == 0).all()
        assert (gradient[0, :, [0, 2]] != 0).any()


def test_a_dive_at_an_unknown_place_asks_for_the_most_certain_cell_only():
    maps = maps_of(2)
    with torch.no_grad():
        maps.events[0, :, :, 2, 4] = 1.0
    detector_loss(maps, targets_of([[1.0, 0.0]], [NOWHERE, NOWHERE]), torch.ones(3)).backward()

    known = torch.zeros(3, 5, dtype=torch.bool)
    known[2, 4] = True
    assert (maps.events.grad[0, 0, 0][known] < 0).all()
    assert (maps.events.grad[0, 0, 0][~known] == 0).all()
    assert (maps.events.grad[0, 0, 1] > 0).all()
    assert (maps.offsets.grad == 0).all()
