"""The devices that there are, by name and title, and which of them is meant."""

from __future__ import annotations

import pytest
import torch

from inference.models.devices import ComputeDevice, compute_devices, device_named
from inference.models.errors import DeviceGoneError
from inference.models.onnx.session import _provider_choices


@pytest.fixture
def machine(monkeypatch):
    """Makes this a machine with these GPUs."""

    def make(*cuda, has_mps=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: bool(cuda))
        monkeypatch.setattr(torch.cuda, "device_count", lambda: len(cuda))
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda number: cuda[number])
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: has_mps)

    return make


def test_a_machine_without_a_gpu_has_its_processor(machine):
    machine()
    assert compute_devices() == (ComputeDevice("cpu", "CPU"),)
    assert device_named("auto") == device_named("cpu") == "cpu"


def test_gpus_come_first_and_those_of_one_name_are_numbered(machine):
    machine("H200", "T4", "H200")
    titles = {device.name: device.title for device in compute_devices()}
    assert titles == {"cuda:0": "H200 (0)", "cuda:1": "T4", "cuda:2": "H200 (2)", "cpu": "CPU"}
    assert device_named("auto") == "cuda:0"
    assert device_named("cuda:2") == "cuda:2"


def test_the_gpu_of_a_mac_is_taken_by_name_only(machine):
    machine(has_mps=True)
    assert [device.name for device in compute_devices()] == ["mps", "cpu"]
    assert (device_named("auto"), device_named("mps")) == ("cpu", "mps")


@pytest.mark.parametrize("name", ["cuda:1", "mps", "tpu"])
def test_a_device_that_is_not_there_is_said(machine, name):
    machine("H200")
    with pytest.raises(DeviceGoneError, match=f"The device {name} is not there; choose from cuda:0, cpu"):
        device_named(name)


def test_onnxruntime_is_asked_for_the_same_device():
    class Runtime:
        @staticmethod
        def get_available_providers():
            return ["CUDAExecutionProvider", "DmlExecutionProvider", "CPUExecutionProvider"]

    cpu = "CPUExecutionProvider"
    assert _provider_choices(Runtime, "auto") == [["CUDAExecutionProvider", cpu], ["DmlExecutionProvider", cpu], [cpu]]
    assert _provider_choices(Runtime, "cuda:1") == [[("CUDAExecutionProvider", {"device_id": "1"}), cpu], [cpu]]
    assert _provider_choices(Runtime, "mps") == _provider_choices(Runtime, "cpu") == [[cpu]]
