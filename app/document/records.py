"""Frozen records that the review document gives out: videos, dives, keypoints, runs, edits and change events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from inference.results import FrameTime, Interval, ModelIdentity


class ReviewStatus(StrEnum):
    """What a person has said about a dive so far."""

    UNREVIEWED = "unreviewed"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class Field(StrEnum):
    """The values of a dive that a person can set; `revert` takes all but status, deleted and keypoint."""

    START = "start"
    END = "end"
    BOARD = "board"
    CODE = "code"
    PATH = "path"
    NOTE = "note"
    STATUS = "status"
    DELETED = "deleted"
    KEYPOINT = "keypoint"


class Visibility(IntEnum):
    """How a keypoint shows in the picture; the numbers are COCO's."""

    ABSENT = 0
    HIDDEN = 1
    VISIBLE = 2


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from: a model (name, version, weights hash) or a person (name), and when (UTC)."""

    kind: Literal["model", "person"]
    name: str
    version: str | None
    weights_hash: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Video:
    """A video under review. `path` is where it was last seen, which may no longer exist; sizes are upright pixels.

    The last two say how it is read, which frame numbers and times depend on: one frame per field of interlaced video,
    and the rate of a folder of images (None for a file, and for a folder in reviews older than schema version 3).
    """

    id: str
    path: Path
    fingerprint: str
    frame_count: int
    width: int
    height: int
    duration_s: float
    average_fps: float
    rotation: int
    codec: str
    is_variable_frame_rate: bool
    has_edit_list: bool
    is_interlaced: bool
    is_deinterlaced: bool = False
    image_fps: float | None = None


@dataclass(frozen=True, slots=True)
class PredictionRun:
    """One run of a model over frames first_frame to last_frame (inclusive), started by a person at a time (UTC)."""

    id: str
    video_id: str
    model: ModelIdentity
    settings: Mapping[str, Any]
    first_frame: int
    last_frame: int
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PredictedDive:
    """What the latest run of a model over these frames says about a dive."""

    run_id: str
    start: FrameTime
    end: FrameTime
    board: str | None
    code: str | None
    code_probability: float | None
    score: float
    has_path: bool
    provenance: Provenance

    @property
    def interval(self) -> Interval:
        """The predicted extent in time, both ends included."""
        return Interval(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Dive:
    """A dive with its effective values: a person's value, or one accepted by a person, or else the prediction.

    human_fields names the values a person set by hand. `predicted` is the latest prediction, also where another value
    wins; None for a dive that the latest run did not find. `provenance` has an entry per value that is there (start,
    end, board, code, path, note, status). code_probability is the model's, None for a code set by hand.
    """

    id: str
    video_id: str
    start: FrameTime
    end: FrameTime
    board: str | None
    code: str | None
    code_probability: float | None
    score: float | None
    status: ReviewStatus
    source: Literal["model", "person"]
    note: str
    has_path: bool
    human_fields: frozenset[str]
    predicted: PredictedDive | None
    provenance: Mapping[str, Provenance]
    is_deleted: bool = False

    @property
    def interval(self) -> Interval:
        """The effective extent in time, both ends included."""
        return Interval(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Keypoint:
    """A keypoint in one frame, image coordinates in pixels: a person's or an interpolated location, or the prediction.

    is_human says that a person placed it in this frame, is_interpolated that it was reckoned from those placed in
    frames around it; its provenance is then the person who asked for that. predicted is (x, y, confidence), also where
    another location wins.

    depth is how much farther from the camera than the pelvis it is along the line of sight to that, in px of the
    picture at the diver's distance; None where nobody knows. It is a person's (is_depth_human) or interpolated with
    the location, or else predicted_depth, the model's.
    """

    name: str
    x: float
    y: float
    visibility: Visibility
    is_human: bool
    provenance: Provenance
    predicted: tuple[float, float, float] | None
    is_interpolated: bool = False
    depth: float | None = None
    is_depth_human: bool = False
    predicted_depth: float | None = None

    @property
    def is_placed(self) -> bool:
        """Whether it stands beside what the model said, placed by a person or interpolated."""
        return self.is_human or self.is_interpolated


@dataclass(frozen=True, slots=True)
class PlacedKeypoint:
    """Where a keypoint is in a frame, image coordinates in pixels: as a person says, or as interpolated for them.

    depth is as in `Keypoint`. None says nothing about it: what this keypoint was given in this frame earlier stays, or
    else the model's depth counts.
    """

    time: FrameTime
    name: str
    x: float
    y: float
    visibility: Visibility = Visibility.VISIBLE
    is_interpolated: bool = False
    depth: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class KeypointTrack:
    """Predicted keypoints of one dive in consecutive frames.

    values is (frames, keypoints, 3): x, y in image coordinates (px) and the confidence in [0, 1], in the order of
    `names`; NaN where the model says nothing. Entry i belongs to frame first_frame + i. depths is (frames, keypoints),
    see `Keypoint`; NaN where the model does not know, None for a model that never does.
    """

    model: ModelIdentity
    first_frame: int
    names: tuple[str, ...]
    values: npt.NDArray[np.float32]
    depths: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class KeypointValue:
    """A keypoint location as the history shows it; without a depth beside the predicted one, that is None."""

    x: float
    y: float
    visibility: Visibility
    is_interpolated: bool = False
    depth: float | None = None


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value before and after an edit; None where there was, or is, no value beside the prediction.

    Start and end are frame times, a path is the id of its stored trajectory, a keypoint a `KeypointValue`, and the
    rest is text. frame and name say which keypoint.
    """

    dive_id: str
    field: Field
    old: FrameTime | KeypointValue | str | None
    new: FrameTime | KeypointValue | str | None
    frame: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of the append-only log: what was changed, by whom and when (UTC).

    An undo is an entry of its own, as is a redo; entries that are undone together share their step.
    """

    id: int
    step: int
    video_id: str
    kind: Literal["edit", "undo", "redo"]
    text: str
    person: str
    at: datetime
    changes: tuple[ValueChange, ...]


ChangeKind = Literal["videos", "dives", "trajectory", "keypoints", "runs", "signals"]


@dataclass(frozen=True, slots=True)
class Change:
    """Something in the document changed and is committed; dive_ids is None where any dive may be concerned."""

    kind: ChangeKind
    video_id: str | None
    dive_ids: frozenset[str] | None
