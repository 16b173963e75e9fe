"""Weights come back as they were, and broken files are refused in a sentence."""

import pytest
import torch
from safetensors.torch import save_file

from inference.models.detector_weights import load_detector, save_detector
from inference.models.dive_detector import DiveDetector
from inference.models.errors import ModelError
from inference.models.weights_file import file_hash


def test_weights_come_back_in_half_precision(tmp_path):
    torch.manual_seed(2)
    detector = DiveDetector(width=3).eval()
    path = tmp_path / "detector.safetensors"

    save_detector(detector, path)
    again = load_detector(path)

    assert (again.width, again.training) == (3, False)
    for name, tensor in detector.state_dict().items():
        if tensor.is_floating_point():
            torch.testing.assert_close(again.state_dict()[name], tensor.half().float(), atol=0, rtol=0)
    pictures = torch.rand(1, 21, 20, 32, 3) * 255
    with torch.inference_mode():
        torch.testing.assert_close(again(pictures).events, detector(pictures).events, atol=5e-3, rtol=0)
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_size < 2 * sum(tensor.numel() for tensor in detector.state_dict().values()) + 8192


def test_the_same_weights_are_the_same_bytes(tmp_path):
    detector = DiveDetector(width=2)
    for number in range(8):
        save_detector(detector, tmp_path / f"{number}.safetensors")

    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_loading_leaves_the_random_numbers_alone(tmp_path):
    save_detector(DiveDetector(width=2), tmp_path / "detector.safetensors")
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    load_detector(tmp_path / "detector.safetensors")

    torch.testing.assert_close(torch.rand(3), expected)


def test_files_that_are_no_detector_are_refused(tmp_path):
    path = tmp_path / "x.safetensors"
    with pytest.raises(ModelError, match="There are no weights at"):
        load_detector(path)
    path.write_bytes(b"not weights at all")
    with pytest.raises(ModelError, match="cannot be read"):
        load_detector(path)
    save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(ModelError, match="does not hold the weights of a dive detector"):
        load_detector(path)
    save_file({"a": torch.zeros(2)}, path, {"divereview": '{"kind": "divereview dive detector 2", "width": 4}'})
    with pytest.raises(ModelError, match="of a dive detector 4 channels wide do not fit"):
        load_detector(path)


def test_the_hash_is_that_of_the_content(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc")

    assert file_hash(path) == "ba7816bf8f01cfea"
