"""Turning crops until a model that knows upright bodies only recognises them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from inference.pose.crop_estimator import CropPoseEstimator, EstimatedPoses
from inference.pose.crop_map import CropRegion, crop_map
from inference.pose.skeletons import CANONICAL_17, Skeleton
from inference.pose.upright_search import estimate_upright, lean_rad
from inference.results import ModelIdentity

SIDE = 40


class UprightOnly:
    """Sees a bright head and a dim pelvis, and says how sure it is by how upright they are."""

    skeleton = CANONICAL_17
    identity = ModelIdentity("upright only", "1")

    def __init__(self):
        self.crops = 0

    def estimate(self, pictures, regions):
        """Head and pelvis where they are; all other joints at the nearer one."""
        self.crops += len(regions)
        keypoints, scores = np.zeros((len(regions), 17, 2)), np.zeros((len(regions), 17))
        for place, (picture, region) in enumerate(zip(pictures, regions, strict=True)):
            crop = crop_map(region, (SIDE, SIDE))
            shown = crop.cut(picture)
            head, pelvis = (
                np.array([np.mean(np.nonzero(shown[..., channel] > 100)[axis]) + 0.5 for axis in (1, 0)])
                for channel in (0, 1)
            )
            up = head - pelvis
            points = np.array(["shoulder" in joint for joint in CANONICAL_17.joints])[:, None] * up + pelvis
            keypoints[place] = crop.to_image(points)
            scores[place] = max(-up[1] / np.hypot(*up), 0)
        return EstimatedPoses(keypoints, scores)


def body(turn_rad):
    """A picture whose body leans clockwise by an angle."""
    picture = np.zeros((80, 80, 3), np.uint8)
    for channel, away in ((0, 12), (1, 0)):
        x, y = 40 + away * math.sin(turn_rad), 40 - away * math.cos(turn_rad)
        picture[round(y) - 2 : round(y) + 2, round(x) - 2 : round(x) + 2, channel] = 255
    return picture


@pytest.mark.parametrize("lean_deg", [0, 45, 90, 130, 180, -60, -150])
def test_bodies_at_any_angle_are_found_upright(lean_deg):
    poses, regions = estimate_upright(UprightOnly(), [body(math.radians(lean_deg))], [CropRegion(20, 20, 40, 40)])

    off = math.remainder(regions[0].turn_rad + math.radians(lean_deg), 2 * math.pi)
    assert abs(off) < math.radians(9)
    assert poses.scores.min() > 0.98
    lean = lean_rad(CANONICAL_17, poses.keypoints)[0]
    assert abs(math.remainder(lean - math.radians(lean_deg), 2 * math.pi)) < math.radians(9)


def test_every_crop_has_its_own_turn_and_an_upright_one_needs_no_further_look():
    estimator = UprightOnly()
    assert isinstance(estimator, CropPoseEstimator)
    pictures = [body(0), body(math.pi)]
    _, regions = estimate_upright(estimator, pictures, [CropRegion(20, 20, 40, 40)] * 2)

    assert regions[0].turn_rad == 0
    assert abs(regions[1].turn_rad) == pytest.approx(math.pi)
    assert estimator.crops == 2 * 4


def test_lean_is_clockwise_from_upright():
    keypoints = np.zeros((3, 17, 2))
    shoulders = [CANONICAL_17.index("left_shoulder"), CANONICAL_17.index("right_shoulder")]
    for pose, up in enumerate([(0, -1), (1, 0), (-1, 0)]):
        keypoints[pose, shoulders] = up

    np.testing.assert_allclose(lean_rad(CANONICAL_17, keypoints), [0, math.pi / 2, -math.pi / 2])


def test_a_skeleton_without_a_trunk_is_refused():
    hand = Skeleton("hand", ("wrist", "thumb"), (0, 0), ())

    with pytest.raises(ValueError, match="has no joint 'left_shoulder'"):
        lean_rad(hand, np.zeros((1, 2, 2)))
