"""Keypoints in a frame: what a person placed, or had interpolated, beside what a pose model predicted."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, and_, delete, insert, select
from sqlalchemy.engine import Row

from app.document.arrays import store_array, unpack_row
from app.document.edits import Author
from app.document.errors import DamagedError, DocumentError, making_sense_of
from app.document.records import Field, Keypoint, KeypointTrack, PlacedKeypoint, Visibility
from app.document.runs import insert_run, read_runs
from app.document.schema import ArrayRow, KeypointRow, KeypointTrackRow
from app.document.signals import outside
from app.document.states import Provenances
from app.document.values import Assignment, Key, Value, read_keypoints
from inference.results import ModelIdentity, Predictions

_LAST_FRAME = 2**31 - 1


def place_keypoint(
    old: Value | None, key: Key, placed: PlacedKeypoint, author: Author, *, keeps_depth: bool = True
) -> list[Assignment]:
    """Put a keypoint where a person says it is, or where it was interpolated for them.

    keeps_depth says that where nothing is said about its depth, the one it was given earlier stays.

    Raises:
        DocumentError: if the location or the depth is not a number, or the keypoint has no name.
    """
    if not (key.name and len(key.name) <= 100):
        raise DocumentError(f"{key.name!r} cannot be the name of a keypoint.")
    x, y, seconds = placed.x, placed.y, placed.time.seconds
    if not all(map(math.isfinite, (x, y, seconds))):
        raise DocumentError(f"The location {(x, y)} of keypoint {key.name} is not a number.")
    if placed.depth is not None and not math.isfinite(placed.depth):
        raise DocumentError(f"The depth {placed.depth} of keypoint {key.name} is not a number.")
    depth = placed.depth
    if depth is None and keeps_depth and old is not None and not (old.is_interpolated and placed.is_interpolated):
        depth = old.depth  # what was interpolated before counts for nothing where it is interpolated anew
    new = Value(
        author.at_us,
        person=author.person,
        seconds=seconds,
        x=x,
        y=y,
        visibility=int(Visibility(placed.visibility)),
        is_interpolated=placed.is_interpolated,
        depth=depth,
    )
    return [] if new.says_same(old) else [Assignment(key, old, new)]


def labelled_frames(connection: Connection, dive_id: str, *, by_hand: bool = False) -> tuple[int, ...]:
    """Frames of a dive with a keypoint that was placed or interpolated, in order; by_hand: that a person placed."""
    query = select(KeypointRow.frame).where(KeypointRow.dive_id == dive_id).distinct().order_by(KeypointRow.frame)
    if by_hand:
        query = query.where(KeypointRow.is_interpolated.is_(False))
    return tuple(connection.scalars(query))


def store_track(
    connection: Connection, video_id: str, dive_id: str, track: KeypointTrack, person: str, at_us: int
) -> str:
    """Store predicted keypoints of a dive in place of earlier ones in the same frames; the id of the run made for it.

    Raises:
        DocumentError: if the array does not have three numbers for each name, and the depths one.
    """
    if track.values.ndim != 3 or track.values.shape[1:] != (len(track.names), 3) or not len(track.values):
        raise DocumentError(f"Keypoints of shape {track.values.shape} do not fit {len(track.names)} names.")
    if track.depths is not None and track.depths.shape != track.values.shape[:2]:
        raise DocumentError(f"Depths of shape {track.depths.shape} do not fit keypoints of shape {track.values.shape}.")
    values = track_array(track.values, track.depths)
    frames = (track.first_frame, track.first_frame + len(values) - 1)
    run_id = insert_run(connection, video_id, Predictions(track.model, {}, *frames, ()), person, at_us)
    for row in _track_rows(connection, dive_id, frames):
        names = _names(row)
        earlier = _values(row, names)
        connection.execute(delete(KeypointTrackRow).where(KeypointTrackRow.array_id == row.id))
        connection.execute(delete(ArrayRow).where(ArrayRow.id == row.id))
        for first_frame, part in outside(row.first_frame, earlier, frames):
            _insert_track(connection, video_id, dive_id, row.run_id, (first_frame, names, part))
    _insert_track(connection, video_id, dive_id, run_id, (track.first_frame, track.names, values))
    return run_id


def track_array(values: npt.NDArray[Any], depths: npt.NDArray[Any] | None) -> npt.NDArray[np.float32]:
    """(frames, keypoints, 3 or 4) what is stored of a track: x, y, confidence and, where the model knows it, the depth.

    Args:
        values: (frames, keypoints, 3).
        depths: (frames, keypoints).
    """
    parts = [values] if depths is None else [values, depths[..., None]]
    return np.concatenate(parts, axis=2, dtype=np.float32)


def _insert_track(
    connection: Connection, video_id: str, dive_id: str, run_id: str, part: tuple[int, tuple[str, ...], Any]
) -> None:
    first_frame, names, values = part
    array_id = store_array(
        connection,
        values,
        video_id=video_id,
        run_id=run_id,
        kind="keypoints",
        first_frame=first_frame,
        last_frame=first_frame + len(values) - 1,
    )
    connection.execute(
        insert(KeypointTrackRow), {"array_id": array_id, "dive_id": dive_id, "names": json.dumps(list(names))}
    )


def read_tracks(connection: Connection, dive_id: str) -> tuple[tuple[str, KeypointTrack], ...]:
    """The predicted keypoints of a dive as stored, each track with the id of its run, in order of frame."""
    rows = sorted(_track_rows(connection, dive_id, (0, _LAST_FRAME)), key=lambda row: (row.first_frame, row.id))
    runs = read_runs(connection, rows[0].video_id) if rows else {}
    return tuple((row.run_id, _track(row, names, runs[row.run_id].model)) for row in rows if (names := _names(row)))


def _track(row: Row[Any], names: tuple[str, ...], model: ModelIdentity) -> KeypointTrack:
    values = _values(row, names)
    depths = values[..., 3] if values.shape[2] > 3 else None
    return KeypointTrack(model, row.first_frame, names, values[..., :3], depths)


def _track_rows(connection: Connection, dive_id: str, frames: tuple[int, int]) -> Sequence[Row[Any]]:
    query = (
        select(ArrayRow.__table__, KeypointTrackRow.names)
        .join(KeypointTrackRow, KeypointTrackRow.array_id == ArrayRow.id)
        .where(
            and_(
                KeypointTrackRow.dive_id == dive_id,
                ArrayRow.first_frame <= frames[1],
                ArrayRow.last_frame >= frames[0],
            )
        )
    )
    return connection.execute(query).all()


def _names(row: Row[Any]) -> tuple[str, ...]:
    return tuple(str(name) for name in json.loads(row.names))


def _values(row: Row[Any], names: tuple[str, ...]) -> Any:
    """See `track_array`."""
    values = unpack_row(row, (row.last_frame - row.first_frame + 1, len(names), None))
    if values.shape[2] not in (3, 4):
        raise DamagedError(f"stored keypoints have {values.shape[2]} numbers each")
    return values


def read_frame(connection: Connection, dive_id: str, frame: int, provenances: Provenances) -> Mapping[str, Keypoint]:
    """The effective keypoints of a dive in one frame, by name."""
    with making_sense_of("keypoints"):
        return _read_frame(connection, dive_id, frame, provenances)


def _read_frame(connection: Connection, dive_id: str, frame: int, provenances: Provenances) -> Mapping[str, Keypoint]:
    result: dict[str, Keypoint] = {}
    for row in _track_rows(connection, dive_id, (frame, frame)):
        names, origin = _names(row), provenances.of_run(row.run_id)
        for name, numbers in zip(names, _values(row, names)[frame - row.first_frame].tolist(), strict=True):
            x, y, confidence, *more = numbers
            if math.isfinite(x) and math.isfinite(y):
                depth = more[0] if more and math.isfinite(more[0]) else None
                predicted = (x, y, confidence)
                result[name] = Keypoint(
                    name, x, y, Visibility.VISIBLE, False, origin, predicted, depth=depth, predicted_depth=depth
                )
    for key, value in read_keypoints(connection, dive_id, first_frame=frame, last_frame=frame).items():
        if key.name is not None and value.x is not None and value.y is not None:
            found = result.get(key.name)
            found_depth = found.predicted_depth if found is not None else None
            result[key.name] = Keypoint(
                key.name,
                value.x,
                value.y,
                Visibility(value.visibility or 0),
                not value.is_interpolated,
                provenances.of(value),
                found.predicted if found is not None else None,
                value.is_interpolated,
                depth=value.depth if value.depth is not None else found_depth,
                is_depth_human=value.depth is not None and not value.is_interpolated,
                predicted_depth=found_depth,
            )
    return result


def keypoint_key(dive_id: str, frame: int, name: str) -> Key:
    """Where a keypoint's value stands."""
    return Key(dive_id, Field.KEYPOINT, frame, name)
