"""Which way a body points, by hand for people who stand, hang and turn their backs."""

import numpy as np
import pytest

from inference.pose.body_axes import body_axes
from inference.pose.skeletons import CANONICAL_17, COCO_17

JOINTS = {"neck": (0, -500, 3000), "pelvis": (0, 0, 3000)}
FACING_US = {"right_shoulder": (-180, -480, 3000), "left_shoulder": (180, -480, 3000)}


def person(places):
    points = np.full((17, 3), np.nan)
    for joint, place in {**JOINTS, **places}.items():
        points[CANONICAL_17.index(joint)] = place
    return points


@pytest.mark.parametrize(
    ("places", "up", "chest"),
    [
        (FACING_US, (0, -1, 0), (0, 0, -1)),
        ({"right_shoulder": (180, -480, 3000), "left_shoulder": (-180, -480, 3000)}, (0, -1, 0), (0, 0, 1)),
        # To the picture's right, so that the right shoulder is the nearer one.
        ({"right_shoulder": (0, -480, 3180), "left_shoulder": (0, -480, 2820)}, (0, -1, 0), (-1, 0, 0)),
        ({"right_shoulder": (0, -480, 2820), "left_shoulder": (0, -480, 3180)}, (0, -1, 0), (1, 0, 0)),
        ({**FACING_US, "neck": (0, 500, 3000)}, (0, 1, 0), (0, 0, 1)),
    ],
)
def test_the_chest_is_between_up_and_the_shoulders(places, up, chest):
    np.testing.assert_allclose(body_axes(person(places), CANONICAL_17), [up, chest], atol=1e-12)


def test_a_leaning_chest_is_at_a_right_angle_to_the_spine():
    up, chest = body_axes(person({**FACING_US, "left_shoulder": (180, -400, 2900)}), CANONICAL_17)
    assert abs(up @ chest) < 1e-12
    assert np.linalg.norm([up, chest], axis=1) == pytest.approx(1)


def test_what_is_not_known_is_zero():
    unknown = person({})
    flat = person({"right_shoulder": (0, -480, 3000), "left_shoulder": (0, -400, 3000)})  # along the spine
    together = np.stack([unknown, person(FACING_US), flat])
    assert body_axes(together, CANONICAL_17).any(axis=(1, 2)).tolist() == [False, True, False]
    assert not body_axes(np.ones((17, 3)), COCO_17).any()
