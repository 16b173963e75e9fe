"""Designs are found by name, and a wrong name or setting is answered with the right ones."""

import subprocess
import sys

import pytest

from inference.models import pose_designs
from inference.models.pose_designs import PoseDesign, build
from inference.models.pose_model import PoseModel
from inference.pose.skeletons import CANONICAL_17


class OneNumber(PoseModel):
    def __init__(self, skeleton, size=8, width=1):
        super().__init__(skeleton, (size, size))
        self.width = width

    def forward(self, pictures):
        raise NotImplementedError

    def loss(self, output, targets):
        raise NotImplementedError


@pytest.fixture(autouse=True)
def one_design(monkeypatch):
    monkeypatch.setattr(PoseDesign, "maker", lambda design: OneNumber)
    monkeypatch.setitem(pose_designs.POSE_DESIGNS, "one-number", PoseDesign("here:OneNumber", {"size": 16}))


def test_settings_come_from_the_design_unless_they_are_given():
    model = build("one-number", width=3)
    assert (model.input_size, model.width, model.skeleton) == ((16, 16), 3, CANONICAL_17)
    assert build("one-number", size=32).input_size == (32, 32)


def test_a_wrong_name_is_answered_with_near_ones():
    with pytest.raises(ValueError, match="no pose model 'one-nunber'; choose from one-number"):
        build("one-nunber")


def test_a_wrong_setting_is_answered_with_the_right_ones():
    with pytest.raises(ValueError, match="one-number has no setting depth; it has size, width"):
        build("one-number", depth=5)


def test_names_are_known_without_torch():
    script = "import sys, inference.models.pose_designs; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
