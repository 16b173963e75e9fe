"""A review with dives in every state, for exports and imports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.document.document import ReviewDocument
from app.document.records import KeypointTrack, PlacedKeypoint, ReviewStatus, Visibility
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


def moving_trajectory(first: int, last: int) -> Trajectory:
    """A path with a candidate in every frame but the last (the third an outlier) and a camera that moves."""
    path = BallisticPath(first / FPS, 10.0, 20.0, 50.0, -30.0, 400.0)
    candidates = tuple(
        Candidate(frame, frame / FPS, 10.0 + frame / 3, 20.0 + frame / 7, 0.5, frame != first + 2)
        for frame in range(first, last)
    )
    to_stable = np.broadcast_to(np.eye(3), (last - first + 1, 3, 3)).copy()
    to_stable[:, 0, 2] = np.arange(last - first + 1) / 3
    return Trajectory(path, candidates, CameraMotion(first, to_stable), 0.125)


def detected(first: int, last: int, **values) -> DetectedDive:
    values.setdefault("trajectory", moving_trajectory(first, last))
    return DetectedDive(Interval(at(first), at(last)), values.pop("score", 0.75), **values)


def predictions(*dives: DetectedDive, version: str = "1.2", frames=(0, FRAMES - 1), signals=()) -> Predictions:
    return Predictions(ModelIdentity("motion", version, "abc"), {"sensitivity": 0.5}, *frames, dives, signals)


def fill_review(document: ReviewDocument, videos_folder: Path) -> None:
    """Two videos; in the first, dives in every state a person can bring them into."""
    video = document.add_video(videos_folder / "Évening =session.mp4", Facts(), "fingerprint-1")
    fields = Facts(frame_count=500, duration_s=20.0, is_deinterlaced=True)
    other = document.add_video(videos_folder / "morning.mkv", fields, "fingerprint-2")
    signal = SignalTrack("motion", 10, np.array([0.1, 0.2, 1.0], dtype=np.float32))
    document.store_predictions(
        video.id,
        predictions(
            detected(100, 140, code="5152B", code_probability=0.5, board="springboard-3"),
            detected(200, 240),
            detected(300, 340, trajectory=None),
            detected(400, 440),
            detected(
                500,
                540,
                code="101C",
                code_probability=0.1,
                attribute_probabilities={"position": {"B": 0.25, "C": 0.75}, "armstand": {"false": 1.0}},
            ),
            detected(600, 640),
            signals=[signal],
        ),
    )
    document.store_predictions(other.id, predictions(detected(10, 50), version="1.3", frames=(0, 99)))
    accepted, corrected, rejected, marked, unreviewed, deleted = (dive.id for dive in document.dives(video.id))
    document.set_status(accepted, ReviewStatus.ACCEPTED)
    document.set_note(accepted, "=HYPERLINK(1), “good”\nsecond line")
    document.set_end(corrected, at(244))
    document.set_board(corrected, "platform-7.5")
    document.set_code(corrected, "626B")
    document.set_path(corrected, BallisticPath(8.0, 1 / 3, 2.0, 3.0, -4.0, 500.0))
    document.set_status(rejected, ReviewStatus.REJECTED)
    document.mark_candidate(marked, 2, True)
    document.mark_candidate(marked, 5, False)
    document.set_keypoint(marked, at(410), "head", 12.5, 1 / 3, Visibility.VISIBLE, depth=-1 / 3)
    document.set_keypoint(marked, at(410), "toe", 20.5, 30.5, Visibility.HIDDEN)
    document.set_keypoint(marked, at(411), "head", 13.5, 9.0, Visibility.ABSENT)
    filled = PlacedKeypoint(at(411), "toe", 21.5, 31.5, is_interpolated=True, depth=7.5)
    document.set_keypoints(marked, [filled], text="Fill")
    document.store_keypoints(
        marked,
        KeypointTrack(
            ModelIdentity("pose", "1", "def"),
            410,
            ("hip", "head"),
            np.array([[[1, 2, 0.5], [3, 4, 0.25]], [[5, 6, 1.0], [np.nan] * 3]], dtype=np.float32),
            np.array([[0.1, 8], [np.nan, -2]], dtype=np.float32),
        ),
    )
    document.delete_dive(deleted)
    added = document.add_dive(video.id, at(700), at(750), board="springboard-1", code="401C")
    document.set_trajectory(added, moving_trajectory(700, 750))
    bare = document.add_dive(video.id, at(800), at(840))
    document.set_board(bare, None)
    assert document.dive(unreviewed).status is ReviewStatus.UNREVIEWED
