"""The default pose model with depth: three planes, what they say together, and what they learn."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from dsntnn import dsnt, euclidean_losses, js_reg_losses

from inference.models.diver_depth import DiverDepth
from inference.models.diver_pose import DiverPose
from inference.models.pose_checkpoints import load_published
from inference.models.pose_designs import build
from inference.models.pose_model import PoseTargets
from inference.models.pose_weights import save_pose_model
from inference.pose.pose_output import HeatmapStage
from inference.pose.skeletons import CANONICAL_17

TINY = {"input_side": 32, "widths": (4, 4, 8, 8), "blocks": (1, 1, 1, 1)}
SMALL = {**TINY, "widths": [4, 4, 8, 8], "blocks": [1, 1, 1, 1]}


def targets(count, depths=None):
    generator = torch.Generator().manual_seed(0)
    coordinates = torch.rand(count, 17, 2, generator=generator) - 0.5
    return PoseTargets(coordinates, torch.ones(count, 17, dtype=torch.bool), depths=depths)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return DiverDepth(CANONICAL_17, **TINY)


def test_it_says_a_place_in_space_and_three_planes_of_it(model):
    output = model.eval()(torch.randn(2, 3, 32, 32))
    assert output.coordinates.shape == (2, 17, 3)
    assert [(stage.name, stage.plane) for stage in output.stages] == [
        ("output", "xy"),
        ("output", "zy"),
        ("output", "xz"),
    ]
    for stage in output.stages:
        assert stage.heatmaps.shape == (2, 17, 8, 8)
        torch.testing.assert_close(stage.pmm.sum(dim=(-2, -1)), torch.ones(2, 17))
        torch.testing.assert_close(stage.coordinates, output.coordinates)
    assert output.axes.shape == (2, 2, 3)
    assert output.covariances.shape == (2, 17, 2, 2)


def test_x_and_y_come_from_the_picture_and_z_is_the_mean_of_the_other_planes(model):
    output = model.eval()(torch.randn(2, 3, 32, 32))
    xy, zy, xz = (dsnt(stage.pmm) for stage in output.stages)
    torch.testing.assert_close(output.coordinates[..., :2], xy)
    torch.testing.assert_close(output.coordinates[..., 2], (zy[..., 0] + xz[..., 1]) / 2)


def test_what_it_says_over_the_picture_is_what_the_flat_model_says(model):
    flat = DiverPose(CANONICAL_17, **TINY).eval()
    flat.load_state_dict({name: value for name, value in model.state_dict().items() if not name.startswith("depth.")})
    pictures = torch.randn(2, 3, 32, 32)
    with torch.inference_mode():
        said, deep = flat(pictures), model.eval()(pictures)
    torch.testing.assert_close(deep.coordinates[..., :2], said.coordinates)
    torch.testing.assert_close(deep.confidences, said.confidences)
    torch.testing.assert_close(deep.axes, said.axes)


def test_the_loss_is_that_of_the_thesis_with_depth_and_without(model):
    output = model(torch.randn(2, 3, 32, 32))
    depths = torch.rand(2, 17) - 0.5
    depths[1] = torch.nan
    wanted = targets(2, depths)
    xy, zy, xz = (stage.pmm for stage in output.stages)
    x, y = wanted.coordinates.unbind(-1)
    # Eq. 4.5 for both crops, and for the first what eq. 4.4 has besides.
    flat = euclidean_losses(dsnt(xy), wanted.coordinates) + js_reg_losses(xy, wanted.coordinates, 1.0)
    z = depths[0]
    in_space = (output.coordinates[0] - torch.stack([x[0], y[0], z], dim=-1)).norm(dim=-1)
    more = in_space - euclidean_losses(dsnt(xy), wanted.coordinates)[0]
    more = more + js_reg_losses(zy, torch.stack([depths.nan_to_num(), y], dim=-1), 1.0)[0]
    more = more + js_reg_losses(xz, torch.stack([x, depths.nan_to_num()], dim=-1), 1.0)[0]
    expected = flat.mean() + more.sum() / 34
    loss = model.loss(output, wanted)
    torch.testing.assert_close(loss, expected)

    maps = [stage.heatmaps for stage in output.stages]
    said, wanted_gradients = (torch.autograd.grad(each, maps, retain_graph=True) for each in (loss, expected))
    torch.testing.assert_close(said, wanted_gradients)
    torch.testing.assert_close(model.loss(output, replace(wanted, depths=None)), flat.mean())


def test_a_keypoint_that_does_not_count_has_no_depth_to_learn_either(model):
    output = model.eval()(torch.randn(1, 3, 32, 32))
    wanted = targets(1, torch.zeros(1, 17))
    counts = wanted.counts.clone()
    counts[0, 3] = False
    depths = wanted.depths.clone()
    depths[0, 3] = 0.9
    once = model.loss(output, PoseTargets(wanted.coordinates, counts, depths=wanted.depths))
    assert model.loss(output, PoseTargets(wanted.coordinates, counts, depths=depths)) == once
    nothing = PoseTargets(wanted.coordinates, torch.zeros_like(counts), depths=depths)
    assert model.loss(output, nothing).item() == 0


@pytest.mark.parametrize("predictor", ["sa", "sar"])
def test_every_weight_learns(predictor):
    torch.manual_seed(0)
    model = DiverDepth(CANONICAL_17, predictor, **TINY)
    wanted = replace(targets(2, torch.zeros(2, 17)), axes=torch.ones(2, 2, 3))
    model.loss(model(torch.randn(2, 3, 32, 32)), wanted).backward()
    assert [name for name, parameter in model.named_parameters() if parameter.grad is None] == []
    assert all(parameter.grad.isfinite().all() for parameter in model.parameters())


def test_depths_are_learned():
    torch.manual_seed(0)
    model, pictures = DiverDepth(CANONICAL_17, **TINY), torch.randn(4, 3, 32, 32)
    wanted = targets(4, torch.rand(4, 17) - 0.5)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def off():
        return (model(pictures).coordinates[..., 2] - wanted.depths).abs().mean().item()

    before = off()
    for _ in range(40):
        optimizer.zero_grad()
        model.loss(model(pictures), wanted).backward()
        optimizer.step()
    assert off() < before / 2


@pytest.mark.parametrize(("plane", "kept", "axis"), [("zy", "row", 2), ("xz", "column", 3)])
def test_the_axis_that_a_plane_shares_with_the_picture_keeps_its_place(model, plane, kept, axis):
    """A change in one row (or column) of the features stays near it in the plane that shares it."""
    features = torch.zeros(1, 4, 8, 8)
    changed = features.clone()
    changed.select(axis, 1).fill_(5.0)
    head = model.eval().depth[plane]
    # Rows of zy are those of the picture, columns of xz its columns.
    moved = (head(changed) - head(features)).abs().sum(dim=(0, 1)).sum(dim=1 if kept == "row" else 0)
    assert moved[1] > 0
    # Five convolutions of 3 px reach 5 px.
    assert moved[7] == 0


def test_it_begins_with_the_weights_of_the_flat_model(tmp_path, model):
    flat = DiverPose(CANONICAL_17, **TINY)
    save_pose_model(flat, "diver", SMALL, tmp_path / "flat.safetensors")
    loaded = load_published(model, tmp_path / "flat.safetensors", with_heads=False)
    assert all(name.startswith("depth.") for name in loaded.left)
    np.testing.assert_array_equal(model.head.weight.detach(), flat.head.weight.detach().half().float())


def test_the_default_is_small_and_other_predictors_are_refused():
    model = build("diver-depth")
    assert sum(parameter.numel() for parameter in model.parameters()) < 3_500_000
    for kind in ("fc", "hm"):
        with pytest.raises(ValueError, match=f"the predictor is sa or sar, and not {kind}"):
            build("diver-depth", predictor=kind)


def test_a_stage_of_another_plane_is_not_taken_for_the_picture(model):
    output = model.eval()(torch.randn(1, 3, 32, 32))
    wanted = targets(1)
    shuffled: tuple[HeatmapStage, ...] = output.stages[::-1]
    torch.testing.assert_close(model.loss(replace(output, stages=shuffled), wanted), model.loss(output, wanted))
