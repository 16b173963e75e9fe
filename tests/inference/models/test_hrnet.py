"""HRNet has the published names and shapes, draws heatmaps of a quarter of the crop, and learns."""

import pytest
import torch

from inference.models.hrnet import ExchangeModule, Hrnet
from inference.models.pose_designs import build
from inference.models.pose_model import PoseTargets
from inference.pose.skeletons import CANONICAL_17

TINY = {"width": 4, "stem": 4, "modules": (1, 1, 1), "blocks": 1, "input_size": (64, 32)}


@pytest.mark.parametrize(("width", "parameters"), [(32, 28_536_113), (48, 63_595_745)])
def test_names_shapes_and_parameters_are_those_published(width, parameters, published_shapes):
    model = build(f"hrnet-w{width}")
    assert sum(parameter.numel() for parameter in model.parameters()) == parameters
    assert len(model.state_dict()) == 1754
    own = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    assert own == published_shapes(f"hrnet_w{width}_coco")


@pytest.mark.parametrize("predictor", ["fc", "hm", "sa", "sar"])
def test_every_weight_learns_with_every_predictor(predictor):
    torch.manual_seed(0)
    model = Hrnet(CANONICAL_17, **TINY, predictor=predictor)
    output = model(torch.randn(2, 3, 64, 32))
    assert output.stages[-1].heatmaps.shape == (2, 17, 16, 8)
    targets = PoseTargets(torch.rand(2, 17, 2) - 0.5, torch.ones(2, 17, dtype=torch.bool))
    model.loss(output, targets).backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []
    assert all(parameter.grad.isfinite().all() for parameter in model.parameters())


def test_a_batch_is_learned():
    torch.manual_seed(0)
    model = Hrnet(CANONICAL_17, **TINY, predictor="sar")
    pictures = torch.randn(4, 3, 64, 32)
    targets = PoseTargets(torch.rand(4, 17, 2) - 0.5, torch.ones(4, 17, dtype=torch.bool))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(10):
        optimizer.zero_grad()
        loss = model.loss(model(pictures), targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


def test_a_heatmaps_pixel_lies_at_the_middle_of_every_fourth_of_the_crop():
    model = Hrnet(CANONICAL_17, **{**TINY, "input_size": (256, 192)}, predictor="hm")
    heatmaps = torch.zeros(1, 17, 64, 48)
    heatmaps[..., 5, 7] = 1
    x, y = model.predictor.output(heatmaps).coordinates[0, 0].tolist()
    assert ((x + 1) / 2 * 192, (y + 1) / 2 * 256) == pytest.approx((4 * 7 + 0.5, 4 * 5 + 0.5))


def test_branches_are_exchanged():
    """With blocks that do nothing, each branch is the sum of all, brought to its own size."""
    module = ExchangeModule((1, 1), 1, 2).eval()
    for name, parameter in module.named_parameters():
        torch.nn.init.zeros_(parameter) if "branches" in name else torch.nn.init.ones_(parameter)
    for name, parameter in module.named_parameters():
        if ".bias" in name:
            torch.nn.init.zeros_(parameter)
    high, low = torch.zeros(1, 1, 4, 4), torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    high[..., 3, 3] = 8
    with torch.inference_mode():
        upper, lower = module([high, low])
    doubled = torch.tensor([[1.0, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 12]])
    torch.testing.assert_close(upper[0, 0], doubled, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(lower[0, 0], torch.tensor([[1.0, 2.0], [3.0, 12.0]]), atol=1e-3, rtol=1e-3)


def test_weights_of_a_classifier_lose_what_only_classifies():
    model = Hrnet(CANONICAL_17, **TINY)
    kept = {name: tensor for name, tensor in model.state_dict().items() if not name.startswith("final_layer.")}
    extra = {"classifier.weight": 0, "incre_modules.0.0.conv1.weight": 0, "stage4.0.fuse_layers.2.0.0.0.weight": 0}
    assert model.from_published({**kept, **extra}) == kept
    assert model.from_published(model.state_dict()).keys() == model.state_dict().keys()


def test_networks_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="crops of 250 x 192 px do not do for HRNet"):
        build("hrnet-w32", input_size=(250, 192))
    with pytest.raises(ValueError, match=r"modules of \[1, 4\] and 4 blocks do not make the 3 stages of HRNet"):
        build("hrnet-w32", modules=[1, 4])
    with pytest.raises(ValueError, match="do not make the 3 stages"):
        build("hrnet-w32", blocks=10**9)
