"""Candidate locations of the diver, with a confidence each, from the maps of a diver locator (thesis section 5.4.1).

Partial regression's windows that hold the diver each name a place: many candidates, of which those next to a surer one
are left out here. Heatmap matching's candidates are the centroids of blobs of high values, soft-argmax gives exactly
one a frame. The robust path of section 5.4.2 picks among them. Places are shares of the picture's width and height, as
those of the dive detector are.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from inference.models.diver_locator import CLIP_FRAMES, DiverLocator, standardised_clips
from inference.pose.heatmaps import normalise, pixel_centres, soft_argmax, to_pixels
from inference.results import FloatArray

CANDIDATE_COUNT = 8
"""Most candidates of one frame."""

WINDOW_STRIDE_PX = 4
"""From one of partial regression's windows to the next."""

LEAST_CONFIDENCE = 0.5
"""Of windows and blobs that are candidates."""

_APART_PX = 4.0
_NEAR_PX = 4.0
_MARGIN_SHARE = 4

Candidates = npt.NDArray[np.float32]


@torch.inference_mode()
def locator_candidates(
    locator: DiverLocator,
    pictures: npt.NDArray[np.uint8],
    *,
    half_precision: bool = True,
    clip_frames: int = CLIP_FRAMES,
) -> Candidates:
    """Candidates in consecutive pictures, seen in clips as long as those that the locator was trained on.

    Where clips overlap, each picture takes the clip in which it is nearest to the middle.

    Args:
        locator: in evaluation mode.
        pictures: (n, height, width, 3) BGR bytes; n is at least 1.
        half_precision: whether to compute in bfloat16.
        clip_frames: pictures of a clip; fewer pictures are one shorter clip.

    Returns:
        (n, 8, 3) x and y as shares of the picture's width and height, and a confidence in [0, 1], best first; 0 where
        there are fewer.
    """
    device = next(locator.parameters()).device
    length = min(clip_frames, len(pictures))
    firsts = clip_firsts(len(pictures), length)
    nearest = np.abs(np.arange(len(pictures))[:, None] - (firsts + (length - 1) / 2)).argmin(axis=1)
    found = np.zeros((len(pictures), CANDIDATE_COUNT, 3), np.float32)
    for number, first in enumerate(firsts):
        clip = standardised_clips(torch.from_numpy(pictures[first : first + length])[None].to(device))
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=half_precision):
            candidates = _of_clip(locator, clip)
        taken = np.flatnonzero(nearest == number)
        found[taken] = candidates[taken - first]
    return found


