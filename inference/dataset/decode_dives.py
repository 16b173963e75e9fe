"""The lines of annotations.jsonl and signals.jsonl to records, each value checked against the data set it stands in."""

from __future__ import annotations

import numpy as np

from inference.dataset.checking import Fields, as_numbers
from inference.dataset.code_attributes import code_attributes
from inference.dataset.decode_labels import frames_from_json, keypoint_track_from_json
from inference.dataset.decode_parts import interval_from_json, provenances_from_json, run_id_from_json
from inference.dataset.errors import DatasetError
from inference.dataset.schema import MAKERS, STATUSES, DiveRecord, Prediction, SignalRecord, Skeleton, Source
from inference.diving.boards import BOARDS
from inference.results import BallisticPath, CameraMotion, Candidate, DetectedDive, SignalTrack, Trajectory

MAX_CANDIDATES = 100_000

_BOARD_KEYS = tuple(board.key for board in BOARDS)


def dive_from_json(fields: Fields, sources: dict[str, Source], skeleton: Skeleton | None) -> DiveRecord:
    """The dive of one line of annotations.jsonl.

    Args:
        fields: the line.
        sources: the data set's videos by id.
        skeleton: that of the manifest.

    Raises:
        DatasetError: if a value is missing or wrong.
    """
    source = sources.get(fields.identifier("source"))
    if source is None:
        fields.fail("source", "the id of a source in manifest.json")
    prediction = fields.optional_child("prediction")
    return DiveRecord(
        id=fields.identifier("id"),
        source_id=source.id,
        interval=interval_from_json(fields, source.frame_count),
        board=_board(fields),
        code=_code(fields),
        status=fields.choice("status", STATUSES),
        origin=fields.choice("origin", MAKERS),
        note=(fields.optional_text("note", max_length=1_000_000)) or "",
        score=fields.optional_number("score", 0, 1),
        code_probability=fields.optional_number("code_probability", 0, 1),
        trajectory=_trajectory(fields.optional_child("trajectory"), source),
        frames=frames_from_json(fields, source, skeleton),
        human_fields=_human_fields(fields),
        prediction=None if prediction is None else _prediction(prediction, source),
        predicted_keypoints=tuple(
            keypoint_track_from_json(child, source, skeleton)
            for child in fields.children("predicted_keypoints", source.frame_count)
        ),
        provenance=provenances_from_json(fields),
    )


def signal_from_json(fields: Fields, sources: dict[str, Source]) -> SignalRecord:
    """The signal of one line of signals.jsonl.

    Raises:
        DatasetError: if a value is missing or wrong.
    """
    source = sources.get(fields.identifier("source"))
    if source is None:
        fields.fail("source", "the id of a source in manifest.json")
    first_frame = fields.integer("first_frame", 0, source.frame_count - 1)
    values = fields.items("values", source.frame_count - first_frame)
    numbers = as_numbers(values, len(values))
    if numbers is None:
        fields.fail("values", "an array of finite numbers")
    return SignalRecord(source.id, SignalTrack(fields.identifier("name"), first_frame, np.array(numbers, np.float32)))


def _board(fields: Fields) -> str | None:
    return fields.choice("board", _BOARD_KEYS) if fields.has("board") else None


def _code(fields: Fields) -> str | None:
    code = fields.optional_text("code", max_length=20)
    if code is None:
        return None
    try:
        attributes = code_attributes(code)
    except DatasetError as error:
        raise DatasetError(f"{fields.where}: {error}") from error
    given = fields.optional_child("attributes")
    for name in given.names() if given else ():
        if given and given.has(name) and name in attributes and given.value(name) != attributes[name]:
            given.fail(name, f"{attributes[name]!r}, as the code {code} says")
    return code


def _human_fields(fields: Fields) -> frozenset[str]:
    names = fields.items("human_fields", 100) if fields.has("human_fields") else []
    if not all(isinstance(name, str) and len(name) <= 100 for name in names):
        fields.fail("human_fields", "an array of field names")
    return frozenset(str(name) for name in names)


def detected_dive_from_json(fields: Fields, source: Source) -> DetectedDive:
    """What a model said about a dive of a video.

    Raises:
        DatasetError: if a value is missing or wrong.
    """
    return DetectedDive(
        interval=interval_from_json(fields, source.frame_count),
        score=fields.number("score", 0, 1),
        trajectory=_trajectory(fields.optional_child("trajectory"), source),
        board=_board(fields),
        code=_code(fields),
        code_probability=fields.optional_number("code_probability", 0, 1),
        attribute_probabilities=attribute_probabilities_from_json(fields.optional_child("attribute_probabilities")),
    )


def _prediction(fields: Fields, source: Source) -> Prediction:
    return Prediction(run_id_from_json(fields, source), detected_dive_from_json(fields, source))


def attribute_probabilities_from_json(fields: Fields | None) -> dict[str, dict[str, float]]:
    """By attribute the probability of each value; none where there is no such object.

    Raises:
        DatasetError: if one is no probability.
    """
    if fields is None:
        return {}
    attributes = {name: fields.child(name) for name in fields.names()}
    return {
        name: {value: values.number(value, 0, 1) for value in values.names()} for name, values in attributes.items()
    }


def _trajectory(fields: Fields | None, source: Source) -> Trajectory | None:
    if fields is None:
        return None
    return Trajectory(
        path=_path(fields.child("path")),
        candidates=tuple(
            _candidate(item, position, fields, source)
            for position, item in enumerate(fields.items("candidates", MAX_CANDIDATES))
        ),
        camera=_camera(fields.child("camera"), source),
        scale_uncertainty=fields.optional_number("scale_uncertainty", 0),
    )


def _path(fields: Fields) -> BallisticPath:
    return BallisticPath(*(fields.number(name) for name in ("origin_s", "x0", "vx", "y0", "vy", "ay")))


def _candidate(item: object, position: int, fields: Fields, source: Source) -> Candidate:
    match item:
        case [int(frame), *place, bool(is_inlier)] if not isinstance(frame, bool) and 0 <= frame < source.frame_count:
            numbers = as_numbers(place, 4)
            if numbers is not None:
                seconds, x, y, score = numbers
                return Candidate(frame, seconds, x, y, score, is_inlier)
    raise DatasetError(
        f"{fields.where}: {fields.path}.candidates[{position}] must be [frame, seconds, x, y, score, is inlier] with a "
        f"frame below {source.frame_count}."
    )


def _camera(fields: Fields, source: Source) -> CameraMotion:
    first_frame = fields.integer("first_frame", 0, source.frame_count - 1)
    rows = [as_numbers(row, 9) for row in fields.items("to_stable", source.frame_count - first_frame)]
    if not rows or None in rows:
        fields.fail("to_stable", "one array of 9 finite numbers for each frame, at least one")
    matrices = np.array(rows, dtype=np.float64).reshape(-1, 3, 3)
    if not np.all(np.linalg.det(matrices)):
        fields.fail("to_stable", "maps that can be inverted")
    return CameraMotion(first_frame, matrices)
