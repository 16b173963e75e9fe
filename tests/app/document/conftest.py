"""Builders for documents, videos and runs of a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from app.document.document import ReviewDocument
from app.document.records import Video
from inference.results import (
    BallisticPath,
    CameraMotion,
    Candidate,
    DetectedDive,
    FrameTime,
    Interval,
    ModelIdentity,
    Predictions,
    SignalTrack,
    Trajectory,
)

FPS = 25.0
FRAMES = 1000


@dataclass(frozen=True)
class Facts:
    """What a document wants to know of a frame index."""

    frame_count: int = FRAMES
    width: int = 640
    height: int = 360
    duration_s: float = FRAMES / FPS
    average_fps: float = FPS
    rotation: int = 0
    codec: str = "h264"
    is_variable_frame_rate: bool = False
    has_edit_list: bool = False
    is_interlaced: bool = False
    is_deinterlaced: bool = False
    image_fps: float | None = None


def at(frame: int) -> FrameTime:
    return FrameTime(frame, frame / FPS)


def trajectory(first: int = 100, last: int = 140, *, height: float = 50.0) -> Trajectory:
    """A path with a candidate in every frame (the third an outlier) and a camera that moves."""
    path = BallisticPath(first / FPS, 10.0, 20.0, height, -30.0, 400.0)
    candidates = tuple(
        Candidate(frame, frame / FPS, 10.0 + frame / 3, 20.0 + frame / 7, 0.5, frame != first + 2)
        for frame in range(first, last + 1)
    )
    to_stable = np.broadcast_to(np.eye(3), (last - first + 1, 3, 3)).copy()
    to_stable[:, 0, 2] = np.arange(last - first + 1) * 1.25
    return Trajectory(path, candidates, CameraMotion(first, to_stable), 0.125)


def detected(first: int, last: int, score: float = 0.5, **values) -> DetectedDive:
    return DetectedDive(Interval(at(first), at(last)), score, **values)


def run_of(*dives: DetectedDive, frames=(0, FRAMES - 1), model="motion", signals=()) -> Predictions:
    return Predictions(ModelIdentity(model, "1.2", "abc"), {"sensitivity": 0.5}, *frames, dives, signals)


def signal(first: int, *values: float, name: str = "motion") -> SignalTrack:
    return SignalTrack(name, first, np.array(values, dtype=np.float32))


def intervals(document: ReviewDocument, video: Video) -> list[tuple[int, int]]:
    return [(dive.start.frame, dive.end.frame) for dive in document.dives(video.id)]


@pytest.fixture
def build() -> SimpleNamespace:
    """The builders above; test modules cannot import each other."""
    names = ("Facts", "FPS", "FRAMES", "at", "detected", "intervals", "run_of", "signal", "trajectory")
    return SimpleNamespace(**{name: globals()[name] for name in names})


@pytest.fixture
def review_path(tmp_path: Path) -> Path:
    return tmp_path / "training.divereview"


@pytest.fixture
def document(review_path: Path) -> Iterator[ReviewDocument]:
    with ReviewDocument.create(review_path, person="Ann") as document:
        yield document


@pytest.fixture
def video(document: ReviewDocument) -> Video:
    return document.add_video("/pool/springboard.mp4", Facts(), "fingerprint-1")
