"""Records to plain JSON values. Floats are written by Python's shortest round-trip form, so they come back exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.dataset.code_attributes import code_attributes
from inference.dataset.errors import DatasetError
from inference.dataset.schema import (
    FORMAT,
    SCHEMA_VERSION,
    DiveRecord,
    FrameLabels,
    Intrinsics,
    Keypoint,
    KeypointTrack,
    Manifest,
    Prediction,
    Provenance,
    Run,
    SignalRecord,
    Skeleton,
    Source,
)
from inference.results import Candidate, DetectedDive, FrameTime, Interval, ModelIdentity, Trajectory

Json = dict[str, Any]


def to_line(values: Json, what: str) -> str:
    """One line of JSON, without its line break.

    Raises:
        DatasetError: if a number is not finite or a value is of no JSON type; `what` names the record.
    """
    try:
        return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise DatasetError(f"{what} cannot be written to a data set: {error}.") from error


def manifest_to_json(manifest: Manifest) -> Json:
    """The content of manifest.json."""
    return {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "created": manifest.created.isoformat(),
        "generator": manifest.generator,
        "statuses": list(manifest.statuses),
        "dive_count": manifest.dive_count,
        "split": {"fractions": dict(manifest.fractions), "seed": manifest.seed},
        "skeleton": None if manifest.skeleton is None else _skeleton(manifest.skeleton),
        "sources": [_source(source) for source in manifest.sources],
    }


def dive_to_json(dive: DiveRecord) -> Json:
    """One line of annotations.jsonl."""
    return {
        "id": dive.id,
        "source": dive.source_id,
        **_interval(dive.interval),
        "board": dive.board,
        "code": dive.code,
        "attributes": None if dive.code is None else code_attributes(dive.code),
        "status": dive.status,
        "origin": dive.origin,
        "note": dive.note,
        "score": dive.score,
        "code_probability": dive.code_probability,
        "trajectory": _trajectory(dive.trajectory),
        "frames": [_frame_labels(labels) for labels in dive.frames],
        "human_fields": sorted(dive.human_fields),
        "prediction": None if dive.prediction is None else _prediction(dive.prediction),
        "predicted_keypoints": [_keypoint_track(track) for track in dive.predicted_keypoints],
        "provenance": _provenances(dive.provenance),
    }


def signal_to_json(signal: SignalRecord) -> Json:
    """One line of signals.jsonl; float32 values as the doubles that equal them."""
    return {
        "source": signal.source_id,
        "name": signal.track.name,
        "first_frame": signal.track.first_frame,
        "values": signal.track.values.astype(float).tolist(),
    }


def _skeleton(skeleton: Skeleton) -> Json:
    return {
        "name": skeleton.name,
        "keypoints": list(skeleton.keypoints),
        "limbs": [list(pair) for pair in skeleton.limbs],
        "mirrored": [list(pair) for pair in skeleton.mirrored],
    }


def _source(source: Source) -> Json:
    return {
        "id": source.id,
        "file_name": source.file_name,
        "path": source.path,
        "fingerprint": source.fingerprint,
        "frame_count": source.frame_count,
        "average_fps": source.average_fps,
        "duration_s": source.duration_s,
        "width": source.width,
        "height": source.height,
        "rotation": source.rotation,
        "codec": source.codec,
        "is_variable_frame_rate": source.is_variable_frame_rate,
        "has_edit_list": source.has_edit_list,
        "is_interlaced": source.is_interlaced,
        "is_deinterlaced": source.is_deinterlaced,
        "image_fps": source.image_fps,
        "split": source.split,
        "intrinsics": _intrinsics(source.intrinsics),
        "not_labelled": [_interval(interval) for interval in source.not_labelled],
        "runs": [_run(run) for run in source.runs],
    }


def _run(run: Run) -> Json:
    return {
        "id": run.id,
        "model": _model(run.model),
        "settings": dict(run.settings),
        "first_frame": run.first_frame,
        "last_frame": run.last_frame,
        "at": run.at.isoformat(),
        "person": run.person,
    }


def _model(model: ModelIdentity) -> Json:
    return {"name": model.name, "version": model.version, "weights_hash": model.weights_hash}


def _time(time: FrameTime) -> Json:
    return {"frame": time.frame, "seconds": float(time.seconds)}


def _interval(interval: Interval) -> Json:
    return {"start": _time(interval.start), "end": _time(interval.end)}


def _intrinsics(intrinsics: Intrinsics | None) -> Json | None:
    if intrinsics is None:
        return None
    return {"fx": intrinsics.fx, "fy": intrinsics.fy, "cx": intrinsics.cx, "cy": intrinsics.cy}


def _trajectory(trajectory: Trajectory | None) -> Json | None:
    if trajectory is None:
        return None
    return {
        "path": trajectory.path.to_dict(),
        "scale_uncertainty": trajectory.scale_uncertainty,
        "camera": {
            "first_frame": trajectory.camera.first_frame,
            "to_stable": trajectory.camera.to_stable.astype(float).reshape(-1, 9).tolist(),
        },
        "candidates": [_candidate(candidate) for candidate in trajectory.candidates],
    }


def _candidate(candidate: Candidate) -> list[Any]:
    place = [float(value) for value in (candidate.seconds, candidate.x, candidate.y, candidate.score)]
    return [candidate.frame, *place, bool(candidate.is_inlier)]


def _prediction(prediction: Prediction) -> Json:
    return {"run": prediction.run_id} | detected_dive_to_json(prediction.dive)


def detected_dive_to_json(dive: DetectedDive) -> Json:
    """What a model said about a dive."""
    return {
        **_interval(dive.interval),
        "score": dive.score,
        "board": dive.board,
        "code": dive.code,
        "code_probability": dive.code_probability,
        "attribute_probabilities": {name: dict(values) for name, values in dive.attribute_probabilities.items()},
        "trajectory": _trajectory(dive.trajectory),
    }


def _keypoint_track(track: KeypointTrack) -> Json:
    values = track.values.astype(float)
    fields: Json = {
        "run": track.run_id,
        "first_frame": track.first_frame,
        "values": _known(values, np.isfinite(values).all(axis=2)),
    }
    if track.depths is not None:
        fields["depths"] = _known(track.depths.astype(float), np.isfinite(track.depths))
    return fields


def _known(values: npt.NDArray[np.float64], is_known: npt.NDArray[np.bool_]) -> list[list[Any]]:
    """What stands in each row and column, None where it is not known."""
    return [
        [each if is_said else None for each, is_said in zip(row, row_said, strict=True)]
        for row, row_said in zip(values.tolist(), is_known.tolist(), strict=True)
    ]


def _provenances(provenance: Mapping[str, Provenance]) -> Json:
    return {name: _provenance(value) for name, value in sorted(provenance.items())}


def _provenance(provenance: Provenance) -> Json:
    return {
        "kind": provenance.kind,
        "name": provenance.name,
        "version": provenance.version,
        "weights_hash": provenance.weights_hash,
        "at": provenance.at.isoformat(),
    }


def _frame_labels(labels: FrameLabels) -> Json:
    """Only the parts that are there, since most labels have few."""
    values: Json = _time(labels.time)
    if labels.keypoints is not None:
        values["keypoints"] = [None if point is None else _keypoint(point) for point in labels.keypoints]
        interpolated = [place for place, point in enumerate(labels.keypoints) if point and point.is_interpolated]
        if interpolated:
            values["interpolated"] = interpolated
        depths = [None if point is None else point.depth for point in labels.keypoints]
        if any(depth is not None for depth in depths):
            values["depths"] = depths
    if labels.keypoints_3d is not None:
        values["keypoints_3d"] = [None if point is None else list(point) for point in labels.keypoints_3d]
    for name in ("box", "centre_of_mass", "centre_of_mass_3d", "world_to_camera"):
        numbers = getattr(labels, name)
        if numbers is not None:
            values[name] = list(numbers)
    if labels.intrinsics is not None:
        values["intrinsics"] = _intrinsics(labels.intrinsics)
    if labels.provenance:
        values["provenance"] = _provenances(labels.provenance)
    return values


def _keypoint(point: Keypoint) -> list[Any]:
    values: list[Any] = [point.x, point.y, point.visibility.value]
    return values if point.score is None else [*values, point.score]
