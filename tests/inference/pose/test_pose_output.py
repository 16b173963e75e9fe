"""Whatever a model says goes together: to the processor's memory, for a part of the crops, and to the crop's edges."""

import torch

from inference.pose.pose_output import WHOLE_CROP, HeatmapStage, PoseOutput, from_heatmap, to_heatmap


def output_of(crops):
    leaf = torch.arange(crops * 2 * 3 * 3, dtype=torch.bfloat16).reshape(crops, 2, 3, 3).requires_grad_()
    coordinates = leaf.mean(dim=-1)[..., :2]
    stage = HeatmapStage("output", leaf * 2, None, coordinates)
    return PoseOutput(coordinates, coordinates[..., 0], (stage,), (leaf * 3,), samples=coordinates[:, None])


def test_all_of_it_is_ready_for_numpy():
    output = output_of(3).on_cpu()

    tensors = [output.coordinates, output.confidences, output.stages[0].heatmaps, output.pafs[0], output.samples]
    assert all(tensor.numpy().dtype == "float32" for tensor in tensors)
    assert output.stages[0].pmm is None
    assert output.covariances is None
    assert output.pafs[0][2, 1, 2, 1] == 3 * 52  # exact in bfloat16, as the integers below 256 are


def test_a_part_of_the_crops_is_a_part_of_everything():
    whole, part = output_of(3), output_of(3)[1:]

    assert part.stages[0].name == "output"
    assert part.samples.shape == (2, 1, 2, 2)
    torch.testing.assert_close(part.pafs[0], whole.pafs[0][1:])
    torch.testing.assert_close(part.stages[0].heatmaps, whole.stages[0].heatmaps[1:])


def test_edges_map_heatmaps_to_the_crop_and_back():
    # Heatmaps over the right half of the crop and a quarter beyond its lower edge.
    edges = (0.0, -1.0, 1.0, 1.5)
    corners = torch.tensor([[-1.0, -1.0], [1.0, 1.0], [0.0, 0.2]])
    expected = torch.tensor([[0.0, -1.0], [1.0, 1.5], [0.5, 0.5]])

    torch.testing.assert_close(from_heatmap(corners, edges), expected)
    torch.testing.assert_close(to_heatmap(expected, edges), corners)
    torch.testing.assert_close(from_heatmap(corners, WHOLE_CROP), corners)
