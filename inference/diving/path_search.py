"""Ballistic paths among the moving blobs of a stretch of video.

MSAC (thesis algorithm 5.3) with samples that physics has already sifted. A sample is three blobs, one in each of three
pictures a third of a second apart; it fixes the five parameters of a ballistic path. Gravity then gives the scale, so
that the blobs' own size says at once whether they can be a person: a walker of the right size does not accelerate
enough, a thrown ball is too small for its acceleration. The samples that remain are judged by how many pictures in a
row have a blob of the same size on the path, each picture counting 1 - min(c, τ²) / τ².

All times here are seconds of real time: video time divided by the slow motion factor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.diving.blob_window import BlobWindow, blob_window
from inference.diving.moving_blobs import FrameBlobs
from inference.results import GRAVITY_M_S2, FloatArray

SAMPLE_SPACING_S = (0.24, 0.36)
"""Time between the pictures of a sample. Short enough for the shortest flight, long enough for gravity to show."""

_REACH_S = 0.9
_MAX_REACH_S = 2.3
_MAX_GAP_S = 0.17
_MAX_SIZE_RATIO = 3.0
_MAX_COLOUR_DISTANCE = 90.0
_MAX_HORIZONTAL_M_S = 7.0
_MAX_RISING_M_S = 8.0
_MAX_FALLING_M_S = 18.0
_PERSON_M = (0.3, 3.5)
_TOLERANCE = 0.3
_MIN_TOLERANCE_PX = 2.0
_MAX_SAMPLES = 400
_MAX_DIVERS = 2
_ELSEWHERE = 1.5
_MIN_SUPPORT = 0.45
_MIN_SUPPORT_S = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class FoundPath:
    """A path that a stretch of pictures supports.

    coefficients is (3, 2): x and y as c0 + c1 u + c2 u², u the real time from `origin_s` on, in the coordinates of
    picture `reference`; first and last are the first and last supported pictures; support is the sum of
    1 - min(c, τ²) / τ² over pictures; extent the median extent of the blobs on it (analysis px).
    """

    reference: int
    origin_s: float
    coefficients: FloatArray
    first: int
    last: int
    support: float
    extent: float
    members: tuple[tuple[int, int], ...]


def search_paths(frames: Sequence[FrameBlobs], slow_motion: float, generator: np.random.Generator) -> list[FoundPath]:
    """All ballistic paths that a person could have flown, best first, no two of them the same.

    Args:
        frames: consecutive analysed pictures.
        slow_motion: video seconds for a second of real time.
        generator: draws the samples where there are more than can be tried.
    """
    if len(frames) < 6:
        return []
    step_s = (frames[-1].time.seconds - frames[0].time.seconds) / slow_motion / (len(frames) - 1)
    found: list[FoundPath] = []
    for centre in range(0, len(frames), max(1, round(0.1 / step_s))):
        samples = _best_samples(blob_window(frames, centre, _REACH_S, slow_motion), centre, generator)
        if not samples:
            continue
        window = blob_window(frames, centre, _MAX_REACH_S, slow_motion)
        found.extend(path for sample in samples if (path := _grow(window, centre, sample)) is not None)
    return _without_repeats(found)


def _best_samples(window: BlobWindow, centre: int, generator: np.random.Generator) -> list[tuple[FloatArray, float]]:
    """Coefficients (3, 2) around the centre picture and extent of the samples with the most support.

    The second is one somewhere else in the picture, for two divers may be in the air.
    """
    middle = centre - window.first
    samples = [_samples(window, middle, spacing_s) for spacing_s in SAMPLE_SPACING_S]
    coefficients = np.concatenate([sample[0] for sample in samples])
    extents = np.concatenate([sample[1] for sample in samples])
    if not len(coefficients):
        return []
    if len(coefficients) > _MAX_SAMPLES:
        drawn = generator.choice(len(coefficients), _MAX_SAMPLES, replace=False)
        coefficients, extents = coefficients[drawn], extents[drawn]
    gains = _gains(window, window.seconds[middle], coefficients, extents)
    support = _run_support(gains, middle, window.seconds)
    best: list[tuple[FloatArray, float]] = []
    while len(best) < _MAX_DIVERS and support.max() > 0:
        chosen = int(support.argmax())
        best.append((coefficients[chosen], float(extents[chosen])))
        distance = np.linalg.norm(coefficients[:, 0] - coefficients[chosen, 0], axis=1)
        support[distance < _ELSEWHERE * extents[chosen]] = 0
    return best


def _samples(window: BlobWindow, middle: int, spacing_s: float) -> tuple[FloatArray, FloatArray]:
    """(n, 3, 2) coefficients and (n,) extents of the samples of three blobs that a person could leave."""
    seconds = window.seconds - window.seconds[middle]
    before = int(np.abs(seconds + spacing_s).argmin())
    after = int(np.abs(seconds - spacing_s).argmin())
    empty = np.empty((0, 3, 2)), np.empty(0)
    if seconds[before] > -0.6 * spacing_s or seconds[after] < 0.6 * spacing_s:
        return empty
    a, b, c = (np.flatnonzero(window.picture == picture) for picture in (before, middle, after))
    first, second = np.nonzero(_compatible(window, a, b))
    third, fourth = np.nonzero(_compatible(window, b, c))
    joined, chosen = np.nonzero(second[:, None] == third[None, :])
    if not len(joined):
        return empty
    blobs = np.stack([a[first[joined]], b[second[joined]], c[fourth[chosen]]], axis=1)
    u0, u2 = seconds[before], seconds[after]
    p0, p1, p2 = (window.xy[blobs[:, k]] for k in range(3))
    curvature = ((p2 - p1) / u2 - (p0 - p1) / u0) / (u2 - u0)
    # x is linear in time: the chord's slope, and the sample's mean so that no blob is preferred.
    slope = (p2 - p0) / (u2 - u0)
    coefficients = np.zeros((len(blobs), 3, 2))
    coefficients[:, 0, 0] = (p0[:, 0] + p1[:, 0] + p2[:, 0]) / 3 - slope[:, 0] * (u0 + u2) / 3
    coefficients[:, 1, 0] = slope[:, 0]
    coefficients[:, 0, 1] = p1[:, 1]
    coefficients[:, 2, 1] = curvature[:, 1]
    coefficients[:, 1, 1] = (p2[:, 1] - p1[:, 1]) / u2 - curvature[:, 1] * u2
    extents = np.median(window.extent[blobs], axis=1)
    bend = np.abs(coefficients[:, 0, 0] - p1[:, 0])
    kept = _is_person(coefficients, extents) & (bend < _TOLERANCE * extents + _MIN_TOLERANCE_PX)
    return coefficients[kept], extents[kept]


def _compatible(window: BlobWindow, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """(len(a), len(b)) whether two blobs may be one: of similar size and colour."""
    ratio = window.extent[a][:, None] / window.extent[b][None, :]
    colour = np.linalg.norm(window.colour[a][:, None] - window.colour[b][None, :], axis=2)
    alike: npt.NDArray[np.bool_] = (np.abs(np.log(ratio)) < np.log(_MAX_SIZE_RATIO)) & (colour < _MAX_COLOUR_DISTANCE)
    return alike


def _is_person(coefficients: FloatArray, extents: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether paths (n, 3, 2) accelerate downwards as bodies of a person's size do, at speeds a diver reaches."""
    acceleration = np.maximum(2 * coefficients[:, 2, 1], 1e-9)
    metres_per_px = GRAVITY_M_S2 / acceleration
    size_m = extents * metres_per_px
    across = np.abs(coefficients[:, 1, 0]) * metres_per_px
    down = coefficients[:, 1, 1] * metres_per_px
    result: npt.NDArray[np.bool_] = (
        (size_m > _PERSON_M[0])
        & (size_m < _PERSON_M[1])
        & (across < _MAX_HORIZONTAL_M_S)
        & (down > -_MAX_RISING_M_S)
        & (down < _MAX_FALLING_M_S)
    )
    return result


