"""The flight in a found path: from the last contact with the board to the first contact with the water.

A diver obeys a parabola only in the air: on the board the legs push, and in the water the body is stopped and hidden.
So the flight is the stretch of pictures that one parabola explains best. As in MSAC costs are truncated: a picture
inside the stretch costs min(c, 2τ²) and one left out costs τ², with τ in metres by gravity, and the stretch with the
smallest total is taken. Inside, a miss costs more than leaving out, or the stretch would reach for places where the
diver crosses the parabola by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.diving.blob_window import BlobWindow, blob_window
from inference.diving.moving_blobs import FrameBlobs
from inference.diving.path_search import FoundPath
from inference.diving.plausibility import Flight
from inference.diving.trajectory import LeastSquaresPath, least_squares_path
from inference.results import GRAVITY_M_S2, BallisticPath, FloatArray

_MARGIN_S = 0.3
_CORE = (0.25, 0.85)
_TAU_M = 0.14
_TAU_SPREADS = 2.0
_TAU_PX = 1.5
_WATER_M = 0.33
_PIXEL_NOISE_PX = 0.5
_LOOSE_M = 0.7
_MAX_GAP_S = 0.17
_MAX_SIZE_RATIO = 2.5
_MIN_BLOBS = 7
_LEAST_RISING_M_S = 2.0
_USUAL_RISING_M_S = 2.8


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredFlight:
    """A flight cut out of a found path.

    start_s and end_s are real seconds; path is in real seconds and the coordinates of picture `reference`; members
    gives the blob on it by frame number.
    """

    start_s: float
    end_s: float
    reference: int
    path: BallisticPath
    members: Mapping[int, int]
    extent_px: float
    flight: Flight


def measure_flight(frames: Sequence[FrameBlobs], found: FoundPath, slow_motion: float) -> MeasuredFlight | None:
    """Find where the flight starts and ends, and measure it.

    Args:
        frames: consecutive analysed pictures.
        found: a path among their blobs.
        slow_motion: video seconds for a second of real time.

    Returns:
        None if too little of the path is ballistic.
    """
    reach_s = max(abs(found.origin_s - frames[i].time.seconds / slow_motion) for i in (found.first, found.last))
    window = blob_window(frames, found.reference, reach_s + _MARGIN_S, slow_motion)
    seconds = window.seconds[window.picture]
    chosen = _members_of(window, found.members)
    low, high = np.quantile(window.seconds[[found.first - window.first, found.last - window.first]], _CORE)
    core = chosen[(seconds[chosen] >= low) & (seconds[chosen] <= high)]
    if len(core) < _MIN_BLOBS:
        return None
    path = least_squares_path(seconds[core], window.xy[core]).path
    if path.ay <= 0:
        return None
    followed = _followed(window, path, core)
    run = _best_stretch(window, followed, (low, high), path)
    if len(run) < _MIN_BLOBS:
        return None
    fit = least_squares_path(seconds[run], window.xy[run])
    if fit.path.ay <= 0:
        return None
    start_s, end_s = float(seconds[run].min()), float(seconds[run].max())
    end_s = _first_contact(window, fit.path, followed, (start_s, end_s))
    extent_px = float(np.median(window.extent[run]))
    blobs = [(frames[window.first + int(window.picture[i])], int(window.index[i])) for i in run]
    churn = float(np.median([frame.churn[blob] / max(float(frame.strength[blob]), 1.0) for frame, blob in blobs]))
    return MeasuredFlight(
        start_s=_take_off(window, fit.path, start_s),
        end_s=end_s,
        reference=found.reference,
        path=fit.path,
        members={frame.time.frame: blob for frame, blob in blobs},
        extent_px=extent_px,
        flight=_describe(window, fit, run, (start_s, end_s), churn),
    )


def _members_of(window: BlobWindow, members: Sequence[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """Positions in the window's flat arrays of (picture, blob) pairs."""
    position = {
        (window.first + int(picture), int(index)): i
        for i, (picture, index) in enumerate(zip(window.picture, window.index, strict=True))
    }
    return np.array([position[member] for member in members], dtype=np.int64)


