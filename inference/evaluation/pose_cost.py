"""What a pose model costs: time for a crop, weights, and memory."""

from __future__ import annotations

import statistics
import time
import weakref
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from inference.models.pose_model import PoseModel

_WARM, _TIMED = 2, 10


@dataclass(frozen=True, slots=True)
class PoseCost:
    """What a model costs.

    Args:
        crop_ms: median time to find one diver's keypoints in one crop, one crop at a time.
        parameters: how many weights it has.
        peak_bytes: most memory that tensors take meanwhile, weights included, but
            not what a library needs for itself in between.
        learned: see `StoredPoseModel`.
    """

    crop_ms: float
    parameters: int
    peak_bytes: int
    learned: Mapping[str, int]


def pose_cost(model: PoseModel, learned: Mapping[str, int], precision: Callable[[], Any] = nullcontext) -> PoseCost:
    """Measure a model on the device on which it is.

    Args:
        model: in evaluation mode.
        learned: handed on.
        precision: makes the context in which it is computed.
    """
    device = next(model.parameters()).device
    pictures = torch.zeros(1, 3, *model.input_size, device=device)

    def once() -> float:
        began = time.perf_counter()
        with torch.inference_mode(), precision():
            model(pictures).coordinates.cpu()
        return time.perf_counter() - began

    for _ in range(_WARM):
        once()
    seconds = statistics.median(once() for _ in range(_TIMED))
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return PoseCost(seconds * 1000, parameters, _peak_bytes(once, model, device), learned)


def _peak_bytes(once: Callable[[], object], model: PoseModel, device: torch.device) -> int:
    """Most bytes that are allocated while something runs."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        once()
        return int(torch.cuda.max_memory_allocated(device))
    with _Allocations() as allocations:
        once()
    weights = [*model.parameters(), *model.buffers()]
    held = sum(int(tensor.nbytes) for tensor in weights)
    return int(allocations.peak_bytes) + held


class _Allocations(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's
    """Counts the bytes of tensors that operations give back, for as long as somebody holds them."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch's
        self.bytes = self.peak_bytes = 0
        self._known: weakref.WeakSet[torch.UntypedStorage] = weakref.WeakSet()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(given):
            if isinstance(tensor, torch.Tensor):
                self._count(tensor.untyped_storage())
        return given

    def _count(self, storage: torch.UntypedStorage) -> None:
        if storage not in self._known:
            self._known.add(storage)
            self.bytes += storage.nbytes()
            self.peak_bytes = max(self.peak_bytes, self.bytes)
            weakref.finalize(storage, self._forget, storage.nbytes())

    def _forget(self, count: int) -> None:
        self.bytes -= count
