"""What the two published stacked hourglass ports call the weights of one and the same network.

princeton-vl/pytorch_stacked_hourglass: `pre`, `hgs.0.0.low2.up1`, `features`, `outs`, `merge_features`, `merge_preds`.
Its residual modules all own a shortcut, which is used only where the channels change; the unused ones are left out.
anibali/pytorch-stacked-hourglass, after bearpaw/pytorch-pose: `layer1`, `hg.0.hg.3.1.0`, `res`, `fc`, `score`, `fc_`,
`score_`, whose hourglasses are numbered from the inside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from torch import Tensor

_RESIDUAL: Final = {
    "bn1": "body.0",
    "conv1": "body.2",
    "bn2": "body.3",
    "conv2": "body.5",
    "bn3": "body.6",
    "conv3": "body.8",
}
"""The layers of a residual module, which both ports call alike."""

_PRINCETON_PARTS: Final = {"up1": "beside", "low1": "down.1", "low2": "inner", "low3": "up"}
_ANIBALI_PARTS: Final = {"0": "beside", "1": "down.1", "2": "up", "3": "inner"}

_PRINCETON_STEMS: Final = {
    r"pre\.0\.conv": "stem.0",
    r"pre\.0\.bn": "stem.1",
    r"pre\.1": "stem.3",
    r"pre\.3": "stem.5",
    r"pre\.4": "stem.6",
    r"features\.(\d+)\.0": r"residuals.\1",
    r"features\.(\d+)\.1\.conv": r"mixes.\1.0",
    r"features\.(\d+)\.1\.bn": r"mixes.\1.1",
    r"outs\.(\d+)\.conv": r"scores.\1",
    r"merge_features\.(\d+)\.conv\.conv": r"from_features.\1",
    r"merge_preds\.(\d+)\.conv\.conv": r"from_scores.\1",
}
_ANIBALI_STEMS: Final = {
    r"conv1": "stem.0",
    r"bn1": "stem.1",
    r"layer1\.0": "stem.3",
    r"layer2\.0": "stem.5",
    r"layer3\.0": "stem.6",
    r"res\.(\d+)\.0": r"residuals.\1",
    r"fc\.(\d+)": r"mixes.\1",
    r"score\.(\d+)": r"scores.\1",
    r"fc_\.(\d+)": r"from_features.\1",
    r"score_\.(\d+)": r"from_scores.\1",
}


def own_names(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of either port under the names of `hourglass`; names that neither knows are kept."""
    if any(name.startswith("pre.0.") for name in tensors):
        unused = _unused_shortcuts(tensors)
        return {_princeton(name): tensor for name, tensor in tensors.items() if name not in unused}
    if any(name.startswith("hg.0.hg.") for name in tensors):
        levels = 1 + max(int(found[1]) for name in tensors if (found := re.match(r"hg\.0\.hg\.(\d+)\.", name)))
        return {_anibali(name, levels): tensor for name, tensor in tensors.items()}
    return dict(tensors)


def _unused_shortcuts(tensors: Mapping[str, Tensor]) -> set[str]:
    """The weights of shortcuts around modules that change no channels."""
    shortcuts = [name.removesuffix("weight") for name in tensors if name.endswith(".skip_layer.conv.weight")]
    unused = [name for name in shortcuts if tensors[name + "weight"].shape[0] == tensors[name + "weight"].shape[1]]
    return {name + kind for name in unused for kind in ("weight", "bias")}


def _princeton(name: str) -> str:
    found = re.match(r"hgs\.(\d+)\.0\.((?:low2\.)*)(up1|low1|low2|low3)\.(.*)", name)
    if found:
        stack, way, part, layer = found.groups()
        inner = "inner." * way.count("low2.")
        return f"hourglasses.{stack}.{inner}{_PRINCETON_PARTS[part]}.{_layer(layer)}"
    return _renamed(name, _PRINCETON_STEMS)


def _anibali(name: str, levels: int) -> str:
    found = re.match(r"hg\.(\d+)\.hg\.(\d+)\.(\d)\.0\.(.*)", name)
    if found:
        stack, level, part, layer = found.groups()
        inner = "inner." * (levels - 1 - int(level))
        return f"hourglasses.{stack}.{inner}{_ANIBALI_PARTS[part]}.{_layer(layer)}"
    return _renamed(name, _ANIBALI_STEMS)


def _renamed(name: str, stems: Mapping[str, str]) -> str:
    for published, own in stems.items():
        found = re.match(published + r"\.(.*)", name)
        if found:
            return f"{found.expand(own)}.{_layer(found[found.re.groups])}"
    return name


def _layer(name: str) -> str:
    """A residual module's layer, or what is left of another one's name, without the port's wrapper."""
    part, _, rest = name.partition(".")
    if part in ("skip_layer", "downsample"):
        return f"shortcut.{rest.rpartition('.')[2]}"
    return f"{_RESIDUAL[part]}.{rest.removeprefix('conv.')}" if part in _RESIDUAL else name
