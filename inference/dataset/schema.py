"""The records of a `divereview-dataset`, version 1 (docs/divereview-dataset.md describes the files).

Conventions are those of `inference.results`: image coordinates are continuous pixels of the upright frame, x right, y
down, the centre of the top-left pixel at (0.5, 0.5); frames count from 0 in presentation order; intervals include both
end frames; seconds count from the first frame. Camera space is right-handed, x right, y down, z forward, millimetres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from inference.dataset.splits import DEFAULT_FRACTIONS
from inference.results import DetectedDive, FrameTime, Interval, ModelIdentity, SignalTrack, Trajectory

FORMAT = "divereview-dataset"
SCHEMA_VERSION = 1
MANIFEST_NAME = "manifest.json"
ANNOTATIONS_NAME = "annotations.jsonl"
SIGNALS_NAME = "signals.jsonl"
VIDEOS_FOLDER = "videos"

STATUSES = ("unreviewed", "accepted", "corrected", "rejected")
MAKERS = ("model", "person", "simulator")
"""Who can make a value."""

Point2 = tuple[float, float]
Point3 = tuple[float, float, float]


class Visibility(StrEnum):
    """Whether a keypoint can be seen, and if not, why; its coordinates are given all the same."""

    VISIBLE = "visible"
    OCCLUDED = "occluded"
    OUT_OF_FRAME = "out_of_frame"
    UNDER_WATER = "under_water"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who made a value and when.

    kind is one of `MAKERS`; name is the person's, the model's or the simulator's; version and weights_hash belong to
    models; at has a time zone.
    """

    kind: str
    name: str
    at: datetime
    version: str | None = None
    weights_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Names of the keypoints in the order of every keypoint array; limbs and mirrored are pairs of indices into it."""

    name: str
    keypoints: tuple[str, ...]
    limbs: tuple[tuple[int, int], ...] = ()
    mirrored: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """A pinhole camera: focal lengths and principal point in px of the image coordinates."""

    fx: float
    fy: float
    cx: float
    cy: float


@dataclass(frozen=True, slots=True)
class Run:
    """One analysis of frames first_frame to last_frame, both included; settings are those of the model, as JSON.

    person is who started it, where that is known.
    """

    id: str
    model: ModelIdentity
    settings: Mapping[str, object]
    first_frame: int
    last_frame: int
    at: datetime
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One video.

    path is relative to the data set's folder, with forward slashes, for a video that is part of the data set, else
    None; file_name is what the video was called. split is one of `SPLITS`. not_labelled lists stretches that hold a
    dive which is left out of the data set (such as one that nobody has reviewed): neither dives nor background. codec
    and the three facts after it are for information. is_deinterlaced and image_fps say how the video is read, which
    frame numbers depend on: a frame per field of interlaced video, and the rate of a folder of images (None for a
    file).
    """

    id: str
    file_name: str
    fingerprint: str
    frame_count: int
    width: int
    height: int
    duration_s: float
    average_fps: float
    split: str
    rotation: int = 0
    codec: str = ""
    is_variable_frame_rate: bool = False
    has_edit_list: bool = False
    is_interlaced: bool = False
    is_deinterlaced: bool = False
    image_fps: float | None = None
    path: str | None = None
    intrinsics: Intrinsics | None = None
    not_labelled: tuple[Interval, ...] = ()
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Keypoint:
    """Where one keypoint is in the image (px), whether it can be seen, and how sure its maker is (0 to 1).

    is_interpolated says that nobody placed it in this frame: it was reckoned from those placed in frames before and
    after it, for the person whom its provenance names. depth is how much farther from the camera than the pelvis it is
    along the line of sight to that, in px at the diver's distance, as a person said or as it was interpolated with the
    place; None where only a model says anything about it.
    """

    x: float
    y: float
    visibility: Visibility = Visibility.VISIBLE
    score: float | None = None
    is_interpolated: bool = False
    depth: float | None = None


@dataclass(frozen=True, slots=True)
class FrameLabels:
    """What is known about the diver in one frame; every part is optional.

    keypoints and keypoints_3d (camera space, mm) have one entry for each keypoint of the skeleton, None where there is
    no label. box is (x, y, width, height) in px from its top-left corner. centre_of_mass is in px, centre_of_mass_3d
    in camera space (mm). world_to_camera is a matrix of 3 rows and 4 columns, row by row, from world coordinates
    (right-handed, z up, mm, water surface at z = 0) to camera space. intrinsics stand here where they change from
    frame to frame. provenance is by the name of the part, or of the keypoint where keypoints differ in who placed
    them.
    """

    time: FrameTime
    keypoints: tuple[Keypoint | None, ...] | None = None
    keypoints_3d: tuple[Point3 | None, ...] | None = None
    box: tuple[float, float, float, float] | None = None
    centre_of_mass: Point2 | None = None
    centre_of_mass_3d: Point3 | None = None
    intrinsics: Intrinsics | None = None
    world_to_camera: tuple[float, ...] | None = None
    provenance: Mapping[str, Provenance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class KeypointTrack:
    """Predicted keypoints in consecutive frames, entry i in frame first_frame + i.

    values is (frames, keypoints, 3): x, y (px) and the confidence in [0, 1] in the order of the skeleton; NaN where the
    model says nothing. depths is (frames, keypoints), as in `Keypoint`, NaN where the model does not know; None for a
    model that never does. run_id is one of the source's runs.
    """

    run_id: str
    first_frame: int
    values: npt.NDArray[np.float32]
    depths: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a model said about a dive, untouched by what people made of it; run_id is one of the source's runs."""

    run_id: str
    dive: DetectedDive


@dataclass(frozen=True, slots=True, eq=False)
class DiveRecord:
    """One dive: the values that count, what a model had said, and who says so.

    board is a board key such as "springboard-3" and code a dive code such as "5152B", or None where not known. status
    is one of `STATUSES`, origin (who found the dive) one of `MAKERS`. trajectory is the one that counts: a person's
    path and inlier marks where there are any. prediction is what the model said. human_fields names the values that a
    person set: start, end, board, code, path, note. provenance is by the same names, and status.
    """

    id: str
    source_id: str
    interval: Interval
    board: str | None = None
    code: str | None = None
    status: str = "unreviewed"
    origin: str = "model"
    note: str = ""
    score: float | None = None
    code_probability: float | None = None
    trajectory: Trajectory | None = None
    frames: tuple[FrameLabels, ...] = ()
    human_fields: frozenset[str] = frozenset()
    prediction: Prediction | None = None
    predicted_keypoints: tuple[KeypointTrack, ...] = ()
    provenance: Mapping[str, Provenance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class SignalRecord:
    """A score per frame of one video, as a model gave it."""

    source_id: str
    track: SignalTrack


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in manifest.json.

    statuses are those of the dives that were written; fractions and seed are how the split was made, for information.
    dive_count is filled in by the writer.
    """

    sources: tuple[Source, ...]
    created: datetime
    generator: str
    statuses: tuple[str, ...] = STATUSES
    skeleton: Skeleton | None = None
    fractions: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_FRACTIONS))
    seed: int = 0
    dive_count: int = 0
