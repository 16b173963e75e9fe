"""A weights file gives the same pose model back, and refuses what is none in a sentence."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_pose_model import DESIGN, NAME, TinyPoseModel, random_pictures

from inference.models import pose_designs
from inference.models.errors import ModelError
from inference.models.pose_weights import KIND, load_pose_model, save_pose_model
from inference.pose.skeletons import CANONICAL_17

FACTS = {
    "kind": KIND,
    "design": NAME,
    "settings": {"width": 4, "predictor": "fc"},
    "skeleton": "canonical-17",
    "input_size": [32, 32],
}


@pytest.fixture
def stored(tmp_path, monkeypatch):
    monkeypatch.setitem(pose_designs.POSE_DESIGNS, NAME, DESIGN)
    torch.manual_seed(1)
    model = pose_designs.build(NAME, predictor="fc").eval()
    save_pose_model(model, NAME, {"predictor": "fc"}, tmp_path / "pose.safetensors", {"seen": 320})
    return model, tmp_path / "pose.safetensors"


def test_what_is_read_is_what_was_written(stored, tmp_path):
    model, path = stored
    state = torch.random.get_rng_state()

    read = load_pose_model(path)

    assert torch.equal(torch.random.get_rng_state(), state)
    assert isinstance(read.model, TinyPoseModel)
    assert not read.model.training
    assert read.learned == {"seen": 320}
    assert (read.name, read.settings, read.model.skeleton) == (NAME, {"width": 4, "predictor": "fc"}, CANONICAL_17)
    with torch.inference_mode():
        expected, seen = model(random_pictures(2)), read.model(random_pictures(2))
    torch.testing.assert_close(seen.coordinates, expected.coordinates, atol=2e-3, rtol=0)
    save_pose_model(read.model, NAME, read.settings, tmp_path / "again.safetensors", read.learned)
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


def with_facts(path, facts):
    save_file(load_file(path), path, {"divereview": json.dumps(facts)})


def test_a_file_outlives_a_change_of_its_design(stored, monkeypatch):
    _, path = stored
    monkeypatch.setitem(pose_designs.POSE_DESIGNS, NAME, pose_designs.PoseDesign(DESIGN.made_by, {"width": 9}))
    assert load_pose_model(path).settings["width"] == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "divereview dive classifier 1"}, "does not hold the weights of a pose model of this version"),
        ({"design": "tinier"}, "does not hold the weights of a pose model of this version"),
        ({"skeleton": "centaur"}, "does not hold the weights of a pose model of this version"),
        ({"settings": None}, "does not hold the weights of a pose model of this version"),
        ({"settings": {"depth": 9}}, "tiny has no setting depth"),
        ({"settings": {"predictor": "psychic"}}, "'psychic' is not one of"),
        ({"settings": {"predictor": "fc", "width": "wide"}}, "cannot be used"),
        ({"settings": {"predictor": "fc", "width": 2_000_000_000}}, "but it holds"),  # which would fill any memory
        ({"input_size": [64, 64]}, "instead of"),
    ],
)
def test_foreign_facts_are_refused(stored, change, message):
    _, path = stored
    with_facts(path, FACTS)
    assert (load_pose_model(path).name, load_pose_model(path).learned) == (NAME, {})

    with_facts(path, FACTS | change)
    with pytest.raises(ModelError, match=message):
        load_pose_model(path)


def test_broken_and_missing_files_are_refused(stored, tmp_path):
    _, path = stored
    with pytest.raises(ModelError, match="There are no weights at"):
        load_pose_model(tmp_path / "none.safetensors")
    tensors = load_file(path)
    tensors["layers.bias"] = tensors.pop("layers.0.bias")
    save_file(tensors, path, {"divereview": json.dumps(FACTS)})
    with pytest.raises(ModelError, match="of the pose model tiny do not fit"):
        load_pose_model(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ModelError, match="cannot be read; they may be cut off"):
        load_pose_model(path)
