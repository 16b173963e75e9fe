"""Tiny ONNX pose models that answer by fixed rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 17, 8


def constant_model(
    path: Path,
    shape: Sequence[int | str],
    answers: Mapping[str, npt.NDArray[Any]],
    *,
    takes: int = TensorProto.FLOAT,
    opset: int = OPSET,
    ir_version: int = IR_VERSION,
) -> Path:
    """A model that answers the same to every picture.

    Args:
        path: where to.
        shape: of its input; a side may be a name.
        answers: its outputs by name, for one picture.
        takes: type of its input.
        opset: that it states.
        ir_version: that it states.
    """
    nodes = [helper.make_node("Identity", [f"{name}_value"], [name]) for name in answers]
    # Something has to use the input.
    nodes.append(helper.make_node("Shape", ["input"], ["unused"]))
    values = [numpy_helper.from_array(value.astype(np.float32), f"{name}_value") for name, value in answers.items()]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, list(value.shape)) for name, value in answers.items()
    ]
    graph = helper.make_graph(
        nodes, "constant", [helper.make_tensor_value_info("input", takes, list(shape))], outputs, values
    )
    return _saved(graph, path, opset, ir_version)


def green_heatmaps(path: Path, keypoints: int = 17, height: int = 64, width: int = 48, stride: int = 4) -> Path:
    """A model whose heatmaps all are the green of every so many pixels of its picture, (batch, 3, height, width)."""
    channels = np.zeros((keypoints, 3, 1, 1), np.float32)
    channels[:, 1] = 1
    nodes = [
        helper.make_node("Conv", ["input", "weights"], ["heatmaps"], kernel_shape=[1, 1], strides=[stride, stride])
    ]
    shown = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, height, width])
    maps = helper.make_tensor_value_info(
        "heatmaps", TensorProto.FLOAT, ["batch", keypoints, -(-height // stride), -(-width // stride)]
    )
    graph = helper.make_graph(nodes, "green", [shown], [maps], [numpy_helper.from_array(channels, "weights")])
    return _saved(graph, path, OPSET, IR_VERSION)


def _saved(graph: onnx.GraphProto, path: Path, opset: int, ir_version: int) -> Path:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir_version)
    path.write_bytes(model.SerializeToString())
    return path
