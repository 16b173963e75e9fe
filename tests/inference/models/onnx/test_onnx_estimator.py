"""ONNX files from opening to keypoints in the picture, and everything that can be wrong with one."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from onnx import TensorProto
from onnx_models import constant_model, green_heatmaps

from inference.models.errors import ModelError
from inference.models.onnx.design import IMAGENET_MEAN, OnnxDesign
from inference.models.onnx.estimator import load_onnx_estimator, prepared
from inference.models.onnx.session import open_session
from inference.pose.crop_estimator import CropPoseEstimator
from inference.pose.crop_map import CropRegion


def simcc(keypoints=17):
    """What a SimCC model answers for 32 by 24 px."""
    return {"simcc_x": np.zeros((1, keypoints, 48)), "simcc_y": np.zeros((1, keypoints, 64))}


@pytest.mark.parametrize(
    ("shape", "takes", "answers", "kind", "size"),
    [
        ((1, 3, 32, 24), TensorProto.FLOAT, simcc(), "simcc", (32, 24)),
        ((1, 3, 64, 48), TensorProto.FLOAT, {"out": np.zeros((1, 17, 16, 12))}, "heatmaps", (64, 48)),
        ((1, 3, "h", "w"), TensorProto.FLOAT, {"out": np.zeros((1, 17, 64, 48))}, "heatmaps", (256, 192)),
        ((1, 48, 48, 3), TensorProto.UINT8, {"out": np.zeros((1, 1, 17, 3))}, "movenet", (48, 48)),
        ((1, "h", "w", 3), TensorProto.INT32, {"out": np.zeros((1, 6, 56))}, "movenet-multi", (256, 256)),
        ((1, 32, 32, 3), TensorProto.FLOAT, {"out": np.zeros((1, 195))}, "blazepose", (32, 32)),
        (
            (1, 3, 32, 32),
            TensorProto.FLOAT,
            {"dets": np.zeros((1, 2, 5)), "keypoints": np.zeros((1, 2, 17, 3))},
            "rtmo",
            (32, 32),
        ),
    ],
)
def test_models_are_recognised_by_what_they_take_and_answer(tmp_path, shape, takes, answers, kind, size):
    estimator = load_onnx_estimator(constant_model(tmp_path / "model.onnx", shape, answers, takes=takes), "cpu")

    assert (estimator.design.kind, estimator.design.input_size) == (kind, size)
    assert estimator.skeleton.name == "coco-17"
    assert isinstance(estimator, CropPoseEstimator)
    poses = estimator.estimate([np.zeros((50, 40, 3), np.uint8)] * 2, [CropRegion(0, 0, 40, 50)] * 2)
    assert poses.keypoints.shape == (2, 17, 2)
    assert poses.scores.shape == (2, 17)


def test_the_number_of_keypoints_says_whose_skeleton_they_are(tmp_path):
    feet = constant_model(tmp_path / "feet.onnx", (1, 3, 32, 24), simcc(26))
    whole = constant_model(tmp_path / "whole.onnx", (1, 3, 32, 24), simcc(133))

    assert load_onnx_estimator(feet, "cpu").skeleton.joints[20] == "left_big_toe"
    assert load_onnx_estimator(whole, "cpu").skeleton.name == "coco-17"
    with pytest.raises(ModelError, match=r"five\.onnx finds 5 keypoints, and no skeleton known has as many"):
        load_onnx_estimator(constant_model(tmp_path / "five.onnx", (1, 3, 32, 24), simcc(5)), "cpu")


@pytest.mark.parametrize("turn_rad", [0.0, 2.5])
@pytest.mark.parametrize(("is_udp", "size"), [(True, (125, 93)), (False, (128, 96))])
def test_keypoints_are_where_the_picture_shows_them(tmp_path, turn_rad, is_udp, size):
    """A green spot, seen by a network that answers the green of every fourth pixel, in several crops at once.

    Of 125 pixels the first and the last are among those, which makes it UDP.
    """
    picture = np.zeros((200, 300, 3), np.uint8)
    rows, columns = np.indices((200, 300)) + 0.5
    picture[..., 1] = 255 * np.exp(-((columns - 141.7) ** 2 + (rows - 92.4) ** 2) / (2 * 9.0**2))
    path = green_heatmaps(tmp_path / "green.onnx", height=size[0], width=size[1])
    settings = {"kind": "heatmaps", "is_udp": is_udp, "mean": (0, 0, 0), "deviation": (255, 255, 255)}
    regions = [CropRegion(100, 40, 72, 96, turn_rad), CropRegion(120, 60, 72, 96, turn_rad)]
    poses = load_onnx_estimator(path, "cpu", settings).estimate([picture] * 2, regions)

    np.testing.assert_allclose(poses.keypoints, np.broadcast_to([141.7, 92.4], (2, 17, 2)), atol=0.25)
    assert poses.scores.min() > 0.9


def test_an_answer_for_fewer_crops_than_were_shown_is_no_answer(tmp_path):
    estimator = load_onnx_estimator(constant_model(tmp_path / "one.onnx", ("batch", 3, 32, 24), simcc()), "cpu")

    with pytest.raises(ModelError, match="no answer of the kind simcc"):
        estimator.estimate([np.zeros((9, 9, 3), np.uint8)] * 2, [CropRegion(0, 0, 9, 9)] * 2)


def test_colours_are_as_the_design_says():
    crop = np.zeros((1, 2, 2, 3), np.uint8)
    crop[..., 2] = 255
    rgb = prepared(crop, OnnxDesign("simcc", (2, 2), "coco-17", mean=IMAGENET_MEAN, deviation=(2.0, 3.0, 4.0)))
    bgr = prepared(crop, OnnxDesign("movenet", (2, 2), "coco-17", colour="bgr", is_channels_last=True))

    np.testing.assert_allclose(rgb[0, :, 0, 0], [(255 - 123.675) / 2, -116.28 / 3, -103.53 / 4], rtol=1e-6)
    np.testing.assert_allclose(bgr[0, 0, 0], [0, 0, 255])


def test_a_sidecar_says_what_the_file_does_not_and_settings_win(tmp_path):
    path = constant_model(tmp_path / "five.onnx", (1, 3, 32, 24), simcc(18))
    entries = {"skeleton": "coco-17", "joints": list(range(17)), "colour": "bgr", "padding": 1.5, "licence": "MIT"}
    (tmp_path / "five.json").write_text(json.dumps(entries))

    design = load_onnx_estimator(path, "cpu", {"padding": 1.0}).design
    assert (design.colour, design.padding, design.joints) == ("bgr", 1.0, tuple(range(17)))


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"padding": "wide"}, 'padding cannot be "wide"'),
        ({"deviation": [1, 0, 1]}, r"deviation cannot be \[1, 0, 1\]"),
        ({"kind": "pose"}, 'kind cannot be "pose"'),
        ({"input_size": [64, 48]}, "takes pictures of 32 x 24, not 64 x 48"),
        ({"skeleton": "dog-40"}, "There is no skeleton 'dog-40'; choose from canonical-17"),
        ({"joints": [17]}, "finds 17 keypoints, so none has the number 17"),
        ({"kind": "movenet"}, "no answer of the kind movenet"),
        ({"kind": "blazepose"}, "no answer of the kind blazepose"),
        ({"kind": "heatmaps"}, "does not answer as its sidecar says"),
        ([1], "is no JSON object"),
    ],
)
def test_a_sidecar_that_makes_no_sense_is_refused(tmp_path, entries, said):
    path = constant_model(tmp_path / "model.onnx", (1, 3, 32, 24), simcc())
    (tmp_path / "model.json").write_text(json.dumps(entries))

    with pytest.raises(ModelError, match=said):
        load_onnx_estimator(path, "cpu").estimate([np.zeros((9, 9, 3), np.uint8)], [CropRegion(0, 0, 9, 9)])


def test_a_model_newer_than_the_runtime_is_refused_in_one_sentence(tmp_path):
    path = constant_model(tmp_path / "future.onnx", (1, 3, 32, 24), simcc(), ir_version=99)

    with pytest.raises(ModelError, match=r"future\.onnx was made for a newer ONNX than onnxruntime .* pip install"):
        open_session(path)
    later = constant_model(tmp_path / "later.onnx", (1, 3, 32, 24), simcc(), opset=999)
    with pytest.raises(ModelError, match=r"later\.onnx was made for a newer ONNX") as refused:
        open_session(later)
    assert "\n" not in str(refused.value)


def test_files_that_are_no_pose_models_are_refused_in_one_sentence(tmp_path):
    (tmp_path / "text.onnx").write_text("no model")
    whole = green_heatmaps(tmp_path / "cut.onnx")
    whole.write_bytes(whole.read_bytes()[:-40])

    for name, said in (("text.onnx", "is no ONNX model that can be used"), ("cut.onnx", "is no ONNX model")):
        with pytest.raises(ModelError, match=said):
            open_session(tmp_path / name)
    with pytest.raises(ModelError, match="There is no model at"):
        open_session(tmp_path / "missing.onnx")
    words = constant_model(tmp_path / "words.onnx", (1, 512), {"out": np.zeros((1, 2))})
    with pytest.raises(ModelError, match=r"is no pose model: it takes input \(1 x 512\), not pictures"):
        load_onnx_estimator(words, "cpu")
    classes = constant_model(tmp_path / "classes.onnx", (1, 3, 32, 32), {"out": np.zeros((1, 1000))})
    with pytest.raises(ModelError, match=r"of a kind that is known: .* answers \(1, 1000\)"):
        load_onnx_estimator(classes, "cpu")


def test_without_onnxruntime_it_says_what_to_install(tmp_path, monkeypatch):
    path = constant_model(tmp_path / "model.onnx", (1, 3, 32, 24), simcc())
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(ModelError, match="pip install onnxruntime"):
        open_session(path)


def test_a_gpu_that_fails_leaves_it_to_the_processor(tmp_path, monkeypatch):
    import onnxruntime

    path = constant_model(tmp_path / "model.onnx", (1, 3, 32, 24), simcc())
    usual, asked = onnxruntime.InferenceSession, []

    def session(file, options, providers):
        asked.append(providers)
        if len(providers) > 1:
            raise RuntimeError("CUDA driver version is insufficient")
        return usual(file, options, providers=providers)

    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None, raising=False)

    assert open_session(path).provider == "CPUExecutionProvider"
    assert asked == [["CUDAExecutionProvider", "CPUExecutionProvider"], ["CPUExecutionProvider"]]
