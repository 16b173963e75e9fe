"""A small data set with a value in every field."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from inference.dataset.schema import (
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
    Visibility,
)
from inference.dataset.write import DatasetWriter
from inference.results import (
    BallisticPath,
    CameraMotion,
    Candidate,
    DetectedDive,
    FrameTime,
    Interval,
    ModelIdentity,
    SignalTrack,
    Trajectory,
)

NOON = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)
MODEL = ModelIdentity("motion", "1", None)
SKELETON = Skeleton("three", ("head", "left_hand", "right_hand"), limbs=((0, 1), (0, 2)), mirrored=((1, 2),))


def sample_source(source_id: str = "video-1", fingerprint: str = "f1", split: str = "training") -> Source:
    return Source(
        id=source_id,
        file_name="Training évening.mp4",
        fingerprint=fingerprint,
        frame_count=250,
        width=640,
        height=360,
        duration_s=10.0,
        average_fps=25.0,
        split=split,
        rotation=90,
        codec="h264",
        is_variable_frame_rate=True,
        has_edit_list=True,
        is_interlaced=True,
        is_deinterlaced=True,
        image_fps=12.5,
        path="videos/training.mp4",
        intrinsics=Intrinsics(600.5, 600.25, 320.0, 180.0),
        not_labelled=(Interval(FrameTime(200, 8.0), FrameTime(230, 9.2)),),
        runs=(Run("run-1", MODEL, {"sensitivity": 0.5}, 0, 249, NOON, "Ann"),),
    )


def sample_trajectory(shift: float = 0.0) -> Trajectory:
    # 0.1 + 0.2 is the shortest number whose decimal form needs 17 digits
    return Trajectory(
        path=BallisticPath(4.0, 100.0 + shift, 0.1 + 0.2, 50.0, -300.0, 981.0),
        candidates=(Candidate(100, 4.0, 100.0 / 3, 50.5, 0.25, True), Candidate(101, 4.04, 1e-7, 2.5, 1.0, False)),
        camera=CameraMotion(99, np.stack([np.eye(3), [[1.0, 0.01, 1 / 3], [0, 1, -2.5], [1e-6, 0, 1]]])),
        scale_uncertainty=0.07,
    )


def sample_dive(dive_id: str = "dive-1") -> DiveRecord:
    person = Provenance("person", "Ann", NOON)
    return DiveRecord(
        id=dive_id,
        source_id="video-1",
        interval=Interval(FrameTime(100, 4.0), FrameTime(135, 5.4)),
        board="platform-7.5",
        code="5152B",
        status="corrected",
        origin="model",
        note="=SUM(1)\nlovely, “really”",
        score=0.75,
        code_probability=0.5,
        trajectory=sample_trajectory(),
        frames=(
            FrameLabels(
                time=FrameTime(100, 4.0),
                keypoints=(Keypoint(1.5, 2.5), None, Keypoint(3.0, 4.0, Visibility.UNDER_WATER, 0.5, True, -1 / 3)),
                keypoints_3d=((1.0, 2.0, 3.0), None, (4.0, 5.0, 6.0)),
                box=(10.0, 20.0, 30.0, 40.0),
                centre_of_mass=(25.0, 40.0),
                centre_of_mass_3d=(0.5, 1.5, 9000.0),
                intrinsics=Intrinsics(1.0, 2.0, 3.0, 4.0),
                world_to_camera=tuple(float(number) for number in range(12)),
                provenance={"head": person},
            ),
            FrameLabels(time=FrameTime(101, 4.04), box=(11.0, 20.0, 30.0, 40.0)),
        ),
        human_fields=frozenset({"end", "path"}),
        prediction=Prediction(
            "run-1",
            DetectedDive(
                interval=Interval(FrameTime(100, 4.0), FrameTime(134, 5.36)),
                score=0.75,
                trajectory=sample_trajectory(shift=2.0),
                board="platform-7.5",
                code="5152B",
                code_probability=0.5,
                attribute_probabilities={"position": {"B": 0.9, "C": 0.1}},
            ),
        ),
        predicted_keypoints=(
            KeypointTrack(
                "run-1", 100, np.array([[[1, 2, 0.1], [np.nan, np.nan, np.nan], [0.3, 4, 1]]], dtype=np.float32)
            ),
            KeypointTrack(
                "run-1",
                101,
                np.array([[[1, 2, 0.1], [3, 4, 0.2], [0.3, 4, 1]]] * 2, dtype=np.float32),
                np.array([[0.1, np.nan, -7], [0, 1e-7, 300.5]], dtype=np.float32),
            ),
        ),
        provenance={"end": person, "start": Provenance("model", "motion", NOON, "1", "abc")},
    )


def sample_manifest() -> Manifest:
    return Manifest(
        sources=(sample_source(), sample_source("video-2", "f2", "testing")),
        created=NOON,
        generator="DiveReview 0.1.0",
        statuses=("accepted", "corrected"),
        skeleton=SKELETON,
        fractions={"training": 0.5, "testing": 0.5},
        seed=7,
    )


def write_sample(folder: Path) -> Path:
    folder.mkdir()
    with DatasetWriter(folder, sample_manifest()) as writer:
        writer.write(sample_dive())
        writer.write(
            DiveRecord(id="dive-2", source_id="video-2", interval=Interval(FrameTime(0, 0.0), FrameTime(0, 0.0)))
        )
        writer.write_signal(SignalRecord("video-1", SignalTrack("mid", 3, np.array([0.1, 0.2, 1], dtype=np.float32))))
    return folder
