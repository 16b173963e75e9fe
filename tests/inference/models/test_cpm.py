"""Convolutional pose machines: what each stage sees, says and learns."""

import pytest
import torch

from inference.models.belief_stage import background_loss
from inference.models.cpm import ConvolutionalPoseMachine
from inference.models.pose_model import PoseTargets
from inference.pose.heatmaps import bell
from inference.pose.pose_output import HeatmapStage, PoseOutput
from inference.pose.skeletons import Skeleton

THREE = Skeleton("three-3", ("top", "middle", "foot"), (0, 0, 1), ())
TINY = {
    "input_side": 32,
    "stages": 3,
    "width": 6,
    "feature_width": 4,
    "poolings": 2,
    "feature_kernel": 3,
    "context_kernel": 5,
}


def tiny(**settings):
    torch.manual_seed(0)
    return ConvolutionalPoseMachine(THREE, **{**TINY, **settings})


def targets(count=2):
    coordinates = torch.tensor([[-0.5, -0.5], [0.1, 0.0], [0.5, 0.6]]).expand(count, 3, 2)
    return PoseTargets(coordinates, torch.ones(count, 3, dtype=torch.bool))


def pictures(count=2, seed=1):
    return torch.randn(count, 3, 32, 32, generator=torch.Generator().manual_seed(seed))


def test_every_stage_says_a_map_for_each_joint_and_one_for_the_background():
    output = tiny()(pictures())
    assert [stage.name for stage in output.stages] == ["stage 1", "stage 2", "output"]
    for stage in output.stages:
        assert stage.heatmaps.shape == (2, 3, 8, 8)
        assert stage.background.shape == (2, 8, 8)
    assert output.coordinates.shape == (2, 3, 2)
    assert output.on_cpu()[:1].stages[0].background.shape == (1, 8, 8)


def test_the_network_as_published_has_its_size():
    # By hand: 9x9, 9x9, 9x9 and 5x5 twice; 9x9, 1x1 and 1x1 with 15 maps; 11x11 three times, 1x1 and 1x1, five times.
    features = 81 * 3 * 128 + 2 * 81 * 128**2 + 25 * 128 * 32
    first = 81 * 32 * 512 + 512**2 + (512 + 1) * 15
    later = 121 * (32 + 15 + 1) * 128 + 2 * 121 * 128**2 + 128**2 + (128 + 1) * 15
    norms = 2 * 2 * (3 * 128 + 32) + 2 * 2 * 512 + 5 * 2 * 4 * 128
    with torch.device("meta"):
        fourteen = Skeleton("chain-14", tuple(f"joint {i}" for i in range(14)), (0, *range(13)), ())
        model = ConvolutionalPoseMachine(fourteen)
    assert model.heatmap_size == (46, 46)
    assert sum(weights.numel() for weights in model.parameters()) == 2 * features + first + 5 * later + norms


def test_later_stages_see_further():
    model = tiny().eval()
    picture = pictures(1).requires_grad_()
    reach = []
    for stage in model(picture).stages:
        (gradient,) = torch.autograd.grad(stage.heatmaps[0, :, 4, 4].sum(), picture, retain_graph=True)
        rows = gradient[0].abs().sum(dim=(0, 2)).nonzero()
        reach.append(int(rows.max() - rows.min()) + 1)
    assert reach[0] < reach[1] == 32


def test_each_stage_learns_from_its_own_loss():
    model = tiny()
    output = model(pictures())
    first = PoseOutput(output.coordinates, output.confidences, output.stages[:1])
    model.loss(first, targets()).backward()
    assert all(weights.grad is not None and weights.grad.any() for weights in model.first_beliefs.parameters())
    assert all(weights.grad is None for weights in model.beliefs.parameters())
    model.zero_grad()
    model.loss(model(pictures()), targets()).backward()
    assert [name for name, weights in model.named_parameters() if weights.grad is None] == []
    for stage in model.beliefs:
        assert stage[-1].weight.grad.any()


def test_the_loss_is_the_sum_of_squares_over_stages_and_maps():
    model = tiny()
    output = model(pictures())
    ideal = bell(targets().coordinates, (8, 8), 2.6)
    background = 1 - ideal.amax(dim=1)
    squares = [
        ((stage.heatmaps - ideal) ** 2).sum() + ((stage.background - background) ** 2).sum() for stage in output.stages
    ]
    # Two crops of three joints each.
    torch.testing.assert_close(model.loss(output, targets()), sum(squares) / 6)


def test_the_background_costs_what_the_joints_leave_over():
    background = torch.zeros(1, 1, 2, requires_grad=True)
    stage = HeatmapStage("output", torch.zeros(1, 2, 1, 2), None, torch.zeros(1, 2, 2))
    machine = tiny()(pictures()).stages[0]
    stages = [stage, type(machine)("output", stage.heatmaps, None, stage.coordinates, background)]
    beliefs = torch.tensor([[[[0.25, 0.5]], [[0.75, 0.0]]]])
    loss = background_loss(stages, beliefs, torch.ones(1, 2))
    loss.backward()
    # What is left over is 0.25 and 0.5; over two joints.
    assert loss.item() == pytest.approx((0.0625 + 0.25) / 2)
    torch.testing.assert_close(background.grad, torch.tensor([[[-0.25, -0.5]]]))
    assert background_loss(stages, beliefs, torch.tensor([[1, 0]])) == 0
    weighted = background_loss(stages, beliefs, torch.ones(1, 2), weights=torch.tensor([[[0.0, 1.0]]]))
    assert weighted.item() == pytest.approx(0.25 / 2)


def test_joints_that_do_not_count_teach_nothing():
    model = tiny()
    output = model(pictures(1))
    nothing = PoseTargets(torch.full((1, 3, 2), torch.nan), torch.zeros(1, 3, dtype=torch.bool))
    loss = model.loss(output, nothing)
    loss.backward()
    assert loss.item() == 0
    assert not any(weights.grad is not None and weights.grad.any() for weights in model.parameters())


@pytest.mark.parametrize("kind", ["hm", "sa", "sar", "fc"])
def test_the_loss_falls(kind):
    model = tiny(predictor=kind)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(12):
        loss = model.loss(model(pictures()), targets())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]


def test_one_stage_is_a_machine_too_and_none_is_not():
    assert [stage.name for stage in tiny(stages=1)(pictures()).stages] == ["output"]
    with pytest.raises(ValueError, match="at least 1 stage, not 0"):
        tiny(stages=0)
    with pytest.raises(ValueError, match="crops of 30 px do not do; their side is to be a multiple of 4 px"):
        tiny(input_side=30)
