"""All figures of an evaluation together: over everything, for each kind of camera and for each board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from inference.evaluation.camera_kind import CAMERA_KINDS
from inference.evaluation.classification import ClassificationScores
from inference.evaluation.code_figures import CodeFigures, code_figures
from inference.evaluation.detection import (
    UNKNOWN_BOARD,
    BoardScores,
    DetectionScores,
    score_detections,
    scores_by_board,
)
from inference.evaluation.evaluated_video import EvaluatedVideo
from inference.evaluation.tracking import THRESHOLDS_PX, TrackingScores, score_tracking

LEAST_OVERLAPS = (0.5, 0.75)
"""Temporal IoUs from which on a found dive counts as the true one (thesis figure 5.8, and stricter).

Paths are compared for dives that match by the first.
"""


@dataclass(frozen=True, slots=True)
class CameraFigures:
    """Figures of all videos whose camera was held in one way; detection has an entry for each of `LEAST_OVERLAPS`."""

    videos: int
    detection: tuple[DetectionScores, ...]
    tracking: TrackingScores


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """Figures of the dives from one board; detection has an entry for each of `LEAST_OVERLAPS`."""

    detection: tuple[BoardScores, ...]
    tracking: TrackingScores


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationReport:
    """What one method reached on a data set.

    Args:
        method: how the dives were found.
        videos: what was found in each.
        detection: an entry for each of `LEAST_OVERLAPS`.
        with_overlapping: the same, but counting dives that overlap each other too.
        tracking: distances of predicted from true paths.
        by_camera: in the order of `CAMERA_KINDS`, those that occur.
        by_board: by board key.
        codes: how often dive codes are right; None where no classifier was asked.
    """

    method: str
    videos: tuple[EvaluatedVideo, ...]
    detection: tuple[DetectionScores, ...]
    with_overlapping: tuple[DetectionScores, ...]
    tracking: TrackingScores
    by_camera: Mapping[str, CameraFigures]
    by_board: Mapping[str, BoardFigures]
    codes: CodeFigures | None

    @property
    def distances_px(self) -> list[float]:
        """Mean distances behind `tracking`, one for each matched dive with a true path."""
        return [distance for video in self.videos for _, distance in video.distances_px(LEAST_OVERLAPS[0])]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "method": self.method,
            "detection": [asdict(scores) for scores in self.detection],
            "with_overlapping_dives": [asdict(scores) for scores in self.with_overlapping],
            "tracking": _tracking_facts(self.tracking),
            "by_camera": {
                kind: {
                    "videos": figures.videos,
                    "detection": [asdict(scores) for scores in figures.detection],
                    "tracking": _tracking_facts(figures.tracking),
                }
                for kind, figures in self.by_camera.items()
            },
            "by_board": {
                board: {
                    "detection": [
                        {"min_iou": least} | asdict(scores)
                        for least, scores in zip(LEAST_OVERLAPS, figures.detection, strict=True)
                    ],
                    "tracking": _tracking_facts(figures.tracking),
                }
                for board, figures in self.by_board.items()
            },
            "codes": None if self.codes is None else code_facts(self.codes),
            "videos": [_video_facts(video) for video in self.videos],
        }


def make_report(method: str, videos: Sequence[EvaluatedVideo]) -> EvaluationReport:
    """Work out all figures of evaluated videos.

    Args:
        method: how their dives were found, as the report shall name it.
        videos: what was found.
    """
    kinds = [kind for kind in CAMERA_KINDS if any(video.camera == kind for video in videos)]
    return EvaluationReport(
        method=method,
        videos=tuple(videos),
        detection=_detection(videos),
        with_overlapping=tuple(
            score_detections([video.all_dives for video in videos], least) for least in LEAST_OVERLAPS
        ),
        tracking=_tracking(videos),
        by_camera={kind: _camera_figures([video for video in videos if video.camera == kind]) for kind in kinds},
        by_board=_board_figures(videos),
        codes=code_figures(videos, LEAST_OVERLAPS[0]),
    )


def _detection(videos: Sequence[EvaluatedVideo]) -> tuple[DetectionScores, ...]:
    return tuple(score_detections([video.dives for video in videos], least) for least in LEAST_OVERLAPS)


def _tracking(videos: Sequence[EvaluatedVideo]) -> TrackingScores:
    return score_tracking([distance for video in videos for _, distance in video.distances_px(LEAST_OVERLAPS[0])])


def _camera_figures(videos: Sequence[EvaluatedVideo]) -> CameraFigures:
    return CameraFigures(len(videos), _detection(videos), _tracking(videos))


def _board_figures(videos: Sequence[EvaluatedVideo]) -> dict[str, BoardFigures]:
    by_overlap = [scores_by_board([video.dives for video in videos], least) for least in LEAST_OVERLAPS]
    distances: dict[str, list[float]] = {board: [] for board in by_overlap[0]}
    for video in videos:
        for match, distance in video.distances_px(LEAST_OVERLAPS[0]):
            distances[match.true.board or UNKNOWN_BOARD].append(distance)
    return {
        board: BoardFigures(tuple(scores[board] for scores in by_overlap), score_tracking(of_board))
        for board, of_board in distances.items()
    }


def _tracking_facts(scores: TrackingScores) -> dict[str, Any]:
    within = None if scores.within is None else dict(zip(map(str, THRESHOLDS_PX), scores.within, strict=True))
    return asdict(scores) | {"within": within}


def code_facts(codes: CodeFigures) -> dict[str, Any]:
    """Plain values for JSON."""
    return {
        "dives": codes.dives,
        "found_and_right": codes.found_and_right,
        "true_crops": _classification_facts(codes.true_crops),
        "predicted_crops": _classification_facts(codes.predicted_crops),
        "predicted_crops_board_unknown": _classification_facts(codes.board_unknown),
    }


def _classification_facts(scores: ClassificationScores) -> dict[str, Any]:
    return asdict(scores) | {"calibration_error": scores.calibration_error}


def _video_facts(video: EvaluatedVideo) -> dict[str, Any]:
    dives, least = video.dives, LEAST_OVERLAPS[0]
    matching = dives.matching(least)
    distances = {match.true.id: distance for match, distance in video.distances_px(least)}
    return {
        "video": video.name,
        "camera": video.camera,
        "duration_s": video.duration_s,
        "took_s": video.took_s,
        "classified_s": video.classified_s,
        "overlapping_dives": len(video.all_dives.truth) - len(dives.truth),
        "matched": [
            {
                "dive": match.true.id,
                "board": match.true.board,
                "code": match.true.code,
                "said_code": match.found.code,
                "said_code_probability": match.found.code_probability,
                "temporal_iou": match.temporal_iou,
                "start_error_ms": match.start_error_ms,
                "end_error_ms": match.end_error_ms,
                "distance_px": _finite(distances.get(match.true.id)),
            }
            for match in dives.matched(least)
        ],
        "missed": [
            {
                "dive": dives.truth[place].id,
                "start_frame": dives.truth[place].interval.start.frame,
                "end_frame": dives.truth[place].interval.end.frame,
                "board": dives.truth[place].board,
                "code": dives.truth[place].code,
            }
            for place in matching.missed
        ],
        "spurious": [
            {"start_frame": dives.found[place].interval.start.frame, "end_frame": dives.found[place].interval.end.frame}
            for place in matching.spurious
        ],
    }


def _finite(distance: float | None) -> float | None:
    """A distance for JSON, which knows no infinity."""
    return distance if distance is not None and np.isfinite(distance) else None
