"""What the answers of published pose models mean: keypoints in coordinates of what they were shown, and scores.

All coordinates are continuous px of the crop, the middle of the first pixel at (0.5, 0.5). Each function takes the
answers to n crops and returns (n, K, 2) keypoints and (n, K) scores in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from inference.models.onnx.design import Kind, OnnxDesign
from inference.models.onnx.recognition import ordered_simcc
from inference.models.onnx.session import Array
from inference.results import FloatArray

Found = tuple[FloatArray, FloatArray]

_BLAZEPOSE, _BLAZEPOSE_VALUES = 39, 5
_PEOPLE_BOX = 51


def decode(design: OnnxDesign, answer: Sequence[Array]) -> Found:
    """The design's joints in the answer to n crops.

    Raises:
        ValueError: if the answer is not of the design's kind.
    """
    keypoints, scores = _DECODERS[design.kind](design, answer)
    if design.joints is not None:
        kept = list(design.joints)
        keypoints, scores = keypoints[:, kept], scores[:, kept]
    # What is no number helps nobody; the middle of the crop with no confidence at all says the same.
    is_sound = np.isfinite(keypoints).all(axis=2) & np.isfinite(scores)
    middle = np.array([design.input_size[1], design.input_size[0]]) / 2
    return np.where(is_sound[..., None], keypoints, middle), np.clip(np.where(is_sound, scores, 0.0), 0.0, 1.0)


def simcc(design: OnnxDesign, answer: Sequence[Array]) -> Found:
    """RTMPose: the likeliest bin across and down, several bins a pixel; the score is the lower of the two maxima.

    The middle of bin b is at pixel index b / bins-per-pixel.
    """
    found = ordered_simcc(answer, design.input_size)
    if found is None:
        raise ValueError("there is no pair of maps across and down")
    across, down = (each.astype(np.float64) for each in found)
    bins = across.shape[2] / design.input_size[1]
    places = np.stack([across.argmax(axis=2), down.argmax(axis=2)], axis=-1)
    return places / bins + 0.5, np.minimum(across.max(axis=2), down.max(axis=2))


def heatmaps(design: OnnxDesign, answer: Sequence[Array]) -> Found:
    """ViTPose, HRNet and the like: DARK's peak of each map; the score is the map's maximum."""
    import torch

    from inference.pose.decoding import dark_decoded

    maps = next(each for each in answer if each.ndim == 4)
    size = np.array([maps.shape[3], maps.shape[2]], dtype=np.float64)
    peaks = dark_decoded(torch.from_numpy(maps.astype(np.float32)), design.sigma_px).numpy().astype(np.float64)
    indices = (peaks + 1) / 2 * size - 0.5
    return indices * _stride(design, size) + 0.5, maps.max(axis=(2, 3)).astype(np.float64)


def heatmap_edges(design: OnnxDesign, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """The outer edges of heatmaps in the crop, normalised: left, top, right, bottom.

    Args:
        design: of the model.
        size: (height, width) of its heatmaps.
    """
    columns_rows = np.array([size[1], size[0]], dtype=np.float64)
    stride, shown = _stride(design, columns_rows), _shown(design)
    first = 0.5 - stride / 2  # the middle of the first pixel lies at that of the crop's first pixel
    left, top = (2 * first / shown - 1).tolist()
    right, bottom = (2 * (first + columns_rows * stride) / shown - 1).tolist()
    return left, top, right, bottom


def _stride(design: OnnxDesign, size: FloatArray) -> FloatArray:
    """(2,) px of the crop from one pixel of a heatmap of (width, height) to the next."""
    shown = _shown(design)
    stride: FloatArray = (shown - 1) / (size - 1) if design.is_udp else shown / size
    return stride


def movenet(design: OnnxDesign, answer: Sequence[Array]) -> Found:
    """MoveNet for one person: (n, 1, 17, 3) of (y, x, score), places as shares of the picture's sides."""
    values = next(each for each in answer if each.ndim == 4)[:, 0].astype(np.float64)
    return values[..., 1::-1] * _shown(design), values[..., 2]


