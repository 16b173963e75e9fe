"""The full HD clip in the main window, with a dive's path and candidates painted over every frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from footage import full_hd_clip
from window import main_window, wait_until

from app.analysis import ensure_video
from app.document.document import ReviewDocument
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

if TYPE_CHECKING:
    from app.window.main_window import MainWindow


@contextmanager
def overlaid_window(folder: Path) -> Iterator[MainWindow]:
    """The main window on a fresh review in which one dive spans the whole clip and is selected."""
    review = folder / "overlaid.divereview"
    _write_review(review, full_hd_clip())
    with main_window(review) as window:
        window.session.select(window.session.dives[0].id)
        wait_until(lambda: not window.session.is_telling)
        yield window


def _write_review(path: Path, video: Path) -> None:
    with ReviewDocument.create(path) as document:
        record = ensure_video(document, video)
        last, fps = record.frame_count - 1, record.average_fps
        ends = (0.0, 600.0, 400.0), (last / fps, 1300.0, 1000.0)
        curve = BallisticPath.through_handles(ends[0], 150.0, ends[1])
        candidates = tuple(
            Candidate(frame, frame / fps, *map(float, curve.at(frame / fps)), is_inlier=frame % 5 > 0)
            for frame in range(0, last, 4)
        )
        trajectory = Trajectory(curve, candidates, CameraMotion.fixed(0, last + 1))
        interval = Interval(FrameTime(0, 0.0), FrameTime(last, last / fps))
        signal = SignalTrack("motion", 0, np.random.default_rng(0).random(last + 1).astype(np.float32))
        dive = DetectedDive(interval, 0.9, trajectory, board="springboard-3", code="103B")
        document.store_predictions(
            record.id, Predictions(ModelIdentity("motion", "1"), {}, 0, last, (dive,), (signal,))
        )
