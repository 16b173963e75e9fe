"""ResNets have the published names, shapes and numbers of weights, and grow their features as the listing says."""

import hashlib

import pytest
import torch
from torch import nn

from inference.models.resnet import ResNet, enlarge_activations

# Of the lines "name shape" of the state dicts of torchvision 0.28.0's networks, in their order.
PUBLISHED = {
    18: (122, 11_689_512, "84fb10d9c6905a1c"),
    34: (218, 21_797_672, "28f9096d51307499"),
    50: (320, 25_557_032, "d7e4f8bb0a536344"),
    101: (626, 44_549_160, "02c0f34f4842751f"),
}


@pytest.mark.parametrize("depth", PUBLISHED)
def test_names_and_shapes_are_those_published(depth):
    tensors, parameters, fingerprint = PUBLISHED[depth]
    network = ResNet(depth)
    lines = [f"{name} {tuple(tensor.shape)}" for name, tensor in network.state_dict().items()]
    assert len(lines) == tensors
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] == fingerprint


def test_some_published_names_in_words():
    shapes = {name: tuple(tensor.shape) for name, tensor in ResNet(50).state_dict().items()}
    assert shapes["conv1.weight"] == (64, 3, 7, 7)
    assert shapes["layer1.0.downsample.0.weight"] == (256, 64, 1, 1)
    assert shapes["layer4.2.conv3.weight"] == (2048, 512, 1, 1)
    assert shapes["layer3.5.bn2.running_var"] == (256,)
    assert shapes["fc.weight"] == (1000, 2048)


def test_there_is_no_other_depth():
    with pytest.raises(ValueError, match="no ResNet-20; choose from 18, 34, 50, 101 layers"):
        ResNet(20)


@pytest.mark.parametrize(("depth", "doublings", "side"), [(18, 0, 1), (18, 1, 2), (50, 2, 4), (18, 3, 8)])
def test_features_are_doubled(depth, doublings, side):
    network = ResNet(depth, classes=None, width=4).eval()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    enlarge_activations(network, doublings)
    with torch.inference_mode():
        assert network(torch.randn(1, 3, 32, 32)).shape == (1, network.channels, side, side)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_strides_become_dilations_as_in_the_listing():
    network = ResNet(50, classes=None, width=4)
    enlarge_activations(network, 2)
    seen = {
        name: (module.stride[0], module.dilation[0], module.padding[0])
        for name, module in network.named_modules()
        if isinstance(module, nn.Conv2d)
    }
    assert seen["layer2.0.conv2"] == (2, 1, 1)
    assert seen["layer2.1.conv2"] == (1, 1, 1)
    assert seen["layer3.0.downsample.0"] == (1, 1, 0)
    assert seen["layer3.0.conv2"] == (1, 1, 1)
    assert seen["layer3.5.conv2"] == (1, 2, 2)
    assert seen["layer4.0.conv2"] == (1, 1, 1)
    assert seen["layer4.2.conv2"] == (1, 4, 4)


def test_every_other_pixel_is_as_before_where_only_the_stride_is_gone():
    """A stage of one block has nothing to dilate, so its features are those of before and what lay between."""
    torch.manual_seed(0)
    network = ResNet(18, classes=None, width=4).eval()
    network.layer4 = network.layer4[:1]
    pictures = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        before = network(pictures)
        enlarge_activations(network, 1)
        torch.testing.assert_close(network(pictures)[..., ::2, ::2], before)


@pytest.mark.parametrize("doublings", [-1, 4])
def test_there_are_three_doublings_at_most(doublings):
    with pytest.raises(ValueError, match=f"doubled 0 to 3 times, not {doublings} times"):
        enlarge_activations(ResNet(18, width=2), doublings)


def test_a_classifier_means_its_features():
    torch.manual_seed(0)
    network = ResNet(18, classes=5, width=4).eval()
    pictures = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        expected = network.features(pictures).mean(dim=(2, 3)) @ network.fc.weight.T + network.fc.bias
        torch.testing.assert_close(network(pictures), expected)