def _gains(window: BlobWindow, origin_s: float, coefficients: FloatArray, extents: FloatArray) -> FloatArray:
    """(n, pictures) 1 - min(c, τ²) / τ² of the blob nearest to each path in each picture."""
    u = window.seconds - origin_s
    basis = np.stack([np.ones_like(u), u, u * u], axis=1)
    tolerance = np.maximum(_TOLERANCE * extents, _MIN_TOLERANCE_PX)
    cost = np.zeros((len(coefficients), len(window.picture)), dtype=np.float32)
    for axis in range(2):
        # In units of the tolerance, so that single precision is enough.
        predicted = (coefficients[:, :, axis] @ basis.T / tolerance[:, None]).astype(np.float32)
        found = (window.xy[:, axis] / tolerance[:, None]).astype(np.float32)
        offset = predicted[:, window.picture] - found
        cost += offset * offset
    gain = 1 - np.minimum(cost, 1)
    ratio = window.extent[None] / extents[:, None]
    gain[(ratio > _MAX_SIZE_RATIO) | (ratio < 1 / _MAX_SIZE_RATIO)] = 0
    best = np.zeros((len(coefficients), len(u)))
    counts = np.bincount(window.picture, minlength=len(u))
    filled = np.flatnonzero(counts)
    starts = (np.cumsum(counts) - counts)[filled]
    best[:, filled] = np.maximum.reduceat(gain, starts, axis=1)
    return best


