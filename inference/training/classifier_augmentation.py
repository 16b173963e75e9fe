"""Clips of dives as other cameras and other paths might have cut them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from inference.diving.tracked_clip import (
    CLIP_PICTURES,
    FIRST,
    LAST,
    chosen_pictures,
    middle_side_px,
    to_window,
    window,
)

_FIRST_SPREAD, _LAST_SPREAD = 1.3, 1.2
"""How far a found dive's ends may be off, in pictures of a clip, each about a twentieth of the dive."""
_ZOOM = 0.16
_OFFSET_PX, _DRIFT_PX, _WOBBLE_PX = 1.8, 2.0, 0.3
_TURN_DEG = 2.0
_LIGHT, _TINT, _CONTRAST = 0.22, 0.08, 0.2
_COARSE_SHARE, _BLUR_SHARE, _NOISE_SHARE = 0.3, 0.2, 0.3

Pictures = npt.NDArray[np.uint8]


def augmented(
    pictures: Pictures, frames: int, side: int, rng: np.random.Generator
) -> tuple[Pictures, npt.NDArray[np.int64]]:
    """A clip as another camera might have seen it, and another path cut it.

    It begins and ends a little elsewhere, the diver is larger or smaller and beside the middle, more so at one end, and
    light, tint, contrast, sharpness and noise differ. It is never mirrored: in every clip the diver travels to the
    right, and whoever turned the other way while doing so would dive another dive.

    Args:
        pictures: (CLIP_PICTURES, CLIP_SIDE_PX, CLIP_SIDE_PX, 3) bytes.
        frames: how many pictures the network takes.
        side: of its pictures, px.
        rng: source of chance.

    Returns:
        (frames, side, side, 3) bytes, and the (frames,) places of the pictures in the clip.
    """
    first = float(np.clip(FIRST + rng.uniform(-_FIRST_SPREAD, _FIRST_SPREAD), 0, None))
    last = float(np.clip(LAST + rng.uniform(-_LAST_SPREAD, _LAST_SPREAD), None, CLIP_PICTURES - 1))
    places = chosen_pictures(frames, first, last)
    zoom = side / middle_side_px() * float(np.exp(rng.uniform(-_ZOOM, _ZOOM)))
    turn = float(np.radians(rng.normal(0, _TURN_DEG)))
    along = np.linspace(-0.5, 0.5, frames)[:, None]
    offsets = rng.normal(0, _OFFSET_PX, 2) + along * rng.normal(0, 2 * _DRIFT_PX, 2)
    offsets = offsets + rng.normal(0, _WOBBLE_PX, (frames, 2))
    tones = _tones(rng)
    coarse = float(rng.uniform(0.4, 0.8)) if rng.random() < _COARSE_SHARE else 1.0
    blur_px = float(rng.uniform(0.4, 1.2)) if rng.random() < _BLUR_SHARE else 0.0
    seen = []
    for place, offset in zip(places, offsets, strict=True):
        matrix = to_window(zoom, side, turn_rad=turn, offset_px=offset)
        picture = window(pictures[place], matrix, side)
        if coarse < 1:
            small = cv2.resize(picture, None, fx=coarse, fy=coarse, interpolation=cv2.INTER_AREA)
            picture = np.asarray(cv2.resize(small, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)
        if blur_px:
            picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur_px), np.uint8)
        seen.append(np.asarray(cv2.LUT(picture, tones), np.uint8))
    clip = np.stack(seen)
    if rng.random() < _NOISE_SHARE:
        spread = float(rng.uniform(1.0, 7.0))
        noise = rng.standard_normal(clip.shape, dtype=np.float32) * np.float32(spread)
        clip = np.clip(clip + noise, 0, 255).astype(np.uint8)
    return clip, places


def _tones(rng: np.random.Generator) -> Pictures:
    """(1, 256, 3) what light, tint and contrast make of each byte."""
    gains = np.exp(rng.normal(0, _TINT, 3) + rng.normal(0, _LIGHT))
    contrast = float(np.exp(rng.normal(0, _CONTRAST)))
    values = (np.arange(256.0)[:, None] - 110) * contrast + 110
    return np.clip(values * gains + 0.5, 0, 255).astype(np.uint8)[None]
