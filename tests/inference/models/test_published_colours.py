"""The same picture in the colours that published weights expect."""

import pytest
import torch

from inference.models.pose_model import prepared
from inference.models.published_colours import Recoloured

BLUE, GREEN, RED = 10, 100, 250


def recoloured(colours):
    crops = torch.tensor([BLUE, GREEN, RED], dtype=torch.uint8).expand(1, 2, 2, 3)
    return Recoloured(colours)(prepared(crops))[0, :, 0, 0]


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        ("imagenet", [(RED - 123.675) / 58.395, (GREEN - 116.28) / 57.12, (BLUE - 103.53) / 57.375]),
        ("unit", [RED / 255, GREEN / 255, BLUE / 255]),
        ("mpii-mean", [RED / 255 - 0.4404, GREEN / 255 - 0.4440, BLUE / 255 - 0.4327]),
        ("centred-bgr", [(BLUE - 128) / 256, (GREEN - 128) / 256, (RED - 128) / 256]),
    ],
)
def test_colours(colours, expected):
    torch.testing.assert_close(recoloured(colours), torch.tensor(expected))


def test_unknown_colours_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="'sepia' is not one of imagenet, unit, mpii-mean, centred-bgr"):
        Recoloured("sepia")


def test_no_weights_are_stored_for_colours():
    assert Recoloured("unit").state_dict() == {}
