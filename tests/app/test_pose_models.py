"""Which pose models there are to choose from."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.pose_models import chosen_model, pose_model_choices
from inference.models.model_store import models_folder


@pytest.fixture
def own():
    def add(name):
        models_folder().mkdir(parents=True, exist_ok=True)
        (models_folder() / name).write_bytes(b"model")

    return add


def test_models_of_the_program_come_before_a_persons_own(no_shipped_weights, own):
    for name in (
        "pose.safetensors",
        "pose-cpm-small.safetensors",
        "pose-hourglass-small.safetensors",
        "detector.safetensors",
    ):
        (no_shipped_weights / name).write_bytes(b"weights")
    own("mine.onnx")
    own("cascade.safetensors")
    own("pretrained.pth")
    found = [(choice.name, choice.title, choice.is_shipped) for choice in pose_model_choices()]
    assert found == [
        ("pose", "Default", True),
        ("pose-cpm-small", "CPM small", True),
        ("pose-hourglass-small", "Hourglass small", True),
        ("cascade", "cascade", False),
        ("mine", "mine", False),
    ]


def test_a_choice_that_is_gone_falls_back_to_the_first(no_shipped_weights, own):
    assert chosen_model("mine") is None
    (no_shipped_weights / "pose.safetensors").write_bytes(b"weights")
    own("mine.onnx")
    assert chosen_model("mine").name == "mine"
    assert chosen_model("mine").knows_upright_only
    assert chosen_model("gone").name == "pose"
    assert not chosen_model("gone").knows_upright_only


def test_listing_models_loads_no_network_library():
    script = (
        "import sys; from app.pose_models import pose_model_choices; pose_model_choices();"
        "sys.exit(bool({'torch', 'onnxruntime', 'requests'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=root).returncode == 0
