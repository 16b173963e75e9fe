"""A flight as the rest of the program knows it: a dive in frames and full-size image coordinates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inference.diving.dive_camera import interpolated_motion, shot_around
from inference.diving.flight_stream import ScoredFlight
from inference.diving.moving_blobs import FrameBlobs
from inference.diving.trajectory import refit
from inference.results import (
    BallisticPath,
    CameraMotion,
    Candidate,
    DetectedDive,
    FloatArray,
    FrameTime,
    Interval,
    Trajectory,
)

_NEAR = 3.0
_MAX_OTHERS = 3
_MAX_SIZE_RATIO = 3.0
_FULL_STRENGTH = 64.0
_MARGIN_S = 0.5
_NO_PATH = BallisticPath(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def detected_dive(scored: ScoredFlight, times_s: FloatArray, full_size: tuple[int, int]) -> DetectedDive:
    """Turn a flight into a dive.

    Args:
        scored: the flight with the blobs around it.
        times_s: (frames,) time stamps of the whole video.
        full_size: (width, height) of its frames.
    """
    start, end = (_nearest(times_s, seconds) for seconds in (scored.start_s, scored.end_s))
    camera = _camera(scored, start, full_size)
    pictures = [p for p in scored.frames if start.frame <= p.time.frame <= end.frame]
    zoom = np.array(full_size) / np.array(scored.frames[0].size)
    on_path = {
        p.time.frame: _candidate(p, blob, zoom, is_inlier=True)
        for p in pictures
        if (blob := scored.measured.members.get(p.time.frame)) is not None
    }
    fitted = refit(Trajectory(_NO_PATH, tuple(on_path.values()), camera), {})
    candidates: list[Candidate] = []
    for picture in pictures:
        chosen = on_path.get(picture.time.frame)
        expected = fitted.image_points([picture.time])[0] if chosen is None else np.array([chosen.x, chosen.y])
        candidates.extend([] if chosen is None else [chosen])
        candidates.extend(_others(picture, expected / zoom, scored.measured.extent_px, zoom))
    return DetectedDive(Interval(start, end), scored.score, replace(fitted, candidates=tuple(candidates)))


def _nearest(times_s: FloatArray, seconds: float) -> FrameTime:
    """The frame whose time stamp is nearest."""
    frame = int(np.abs(times_s - seconds).argmin())
    return FrameTime(frame, float(times_s[frame]))


def _camera(scored: ScoredFlight, start: FrameTime, full_size: tuple[int, int]) -> CameraMotion:
    """Maps from every frame around the dive to its start frame, without crossing a cut."""
    margin_s = _MARGIN_S * scored.slow_motion
    pictures = [p for p in scored.frames if scored.start_s - margin_s <= p.time.seconds <= scored.end_s + margin_s]
    middle_s = (scored.start_s + scored.end_s) / 2
    pictures = pictures[shot_around([p.time for p in pictures], [p.is_cut for p in pictures], middle_s)]
    frames = np.array([picture.time.frame for picture in pictures])
    return interpolated_motion(frames, [p.to_previous for p in pictures], start.frame, pictures[0].size, full_size)


def _candidate(picture: FrameBlobs, blob: int, zoom: FloatArray, *, is_inlier: bool) -> Candidate:
    """A blob as a candidate in full-size image coordinates."""
    x, y = picture.xy[blob] * zoom
    score = float(np.clip(picture.strength[blob] / _FULL_STRENGTH, 0, 1))
    return Candidate(picture.time.frame, picture.time.seconds, float(x), float(y), score, is_inlier)


def _others(picture: FrameBlobs, expected: FloatArray, extent_px: float, zoom: FloatArray) -> list[Candidate]:
    """Blobs of about the same size around the expected location that are not the one on the path.

    A body often appears as several overlapping blobs; those on top of the expected location are left out.
    """
    distance = np.linalg.norm(picture.xy - expected, axis=1)
    ratio = picture.extent / extent_px
    suits = (distance > 0.5 * extent_px) & (distance < _NEAR * extent_px)
    suits &= (ratio < _MAX_SIZE_RATIO) & (ratio > 1 / _MAX_SIZE_RATIO)
    rest = np.flatnonzero(suits)
    rest = rest[np.argsort(distance[rest], kind="stable")][:_MAX_OTHERS]
    return [_candidate(picture, int(blob), zoom, is_inlier=False) for blob in rest]
