"""The default pose model: from fine to coarse and back, and every weight of it learns."""

from dataclasses import replace

import pytest
import torch

from inference.models.diver_pose import AXES_WEIGHT, DiverPose
from inference.models.pose_designs import build
from inference.models.pose_model import PoseTargets
from inference.pose.skeletons import CANONICAL_17

TINY = {"input_side": 32, "widths": (4, 4, 8, 8), "blocks": (1, 1, 1, 1)}
AXES = [[0.0, -1.0, 0.0], [0.0, 0.0, -1.0]]


def targets(count):
    generator = torch.Generator().manual_seed(0)
    known = torch.ones(count, 17, dtype=torch.bool)
    coordinates = torch.rand(count, 17, 2, generator=generator) - 0.5
    return PoseTargets(coordinates, known, axes=torch.tensor(AXES).expand(count, 2, 3))


@pytest.mark.parametrize("predictor", ["fc", "hm", "sa", "sar"])
def test_every_weight_learns_with_every_predictor(predictor):
    torch.manual_seed(0)
    model = DiverPose(CANONICAL_17, predictor, **TINY)
    output = model(torch.randn(2, 3, 32, 32))
    assert output.stages[-1].heatmaps.shape == (2, 17, 8, 8)
    assert (output.coordinates.shape, output.confidences.shape) == ((2, 17, 2), (2, 17))
    model.loss(output, targets(2)).backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []
    assert all(parameter.grad.isfinite().all() for parameter in model.parameters())


def test_axes_cost_their_squared_error_where_they_are_known():
    torch.manual_seed(0)
    model, wanted = DiverPose(CANONICAL_17, **TINY), targets(2)
    output = model(torch.randn(2, 3, 32, 32))
    said = torch.tensor([AXES, [[0.0, -1.0, 0.5], [3.0, 0.0, -1.0]]])
    output = replace(output, axes=said)
    alone = model.loss(output, replace(wanted, axes=None)).item()

    assert model.loss(output, wanted).item() == pytest.approx(alone + AXES_WEIGHT * (0.5**2 + 3**2) / 2)
    unknown = replace(wanted, axes=torch.stack([torch.zeros(2, 3), torch.tensor(AXES)]))
    assert model.loss(output, unknown).item() == pytest.approx(alone + AXES_WEIGHT * (0.5**2 + 3**2))
    assert model.loss(output, replace(wanted, axes=torch.zeros(2, 2, 3))).item() == pytest.approx(alone)


def test_axes_are_learned():
    torch.manual_seed(0)
    model, pictures = DiverPose(CANONICAL_17, **TINY), torch.randn(4, 3, 32, 32)
    axes = torch.nn.functional.normalize(torch.randn(4, 2, 3), dim=-1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(40):
        optimizer.zero_grad()
        output = model(pictures)
        model.loss(output, replace(targets(4), axes=axes)).backward()
        optimizer.step()
    assert output.axes.shape == (4, 2, 3)
    assert torch.nn.functional.cosine_similarity(output.axes, axes, dim=-1).min() > 0.8


def test_a_batch_is_learned():
    torch.manual_seed(0)
    model, pictures = DiverPose(CANONICAL_17, **TINY), torch.randn(4, 3, 32, 32)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = model.loss(model(pictures), targets(4))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.75 * losses[0]


def test_one_pixel_of_the_crop_reaches_every_pixel_of_the_heatmaps():
    torch.manual_seed(0)
    model = DiverPose(CANONICAL_17, **{**TINY, "input_side": 128}).eval()
    pictures = torch.randn(1, 3, 128, 128, requires_grad=True)
    model.heatmaps(pictures)[-1][0, 0, 0, 0].backward()
    assert pictures.grad[0, :, 96:, 96:].abs().sum() > 0


def test_the_default_is_small():
    model = build("diver")
    assert (model.input_size, model.heatmap_size) == ((128, 128), (32, 32))
    assert model.predictor.settings.kind == "sar"
    assert sum(parameter.numel() for parameter in model.parameters()) < 3_500_000


def test_models_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="crops of 100 px do not do; their side is to be a multiple of 32 px"):
        build("diver", input_side=100)
    with pytest.raises(ValueError, match=r"widths of \[8, 8, 8\] and \[2, 2, 3, 2\] blocks do not make 4 scales"):
        build("diver", widths=[8, 8, 8])
    with pytest.raises(ValueError, match="do not make 4 scales"):
        build("diver", blocks=[1, 1, 1, 10**9])
