"""ResNet-d @ r px: every resolution and predictor, and that it learns."""

import pytest
import torch

from inference.models.pose_designs import POSE_DESIGNS, build
from inference.models.pose_model import PoseTargets
from inference.models.pose_resnet import PoseResnet
from inference.pose.skeletons import CANONICAL_17

TINY = {"depth": 18, "width": 4, "input_side": 32, "resolution": 8}


@pytest.mark.parametrize(("resolution", "kind"), [(1, "fc"), (2, "hm"), (4, "sa"), (8, "sar"), (8, "fc"), (8, "hm")])
def test_resolution_and_predictor_are_chosen_freely(resolution, kind):
    torch.manual_seed(0)
    model = PoseResnet(CANONICAL_17, **{**TINY, "resolution": resolution}, predictor=kind)
    pictures = torch.randn(2, 3, 32, 32)
    targets = PoseTargets(torch.rand(2, 17, 2) - 0.5, torch.ones(2, 17, dtype=torch.bool))
    output = model(pictures)
    assert output.coordinates.shape == (2, 17, 2)
    assert output.confidences.shape == (2, 17)
    assert [stage.heatmaps.shape for stage in output.stages] == [(2, 17, resolution, resolution)]
    model.loss(output, targets).backward()
    without = [name for name, parameter in model.named_parameters() if parameter.grad is None]
    assert without == []
    assert all(parameter.grad.isfinite().all() for parameter in model.parameters())


@pytest.mark.parametrize("kind", ["fc", "hm", "sa", "sar"])
def test_a_batch_is_learned(kind):
    torch.manual_seed(0)
    model = PoseResnet(CANONICAL_17, **TINY, predictor=kind)
    pictures = torch.randn(4, 3, 32, 32)
    targets = PoseTargets(torch.rand(4, 17, 2) - 0.5, torch.ones(4, 17, dtype=torch.bool))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(12):
        optimizer.zero_grad()
        loss = model.loss(model(pictures), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.75 * losses[0]


def test_keypoints_that_do_not_count_teach_nothing():
    model = PoseResnet(CANONICAL_17, **TINY)
    output = model(torch.randn(2, 3, 32, 32))
    counts = torch.zeros(2, 17, dtype=torch.bool)
    assert model.loss(output, PoseTargets(torch.full((2, 17, 2), torch.nan), counts)).item() == 0
    counts[0, 3] = True
    model.loss(output, PoseTargets(torch.zeros(2, 17, 2), counts)).backward()
    assert model.head.weight.grad.abs().amax(dim=(1, 2, 3)).nonzero().flatten().tolist() == [3]


def test_the_proposed_model_is_as_large_as_the_thesis_says_a_resnet_50_is():
    model = build("resnet-50")
    backbone = 25_557_032 - 1000 * 2049
    assert sum(parameter.numel() for parameter in model.parameters()) == backbone + 17 * 2049
    assert (model.input_size, model.heatmap_size) == ((224, 224), (28, 28))
    assert model.predictor.settings.kind == "sar"


@pytest.mark.parametrize("name", [name for name in POSE_DESIGNS if name.startswith("resnet")])
def test_every_design_can_be_built(name):
    model = build(name)
    if "@" in name:
        depth, resolution = name.removeprefix("resnet-").removesuffix("px").split("@")
        assert model.heatmap_size == (int(resolution), int(resolution))
        blocks = {"18": 2, "34": 6, "50": 6, "101": 23}[depth]
        assert len(model.backbone.layer3) == blocks


def test_sizes_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="crops of 100 px do not do for a ResNet"):
        build("resnet-18", input_side=100)
    with pytest.raises(ValueError, match="has no heatmaps of 30 px; choose from 7, 14, 28, 56"):
        build("resnet-18", resolution=30)
    with pytest.raises(ValueError, match="'best' is not one of fc, hm, sa, sar"):
        build("resnet-18", predictor="best")
    with pytest.raises(ValueError, match=r"a predictor cannot be set so: .*'sigma'"):
        build("resnet-18", predictor={"kind": "sar", "sigma": 2})


def test_published_weights_go_into_the_backbone():
    model = PoseResnet(CANONICAL_17, **TINY)
    renamed = model.from_published({"conv1.weight": torch.zeros(1), "fc.weight": torch.zeros(1)})
    assert set(renamed) == {"backbone.conv1.weight"}
