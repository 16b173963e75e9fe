"""Chunks of video as other cameras might have seen them, with the diver's positions following along exactly."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from inference.results import FloatArray

Pictures = npt.NDArray[np.uint8]

_LIGHT_SPREAD = 0.25
_TINT_SPREAD = 0.12
_ZOOMS = (0.65, 1.5)
_SHAKEN = 0.4
_LARGEST_PAN = 0.003
_BLURRED = 0.3
_COMPRESSED = 0.25
_QUALITIES = (20, 70)


def augmented(
    pictures: Pictures, positions: npt.NDArray[np.floating], rng: np.random.Generator
) -> tuple[Pictures, FloatArray]:
    """A chunk as another camera might have seen it.

    Mirrored, nearer or farther, shaken and panned, brighter, of another tint, blurred, noisy, compressed.

    Args:
        pictures: (time, height, width, 3) bytes.
        positions: (time, 2) of the diver as shares of the picture's width and height; NaN where not known.
        rng: source of chance.

    Returns:
        Both as they are then; a diver may have left the picture, but not if there is one in the middle of the chunk.
    """
    height, width = pictures.shape[1:3]
    warps = _warps(len(pictures), (width, height), positions, rng)
    table = _colour_table(pictures, rng)
    noise = _noise(pictures.shape[1:], rng)
    smallest = float(rng.uniform(0.4, 0.9)) if rng.random() < _BLURRED else None
    quality = int(rng.integers(*_QUALITIES)) if rng.random() < _COMPRESSED else None
    result = np.empty_like(pictures)
    for number, (picture, warp) in enumerate(zip(pictures, warps, strict=True)):
        seen = cv2.warpAffine(picture, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if smallest is not None:
            less = cv2.resize(seen, None, fx=smallest, fy=smallest, interpolation=cv2.INTER_AREA)
            seen = cv2.resize(less, (width, height), interpolation=cv2.INTER_LINEAR)
        seen = cv2.LUT(seen, table)
        if noise is not None:
            seen = cv2.add(seen, np.roll(noise, int(rng.integers(height)), axis=0), dtype=cv2.CV_8U)
        if quality is not None:
            coded = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
            seen = cv2.imdecode(coded, cv2.IMREAD_COLOR)
        result[number] = seen
    return result, _moved(positions, warps, (width, height))


def _warps(
    count: int, size: tuple[int, int], positions: npt.NDArray[np.floating], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """(count, 2, 3) from a picture to the augmented one, in pixels of whose first the middle is (0, 0)."""
    extent = np.array(size, dtype=float)
    zoom = np.exp(rng.uniform(*np.log(_ZOOMS))) * np.exp(rng.uniform(-0.1, 0.1, 2))
    scales = zoom * np.array([rng.choice([-1.0, 1.0]), 1.0])
    # Seen from the middle, the picture moves by at most what lies outside it, or what it leaves free.
    free = extent * np.abs(1 - np.abs(scales)) / 2
    shift = rng.uniform(-1, 1, 2) * free
    known = np.flatnonzero(~np.isnan(positions[:, 0]))
    if len(known):
        middle = known[np.abs(known - count // 2).argmin()]
        diver = (positions[middle] - 0.5) * extent * scales
        shift = np.clip(shift, -0.45 * extent - diver, 0.45 * extent - diver)
    moves = np.zeros((count, 2))
    if rng.random() < _SHAKEN:
        shake = gaussian_filter1d(rng.normal(0, 1, (count, 2)), float(rng.uniform(0.5, 4)), axis=0)
        moves += shake * float(rng.gamma(1.5, 0.004)) * extent
        moves += np.linspace(-0.5, 0.5, count)[:, None] * rng.uniform(-1, 1, 2) * _LARGEST_PAN * count * extent
    centre = (extent - 1) / 2
    warps = np.zeros((count, 2, 3))
    warps[:, 0, 0], warps[:, 1, 1] = scales
    warps[:, :, 2] = centre - scales * centre + shift + moves
    return warps


def _moved(positions: npt.NDArray[np.floating], warps: npt.NDArray[np.float64], size: tuple[int, int]) -> FloatArray:
    extent = np.array(size, dtype=float)
    pixels = positions * extent - 0.5
    moved = pixels * np.stack([warps[:, 0, 0], warps[:, 1, 1]], axis=1) + warps[:, :, 2]
    result: FloatArray = (moved + 0.5) / extent
    return result


def _colour_table(pictures: Pictures, rng: np.random.Generator) -> Pictures:
    """(1, 256, 3) what becomes of each byte of each colour."""
    gains = np.exp(rng.normal(0, _TINT_SPREAD, 3) + rng.normal(0, _LIGHT_SPREAD))
    contrast = float(np.exp(rng.normal(0, _LIGHT_SPREAD)))
    middle = float(pictures[len(pictures) // 2].mean())
    table = ((np.arange(256.0)[:, None] - middle) * contrast + middle) * gains
    return np.asarray(table.clip(0, 255).round().astype(np.uint8)[None])


def _noise(shape: tuple[int, ...], rng: np.random.Generator) -> npt.NDArray[np.int16] | None:
    strength = float(rng.gamma(1.5, 2.0))
    if strength < 1:
        return None
    return np.asarray((rng.standard_normal(shape, dtype=np.float32) * strength).round().astype(np.int16))
