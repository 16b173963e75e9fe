"""Every weights file that comes with the program can be read, and has a card that tells which file it is about."""

from pathlib import Path

import pytest

from inference.models.classifier_weights import load_classifier
from inference.models.detector_weights import load_detector
from inference.models.pose_weights import load_pose_model
from inference.models.shipped_weights import FOLDER
from inference.models.weights_file import file_hash

FILES = sorted(path.name for path in FOLDER.glob("*.safetensors"))
LOADERS = {"classifier": load_classifier, "detector": load_detector, "pose": load_pose_model}


def test_there_are_weights():
    assert {name.split(".")[0].split("-")[0] for name in FILES} == set(LOADERS)


@pytest.mark.parametrize("name", FILES)
def test_weights_can_be_read_and_have_a_card_of_their_own(name):
    path = FOLDER / name
    LOADERS[Path(name).stem.split("-")[0]](path)
    card = path.with_suffix(".md").read_text(encoding="utf-8")
    assert file_hash(path) in card
    for word in ("Data", "Device", "Date", "seed"):
        assert word in card
