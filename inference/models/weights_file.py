"""Weights on disk: safetensors in half precision with one entry of facts, read as something that nobody vouches for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from inference.models.errors import ModelError

_ENTRY = "divereview"


def write_weights(network: nn.Module, facts: Mapping[str, Any], path: Path) -> None:
    """Write a network's weights; counters of batches seen are left out.

    Args:
        network: any device and mode.
        facts: what is needed to build it again, as JSON values.
        path: the file; written over when the new one is complete.
    """
    tensors = {
        name: tensor.detach().cpu().half().contiguous()
        for name, tensor in network.state_dict().items()
        if tensor.is_floating_point()
    }
    unfinished = path.with_name(path.name + ".part")
    # One entry, since several would be written in an order that changes from run to run.
    save_file(tensors, unfinished, {_ENTRY: json.dumps(dict(facts))})
    unfinished.replace(path)


def read_weights(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The facts and the tensors, in single precision, of a file of weights; the facts are empty for a foreign file.

    Raises:
        ModelError: if the file is missing or broken.
    """
    if not path.is_file():
        raise ModelError(f"There are no weights at {path}.")
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {}).get(_ENTRY, "null"))
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError(f"The weights {path} cannot be read; they may be cut off: {error}.") from error
    return facts if isinstance(facts, dict) else {}, tensors


def fill(network: nn.Module, tensors: Mapping[str, Tensor], what: str) -> None:
    """Give a network its weights.

    Args:
        network: built as the facts say.
        tensors: all its floating-point weights by name.
        what: the file and the network, for the message.

    Raises:
        ModelError: if they are not those of such a network.
    """
    expected = {name: tensor.shape for name, tensor in network.state_dict().items() if tensor.is_floating_point()}
    if {name: tensor.shape for name, tensor in tensors.items()} != expected:
        raise ModelError(f"The weights {what} do not fit.")
    network.load_state_dict(dict(tensors), strict=False)


def file_hash(path: Path) -> str:
    """The first 16 hexadecimal digits of a file's SHA-256, by which a prediction names its weights."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
