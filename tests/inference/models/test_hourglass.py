"""Stacked hourglasses: shapes, supervision of every stack, and the two published ports' weights."""

import pytest
import torch

from inference.models.hourglass import Hourglass, Residual, StackedHourglass
from inference.models.hourglass_keys import own_names
from inference.models.pose_model import PoseTargets
from inference.pose.skeletons import MPII_16, Skeleton

THREE = Skeleton("three-3", ("top", "middle", "foot"), (0, 0, 1), ())
PORTS = {
    "hourglass2_princeton": {"stacks": 2, "colours": "unit"},
    "hourglass8_anibali": {"stacks": 8, "stem_widths": (64, 128, 256), "colours": "mpii-mean"},
}


def tiny(**settings):
    torch.manual_seed(0)
    small = {"input_side": 32, "stacks": 2, "width": 8, "stem_widths": (4, 4, 6), "depth": 2}
    return StackedHourglass(THREE, **{**small, **settings})


def targets(count=2):
    coordinates = torch.tensor([[-0.5, -0.5], [0.1, 0.0], [0.5, 0.6]]).expand(count, 3, 2)
    return PoseTargets(coordinates, torch.ones(count, 3, dtype=torch.bool))


def pictures(count=2, seed=1):
    return torch.randn(count, 3, 32, 32, generator=torch.Generator().manual_seed(seed))


def empty(shapes):
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}


def test_every_stack_says_heatmaps_and_the_last_one_is_the_answer():
    output = tiny()(pictures())
    assert [stage.name for stage in output.stages] == ["stage 1", "output"]
    assert [stage.heatmaps.shape for stage in output.stages] == [(2, 3, 8, 8)] * 2
    torch.testing.assert_close(output.coordinates, output.stages[-1].coordinates)
    # In quarters of a pixel, of which the maps have 8 across 2 units: a quarter is 1 / 16.
    sixteenths = output.coordinates * 16
    torch.testing.assert_close(sixteenths, sixteenths.round())


def test_each_stack_learns_from_its_own_loss():
    model = tiny()
    output = model(pictures())
    first = model.predictor.loss(output.stages[:1], targets().coordinates)
    first.backward(retain_graph=True)
    assert model.scores[0].weight.grad.any()
    assert model.scores[1].weight.grad is None
    model.zero_grad()
    model.loss(output, targets()).backward()
    assert [name for name, weights in model.named_parameters() if weights.grad is None or not weights.grad.any()] == []


@pytest.mark.parametrize(("depth", "sees_far"), [(1, False), (4, True)])
def test_an_hourglass_keeps_the_size_and_sees_as_far_as_it_is_deep(depth, sees_far):
    torch.manual_seed(0)
    features = torch.randn(1, 4, 16, 16, requires_grad=True)
    out = Hourglass(4, depth).eval()(features)
    assert out.shape == features.shape
    out[0, :, 0, 0].sum().backward()
    assert bool(features.grad[..., 10:, 10:].any()) == sees_far


def test_an_hourglass_adds_what_is_beside_it_to_what_comes_from_below():
    # Residuals that change nothing: the features and, over each square of two by two, its highest value.
    hourglass = Hourglass(2, depth=1).eval()
    for weights in hourglass.parameters():
        torch.nn.init.zeros_(weights)
    features = torch.arange(8.0).reshape(1, 2, 2, 2)
    assert hourglass(features).tolist() == [[[[3, 4], [5, 6]], [[11, 12], [13, 14]]]]


def test_a_residual_module_without_weights_is_its_shortcut():
    same, wider = Residual(2, 2), Residual(2, 4)
    for weights in [*same.body.parameters(), *wider.body.parameters()]:
        torch.nn.init.zeros_(weights)
    features = torch.randn(1, 2, 3, 3)
    torch.testing.assert_close(same(features), features)
    torch.testing.assert_close(wider(features), wider.shortcut(features))


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
    assert losses[-1] < 0.7 * losses[0]


@pytest.mark.parametrize("port", PORTS)
def test_published_weights_fit_exactly(port, published_shapes):
    tensors = empty(published_shapes(port))
    with torch.device("meta"):
        model = StackedHourglass(MPII_16, **PORTS[port])
    renamed = model.from_published(tensors)
    own = {name: weights.shape for name, weights in model.state_dict().items()}
    assert {name: weights.shape for name, weights in renamed.items()} == own
    model.load_state_dict(renamed, strict=True, assign=True)


def test_the_unused_shortcuts_of_one_port_are_all_that_is_left_out(published_shapes):
    tensors = empty(published_shapes("hourglass2_princeton"))
    # 42 residual modules, of which 2 change the number of channels, and a weight and a bias each.
    shortcuts = [name for name in tensors if ".skip_layer." in name]
    assert len(tensors) - len(own_names(tensors)) == len(shortcuts) - 2 * 2


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("hgs.1.0.low2.low2.up1.conv2.conv.weight", "hourglasses.1.inner.inner.beside.body.5.weight"),
        ("hgs.0.0.low3.bn1.bias", "hourglasses.0.up.body.0.bias"),
        ("merge_preds.0.conv.conv.bias", "from_scores.0.bias"),
        ("features.1.1.bn.running_mean", "mixes.1.1.running_mean"),
    ],
)
def test_where_the_layers_of_one_port_are(name, own):
    marker = torch.zeros(1)
    assert own in own_names({"pre.0.conv.weight": torch.zeros(2), name: marker})


@pytest.mark.parametrize(
    ("name", "own"),
    [
        # Numbered from the inside: of two levels 1 is the outer one.
        ("hg.3.hg.1.0.0.conv1.weight", "hourglasses.3.beside.body.2.weight"),
        ("hg.3.hg.0.2.0.conv3.weight", "hourglasses.3.inner.up.body.8.weight"),
        ("hg.3.hg.0.3.0.bn2.weight", "hourglasses.3.inner.inner.body.3.weight"),
        ("layer2.0.downsample.0.weight", "stem.5.shortcut.weight"),
        ("fc_.0.weight", "from_features.0.weight"),
    ],
)
def test_where_the_layers_of_the_other_port_are(name, own):
    assert own in own_names({"hg.0.hg.1.0.0.bn1.weight": torch.zeros(1), name: torch.zeros(1)})


def test_unknown_names_are_kept():
    assert list(own_names({"something.weight": torch.zeros(1)})) == ["something.weight"]


def test_what_cannot_be_built_is_said():
    with pytest.raises(ValueError, match="1 to 8 stacks, not 9"):
        tiny(stacks=9)
    with pytest.raises(ValueError, match="crops of 40 px do not do; their side is to be a multiple of 16 px"):
        tiny(input_side=40)
