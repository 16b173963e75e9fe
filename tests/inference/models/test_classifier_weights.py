"""A weights file gives the same classifier back, the same bytes every time, and refuses anything else in a sentence."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from inference.models.c3d import CLASSES
from inference.models.classifier_designs import ClassifierDesign
from inference.models.classifier_weights import KIND, load_classifier, save_classifier
from inference.models.errors import ModelError

DESIGN = ClassifierDesign("compact", width=2)
TEMPERATURES = {"rotation_type": 1.5, "position": 0.8}


@pytest.fixture
def stored(tmp_path):
    torch.manual_seed(1)
    network = DESIGN.build().eval()
    save_classifier(network, DESIGN, TEMPERATURES, tmp_path / "classifier.safetensors")
    return network, tmp_path / "classifier.safetensors"


def test_what_is_read_is_what_was_written(stored, tmp_path):
    network, path = stored
    clips = torch.randn(1, 3, 24, 64, 64)

    read = load_classifier(path)

    assert read.design == DESIGN
    assert read.temperatures == {name: TEMPERATURES.get(name, 1.0) for name in CLASSES}
    assert not read.network.training
    with torch.inference_mode():
        for name, logits in read.network(clips).items():
            torch.testing.assert_close(logits, network(clips)[name], atol=0.05, rtol=0.02)
    save_classifier(read.network, read.design, read.temperatures, tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()


def with_facts(path, facts):
    save_file(load_file(path), path, {"divereview": json.dumps(facts)})


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "divereview dive detector 2"},
        {"design": {"kind": "compact", "side": 64, "width": 100_000}},
        {"design": {"kind": "compact", "side": 64, "width": "2"}},
        {"design": {"kind": "compact", "side": 64, "width": 2, "depth": 9}},
        {"design": None},
        {"temperatures": {"position": 1.0}},
        {"temperatures": dict.fromkeys(CLASSES, 0.0)},
        {"temperatures": dict.fromkeys(CLASSES, "1")},
    ],
)
def test_foreign_facts_are_refused(stored, change):
    _, path = stored
    facts = {
        "kind": KIND,
        "design": {"kind": "compact", "side": 64, "width": 2},
        "temperatures": dict.fromkeys(CLASSES, 1.0),
    }
    with_facts(path, facts)
    assert load_classifier(path).design == DESIGN

    with_facts(path, facts | change)
    with pytest.raises(ModelError, match="does not hold the weights of a dive classifier of this version"):
        load_classifier(path)


def test_broken_and_missing_files_are_refused(stored, tmp_path):
    _, path = stored
    with pytest.raises(ModelError, match="There are no weights at"):
        load_classifier(tmp_path / "none.safetensors")
    with_facts(
        path,
        {
            "kind": KIND,
            "design": {"kind": "compact", "side": 64, "width": 3},
            "temperatures": dict.fromkeys(CLASSES, 1.0),
        },
    )
    with pytest.raises(ModelError, match="of a compact dive classifier do not fit"):
        load_classifier(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelError, match="cannot be read; they may be cut off"):
        load_classifier(path)
