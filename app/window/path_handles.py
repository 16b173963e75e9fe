"""A dive's path as the canvas shows it and as handles change it: plain geometry, no Qt."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from inference.diving.flight_metrics import apex_s
from inference.results import BallisticPath, CameraMotion, FloatArray, FrameTime, Interval, Trajectory, apply_homography
from widgets.canvas import PathOverlay

CURVE_POINTS = 64
VISIBLE_MARGIN_S = 0.4
"""How long before take-off and after entry a path stays in sight."""


class ShownPath:
    """One dive's trajectory prepared for painting over any frame; made once per trajectory, not once per frame.

    Args:
        interval: take-off and entry.
        trajectory: path, candidates and camera.
        is_editable: whether handles and candidates can be moved and marked.
    """

    def __init__(self, interval: Interval, trajectory: Trajectory, *, is_editable: bool) -> None:
        self.interval = interval
        self.trajectory = trajectory
        self._is_editable = is_editable
        start_s, end_s = interval.start.seconds, interval.end.seconds
        self._curve_s = np.linspace(start_s, end_s, CURVE_POINTS)
        self._curve = trajectory.path.at(self._curve_s)
        self._handles = trajectory.path.at([start_s, apex_s(trajectory.path, interval), end_s])
        candidates = trajectory.candidates
        self._candidates = np.array(
            [trajectory.camera.stabilise(one.frame, (one.x, one.y)) for one in candidates], np.float64
        ).reshape(-1, 2)
        self._is_inlier = np.array([one.is_inlier for one in candidates], bool)
        self._candidate_frames = np.array([one.frame for one in candidates], np.int64)

    def is_visible_at(self, seconds: float) -> bool:
        """Whether the moment is in or near the flight, where the camera's motion is known."""
        start_s, end_s = self.interval.start.seconds, self.interval.end.seconds
        return start_s - VISIBLE_MARGIN_S <= seconds <= end_s + VISIBLE_MARGIN_S

    def overlay(self, frame: int, seconds: float) -> PathOverlay:
        """What to paint over a frame, in that frame's image coordinates."""
        to_image: FloatArray = np.linalg.inv(self.trajectory.camera.matrix(frame)).astype(np.float64)
        in_flight = self.interval.contains(frame)
        diver = apply_homography(to_image, self.trajectory.path.at(seconds)) if in_flight else None
        take_off, apex, entry = apply_homography(to_image, self._handles)
        return PathOverlay(
            curve=apply_homography(to_image, self._curve),
            split_index=int(np.searchsorted(self._curve_s, seconds, side="right")),
            handles={"take-off": _pair(take_off), "apex": _pair(apex), "entry": _pair(entry)},
            diver=_pair(diver) if diver is not None else None,
            candidates=apply_homography(to_image, self._candidates),
            candidate_is_inlier=self._is_inlier,
            candidate_is_now=self._candidate_frames == frame,
            editable=self._is_editable,
        )


def move_handle(
    trajectory: Trajectory, interval: Interval, handle: str, frame: int, x: float, y: float
) -> BallisticPath:
    """The path with one handle elsewhere and the other two where they were.

    Args:
        trajectory: path and camera before the move.
        interval: take-off and entry.
        handle: "take-off", "apex" (only its height counts) or "entry".
        frame: the frame in whose image coordinates the new place is given.
        x: new place, image coordinates (px).
        y: new place, image coordinates (px).

    Raises:
        ValueError: if the dive has only one frame, or the handle another name.
    """
    start_s, end_s = interval.start.seconds, interval.end.seconds
    path = trajectory.path
    take_off, apex, entry = path.at([start_s, apex_s(path, interval), end_s])
    moved = trajectory.camera.stabilise(frame, (x, y))
    if handle == "take-off":
        take_off = moved
    elif handle == "entry":
        entry = moved
    elif handle == "apex":
        apex = moved
    else:
        raise ValueError(f"there is no path handle '{handle}'")
    return BallisticPath.through_handles(
        (start_s, float(take_off[0]), float(take_off[1])),
        float(apex[1]),
        (end_s, float(entry[0]), float(entry[1])),
    )


def first_guess(interval: Interval, camera: CameraMotion, width: int, height: int) -> Trajectory:
    """A path to start drawing from: across the middle of the picture, a quarter of its height up and then down.

    Take-off is placed in the picture of the start frame and entry in that of the end frame, so that both are in sight
    however far the camera pans between them.
    """
    start, end = interval.start, interval.end
    end_s = max(end.seconds, start.seconds + 1e-3)
    x0, y0 = _pair(camera.stabilise(start.frame, (0.4 * width, 0.4 * height)))
    x1, y1 = _pair(camera.stabilise(end.frame, (0.6 * width, 0.75 * height)))
    apex_y = min(y0, y1) - 0.2 * height
    path = BallisticPath.through_handles((start.seconds, x0, y0), apex_y, (end_s, x1, y1))
    return Trajectory(path, (), camera)


def candidate_to_toggle(trajectory: Trajectory, frame: int) -> int | None:
    """Index of the candidate that a key press means in this frame: the one nearest to the path, None without one."""
    here = [index for index, candidate in enumerate(trajectory.candidates) if candidate.frame == frame]

    def distance(index: int) -> float:
        candidate = trajectory.candidates[index]
        on_path = trajectory.curve_in_frame(frame, candidate.seconds)
        return math.hypot(candidate.x - float(on_path[0]), candidate.y - float(on_path[1]))

    return min(here, key=distance, default=None)


def with_mark(trajectory: Trajectory, index: int, is_inlier: bool) -> Trajectory:
    """The trajectory with one candidate marked."""
    candidates = list(trajectory.candidates)
    candidates[index] = replace(candidates[index], is_inlier=is_inlier)
    return replace(trajectory, candidates=tuple(candidates))


def frame_time(frame: int, seconds: float) -> FrameTime:
    """A frame with its time as plain numbers, whatever array they came from."""
    return FrameTime(int(frame), float(seconds))


def _pair(point: FloatArray) -> tuple[float, float]:
    return float(point[0]), float(point[1])
