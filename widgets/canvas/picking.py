"""Which handle, candidate or joint lies under the mouse."""

from __future__ import annotations

import numpy as np

from inference.results import FloatArray
from widgets.canvas.path_overlay import HANDLES, PathOverlay
from widgets.canvas.view_transform import ViewTransform

HANDLE_REACH = 12.0
"""Widget pixels from a handle's centre within which a press takes it."""

CANDIDATE_REACH = 8.0
"""Widget pixels from a candidate's centre within which a click toggles it."""


JOINT_REACH = 9.0
"""Widget pixels from a joint's centre within which a press takes it."""

_AS_NEAR = 3.0
"""Widget pixels by which a joint may be farther from the mouse than another and still be meant for lying in front."""


def handle_at(overlay: PathOverlay, view: ViewTransform, x: float, y: float) -> str | None:
    """The nearest handle within reach of the widget's (x, y)."""
    names = [name for name in HANDLES if name in overlay.handles]
    if not names:
        return None
    nearest = _nearest(view.to_widget([overlay.handles[name] for name in names]), x, y, HANDLE_REACH)
    return None if nearest is None else names[nearest]


def candidate_at(overlay: PathOverlay, view: ViewTransform, x: float, y: float) -> int | None:
    """Index of the nearest candidate within reach; one of the frame shown goes before any other."""
    if not len(overlay.candidates):
        return None
    points = view.to_widget(overlay.candidates)
    now = np.flatnonzero(overlay.candidate_is_now)
    if len(now):
        nearest = _nearest(points[now], x, y, CANDIDATE_REACH)
        if nearest is not None:
            return int(now[nearest])
    return _nearest(points, x, y, CANDIDATE_REACH)


def joint_at(points: FloatArray, x: float, y: float) -> int | None:
    """Place of the nearest of (K, 2) joints in the widget within reach; those that are not a number are nowhere."""
    return _nearest(np.nan_to_num(points, nan=np.inf), x, y, JOINT_REACH) if len(points) else None


def front_joint_at(points: FloatArray, away: FloatArray, x: float, y: float) -> int | None:
    """The same where joints are (K,) away from who looks: of those that lie on each other the one in front."""
    nearest = joint_at(points, x, y)
    if nearest is None:
        return None
    distances = np.nan_to_num(np.hypot(points[:, 0] - x, points[:, 1] - y), nan=np.inf)
    as_near = np.flatnonzero(distances <= min(distances[nearest] + _AS_NEAR, JOINT_REACH))
    return int(as_near[np.argmin(away[as_near])])


def _nearest(points: np.ndarray, x: float, y: float, reach: float) -> int | None:
    distances = np.hypot(points[:, 0] - x, points[:, 1] - y)
    nearest = int(np.argmin(distances))
    return nearest if distances[nearest] <= reach else None
