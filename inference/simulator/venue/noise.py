"""Tileable random textures for surfaces, water and sky."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]

TEXTURE_PX = 256


def fractal_noise(rng: np.random.Generator, size: int = TEXTURE_PX, *, exponent: float = 1.4) -> Float32Array:
    """(size, size) noise with mean 0 and standard deviation 1 that repeats without a seam.

    Args:
        rng: draws the noise.
        size: side in px.
        exponent: the amplitude falls with frequency to this power; larger is smoother.
    """
    rows = np.fft.fftfreq(size)[:, None]
    columns = np.fft.rfftfreq(size)[None, :]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = 1.0
    spectrum = np.fft.rfft2(rng.standard_normal((size, size))) / frequency**exponent
    spectrum[0, 0] = 0.0
    noise = np.fft.irfft2(spectrum, s=(size, size))
    return np.asarray(noise / noise.std(), dtype=np.float32)


def sample(texture: Float32Array, across: npt.ArrayLike, down: npt.ArrayLike) -> Float32Array:
    """Values of a repeating texture at coordinates in periods, bilinear; the result has the coordinates' shape."""
    size = len(texture)
    padded = np.pad(texture, ((0, 1), (0, 1)), mode="wrap")
    u = np.asarray(across, dtype=np.float32)
    v = np.asarray(down, dtype=np.float32)
    x = np.asarray((u - np.floor(u)) * size, dtype=np.float32).reshape(-1)
    y = np.asarray((v - np.floor(v)) * size, dtype=np.float32).reshape(-1)
    # OpenCV takes maps of at most 32767 a side, so that a long list of points is folded into rows.
    width = 4096
    rows = -(-x.size // width)
    folded = [np.resize(part, (rows, width)) if part.size else part.reshape(0, width) for part in (x, y)]
    if rows == 0:
        return np.zeros(u.shape, np.float32)
    values = cv2.remap(padded, folded[0], folded[1], cv2.INTER_LINEAR)
    return np.asarray(values, dtype=np.float32).reshape(-1)[: x.size].reshape(u.shape)
