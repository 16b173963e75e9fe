"""What stands in single frames, out of JSON values: keypoints, boxes, the centre of mass, the camera."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from inference.dataset.checking import Fields, as_finite, as_numbers
from inference.dataset.decode_parts import intrinsics_from_json, provenances_from_json, run_id_from_json, time_from_json
from inference.dataset.errors import DatasetError
from inference.dataset.schema import FrameLabels, Keypoint, KeypointTrack, Skeleton, Source, Visibility


def frames_from_json(fields: Fields, source: Source, skeleton: Skeleton | None) -> tuple[FrameLabels, ...]:
    """The field frames: labels of single frames."""
    children = fields.children("frames", source.frame_count)
    return tuple(_frame_labels(child, source, skeleton) for child in children)


def _frame_labels(fields: Fields, source: Source, skeleton: Skeleton | None) -> FrameLabels:
    has_keypoints = fields.has("keypoints") or fields.has("keypoints_3d")
    if has_keypoints and skeleton is None:
        raise DatasetError(f"{fields.where}: {fields.path} has keypoints, but manifest.json has no skeleton.")
    count = len(skeleton.keypoints) if skeleton else 0
    box = fields.optional_numbers("box", 4)
    centre = fields.optional_numbers("centre_of_mass", 2)
    centre_3d = fields.optional_numbers("centre_of_mass_3d", 3)
    return FrameLabels(
        time=time_from_json(fields, source.frame_count),
        keypoints=_keypoints(fields, count) if fields.has("keypoints") else None,
        keypoints_3d=_keypoints_3d(fields, count) if fields.has("keypoints_3d") else None,
        box=None if box is None else (box[0], box[1], box[2], box[3]),
        centre_of_mass=None if centre is None else (centre[0], centre[1]),
        centre_of_mass_3d=None if centre_3d is None else (centre_3d[0], centre_3d[1], centre_3d[2]),
        intrinsics=intrinsics_from_json(fields),
        world_to_camera=fields.optional_numbers("world_to_camera", 12),
        provenance=provenances_from_json(fields),
    )


def _keypoints(fields: Fields, count: int) -> tuple[Keypoint | None, ...]:
    items = fields.items("keypoints", count)
    if len(items) != count:
        fields.fail("keypoints", f"an array of {count} keypoints, as many as the skeleton has")
    points = [None if item is None else _keypoint(item, position, fields) for position, item in enumerate(items)]
    interpolated = fields.items("interpolated", count) if fields.has("interpolated") else []
    places = {place for place, point in enumerate(points) if point is not None}
    if not all(type(place) is int and place in places for place in interpolated):
        fields.fail("interpolated", "an array of places, counted from 0, of keypoints that are not null")
    depths = _depths(fields, points) if fields.has("depths") else [None] * count
    return tuple(
        None if point is None else replace(point, is_interpolated=place in interpolated, depth=depth)
        for place, (point, depth) in enumerate(zip(points, depths, strict=True))
    )


def _depths(fields: Fields, points: Sequence[Keypoint | None]) -> list[float | None]:
    depths: list[float | None] = []
    for item in fields.items("depths", len(points)):
        depth = as_finite(item)
        if item is not None and (depth is None or points[len(depths)] is None):
            fields.fail("depths", "an array of null or a finite number for each keypoint, null where that is null")
        depths.append(depth)
    if len(depths) != len(points):
        fields.fail("depths", f"an array of {len(points)} depths, as many as the skeleton has keypoints")
    return depths


def _keypoint(item: object, position: int, fields: Fields) -> Keypoint:
    match item:
        case [x, y, str(visibility), *rest] if visibility in tuple(Visibility) and len(rest) <= 1:
            place = as_numbers([x, y], 2)
            score = as_finite(rest[0]) if rest else None
            if place is not None and (not rest or (score is not None and 0 <= score <= 1)):
                return Keypoint(place[0], place[1], Visibility(visibility), score)
    raise DatasetError(
        f"{fields.where}: {fields.path}.keypoints[{position}] must be null or [x, y, visibility] or "
        f"[x, y, visibility, score] with a visibility of {', '.join(Visibility)} and a score from 0 to 1."
    )


def keypoint_track_from_json(fields: Fields, source: Source, skeleton: Skeleton | None) -> KeypointTrack:
    """A model's keypoints of one dive."""
    if skeleton is None:
        raise DatasetError(f"{fields.where}: {fields.path} has keypoints, but manifest.json has no skeleton.")
    count = len(skeleton.keypoints)
    first_frame = fields.integer("first_frame", 0, source.frame_count - 1)
    unknown = (math.nan,) * 3
    frames: list[list[tuple[float, ...]]] = []
    for items in fields.items("values", source.frame_count - first_frame):
        points = [unknown if item is None else as_numbers(item, 3) for item in items] if isinstance(items, list) else []
        if len(points) != count or None in points:
            fields.fail("values", f"for each frame an array of {count} entries, null or [x, y, confidence]")
        frames.append([point for point in points if point is not None])
    values = np.array(frames, dtype=np.float32).reshape(-1, count, 3)
    depths = _track_depths(fields, values.shape[:2]) if fields.has("depths") else None
    return KeypointTrack(run_id_from_json(fields, source), first_frame, values, depths)


def _track_depths(fields: Fields, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """(frames, keypoints), NaN for null."""
    frames, count = shape
    rows: list[list[float]] = []
    for items in fields.items("depths", frames):
        row = [math.nan if item is None else as_finite(item) for item in items] if isinstance(items, list) else []
        if len(row) != count or None in row:
            fields.fail("depths", f"for each frame an array of {count} entries, null or a finite number")
        rows.append([depth for depth in row if depth is not None])
    if len(rows) != frames:
        fields.fail("depths", f"an array for each of the {frames} frames that have values")
    return np.array(rows, dtype=np.float32).reshape(frames, count)


def _keypoints_3d(fields: Fields, count: int) -> tuple[tuple[float, float, float] | None, ...]:
    items = fields.items("keypoints_3d", count)
    points: list[tuple[float, float, float] | None] = []
    for item in items:
        numbers = (math.nan,) * 3 if item is None else as_numbers(item, 3)
        if numbers is None:
            fields.fail("keypoints_3d", "an array of null or [x, y, z] for each keypoint of the skeleton")
        points.append(None if item is None else (numbers[0], numbers[1], numbers[2]))
    if len(points) != count:
        fields.fail("keypoints_3d", f"an array of {count} keypoints, as many as the skeleton has")
    return tuple(points)
