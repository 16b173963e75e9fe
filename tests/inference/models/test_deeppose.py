"""The cascade: pictures cut out exactly, each stage moving joints by what it sees, and losses in its own box."""

import pytest
import torch

from inference.models.deeppose import CascadeOutput, DeepPose, crops_about
from inference.models.pose_designs import build
from inference.models.pose_model import PoseTargets
from inference.pose.skeletons import CANONICAL_17, Skeleton

TINY = {"regressor": "compact", "input_side": 32, "refined_side": 16, "width": 2}
SHOULDER, HIP = CANONICAL_17.index("left_shoulder"), CANONICAL_17.index("right_hip")


def places(count=2, seed=0):
    """Torsos half the crop wide, all joints within reach of a box of two torsos round any of them."""
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.rand(count, 17, 2, generator=generator) / 2 - 0.25
    chosen[:, SHOULDER], chosen[:, HIP] = torch.tensor([-0.25, 0.0]), torch.tensor([0.25, 0.0])
    return chosen


def test_a_whole_picture_is_cut_out_as_it_is():
    picture = torch.arange(2 * 3 * 36.0).reshape(2, 3, 6, 6)
    cut = crops_about(picture, torch.zeros(2, 1, 2), torch.ones(2, 2), 6)
    torch.testing.assert_close(cut[:, 0], picture)


def test_pixels_between_edges_that_fall_on_edges_are_cut_exactly():
    """Columns 4 to 7 and rows 2 to 5 of 8 x 8: the middle is (6, 4) px, half the side 2 px."""
    picture = torch.arange(64.0).reshape(1, 1, 8, 8).expand(1, 3, 8, 8)
    middles = torch.tensor([[[6 / 4 - 1, 4 / 4 - 1], [2 / 4 - 1, 4 / 4 - 1]]])
    cut = crops_about(picture, middles, torch.full((1, 2), 2 / 4), 4)
    torch.testing.assert_close(cut[0, 0], picture[0, :, 2:6, 4:8])
    torch.testing.assert_close(cut[0, 1], picture[0, :, 2:6, 0:4])


def test_wide_pictures_have_a_reach_of_their_own_along_each_axis():
    picture = torch.arange(32.0).reshape(1, 1, 4, 8).expand(1, 3, 4, 8)
    cut = crops_about(picture, torch.tensor([[[0.5, 0.0]]]), torch.tensor([[0.5, 1.0]]), 4)
    torch.testing.assert_close(cut[0, 0], picture[0, :, :, 4:])


def test_beyond_the_picture_is_the_mean_colour():
    cut = crops_about(torch.ones(1, 3, 8, 8), torch.tensor([[[1.0, 0.0]]]), torch.full((1, 2), 0.5), 4)
    torch.testing.assert_close(cut[0, 0, 0], torch.tensor([1.0, 1, 0, 0]).expand(4, 4))


def test_the_derivative_of_a_ramp_is_its_slope():
    """A picture that brightens by 1 a column: moving the box by one unit, 4 columns, brightens every pixel by 4."""
    picture = torch.arange(8.0).expand(1, 3, 8, 8)
    middle = torch.zeros(1, 1, 2, requires_grad=True)
    crops_about(picture, middle, torch.full((1, 2), 0.5), 4)[0, 0, 0].mean().backward()
    torch.testing.assert_close(middle.grad, torch.tensor([[[4.0, 0.0]]]))


def test_the_box_is_as_large_as_the_torso_says():
    model = DeepPose(CANONICAL_17, **TINY, box=2.0)
    where = torch.zeros(3, 17, 2)
    where[0, SHOULDER], where[0, HIP] = torch.tensor([0.0, 0.0]), torch.tensor([0.3, 0.4])
    where[2, HIP] = 5.0
    torch.testing.assert_close(model.reach(where), torch.tensor([[0.5, 0.5], [0.2, 0.2], [1.0, 1.0]]))
    torsoless = Skeleton("two", ("head", "tail"), (0, 0), ())
    where = torch.tensor([[[-0.3, 0.0], [0.3, 0.8]]])
    torch.testing.assert_close(DeepPose(torsoless, **TINY).reach(where), torch.tensor([[0.5, 0.5]]))


def test_a_stage_moves_each_joint_by_its_own_numbers():
    model = DeepPose(CANONICAL_17, **TINY, stages=2).eval()
    for number, regressor in enumerate(model.regressors):
        torch.nn.init.zeros_(regressor[-1].weight)
        said = places(1)[0] if number == 0 else torch.arange(34.0).reshape(17, 2) / 34
        regressor[-1].bias.data = said.flatten()
    output = model(torch.randn(1, 3, 32, 32))
    torch.testing.assert_close(output.places[0], places(1))
    torch.testing.assert_close(output.reaches[1], torch.full((1, 2), 0.5))
    torch.testing.assert_close(output.coordinates, places(1) + 0.5 * torch.arange(34.0).reshape(1, 17, 2) / 34)


