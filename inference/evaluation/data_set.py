"""Analysing the videos of a data set from scratch and measuring the result against the data set's truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import Source
from inference.evaluation.detection import TrueDive, VideoDetections
from inference.progress import CancelToken, Progress
from inference.results import Interval, Predictions
from inference.video.image_index import DEFAULT_IMAGE_FPS
from inference.video.reader import FrameReader, open_video

Analyse = Callable[[FrameReader, Progress | None, CancelToken | None], Predictions]
"""A way to find dives: reader, progress, cancel → predictions."""


@dataclass(frozen=True, slots=True)
class EvaluatedVideo:
    """One video's dives, how long it plays and how long its analysis took (decoding included), both in seconds."""

    name: str
    dives: VideoDetections
    duration_s: float
    took_s: float


def evaluate_videos(
    dataset: Dataset,
    analyse: Analyse,
    *,
    splits: Sequence[str] = (),
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> tuple[EvaluatedVideo, ...]:
    """Analyse the videos of a data set one after the other.

    Rejected dives of a review are no dives; all others count as true. What is found in a stretch that is not labelled
    counts for nothing.

    Args:
        dataset: whose videos and dives.
        analyse: finds the dives of one video.
        splits: only videos of these splits (some of `SPLITS`), or all.
        progress: told the share of the videos that is done, and which is being analysed.
        cancel: asked between pictures.

    Raises:
        DatasetError: if the data set is broken, has no video in these splits, or a video cannot be found.
        VideoError: if a video cannot be read.
        Cancelled: if cancelled.
    """
    sources = [source for source in dataset.sources if not splits or source.split in splits]
    if not sources:
        raise DatasetError(f"{dataset.folder} has no video in {' or '.join(splits) if splits else 'its manifest'}.")
    truth: dict[str, list[TrueDive]] = {source.id: [] for source in sources}
    for dive in dataset.dives():
        if dive.source_id in truth and dive.status != "rejected":
            truth[dive.source_id].append(TrueDive(dive.interval, dive.board))
    evaluated = []
    for place, source in enumerate(sources):
        found, duration_s, took_s = _analysed(dataset, source, analyse, _part(progress, place, len(sources)), cancel)
        intervals = tuple(dive.interval for dive in found.dives if not _is_unlabelled(dive.interval, source))
        dives = VideoDetections(tuple(truth[source.id]), intervals)
        evaluated.append(EvaluatedVideo(source.file_name, dives, duration_s, took_s))
    return tuple(evaluated)


def _analysed(
    dataset: Dataset, source: Source, analyse: Analyse, progress: Progress | None, cancel: CancelToken | None
) -> tuple[Predictions, float, float]:
    path = dataset.find_video(source)
    if path is None:
        raise DatasetError(
            f"The video {source.file_name} of {dataset.folder} is missing, or is not the one that was labelled; "
            "put it into the data set's folder."
        )
    fps = source.image_fps or DEFAULT_IMAGE_FPS
    with open_video(path, deinterlace=source.is_deinterlaced, image_fps=fps) as reader:
        began = time.perf_counter()
        found = analyse(reader, progress, cancel)
        return found, reader.index.duration_s, time.perf_counter() - began


def _is_unlabelled(interval: Interval, source: Source) -> bool:
    """Whether an interval overlaps a stretch of its video whose dives are not in the data set."""
    return any(interval.temporal_iou(stretch) > 0 for stretch in source.not_labelled)


def _part(progress: Progress | None, place: int, count: int) -> Progress | None:
    if progress is None:
        return None

    def report(fraction: float, what: str) -> None:
        progress((place + fraction) / count, f"video {place + 1} of {count}: {what}")

    return report
