"""Which kind of pose model an ONNX file is, from what it takes and what it answers to a black picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from inference.models.errors import ModelError
from inference.models.onnx.design import (
    BLAZEPOSE_COCO,
    IMAGENET_DEVIATION,
    IMAGENET_MEAN,
    KINDS,
    Kind,
    OnnxDesign,
)
from inference.models.onnx.session import Array, OnnxSession, TensorFacts

_SKELETONS: Final = {16: "mpii-16", 17: "coco-17", 26: "halpe-26", 133: "coco-17"}
"""Whose skeleton that many keypoints are; of COCO's whole body the first 17 are COCO's."""

_OPEN_SIZE: Final = {1: (256, 192), 3: (256, 256)}
"""What is shown to files that leave their input's size open, by where the colours stand."""


_KINDS_BY_ANSWER: Final[Mapping[tuple[int, ...], Kind]] = {
    (1, 1, 17, 3): "movenet",
    (1, 6, 56): "movenet-multi",
    (1, 195): "blazepose",
}
"""What models that take the colours last say of one picture."""


def recognised(session: OnnxSession, wanted: Mapping[str, Any]) -> OnnxDesign:
    """How a model is used.

    Args:
        session: the model.
        wanted: values of `OnnxDesign` by name that a person or a sidecar says, which win.

    Raises:
        ModelError: if it is no pose model that is known, or what is wanted does not fit it.
    """
    first = session.inputs[0]
    place = _colours_place(first, session)
    size = wanted.get("input_size") or _declared_size(first, place)
    declared = _declared_size(first, place, of_file=True)
    if any(side is not None and side != given for side, given in zip(declared, size, strict=True)):
        raise ModelError(f"The model {session.path.name} takes pictures of {_named(declared)}, not {_named(size)}.")
    shape = (1, 3, *size) if place == 1 else (1, *size, 3)
    answer = session.run(np.zeros(shape, np.uint8))
    kind = wanted.get("kind") or _kind(answer, size, place)
    if kind is None:
        raise ModelError(
            f"{session.path.name} is no pose model of a kind that is known: it takes {_shapes(session.inputs)} and "
            f"answers {', '.join(str(each.shape) for each in answer)}. If it is one of {', '.join(KINDS)}, say so in "
            f"{session.path.with_suffix('.json').name} beside it."
        )
    values = _usual(kind, size) | {name: value for name, value in wanted.items() if name not in ("kind", "input_size")}
    count = keypoint_count(kind, answer)
    if "skeleton" not in values:
        if count not in _SKELETONS:
            raise ModelError(
                f"{session.path.name} finds {count} keypoints, and no skeleton known has as many; name skeleton and "
                f"joints in {session.path.with_suffix('.json').name} beside it."
            )
        values["skeleton"] = _SKELETONS[count]
        if count == 133:
            values.setdefault("joints", tuple(range(17)))
    highest = max(values.get("joints") or (0,))
    if highest >= count:
        raise ModelError(f"{session.path.name} finds {count} keypoints, so none has the number {highest}.")
    return OnnxDesign(kind=kind, input_size=size, is_channels_last=place == 3, **values)


def ordered_simcc(answer: Sequence[Array], size: tuple[int, int]) -> tuple[Array, Array] | None:
    """The answers of a SimCC model for x and y, (n, K, bins) each, in whichever order they come; None if it is none."""
    maps = [each for each in answer if each.ndim == 3]
    if len(maps) != 2 or maps[0].shape[:2] != maps[1].shape[:2]:
        return None
    for across, down in (maps, maps[::-1]):
        if across.shape[2] * size[0] == down.shape[2] * size[1] and across.shape[2] >= size[1]:
            return across, down
    return None


def keypoint_count(kind: Kind, answer: Sequence[Array]) -> int:
    """How many keypoints a model answers, before any are left out."""
    if kind in ("simcc", "heatmaps"):
        return int(next(each for each in answer if each.ndim == (3 if kind == "simcc" else 4)).shape[1])
    return 39 if kind == "blazepose" else 17


def _colours_place(facts: TensorFacts, session: OnnxSession) -> int:
    if len(facts.shape) == 4 and 3 in (facts.shape[1], facts.shape[3]):
        return 1 if facts.shape[1] == 3 else 3
    raise ModelError(f"{session.path.name} is no pose model: it takes {_shapes(session.inputs)}, not pictures.")


def _declared_size(facts: TensorFacts, place: int, *, of_file: bool = False) -> tuple[Any, Any]:
    """(height, width); sides that the file leaves open are the usual ones, or None if only the file's count."""
    sides = facts.shape[2:] if place == 1 else facts.shape[1:3]
    usual = (None, None) if of_file else _OPEN_SIZE[place]
    height, width = (side or other for side, other in zip(sides, usual, strict=True))
    return height, width


def _kind(answer: Sequence[Array], size: tuple[int, int], place: int) -> Kind | None:
    shapes = [each.shape for each in answer]
    if place == 3:
        return next((kind for shape, kind in _KINDS_BY_ANSWER.items() if shape in shapes), None)
    if any(len(shape) == 4 and shape[2:] == (17, 3) for shape in shapes) and any(shape[-1] == 5 for shape in shapes):
        return "rtmo"
    if ordered_simcc(answer, size) is not None:
        return "simcc"
    maps = [shape for shape in shapes if len(shape) == 4]
    if len(maps) == 1 and maps[0][2] * size[1] == maps[0][3] * size[0] and 1 < maps[0][2] <= size[0]:
        return "heatmaps"
    return None


def _usual(kind: Kind, size: tuple[int, int]) -> dict[str, Any]:
    if kind in ("simcc", "heatmaps"):
        # The Gaussians of heatmaps are as wide in proportion, whatever the size (2 px of 64).
        return {"mean": IMAGENET_MEAN, "deviation": IMAGENET_DEVIATION, "sigma_px": 2.0 * size[0] / 256}
    if kind == "blazepose":
        # Its authors show it 1.25 times the circle around the hips that the body fits in, of a diameter 1.1 times the
        # height of somebody who stands.
        return {
            "deviation": (255.0, 255.0, 255.0),
            "skeleton": "coco-17",
            "joints": BLAZEPOSE_COCO,
            "padding": 1.4,
        }
    if kind == "rtmo":
        return {"colour": "bgr", "fill": 114, "skeleton": "coco-17"}
    return {"skeleton": "coco-17"}


def _named(size: Sequence[int | None]) -> str:
    return " x ".join("?" if side is None else str(side) for side in size)


def _shapes(tensors: Sequence[TensorFacts]) -> str:
    return ", ".join(f"{facts.name} ({_named(facts.shape)})" for facts in tensors)
