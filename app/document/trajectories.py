"""Stored trajectories: a model's or a person's, and a person's path and candidate marks over one of those.

Rows are immutable. Whoever changes a path stores a new row, so the log can refer to any earlier one by its id.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from app.document.arrays import load_array, store_array
from app.document.errors import DamagedError, making_sense_of
from app.document.ids import new_id
from app.document.schema import TrajectoryRow
from inference.results import BallisticPath, CameraMotion, Candidate, FloatArray, Trajectory

_PATH_COLUMNS = ("origin_s", "x0", "vx", "y0", "vy", "ay")


@dataclass(frozen=True, slots=True)
class Origin:
    """Who a trajectory is from: a run of a model or a person, and when."""

    at_us: int
    person: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class HumanTouch:
    """What a person changed about a base trajectory: the path (None: the base's) and the marks by candidate index."""

    base_id: str | None
    path: BallisticPath | None
    marks: Mapping[int, bool]


def store_trajectory(
    connection: Connection, video_id: str, trajectory: Trajectory, origin: Origin, *, is_kept: bool
) -> str:
    """Write a trajectory with its candidates and camera and return its id."""
    candidates = _candidates_to_array(trajectory.candidates)
    camera = trajectory.camera
    frames = [candidate.frame for candidate in trajectory.candidates] or [camera.first_frame]
    candidates_id = store_array(
        connection,
        candidates,
        video_id=video_id,
        run_id=origin.run_id,
        kind="candidates",
        first_frame=min(frames),
        last_frame=max(frames),
    )
    camera_id = store_array(
        connection,
        np.asarray(camera.to_stable, dtype=np.float64),
        video_id=video_id,
        run_id=origin.run_id,
        kind="camera",
        first_frame=camera.first_frame,
        last_frame=camera.first_frame + len(camera.to_stable) - 1,
    )
    return _insert(
        connection,
        video_id,
        origin,
        trajectory.path,
        scale_uncertainty=trajectory.scale_uncertainty,
        candidates_id=candidates_id,
        camera_id=camera_id,
        is_kept=is_kept,
    )


def store_touch(connection: Connection, video_id: str, touch: HumanTouch, origin: Origin) -> str:
    """Write a person's path or marks over a base trajectory and return the id of the new trajectory."""
    if touch.base_id is not None:
        keep(connection, touch.base_id)
    marks = json.dumps({str(index): is_inlier for index, is_inlier in sorted(touch.marks.items())})
    return _insert(connection, video_id, origin, touch.path, base_id=touch.base_id, marks=marks, is_kept=True)


def keep(connection: Connection, trajectory_id: str) -> None:
    """Protect a trajectory from being removed when its run is replaced."""
    connection.execute(update(TrajectoryRow).where(TrajectoryRow.id == trajectory_id).values(is_kept=True))


def read_touch(connection: Connection, trajectory_id: str | None) -> HumanTouch:
    """What a person has changed so far; for a trajectory as a model or a person made it, nothing."""
    if trajectory_id is None:
        return HumanTouch(None, None, {})
    row = _row(connection, trajectory_id)
    if row.base_id is not None:
        with making_sense_of("trajectories"):
            return HumanTouch(row.base_id, _path(row), _marks(row))
    if row.camera_id is None:  # a path drawn by hand with nothing under it
        return HumanTouch(None, _path(row), {})
    return HumanTouch(trajectory_id, None, {})


def read_origin(connection: Connection, trajectory_id: str) -> Origin:
    """Who a stored trajectory is from."""
    row = _row(connection, trajectory_id)
    return Origin(row.at_us, row.person, row.run_id)


def load_trajectory(connection: Connection, trajectory_id: str) -> Trajectory:
    """A stored trajectory with a person's path and marks applied.

    Raises:
        DamagedError: if it is missing or damaged.
    """
    with making_sense_of("trajectories"):
        return _load(connection, _row(connection, trajectory_id))


def _load(connection: Connection, row: Row[Any]) -> Trajectory:
    if row.base_id is None:
        return _load_base(connection, row)
    base = _load_base(connection, _row(connection, row.base_id))
    path, marks = _path(row), _marks(row)
    candidates = tuple(
        replace(candidate, is_inlier=marks.get(index, candidate.is_inlier))
        for index, candidate in enumerate(base.candidates)
    )
    uncertainty = base.scale_uncertainty if path is None else row.scale_uncertainty
    return Trajectory(path or base.path, candidates, base.camera, uncertainty)


def _load_base(connection: Connection, row: Row[Any]) -> Trajectory:
    path = _path(row)
    if path is None:
        raise DamagedError("a stored trajectory has no path")
    if row.candidates_id is None or row.camera_id is None:
        return Trajectory(path)
    _, candidates = load_array(connection, row.candidates_id, (None, 6))
    first_frame, to_stable = load_array(connection, row.camera_id, (None, 3, 3))
    if len(to_stable) == 0:
        raise DamagedError("a stored camera motion is empty")
    return Trajectory(
        path, _array_to_candidates(candidates), CameraMotion(first_frame, to_stable), row.scale_uncertainty
    )


def _candidates_to_array(candidates: tuple[Candidate, ...]) -> FloatArray:
    rows = [(c.frame, c.seconds, c.x, c.y, c.score, c.is_inlier) for c in candidates]
    return np.array(rows, dtype=np.float64).reshape(-1, 6)


def _array_to_candidates(array: FloatArray) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(int(frame), seconds, x, y, score, bool(is_inlier))
        for frame, seconds, x, y, score, is_inlier in array.tolist()
    )


def _row(connection: Connection, trajectory_id: str) -> Row[Any]:
    row = connection.execute(select(TrajectoryRow.__table__).where(TrajectoryRow.id == trajectory_id)).one_or_none()
    if row is None:
        raise DamagedError("a stored trajectory is missing")
    return row


def _path(row: Row[Any]) -> BallisticPath | None:
    values = [getattr(row, name) for name in _PATH_COLUMNS]
    if None in values:
        return None
    if not all(map(math.isfinite, values)):
        raise ValueError(f"path {values}")
    return BallisticPath(*map(float, values))


def _marks(row: Row[Any]) -> dict[int, bool]:
    return {int(index): bool(is_inlier) for index, is_inlier in json.loads(row.marks).items()}


def _insert(
    connection: Connection,
    video_id: str,
    origin: Origin,
    path: BallisticPath | None,
    *,
    is_kept: bool,
    base_id: str | None = None,
    marks: str = "{}",
    scale_uncertainty: float | None = None,
    candidates_id: str | None = None,
    camera_id: str | None = None,
) -> str:
    trajectory_id = new_id()
    values: dict[str, float | None] = dict.fromkeys(_PATH_COLUMNS)
    if path is not None:
        values.update(path.to_dict())
    connection.execute(
        insert(TrajectoryRow),
        {
            "id": trajectory_id,
            "video_id": video_id,
            "run_id": origin.run_id,
            "base_id": base_id,
            **values,
            "scale_uncertainty": scale_uncertainty,
            "marks": marks,
            "candidates_id": candidates_id,
            "camera_id": camera_id,
            "is_kept": is_kept,
            "person": origin.person,
            "at_us": origin.at_us,
        },
    )
    return trajectory_id
