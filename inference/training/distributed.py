"""Several processes that train one network together, as torchrun starts them: one for each GPU, or several on a CPU.

Every process draws its part of a step's examples, gradients are averaged, and so all processes keep the same weights.
The examples of a step are the same however many processes there are. Only the first process evaluates and writes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

import torch
from torch import Tensor, distributed, nn

_PATIENCE = timedelta(hours=2)
"""How long a process waits for the others: the first one may be evaluating, or reading videos."""


@dataclass(frozen=True, slots=True)
class Processes:
    """All processes of a training, as one of them knows them.

    Args:
        rank: this one's number, from 0.
        count: how many there are.
        device: what this one computes on.
    """

    rank: int = 0
    count: int = 1
    device: str = "cpu"

    @property
    def is_first(self) -> bool:
        """Whether this is the process that evaluates and writes."""
        return self.rank == 0

    def part_of(self, total: int) -> range:
        """This process's part of so many examples.

        Raises:
            ValueError: if they cannot be divided evenly.
        """
        if total % self.count:
            raise ValueError(f"{total} examples cannot be dealt out evenly to {self.count} processes")
        own = total // self.count
        return range(self.rank * own, (self.rank + 1) * own)

    def average(self, network: nn.Module) -> None:
        """Give all processes the mean of their gradients, and of the buffers that count in floating point."""
        if self.count == 1:
            return
        gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
        buffers = [buffer for buffer in network.buffers() if buffer.is_floating_point()]
        self._average([*gradients, *buffers])

    def mean(self, value: Tensor) -> float:
        """The mean over all processes of a single number."""
        own = value.detach().float().reshape(1).clone()
        if self.count > 1:
            self._average([own])
        return float(own)

    def any(self, flag: bool) -> bool:
        """Whether any process says yes."""
        if self.count == 1:
            return flag
        said = torch.tensor([int(flag)], device=self.device)
        distributed.all_reduce(said, distributed.ReduceOp.MAX)
        return bool(said.item())

    def from_first(self, text: str) -> str:
        """The first process's text; what the others give is not looked at."""
        if self.count == 1:
            return text
        content = torch.tensor(list(text.encode()), dtype=torch.uint8, device=self.device)
        length = torch.tensor([len(content)], device=self.device)
        distributed.broadcast(length, 0)
        if not self.is_first:
            content = torch.zeros(int(length.item()), dtype=torch.uint8, device=self.device)
        distributed.broadcast(content, 0)
        return bytes(content.tolist()).decode()

    def wait(self) -> None:
        """Go on when all processes have come here."""
        if self.count > 1:
            distributed.barrier()

    @contextmanager
    def first_one_first(self) -> Iterator[None]:
        """What stands inside is done by the first process before the others, such as filling a cache."""
        if not self.is_first:
            self.wait()
        try:
            yield
        finally:
            if self.is_first:
                self.wait()

    def _average(self, tensors: Sequence[Tensor]) -> None:
        together = torch.cat([tensor.detach().float().flatten() for tensor in tensors])
        distributed.all_reduce(together)
        parts = torch.split(together / self.count, [tensor.numel() for tensor in tensors])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.detach().copy_(part.reshape(tensor.shape))


@contextmanager
def joined_processes(device: str) -> Iterator[Processes]:
    """Join the processes that torchrun has started, as its environment variables say; without them, be alone.

    Args:
        device: cpu, cuda or mps; each process takes the GPU of its own number.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Processes(device=device)
        return
    if sys.platform == "win32":
        os.environ.setdefault("USE_LIBUV", "0")  # torch for Windows is built without it
    own = device
    if device == "cuda":
        own = f"cuda:{os.environ['LOCAL_RANK']}"
        torch.cuda.set_device(own)
    # An optimiser's first step imports this, whose functions keep the group that there is by then as their default:
    # that group would never end, and its threads abort the process at its exit now and then.
    import_module("torch.distributed.nn.functional")
    distributed.init_process_group("nccl" if device == "cuda" else "gloo", timeout=_PATIENCE)
    try:
        yield Processes(distributed.get_rank(), count, own)
        distributed.barrier()  # nobody leaves while another still needs the connection
    finally:
        distributed.destroy_process_group()
