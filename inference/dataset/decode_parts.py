"""The small parts that several records share, out of JSON values: times, intervals, cameras, models, provenance."""

from __future__ import annotations

from inference.dataset.checking import Fields
from inference.dataset.schema import MAKERS, Intrinsics, Provenance, Source
from inference.results import FrameTime, Interval, ModelIdentity


def interval_from_json(fields: Fields, frame_count: int) -> Interval:
    """The fields start and end, inside a video of that many frames."""
    start, end = (time_from_json(fields.child(name), frame_count) for name in ("start", "end"))
    if end.frame < start.frame or end.seconds < start.seconds:
        fields.fail("end", f"a time that is not before the start, frame {start.frame} at {start.seconds} s")
    return Interval(start, end)


def run_id_from_json(fields: Fields, source: Source) -> str:
    """The field run: one of the runs of the source."""
    run_id = fields.identifier("run")
    if run_id not in {run.id for run in source.runs}:
        fields.fail("run", "the id of one of the runs of its source")
    return run_id


def time_from_json(fields: Fields, frame_count: int) -> FrameTime:
    """The fields frame and seconds, in a video of that many frames."""
    return FrameTime(fields.integer("frame", 0, frame_count - 1), fields.number("seconds"))


def intrinsics_from_json(fields: Fields) -> Intrinsics | None:
    """The field intrinsics, if there is one."""
    child = fields.optional_child("intrinsics")
    if child is None:
        return None
    fx, fy, cx, cy = (child.number(name) for name in ("fx", "fy", "cx", "cy"))
    return Intrinsics(fx, fy, cx, cy)


def model_from_json(fields: Fields) -> ModelIdentity:
    """Which model it was."""
    return ModelIdentity(
        fields.text("name", max_length=200),
        fields.text("version", max_length=200),
        fields.optional_text("weights_hash", max_length=200),
    )


def provenance_from_json(fields: Fields) -> Provenance:
    """Who made a value and when."""
    return Provenance(
        kind=fields.choice("kind", MAKERS),
        name=fields.text("name", max_length=200),
        at=fields.moment("at"),
        version=fields.optional_text("version", max_length=200),
        weights_hash=fields.optional_text("weights_hash", max_length=200),
    )


def provenances_from_json(fields: Fields) -> dict[str, Provenance]:
    """The field provenance, by the name of the value; empty where there is none."""
    child = fields.optional_child("provenance")
    return {} if child is None else {name: provenance_from_json(child.child(name)) for name in child.names()}
