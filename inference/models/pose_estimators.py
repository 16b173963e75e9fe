"""Any file of a pose model as an estimator; torch and onnxruntime are imported for those that need them."""

from __future__ import annotations

from pathlib import Path

from inference.models.errors import ModelError
from inference.models.model_store import MODEL_SUFFIXES, model_path
from inference.models.shipped_weights import shipped_weights
from inference.pose.crop_estimator import CropPoseEstimator

SHIPPED = "pose"
"""The pose model that comes with the program, if one does."""


def load_estimator(wanted: str | None, device: str = "auto") -> CropPoseEstimator:
    """The pose model that a person means.

    Args:
        wanted: the name of a model of the program or in the store, or a file; None for the program's default.
        device: cpu, cuda:0 or another of `compute_devices`; auto takes a GPU if there is one.

    Raises:
        ModelError: if there is no such model, or it finds no poses in crops.
        DeviceGoneError: if torch is to run it on a device that is not there.
    """
    path = _shipped() if wanted is None else model_path(wanted)
    if path.suffix == ".onnx":
        from inference.models.onnx.estimator import load_onnx_estimator

        return load_onnx_estimator(path, device)
    if path.suffix == ".safetensors":
        from inference.models.pose_network_estimator import load_network_estimator

        return load_network_estimator(path, device)
    usable = ", ".join(suffix for suffix in MODEL_SUFFIXES if suffix != path.suffix)
    raise ModelError(f"{path.name} is a checkpoint of another program; poses are found by models in {usable}.")


def _shipped() -> Path:
    path = shipped_weights(SHIPPED)
    if path is None:
        raise ModelError(
            "This program comes without a pose model; name one, or fetch one with: divereview models get rtmpose-s"
        )
    return path
