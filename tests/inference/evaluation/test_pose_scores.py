"""Shares of keypoints by hand, by what the diver is doing, and what a model costs."""

import numpy as np
import pytest
from tiny_pose_model import TinyPoseModel
from torch import nn

from inference.evaluation.pose import PosedCrops, pose_scores
from inference.evaluation.pose_cost import PoseCost, pose_cost
from inference.evaluation.pose_tables import pose_tables
from inference.models.pose_model import PoseModel
from inference.pose.pose_output import PoseOutput
from inference.pose.skeletons import CANONICAL_17, COCO_17
from inference.simulator.footage.body_flags import FLAGS

HEAD_PX = 10.0
WRIST, PELVIS = (CANONICAL_17.index(joint) for joint in ("left_wrist", "pelvis"))


def crops(misses_px, flags):
    """Upright divers with a torso of 40 px; every joint is missed by so much along x."""
    count = len(misses_px)
    true = np.zeros((count, 17, 2))
    true[:, CANONICAL_17.index("left_shoulder")] = 0, -40.0
    missed = np.array(misses_px)[:, None, None] * [1.0, 0.0]
    heads, confidences = np.full(count, HEAD_PX), np.ones((count, 17), np.float32)
    return PosedCrops(true + missed, confidences, true, heads, flags_of(*flags), CANONICAL_17)


def flags_of(*names):
    return np.array([[flag in each for flag in FLAGS] for each in names])


def test_shares_by_hand_and_by_group():
    answers = crops([2.0, 4.0, 7.0], [(), ("in_flight", "inverted"), ("in_flight", "tucked")])
    answers.predicted[:, PELVIS] = 0.0, 500.0  # which PCKh leaves out and PCK does not
    answers.true[2, WRIST] = np.nan  # the wrong one of three

    scores = pose_scores(answers)

    assert list(scores) == ["all", "in flight", "in flight, inverted", "in flight, upright", "tucked"]
    everything = scores["all"]
    # 14 joints count: not pelvis, spine and neck. Half a head is 5 px, a fifth of the torso 8 px.
    assert everything.crops == 3
    assert everything.pckh == pytest.approx(28 / 41)
    assert everything.pck == pytest.approx((16 + 16 + 15) / 50)
    assert everything.auc == pytest.approx(14 * ((1 - 2 / 5) + (1 - 4 / 5)) / 41)
    assert everything.joints["left_wrist"] == 1.0
    assert everything.joints["right_wrist"] == pytest.approx(2 / 3)
    assert [scores[name].pckh for name in list(scores)[2:]] == [1.0, 0.0, 0.0]


def test_what_is_not_known_has_no_share():
    unknown = PosedCrops(
        np.zeros((1, 17, 2)),
        np.ones((1, 17), np.float32),
        np.full((1, 17, 2), np.nan),
        np.full(1, np.nan),
        flags_of(()),
        COCO_17,
    )
    shares = pose_scores(unknown)["all"]
    assert (shares.pckh, shares.pck, shares.auc, set(shares.joints.values())) == (None, None, None, {None})


class Wide(PoseModel):
    """A chain of layers, of which two at a time and what goes into the first are held."""

    def __init__(self, layers):
        super().__init__(CANONICAL_17, (8, 8))
        self.layers = nn.Sequential(*[nn.Conv2d(3, 3, 1, bias=False) for _ in range(layers)])

    def forward(self, pictures):
        coordinates = self.layers(pictures).mean(dim=(1, 2, 3))[:, None, None].expand(-1, 17, 2)
        return PoseOutput(coordinates, coordinates[..., 0])

    def loss(self, output, targets):
        raise NotImplementedError


def test_memory_is_what_is_held_at_once():
    few, many = pose_cost(Wide(2).eval(), {}), pose_cost(Wide(6).eval(), {})
    picture, layer = 3 * 8 * 8 * 4, 9 * 4
    assert few.peak_bytes == pytest.approx(2 * layer + 2 * picture, abs=300)
    assert many.peak_bytes - few.peak_bytes == 4 * layer
    assert (few.parameters, many.parameters) == (18, 54)


def test_tables_compare_models():
    answers = crops([2.0, 7.0], [("in_flight",), ()])
    model = TinyPoseModel().eval()
    cost = pose_cost(model, {"crops": 240, "seen": 64_000})
    assert cost.parameters == sum(weights.numel() for weights in model.parameters())
    assert 0 < cost.crop_ms < 2000
    costs = {"one": cost, "two": PoseCost(1.25, 1_500_000, 3 * 2**20, {})}

    comparison, groups, joints = pose_tables(dict.fromkeys(costs, pose_scores(answers)), costs)

    assert comparison.rows[0][:5] == ("one", "2", "50.0%", "100.0%", "30.0%")
    assert comparison.rows[0][-2:] == ("240", "64,000")
    assert comparison.rows[1][-5:] == ("1.2", "1,500,000", "3", "-", "-")
    assert groups.header == ("", "all", "in flight", "in flight, upright")
    assert groups.rows[0] == ("one", "50.0%", "100.0%", "100.0%")
    assert len(joints.header) == len(joints.rows[0]) == 18