def test_losses_are_normalised_to_the_boxes_and_count_what_is_in_them():
    model = DeepPose(CANONICAL_17, **TINY, stages=2)
    true = torch.zeros(1, 17, 2)
    first, second = true + torch.tensor([0.2, 0.0]), true + torch.tensor([0.1, 0.0])
    first[0, 0, 0] = 0.6  # beyond the box of half a side of 0.5
    reaches = (torch.ones(1, 2), torch.full((1, 2), 0.5))
    output = CascadeOutput(second, torch.ones(1, 17), places=(first, second), reaches=reaches)
    loss = model.loss(output, PoseTargets(true, torch.ones(1, 17, dtype=torch.bool)))
    assert loss.item() == pytest.approx((16 * 0.04 + 0.36) / 17 + 0.04)


@pytest.mark.parametrize("end_to_end", [False, True])
def test_stages_learn_from_each_other_only_end_to_end(end_to_end):
    torch.manual_seed(0)
    model = DeepPose(CANONICAL_17, **TINY, stages=2, end_to_end=end_to_end)
    output = model(torch.randn(2, 3, 32, 32))
    output.places[1].square().sum().backward()
    assert (model.regressors[0][-1].weight.grad is not None) == end_to_end
    assert model.regressors[1][-1].weight.grad.abs().sum() > 0


@pytest.mark.parametrize(("regressor", "sides"), [("compact", (32, 16)), ("alexnet", (67, 67))])
def test_every_weight_learns(regressor, sides):
    torch.manual_seed(0)
    model = DeepPose(CANONICAL_17, 3, *sides, regressor=regressor, width=3)
    output = model(torch.randn(2, 3, sides[0], sides[0]))
    assert (output.coordinates.shape, output.confidences.shape) == ((2, 17, 2), (2, 17))
    model.loss(output, PoseTargets(places() / 8, torch.ones(2, 17, dtype=torch.bool))).backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []


def test_a_batch_is_learned():
    torch.manual_seed(0)
    model = DeepPose(CANONICAL_17, **TINY, stages=2)
    pictures, targets = torch.randn(4, 3, 32, 32), PoseTargets(places(4), torch.ones(4, 17, dtype=torch.bool))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    errors = []
    for _ in range(25):
        optimizer.zero_grad()
        output = model(pictures)
        model.loss(output, targets).backward()
        optimizer.step()
        errors.append((output.coordinates - targets.coordinates).square().mean().item())
    assert errors[-1] < 0.5 * errors[0]


def test_an_answer_is_brought_to_the_processor_whole():
    output = DeepPose(CANONICAL_17, **TINY)(torch.randn(3, 3, 32, 32))
    part = output[1:].on_cpu()
    assert isinstance(part, CascadeOutput)
    assert [place.shape for place in part.places] == [(2, 17, 2)] * 3
    assert part.coordinates.requires_grad is False


def test_the_papers_network_has_alexnets_layers():
    stage = build("deeppose", stages=1)
    convolutions = 3 * 96 * 121 + 96 * 256 * 25 + (256 * 384 + 384 * 384 + 384 * 256) * 9
    normalised = 2 * (96 + 256 + 384 + 384 + 256)
    large = (256 * 5 * 5 + 1) * 4096 + 4097 * 4096 + 4097 * 34
    assert sum(parameter.numel() for parameter in stage.parameters()) == convolutions + normalised + large


def test_cascades_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="'vgg' is not one of alexnet, compact"):
        build("deeppose", regressor="vgg")
    with pytest.raises(ValueError, match="pictures of 40 px are too small for AlexNet"):
        build("deeppose", refined_side=40)
    with pytest.raises(ValueError, match="pictures of 40 px do not do for a compact regressor"):
        build("deeppose-small", refined_side=40)
    with pytest.raises(ValueError, match=r"a cascade of 0 stages with boxes of 2\.0 torsos cannot be"):
        build("deeppose-small", stages=0)


def test_a_mirrored_picture_is_cut_out_mirrored():
    torch.manual_seed(0)
    pictures, middles, reach = torch.randn(2, 3, 9, 14), torch.rand(2, 5, 2) * 2 - 1, torch.tensor([[0.3, 0.4]] * 2)
    mirrored = crops_about(pictures.flip(-1), middles * torch.tensor([-1.0, 1.0]), reach, 6)
    torch.testing.assert_close(mirrored.flip(-1), crops_about(pictures, middles, reach, 6))