def _followed(window: BlobWindow, path: BallisticPath, core: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The nearest blob in each picture, as far as there are any near the path without a gap."""
    metres_per_px = GRAVITY_M_S2 / path.ay
    seconds = window.seconds[window.picture]
    distance = np.linalg.norm(path.at(seconds) - window.xy, axis=1)
    extent = float(np.median(window.extent[core]))
    ratio = window.extent / extent
    fits = (ratio < _MAX_SIZE_RATIO) & (ratio > 1 / _MAX_SIZE_RATIO)
    fits &= distance < min(_LOOSE_M / metres_per_px, extent)
    middle = int(window.picture[core[len(core) // 2]])
    return window.run(np.where(fits, distance, np.inf), middle, _MAX_GAP_S)


def _best_stretch(
    window: BlobWindow, followed: npt.NDArray[np.int64], core_s: tuple[float, float], path: BallisticPath
) -> npt.NDArray[np.int64]:
    """Those of the followed blobs, one a picture, that lie on the parabola of the best stretch."""
    seconds, xy = window.seconds[window.picture[followed]], window.xy[followed]
    distance = np.linalg.norm(path.at(seconds) - xy, axis=1)
    is_core = (seconds >= core_s[0]) & (seconds <= core_s[1])
    spread = float(np.median(distance[is_core])) if is_core.any() else 0.0
    tau = max(_TAU_M * path.ay / GRAVITY_M_S2, _TAU_SPREADS * spread, _TAU_PX)
    firsts = np.flatnonzero(seconds <= core_s[0])
    lasts = np.flatnonzero(seconds >= core_s[1])
    best_cost, best = np.inf, followed[:0]
    for first in firsts if len(firsts) else [0]:
        for last in lasts if len(lasts) else [len(seconds) - 1]:
            if last - first + 1 < _MIN_BLOBS:
                continue
            cost, near = _stretch_cost(seconds[first : last + 1], xy[first : last + 1], tau)
            cost += (len(seconds) - (last - first + 1)) * tau**2
            if cost < best_cost:
                best_cost, best = cost, followed[first : last + 1][near]
    return best


def _stretch_cost(seconds: FloatArray, xy: FloatArray, tau: float) -> tuple[float, npt.NDArray[np.bool_]]:
    """Cost of explaining locations by one parabola, refitted once without those further than τ, and which are not."""
    squared = _squared_residuals(seconds, xy, np.ones(len(seconds), dtype=bool))
    near = squared <= tau**2
    if _MIN_BLOBS <= near.sum() < len(near):
        squared = _squared_residuals(seconds, xy, near)
        near = squared <= tau**2
    return float(np.minimum(squared, 2 * tau**2).sum()), near


def _squared_residuals(seconds: FloatArray, xy: FloatArray, used: npt.NDArray[np.bool_]) -> FloatArray:
    """(n,) squared distances from the least-squares path through the locations used."""
    u = seconds - seconds.mean()
    design = np.stack([np.ones_like(u), u, u * u], axis=1)
    residuals = np.empty_like(xy)
    for axis, columns in ((0, 2), (1, 3)):
        part = design[:, :columns]
        normal = part[used].T @ part[used]
        residuals[:, axis] = xy[:, axis] - part @ np.linalg.solve(normal, part[used].T @ xy[used, axis])
    squared: FloatArray = (residuals**2).sum(axis=1)
    return squared


def _first_contact(
    window: BlobWindow, path: BallisticPath, followed: npt.NDArray[np.int64], interval_s: tuple[float, float]
) -> float:
    """When hands or feet met the water.

    The middle of the part still above the water falls behind the path as the body is hidden, so the blob is followed
    until it is a third of a metre behind, and the time that took at the speed of entry is taken off again.
    """
    metres_per_px = GRAVITY_M_S2 / path.ay
    (start_s, last_s), seconds = interval_s, window.seconds[window.picture[followed]]
    behind_m = np.linalg.norm(path.at(seconds) - window.xy[followed], axis=1) * metres_per_px
    for later_s in seconds[(seconds > last_s) & (behind_m < _WATER_M)]:
        if later_s - last_s > _MAX_GAP_S:
            break
        last_s = float(later_s)
    speed_m_s = (path.vy + path.ay * (last_s - path.origin_s)) * metres_per_px
    if speed_m_s <= 1:
        return last_s
    return max(last_s - _WATER_M / speed_m_s, start_s)


def _take_off(window: BlobWindow, path: BallisticPath, first_seen_s: float) -> float:
    """When the flight began, of which the first part may not have been seen.

    Around the apex a body stays where it is for long, and little of it may stand out. But nobody rises as slowly from a
    board as a path that is seen only from near its apex on would have it: then it began as usual.
    """
    rising_m_s = (path.apex_s - first_seen_s) * GRAVITY_M_S2
    if rising_m_s >= _LEAST_RISING_M_S:
        return first_seen_s
    return max(min(path.apex_s - _USUAL_RISING_M_S / GRAVITY_M_S2, first_seen_s), float(window.seconds[0]))


def _describe(
    window: BlobWindow,
    fit: LeastSquaresPath,
    run: npt.NDArray[np.int64],
    interval_s: tuple[float, float],
    churn: float,
) -> Flight:
    """Measure a flight."""
    path, (start_s, end_s) = fit.path, interval_s
    metres_per_px = GRAVITY_M_S2 / path.ay
    extent_px = float(np.median(window.extent[run]))
    seconds = window.seconds[window.picture]
    pictures = np.flatnonzero((window.seconds >= start_s) & (window.seconds <= end_s))
    support = _support(window, path, pictures, extent_px, np.zeros(2))
    angles = np.arange(8) * np.pi / 4
    beside = [
        _support(window, path, pictures, extent_px, 1.5 * extent_px * np.array([np.cos(angle), np.sin(angle)]))
        for angle in angles
    ]
    residuals = np.linalg.norm(path.at(seconds[run]) - window.xy[run], axis=1)
    heights = path.at(np.linspace(start_s, end_s, 50))[:, 1]
    part_s = 0.6 * (end_s - start_s)
    early = _acceleration(window, run[seconds[run] <= start_s + part_s])
    late = _acceleration(window, run[seconds[run] >= end_s - part_s])
    size = np.log(window.extent[run])
    return Flight(
        duration_s=end_s - start_s,
        support=support,
        clutter=float(np.mean(beside)),
        body_m=extent_px * metres_per_px,
        residual_m=float(np.sqrt(max(np.mean(residuals**2) - _PIXEL_NOISE_PX**2, 0.0))) * metres_per_px,
        drop_m=float(heights[-1] - heights[0]) * metres_per_px,
        fall_m=float(heights[-1] - heights.min()) * metres_per_px,
        acceleration_error=fit.scale_uncertainty if fit.scale_uncertainty is not None else 1.0,
        early_acceleration=early / path.ay,
        late_acceleration=late / path.ay,
        size_spread=float(np.median(np.abs(size - np.median(size)))),
        blobs=len(run),
        presence=len(run) / (1 + int(window.picture[run].max() - window.picture[run].min())),
        churn=churn,
    )


def _support(
    window: BlobWindow, path: BallisticPath, pictures: npt.NDArray[np.int64], extent_px: float, shift: FloatArray
) -> float:
    """Mean over pictures of 1 - min(c, τ²) / τ² of the blob of the right size nearest to the shifted path."""
    if not len(pictures):
        return 0.0
    seconds = window.seconds[window.picture]
    tau = max(0.3 * extent_px, 2.0)
    cost = ((path.at(seconds) + shift - window.xy) ** 2).sum(axis=1)
    gain = 1 - np.minimum(cost / tau**2, 1)
    ratio = window.extent / extent_px
    gain[(ratio > _MAX_SIZE_RATIO) | (ratio < 1 / _MAX_SIZE_RATIO)] = 0
    best = np.zeros(len(window.seconds))
    np.maximum.at(best, window.picture, gain)
    return float(best[pictures].mean())


def _acceleration(window: BlobWindow, run: npt.NDArray[np.int64]) -> float:
    """Vertical acceleration of a part of the path alone; 0 if it is too short to tell."""
    seconds = window.seconds[window.picture][run]
    if len(np.unique(seconds)) < 4:
        return 0.0
    return least_squares_path(seconds, window.xy[run]).path.ay
