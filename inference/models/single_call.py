"""A pose model in one call that leaves Python alone, for computing beside threads that want Python themselves.

Layer by layer, a network comes back to Python some hundred times for each crop, and each time it waits until the
window, which paints a playing video, lets go of the interpreter's lock: ten times as long as it computes. A trace of
the same operations runs through without; besides, its normalisations are folded into the convolutions before them.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Final

import torch
from torch import Tensor, nn

from inference.models.pose_model import PoseModel, prepared
from inference.pose.pose_output import PoseOutput

log = logging.getLogger(__name__)

_TRIED: Final = (1, 2)
"""Crops at once for which the trace has to answer as the model does."""

_LARGEST_ERROR: Final = 1e-3
_LARGEST_ERROR_HALF: Final = 3e-2


class SingleCall:
    """Made by `in_a_single_call`; any thread may call it.

    Args:
        run: the trace: a batch of crops in, all tensors of the answer out.
        answer: one that the model gave, whose names and edges every answer has.
    """

    def __init__(self, run: Callable[[Tensor], tuple[Tensor, ...]], answer: PoseOutput) -> None:
        self._run, self._answer = run, answer

    def __call__(self, crops: Tensor) -> PoseOutput:
        """The answer for (n, height, width, 3) BGR crops, in single precision."""
        # Traces that profile themselves are slow for the first crops of every batch size.
        with torch.inference_mode(), torch.jit.optimized_execution(False):  # type: ignore[attr-defined]  # torch has it
            tensors = iter(self._run(crops))
        return self._answer.mapped(lambda _: next(tensors))


def in_a_single_call(model: PoseModel, *, is_half: bool) -> SingleCall | None:
    """The same model, traced on the processor; None where a trace of it does not answer as it does.

    Args:
        model: in the processor's memory, evaluating.
        is_half: whether it computes in bfloat16.
    """
    try:
        return _traced(model, is_half)
    except Exception:  # whatever torch makes of a model that cannot be traced, the model itself can be run
        log.info("The pose model is run layer by layer.", exc_info=True)
        return None


def _traced(model: PoseModel, is_half: bool) -> SingleCall | None:
    tried = [_crops(model, count) for count in _TRIED]
    whole = _Whole(model).eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=is_half, cache_enabled=False):
        answers = [whole.answer(crops) for crops in tried]
        with warnings.catch_warnings():
            # torch warns that sizes become constants, which is checked below, and that others should compile now.
            warnings.simplefilter("ignore")
            trace = torch.jit.freeze(torch.jit.trace(whole, tried[0], check_trace=False))  # type: ignore[no-untyped-call]  # torch's
    call = SingleCall(trace, answers[0])
    largest = _LARGEST_ERROR_HALF if is_half else _LARGEST_ERROR
    for crops, answer in zip(tried, answers, strict=True):
        if not (call(crops).coordinates - answer.coordinates).abs().max() <= largest:
            return None
    return call


class _Whole(nn.Module):
    """From bytes to all tensors of the answer."""

    def __init__(self, model: PoseModel) -> None:
        super().__init__()
        self.model = model

    def answer(self, crops: Tensor) -> PoseOutput:
        output: PoseOutput = self.model(prepared(crops).contiguous(memory_format=torch.channels_last))
        return output.on_cpu()

    def forward(self, crops: Tensor) -> tuple[Tensor, ...]:
        return tuple(_tensors(self.answer(crops)))


def _tensors(output: PoseOutput) -> Iterator[Tensor]:
    """In the order in which `PoseOutput.mapped` goes through them."""
    found: list[Tensor] = []

    def note(values: Tensor) -> Tensor:
        found.append(values)
        return values

    output.mapped(note)
    return iter(found)


def _crops(model: PoseModel, count: int) -> Tensor:
    generator = torch.Generator().manual_seed(count)
    return torch.randint(0, 256, (count, *model.input_size, 3), dtype=torch.uint8, generator=generator)