def _run_support(gains: FloatArray, middle: int, seconds: FloatArray) -> FloatArray:
    """(n,) summed gain of the unbroken run of supported pictures around the middle one."""
    total = np.zeros(len(gains))
    for order in (range(middle, len(seconds)), range(middle - 1, -1, -1)):
        alive = np.ones(len(gains), dtype=bool)
        last_s = np.full(len(gains), seconds[middle])
        for picture in order:
            hit = gains[:, picture] > 0
            last_s = np.where(hit, seconds[picture], last_s)
            alive &= np.abs(seconds[picture] - last_s) <= _MAX_GAP_S
            total += np.where(alive, gains[:, picture], 0)
    return total


def _grow(window: BlobWindow, centre: int, sample: tuple[FloatArray, float]) -> FoundPath | None:
    """Refit a sample on its inliers and extend it as far as pictures support it."""
    coefficients, extent = sample
    middle = centre - window.first
    origin_s = float(window.seconds[middle])
    members = np.empty(0, dtype=np.int64)
    for _ in range(6):
        grown = _members(window, origin_s, coefficients, extent, middle)
        if len(grown) < 5:
            return None
        if np.array_equal(grown, members):
            break
        members = grown
        u = window.seconds[window.picture[members]] - origin_s
        coefficients = np.zeros((3, 2))
        coefficients[:2, 0] = np.polynomial.polynomial.polyfit(u, window.xy[members, 0], 1)
        coefficients[:, 1] = np.polynomial.polynomial.polyfit(u, window.xy[members, 1], 2)
        extent = float(np.median(window.extent[members]))
        if not _is_person(coefficients[None], np.array([extent]))[0]:
            return None
    first, last = int(window.picture[members].min()), int(window.picture[members].max())
    gains = _gains(window, origin_s, coefficients[None], np.array([extent]))[0, first : last + 1]
    if window.seconds[last] - window.seconds[first] < _MIN_SUPPORT_S or gains.mean() < _MIN_SUPPORT:
        return None
    return FoundPath(
        reference=centre,
        origin_s=origin_s,
        coefficients=coefficients,
        first=window.first + first,
        last=window.first + last,
        support=float(gains.sum()),
        extent=extent,
        members=tuple((window.first + int(window.picture[m]), int(window.index[m])) for m in members),
    )


def _members(
    window: BlobWindow, origin_s: float, coefficients: FloatArray, extent: float, middle: int
) -> npt.NDArray[np.int64]:
    """The blob nearest to the path in each picture of the supported run around the middle one."""
    u = (window.seconds - origin_s)[window.picture]
    predicted = np.stack([np.ones_like(u), u, u * u], axis=1) @ coefficients
    cost = ((predicted - window.xy) ** 2).sum(axis=1)
    tolerance = max(_TOLERANCE * extent, _MIN_TOLERANCE_PX)
    ratio = window.extent / extent
    fits = (cost < tolerance**2) & (ratio < _MAX_SIZE_RATIO) & (ratio > 1 / _MAX_SIZE_RATIO)
    return window.run(np.where(fits, cost, np.inf), middle, _MAX_GAP_S)


def _without_repeats(found: list[FoundPath]) -> list[FoundPath]:
    """The best supported paths; of those that share blobs only the best."""
    kept: list[FoundPath] = []
    taken: set[tuple[int, int]] = set()
    for path in sorted(found, key=lambda path: -path.support):
        if len(taken.intersection(path.members)) < 0.3 * len(path.members):
            kept.append(path)
            taken.update(path.members)
    return kept
