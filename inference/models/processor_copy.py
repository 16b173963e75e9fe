"""A network's copy on the processor, made without any memory of the device that it is on."""

from __future__ import annotations

import copy
from typing import TypeVar

from torch import nn

_Network = TypeVar("_Network", bound=nn.Module)


def on_processor(network: _Network) -> _Network:
    """The same network on the processor, where it shares its tensors if it is there already; the other one stays."""
    moved: dict[int, object] = {id(buffer): buffer.detach().cpu() for buffer in network.buffers()}
    for parameter in network.parameters():
        moved[id(parameter)] = nn.Parameter(parameter.detach().cpu(), requires_grad=parameter.requires_grad)
    # Said beforehand what stands in place of each of these: copying them first would take their memory again.
    return copy.deepcopy(network, moved)