def clip_firsts(count: int, length: int) -> npt.NDArray[np.int64]:
    """First pictures of as few clips of a length as cover so many pictures, spread evenly."""
    clips = -(-count // length)
    return np.rint(np.linspace(0, count - length, clips)).astype(np.int64)


def partial_regression_candidates(
    maps: Tensor, patch_px: int, origin: tuple[int, int], size: tuple[int, int]
) -> Tensor:
    """Every window's place and its probability of holding the diver.

    Args:
        maps: (3, time, height, width) of a picture, perhaps with a margin around it.
        patch_px: side of a window.
        origin: (x, y) of the picture's corner in the maps, px.
        size: (width, height) of the picture.

    Returns:
        (time, windows, 3).
    """
    pooled = functional.avg_pool2d(maps.float().transpose(0, 1), patch_px, WINDOW_STRIDE_PX)
    rows, columns = (
        torch.arange(count, device=maps.device) * WINDOW_STRIDE_PX + patch_px / 2 for count in pooled.shape[-2:]
    )
    x = pooled[:, 1] * patch_px / 2 + columns - origin[0]
    y = pooled[:, 2] * patch_px / 2 + rows[:, None] - origin[1]
    return torch.stack([x / size[0], y / size[1], torch.sigmoid(pooled[:, 0])], dim=-1).flatten(1, 2)


def soft_argmax_candidates(heatmaps: Tensor) -> Tensor:
    """The one place of each frame; its confidence is the share of the probability mass within four pixels of it.

    Args:
        heatmaps: (time, height, width), not normalised.

    Returns:
        (time, 1, 3).
    """
    pmm = normalise(heatmaps)
    places = soft_argmax(pmm)
    height, width = pmm.shape[-2:]
    off_x = (pixel_centres(width, pmm) - places[:, 0, None]) * width / 2
    off_y = (pixel_centres(height, pmm) - places[:, 1, None]) * height / 2
    is_near = off_x[:, None, :] ** 2 + off_y[:, :, None] ** 2 <= _NEAR_PX**2
    confidence = (pmm * is_near).sum(dim=(-2, -1)).clamp(max=1)
    return torch.cat([to_pixels(places, (1, 1)), confidence[:, None]], dim=1)[:, None]


def blob_candidates(heatmaps: npt.NDArray[np.float32]) -> list[FloatArray]:
    """The blobs of each frame's heatmap: connected pixels of at least `LEAST_CONFIDENCE`.

    The centroid is weighted by the heatmap, and the confidence is its highest value.

    Args:
        heatmaps: (time, height, width) in [0, 1].

    Returns:
        For each frame (blobs, 3), best first.
    """
    return [_blobs(heatmap) for heatmap in heatmaps]


def best_apart(candidates: FloatArray, size: tuple[int, int]) -> FloatArray:
    """The surest candidates of one frame, without those close to a surer one.

    Args:
        candidates: (n, 3) x, y as shares of the picture, and confidence.
        size: (width, height) of the picture, px; closer than four of them is close.

    Returns:
        (at most 8, 3), best first; none of less than `LEAST_CONFIDENCE`.
    """
    rest = candidates[candidates[:, 2] >= LEAST_CONFIDENCE]
    rest = rest[np.argsort(-rest[:, 2], kind="stable")]
    kept: list[FloatArray] = []
    while len(rest) and len(kept) < CANDIDATE_COUNT:
        kept.append(rest[0])
        apart_px = np.linalg.norm((rest[:, :2] - rest[0, :2]) * size, axis=1)
        rest = rest[apart_px > _APART_PX]
    return np.array(kept, dtype=np.float64).reshape(-1, 3)


def _of_clip(locator: DiverLocator, clip: Tensor) -> Candidates:
    """(time, 8, 3) of (1, 3, time, height, width) standardised colours."""
    size = clip.shape[-1], clip.shape[-2]
    if locator.strategy == "soft-argmax":
        return _padded([*soft_argmax_candidates(locator(clip)[0, 0]).cpu().double().numpy()])
    if locator.strategy == "heatmap":
        return _padded(blob_candidates(torch.sigmoid(locator(clip)[0, 0].float()).cpu().numpy()))
    # As in training, a window may reach over the border: by a quarter of its side, or as far as it must to fit.
    margins = [max(locator.patch_px // _MARGIN_SHARE, -(-(locator.patch_px - side) // 2)) for side in size]
    maps = locator(functional.pad(clip, (margins[0], margins[0], margins[1], margins[1])))[0]
    windows = partial_regression_candidates(maps, locator.patch_px, (margins[0], margins[1]), size)
    return _padded([best_apart(frame, size) for frame in windows.cpu().double().numpy()])


def _blobs(heatmap: npt.NDArray[np.float32]) -> FloatArray:
    height, width = heatmap.shape
    _, labels = cv2.connectedComponents((heatmap >= LEAST_CONFIDENCE).astype(np.uint8))
    rows, columns = np.nonzero(labels)
    values, blob = heatmap[rows, columns].astype(np.float64), (labels[rows, columns] - 1).astype(np.int64)
    count = int(labels.max())
    total = np.bincount(blob, values, count)
    highest = np.zeros(count)
    np.maximum.at(highest, blob, values)
    x = np.bincount(blob, values * (columns + 0.5), count) / np.maximum(total, 1e-12) / width
    y = np.bincount(blob, values * (rows + 0.5), count) / np.maximum(total, 1e-12) / height
    order = np.argsort(-highest, kind="stable")
    return np.stack([x, y, highest], axis=1)[order]


def _padded(frames: list[FloatArray]) -> Candidates:
    """(time, 8, 3): the first candidates of each frame, zeros after them."""
    padded = np.zeros((len(frames), CANDIDATE_COUNT, 3), np.float32)
    for row, found in zip(padded, frames, strict=True):
        row[: len(found)] = found[:CANDIDATE_COUNT]
    return padded