def movenet_multi(design: OnnxDesign, answer: Sequence[Array]) -> Found:
    """MoveNet for six people: (n, 6, 56), 17 times (y, x, score), a box as (top, left, bottom, right) and its score."""
    values = next(each for each in answer if each.ndim == 3).astype(np.float64)
    shown = _shown(design)
    boxes = values[..., [_PEOPLE_BOX + 1, _PEOPLE_BOX, _PEOPLE_BOX + 3, _PEOPLE_BOX + 2]] * np.tile(shown, 2)
    people = values[..., :_PEOPLE_BOX].reshape(*values.shape[:2], 17, 3)
    return _in_the_middle(design, people[..., 1::-1] * shown, people[..., 2], boxes, values[..., _PEOPLE_BOX + 4])


def blazepose(_: OnnxDesign, answer: Sequence[Array]) -> Found:
    """BlazePose: (n, 195), 39 times x and y in px, z, and the logits of being visible and being in the picture.

    The score is how sure the keypoint's heatmap, (n, 64, 64, 39) of logits, is at its peak. The landmarks' own
    visibility is as high for a body that is taken for its mirror image upside down; it stands in for files without
    heatmaps.
    """
    values = next(each for each in answer if each.ndim == 2 and each.shape[1] == _BLAZEPOSE * _BLAZEPOSE_VALUES)
    landmarks = values.astype(np.float64).reshape(len(values), _BLAZEPOSE, _BLAZEPOSE_VALUES)
    maps = next((each for each in answer if each.ndim == 4 and each.shape[3] == _BLAZEPOSE), None)
    logits = landmarks[..., 3] if maps is None else maps.max(axis=(1, 2)).astype(np.float64)
    return landmarks[..., :2], 1 / (1 + np.exp(-np.clip(logits, -50, 50)))


def rtmo(design: OnnxDesign, answer: Sequence[Array]) -> Found:
    """RTMO: boxes (n, people, 5) as (left, top, right, bottom, score) and keypoints (n, people, 17, 3), in px."""
    boxes = next(each for each in answer if each.ndim == 3 and each.shape[2] == 5).astype(np.float64)
    people = next(each for each in answer if each.ndim == 4).astype(np.float64)
    return _in_the_middle(design, people[..., :2], people[..., 2], boxes[..., :4], boxes[..., 4])


def _in_the_middle(
    design: OnnxDesign, keypoints: FloatArray, scores: FloatArray, boxes: FloatArray, certainties: FloatArray
) -> Found:
    """Of several people in each crop the one that the crop was made for: sure, and where the person's box is.

    Args:
        design: of the model.
        keypoints: (n, people, K, 2).
        scores: (n, people, K).
        boxes: (n, people, 4) left, top, right, bottom.
        certainties: (n, people).
    """
    if keypoints.shape[1] == 0:
        count, _, joints, _ = keypoints.shape
        return np.full((count, joints, 2), np.nan), np.zeros((count, joints))
    shown = _shown(design)
    inner = np.concatenate([shown * (1 - 1 / design.padding) / 2, shown * (1 + 1 / design.padding) / 2])
    shared = np.maximum(np.minimum(boxes[..., 2:], inner[2:]) - np.maximum(boxes[..., :2], inner[:2]), 0).prod(axis=-1)
    areas = np.maximum(boxes[..., 2:] - boxes[..., :2], 0).prod(axis=-1) + (inner[2:] - inner[:2]).prod()
    chosen = (certainties * (shared / (areas - shared) + 1e-3)).argmax(axis=1)
    rows = np.arange(len(chosen))
    return keypoints[rows, chosen], scores[rows, chosen]


def _shown(design: OnnxDesign) -> FloatArray:
    """(width, height) of what the model is shown."""
    return np.array([design.input_size[1], design.input_size[0]], dtype=np.float64)


_DECODERS: Final[dict[Kind, Callable[[OnnxDesign, Sequence[Array]], Found]]] = {
    "simcc": simcc,
    "heatmaps": heatmaps,
    "movenet": movenet,
    "movenet-multi": movenet_multi,
    "blazepose": blazepose,
    "rtmo": rtmo,
}
