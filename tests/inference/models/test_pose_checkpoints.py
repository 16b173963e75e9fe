"""Checkpoints of others: what stands around weights is taken away, and what does not fit is said in one sentence."""

import pickle

import pytest
import torch
from safetensors.torch import save_file

from inference.models.errors import ModelError
from inference.models.hrnet import Hrnet
from inference.models.pose_checkpoints import load_published, read_checkpoint
from inference.models.pose_resnet import PoseResnet
from inference.models.resnet import ResNet
from inference.pose.skeletons import CANONICAL_17, Skeleton

TWO = Skeleton("two", ("head", "tail"), (0, 0), ())
TINY_RESNET = {"depth": 18, "width": 2, "input_side": 32, "resolution": 4}
TINY_HRNET = {"width": 2, "stem": 2, "modules": (1, 1, 1), "blocks": 1, "input_size": (32, 32)}


@pytest.fixture
def classifier():
    return ResNet(18, classes=3, width=2)


@pytest.mark.parametrize(
    "wrap", [lambda w: w, lambda w: {"epoch": 3, "state_dict": w}, lambda w: {"model": {"net": w}}]
)
@pytest.mark.parametrize("prefix", ["", "module.", "module._orig_mod."])
def test_what_stands_around_weights_is_taken_away(tmp_path, classifier, wrap, prefix):
    torch.save(wrap({prefix + name: tensor for name, tensor in classifier.state_dict().items()}), tmp_path / "a.pth")
    tensors = read_checkpoint(tmp_path / "a.pth")
    wanted = {name: tensor for name, tensor in classifier.state_dict().items() if tensor.is_floating_point()}
    assert tensors.keys() == wanted.keys()
    assert all(torch.equal(tensors[name], wanted[name]) for name in wanted)


@pytest.mark.parametrize("with_heads", [False, True])
def test_an_imagenet_classifier_fills_the_backbone(tmp_path, classifier, with_heads):
    # Old checkpoints have no counters of batches.
    old = {name: tensor for name, tensor in classifier.state_dict().items() if tensor.is_floating_point()}
    torch.save(old, tmp_path / "resnet.pth")
    model = PoseResnet(CANONICAL_17, **TINY_RESNET)
    head = model.head.weight.clone()
    loaded = load_published(model, tmp_path / "resnet.pth", with_heads=with_heads)
    assert loaded.left == ("head.weight", "head.bias")
    assert len(loaded.filled) == len(old) - 2
    assert torch.equal(model.backbone.layer4[1].conv2.weight, classifier.layer4[1].conv2.weight)
    assert torch.equal(model.head.weight, head)


def test_half_precision_safetensors_fill_single_precision(tmp_path, classifier):
    halves = {name: value.half() for name, value in classifier.state_dict().items() if value.is_floating_point()}
    save_file(halves, tmp_path / "resnet.safetensors")
    model = PoseResnet(CANONICAL_17, **TINY_RESNET)
    load_published(model, tmp_path / "resnet.safetensors", with_heads=False)
    assert model.backbone.conv1.weight.dtype == torch.float32
    torch.testing.assert_close(model.backbone.conv1.weight, classifier.conv1.weight.half().float())


def test_a_model_takes_weights_of_its_own_names(tmp_path):
    torch.manual_seed(0)
    trained, model = PoseResnet(CANONICAL_17, **TINY_RESNET), PoseResnet(CANONICAL_17, **TINY_RESNET)
    torch.save(trained.state_dict(), tmp_path / "own.pt")
    assert load_published(model, tmp_path / "own.pt", with_heads=True).left == ()
    assert torch.equal(model.head.weight, trained.head.weight)


def test_heads_for_another_skeleton_are_named_or_left(tmp_path):
    torch.save(Hrnet(CANONICAL_17, **TINY_HRNET).state_dict(), tmp_path / "hrnet.pth")
    model = Hrnet(TWO, **TINY_HRNET)
    with pytest.raises(
        ModelError, match=r"final_layer\.weight is 17 x 2 x 1 x 1 there, but 2 x 2 x 1 x 1 in this model"
    ):
        load_published(model, tmp_path / "hrnet.pth", with_heads=True)
    loaded = load_published(model, tmp_path / "hrnet.pth", with_heads=False)
    assert loaded.left == ("final_layer.weight", "final_layer.bias")


def test_weights_of_another_network_are_refused_and_change_nothing(tmp_path, classifier):
    torch.save(classifier.state_dict(), tmp_path / "resnet.pth")
    model = Hrnet(CANONICAL_17, **TINY_HRNET)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(ModelError, match=r"resnet\.pth do not fit"):
        load_published(model, tmp_path / "resnet.pth", with_heads=True)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_weights_that_the_model_does_not_have_are_named(tmp_path, classifier):
    torch.save({**classifier.state_dict(), "layer1.2.conv1.weight": torch.zeros(1)}, tmp_path / "more.pth")
    model = PoseResnet(CANONICAL_17, **TINY_RESNET)
    with pytest.raises(ModelError, match=r"this model, which has nothing called backbone\.layer1\.2\.conv1\.weight"):
        load_published(model, tmp_path / "more.pth", with_heads=False)


def test_missing_weights_are_counted(tmp_path, classifier):
    part = {name: tensor for name, tensor in classifier.state_dict().items() if not name.startswith("layer4.1.conv")}
    torch.save(part, tmp_path / "part.pth")
    with pytest.raises(ModelError, match=r"2 of its weights are not there, such as backbone\.layer4\.1\.conv1\.weight"):
        load_published(PoseResnet(CANONICAL_17, **TINY_RESNET), tmp_path / "part.pth", with_heads=False)


class Harmful:
    def __reduce__(self):
        return (print, ("harm",))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pickle.dumps(Harmful()), "cannot be read; it is no checkpoint of PyTorch, or holds more than weights"),
        (b"", "cannot be read"),
        (b"no weights at all", "cannot be read"),
        (bytes(range(256)), "cannot be read"),
        (b"PK\x03\x04 a cut-off archive", "cannot be read"),
    ],
)
def test_broken_and_harmful_files_are_refused(tmp_path, capsys, content, sentence):
    (tmp_path / "a.pth").write_bytes(content)
    with pytest.raises(ModelError, match=sentence):
        read_checkpoint(tmp_path / "a.pth")
    assert "harm" not in capsys.readouterr().out


def test_files_without_weights_are_refused(tmp_path):
    with pytest.raises(ModelError, match="no weights at"):
        read_checkpoint(tmp_path / "missing.pth")
    for number, content in enumerate([[1, 2], {"epoch": 3}, torch.zeros(3)]):
        torch.save(content, tmp_path / f"{number}.pth")
        with pytest.raises(ModelError, match="holds no weights by name"):
            read_checkpoint(tmp_path / f"{number}.pth")
