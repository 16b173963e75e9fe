"""The devices that networks can compute on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import torch

from inference.models.errors import DeviceGoneError

AUTO: Final = "auto"


@dataclass(frozen=True, slots=True)
class ComputeDevice:
    """A device: name in torch's words, cpu, cuda:0 or mps, and title for a person."""

    name: str
    title: str


def compute_devices() -> tuple[ComputeDevice, ...]:
    """Those that there are now: GPUs, then Apple's, then the processor."""
    found = [ComputeDevice(f"cuda:{number}", name) for number, name in enumerate(_cuda_names())]
    if torch.backends.mps.is_available():
        found.append(ComputeDevice("mps", "Apple GPU (MPS)"))
    return (*found, ComputeDevice("cpu", "CPU"))


def device_named(name: str) -> str:
    """A device that is there, in torch's words.

    Args:
        name: of a device; auto for the first CUDA device, or else the processor. Apple's is taken by name only, since
            torch has not all operations there.

    Raises:
        DeviceGoneError: if it is not there.
    """
    there = [device.name for device in compute_devices()]
    if name == AUTO:
        return next((known for known in there if known.startswith("cuda")), "cpu")
    if name not in there:
        raise DeviceGoneError(f"The device {name} is not there; choose from {', '.join(there)}.")
    return name


def _cuda_names() -> list[str]:
    """Of all CUDA devices; those of the same name are numbered."""
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    names = [torch.cuda.get_device_name(number) for number in range(count)]
    often = Counter(names)
    return [f"{name} ({number})" if often[name] > 1 else name for number, name in enumerate(names)]
