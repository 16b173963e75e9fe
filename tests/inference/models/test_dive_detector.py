"""The detector's three ways of evaluation agree, and each output sees its own 21 frames only."""

from itertools import pairwise

import pytest
import torch

from inference.models.dive_detector import HALO, DetectorMaps, DetectorStream, DiveDetector, cell_of, patches
from inference.models.talnn import WINDOW, Talnn

FRAMES = 47


@pytest.fixture(scope="module")
def detector():
    torch.manual_seed(3)
    detector = DiveDetector(width=4)
    with torch.no_grad():
        for layer in detector.layers:  # statistics as of a trained network: none is 0 or 1
            layer.norm.running_mean.uniform_(-0.2, 0.2)
            layer.norm.running_var.uniform_(0.5, 1.5)
    return detector.eval()


@pytest.fixture(scope="module")
def video():
    return torch.rand(1, FRAMES, 36, 64, 3, generator=torch.Generator().manual_seed(4)) * 255


def joined(parts):
    return torch.cat([torch.cat([maps.events, maps.offsets], dim=1) for maps in parts], dim=2)


@pytest.fixture(scope="module")
def sliding(detector, video):
    with torch.inference_mode():
        windows = torch.cat([video[:, first : first + WINDOW] for first in range(FRAMES - WINDOW + 1)])
        return joined([detector(windows)])[:, :, 0].transpose(0, 1)[None]


def test_dense_evaluation_equals_the_sliding_window(detector, video, sliding):
    with torch.inference_mode():
        dense = joined([detector(video)])

    # 36 x 64 pixels are 9 x 16 patches, and those become 3 x 4 cells of 16 px.
    assert dense.shape == (1, 3 + 2, FRAMES - 2 * HALO, 3, 4)
    torch.testing.assert_close(dense, sliding, atol=1e-4, rtol=0)


@pytest.mark.parametrize("pieces", [[1] * FRAMES, [FRAMES], [5, 1, 20, 1, 13, 7], [21, 26], [30, 2, 15]])
def test_streaming_equals_the_sliding_window_however_it_is_cut(detector, video, sliding, pieces):
    stream = DetectorStream(detector)
    outputs, pushed = [], 0
    for part in torch.split(video, pieces, dim=1):
        maps = stream.push(part)
        outputs += [] if maps is None else [maps]
        pushed += part.shape[1]
        # What can be known is known: everything up to ten pictures ago.
        assert sum(output.events.shape[2] for output in outputs) == max(pushed - 2 * HALO, 0)

    torch.testing.assert_close(joined(outputs), sliding, atol=1e-4, rtol=0)


def test_an_output_depends_on_its_own_window_only(detector, video):
    pictures = video.clone().requires_grad_()
    detector(pictures).events[0, :, 7].sum().backward()

    touched = pictures.grad.abs().amax(dim=(0, 2, 3, 4)) > 0
    assert touched[7 : 7 + WINDOW].all()
    assert not touched[:7].any()
    assert not touched[7 + WINDOW :].any()


def test_too_few_or_odd_pictures_and_a_training_detector_are_refused(detector, video):
    with pytest.raises(ValueError, match="20 pictures are fewer than the 21 of a window"):
        detector(video[:, :20])
    with pytest.raises(ValueError, match="64 x 34 px cannot be cut into patches of 4 x 4"):
        detector(video[:, :, :34])
    with pytest.raises(ValueError, match="evaluation mode"):
        DetectorStream(DiveDetector(width=4))


def test_patches_hold_the_pixels_of_their_square():
    pictures = torch.arange(2 * 8 * 12 * 3, dtype=torch.uint8).view(1, 2, 8, 12, 3)

    cut = patches(pictures)

    assert cut.shape == (1, 48, 2, 2, 3)
    square = pictures[0, 1, 4:8, 8:12].float()
    torch.testing.assert_close(cut[0, :, 1, 1, 2], ((square - 127.5) / 64).flatten())
    torch.testing.assert_close(patches(pictures.float()), cut, atol=0, rtol=0)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert patches(pictures).dtype == torch.bfloat16


def test_a_cell_is_where_its_output_looks():
    torch.manual_seed(0)
    detector = DiveDetector(width=2).eval()
    pictures = torch.full((1, WINDOW, 180, 320, 3), 200.0).requires_grad_()
    for layer in detector.layers:  # only each layer's own middle is looked at
        weight = torch.zeros_like(layer.convolution.weight)
        weight[:, :, 1, 1, 1] = 1
        layer.convolution.weight.data = weight
    maps = detector(pictures)
    assert maps.events.shape[3:] == (12, 20)
    maps.events[0, 0, 0, 5, 7].backward()

    rows, columns = torch.nonzero(pictures.grad.abs().sum(dim=(0, 1, 4))).T
    middle = torch.stack([columns.float().mean(), rows.float().mean()]) + 0.5
    quiet = DetectorMaps(maps.events, torch.zeros_like(maps.offsets))
    torch.testing.assert_close(quiet.positions()[0, 0, 5, 7], middle)
    assert cell_of(middle + 7, 12, 20).tolist() == [7, 5]
    assert cell_of(middle + 9, 12, 20).tolist() == [8, 6]
    assert cell_of(torch.tensor([-50.0, 999.0]), 12, 20).tolist() == [0, 11]


def test_the_published_network_has_the_listing_s_shapes():
    network = Talnn().eval()
    with torch.inference_mode():
        features = network.body(torch.zeros(1, 3, WINDOW, 90, 160))
        output = network(torch.zeros(2, 3, WINDOW, 90, 160))

    # Four unpadded layers leave 21 - 8 frames; 90 x 160 shrinks by 16 x 32, rounded up at each stage.
    assert features.shape == (1, 256, 13, 6, 5)
    assert output.shape == (2, 3)
    weights = {name: tuple(tensor.shape) for name, tensor in network.body.state_dict().items() if tensor.ndim == 5}
    assert weights["0.weight"] == (32, 3, 3, 3, 7)
    assert weights["3.weight"] == (32, 32, 3, 3, 3)
    assert weights["21.weight"] == (256, 256, 3, 3, 3)
    # Convolutions with bias, two numbers a channel for each normalisation, three heads.
    channels = (3, 32, 32, 64, 64, 128, 128, 256, 256)
    counted = 32 * 3 * 63 + sum(27 * a * b for a, b in pairwise(channels[1:]))
    counted += sum(3 * b for b in channels[1:]) + 3 * 257
    assert sum(parameter.numel() for parameter in network.parameters()) == counted


def test_the_published_network_is_not_the_same_over_a_long_video():
    torch.manual_seed(1)
    body = Talnn(width=4).eval().body
    video = torch.randn(1, 3, 40, 36, 64)
    with torch.inference_mode():
        long, window = body(video)[:, :, 5:18], body(video[:, :, 5:26])

    assert (long - window).abs().max() > 1e-3


def test_the_fused_detector_says_the_same_and_leaves_the_other_alone(detector, video):
    names = set(detector.state_dict())
    fused = detector.fused()

    with torch.inference_mode():
        torch.testing.assert_close(joined([fused(video)]), joined([detector(video)]), atol=1e-4, rtol=1e-4)
    assert set(detector.state_dict()) == names
    assert not any("norm" in name for name in fused.state_dict())
