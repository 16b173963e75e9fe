"""The colours that pose models see, and targets that nothing unknown gets out of."""

import torch

from inference.models.pose_model import PoseTargets, prepared


def test_mean_colour_is_zero_and_blue_comes_last():
    crops = torch.tensor([255, 116, 124], dtype=torch.uint8).reshape(1, 1, 1, 3).expand(2, 4, 3, 3)
    pictures = prepared(crops)
    assert pictures.shape == (2, 3, 4, 3)
    expected = torch.tensor([(124 - 123.675) / 58.395, (116 - 116.28) / 57.12, (255 - 103.53) / 57.375])
    torch.testing.assert_close(pictures[1, :, 3, 2], expected)


def test_rows_stay_rows():
    crops = torch.zeros(1, 2, 3, 3, dtype=torch.uint8)
    crops[0, 1, 2] = 255
    assert prepared(crops)[0, 0].argmax().item() == 5


def test_unknown_places_cannot_spoil_a_derivative():
    coordinates = torch.tensor([[[0.25, -0.5], [torch.nan, torch.nan], [torch.inf, 0.0]]])
    targets = PoseTargets(coordinates, torch.tensor([[True, False, False]]))
    assert targets.coordinates.tolist() == [[[0.25, -0.5], [0.0, 0.0], [0.0, 0.0]]]
    assert targets.to("cpu").counts.tolist() == [[True, False, False]]
