"""Weights that others have published, read as something that nobody vouches for, and put into pose models.

A checkpoint is a `.pth` or `.pt` file, of which weights alone are ever unpickled, or safetensors. What stands around
the weights, such as `state_dict` or a `module.` before every name, is taken away; which published name is which of the
model's own weights, the model itself knows (`PoseModel.from_published`).
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from inference.models.errors import ModelError
from inference.models.pose_model import PoseModel
from inference.models.weights_file import read_weights

_WRAPPERS: Final = ("state_dict", "model_state_dict", "model", "network", "net", "weights")
_PREFIXES: Final = ("module.", "_orig_mod.")
_COUNTER: Final = ".num_batches_tracked"


@dataclass(frozen=True, slots=True)
class LoadedWeights:
    """What became of a checkpoint: the names of the model's weights that it filled, and of those left as they were."""

    filled: tuple[str, ...]
    left: tuple[str, ...]


def load_published(model: PoseModel, path: Path, *, with_heads: bool) -> LoadedWeights:
    """Give a pose model the weights of a checkpoint, or leave it as it is.

    Args:
        model: of the architecture that the checkpoint is of, by its own names or by those published.
        path: the file.
        with_heads: whether the last layers are wanted too, which makes sense only if the checkpoint is of the model's
            very skeleton; as many joints in another order would fit as well. Without, they are learned anew.

    Raises:
        ModelError: if the file is missing or broken, or its weights are not those of such a model.
    """
    tensors = read_checkpoint(path)
    own = {name: tensor for name, tensor in model.state_dict().items() if tensor.is_floating_point()}
    named = tensors if tensors.keys() <= own.keys() else model.from_published(tensors)
    if not with_heads:
        named = {name: tensor for name, tensor in named.items() if not name.startswith(model.heads)}
    for name, tensor in named.items():
        if name not in own:
            raise ModelError(f"The weights {path} do not fit this model, which has nothing called {name}.")
        if tensor.shape != own[name].shape:
            raise ModelError(
                f"The weights {path} do not fit: {name} is {_shape(tensor)} there,"
                f" but {_shape(own[name])} in this model."
            )
    left = tuple(name for name in own if name not in named)
    missing = [name for name in left if not name.startswith(model.heads)]
    if missing:
        raise ModelError(
            f"The weights {path} do not fit this model: {len(missing)} of its weights are not there, such as"
            f" {missing[0]}."
        )
    model.load_state_dict(dict(named), strict=False)
    return LoadedWeights(tuple(named), left)


def read_checkpoint(path: Path) -> dict[str, Tensor]:
    """The weights of a checkpoint by their published names, in single precision, without counters of batches.

    Raises:
        ModelError: if the file is missing or broken, or holds no weights.
    """
    content: Any = read_weights(path)[1] if path.suffix == ".safetensors" else _unpickled(path)
    while wrapper := _wrapper(content):
        content = content[wrapper]
    if not isinstance(content, Mapping):
        raise ModelError(f"{path} holds no weights by name.")
    tensors = {
        _bare(str(name)): tensor.float()
        for name, tensor in content.items()
        if isinstance(tensor, Tensor) and tensor.is_floating_point() and not str(name).endswith(_COUNTER)
    }
    if not tensors:
        raise ModelError(f"{path} holds no weights by name.")
    return tensors


def _unpickled(path: Path) -> Any:
    if not path.is_file():
        raise ModelError(f"There are no weights at {path}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about other protocols of pickle than its own, which are refused anyway
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        reason = "it is no checkpoint of PyTorch, or holds more than weights, which might do harm"
        raise ModelError(f"The weights {path} cannot be read; {reason}.") from error
    except Exception as error:  # there is no end to what broken files make the reader raise
        raise ModelError(f"The weights {path} cannot be read; they may be cut off.") from error


def _wrapper(content: Any) -> str | None:
    """The entry in which the weights are; None if they are not in one."""
    if not isinstance(content, Mapping):
        return None
    return next((name for name in _WRAPPERS if isinstance(content.get(name), Mapping)), None)


def _bare(name: str) -> str:
    """A name without what training on several machines, or compiling, puts before it."""
    while name.startswith(_PREFIXES):
        name = name.split(".", 1)[1]
    return name


def _shape(tensor: Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "a single number"
