"""What a network has to compute and to move, and how fast this machine can do either at best (the roofline model)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

_SIDE = {"cpu": 1024, "cuda": 8192}
_COPIED_BYTES = {"cpu": 2**27, "cuda": 2**31}
_TURNS = 5


@dataclass(frozen=True, slots=True)
class Work:
    """Operations, a multiplication and an addition being two, and bytes read and written by all operations together."""

    operations: int
    moved_bytes: int


@dataclass(frozen=True, slots=True)
class Peak:
    """The most operations and bytes per second that were measured: of a large matrix product, and of a copy."""

    operations_per_s: float
    bytes_per_s: float

    def shortest_s(self, work: Work) -> float:
        """The time that work takes at least: that of computing, or of moving if that is longer."""
        return max(work.operations / self.operations_per_s, work.moved_bytes / self.bytes_per_s)


def counted(run: Callable[[], object]) -> Work:
    """What a call of a network computes and moves, operation by operation; autocast's roundings are left out."""
    with FlopCounterMode(display=False) as flops, _Moved() as moved:
        run()
    return Work(int(flops.get_total_flops()), moved.bytes)


def measured_peak(device: str, dtype: torch.dtype) -> Peak:
    """How fast this machine multiplies matrices of a type, and copies memory.

    Args:
        device: cpu or cuda:0, say.
        dtype: of the matrices.
    """
    kind = torch.device(device).type
    side = _SIDE.get(kind, _SIDE["cpu"])
    left, right = (torch.ones(side, side, dtype=dtype, device=device) for _ in range(2))
    source = torch.ones(_COPIED_BYTES.get(kind, _COPIED_BYTES["cpu"]), dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    product_s = quickest_s({"": lambda: torch.mm(left, right)}, device)[""]
    copy_s = quickest_s({"": lambda: target.copy_(source)}, device)[""]
    return Peak(2 * side**3 / product_s, 2 * source.numel() / copy_s)


def quickest_s(ways: Mapping[str, Callable[[], object]], device: str, turns: int = _TURNS) -> dict[str, float]:
    """Seconds of each call at best, all of them taking turns, after one turn that prepares."""
    found = dict.fromkeys(ways, float("inf"))
    with torch.inference_mode():
        for turn in range(turns + 1):
            for name, run in ways.items():
                began = time.perf_counter()
                run()
                if torch.device(device).type == "cuda":
                    torch.cuda.synchronize(device)
                if turn:
                    found[name] = min(found[name], time.perf_counter() - began)
    return found


def half(device: str, is_half: bool) -> AbstractContextManager[Any]:
    """Computing in bfloat16, or not."""
    return torch.autocast(torch.device(device).type, torch.bfloat16, enabled=is_half)


class _Moved(TorchDispatchMode):
    """Counts the bytes of what operations are given and give back; views and what is only handed on move nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = func(*args, **(kwargs or {}))
        inputs = [each for each in tree_leaves((args, kwargs)) if isinstance(each, torch.Tensor)]
        outputs = [each for each in tree_leaves(given) if isinstance(each, torch.Tensor)]
        there = {each.untyped_storage().data_ptr() for each in inputs}
        is_new = any(each.untyped_storage().data_ptr() not in there for each in outputs)
        if not func.is_view and (is_new or func._schema.is_mutable):
            self.bytes += sum(each.numel() * each.element_size() for each in (*inputs, *outputs))
        return given
