"""Analysing the videos of a data set from scratch and measuring the result against the data set's truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import Source
from inference.evaluation.camera_kind import camera_kind
from inference.evaluation.detection import MatchedDive, TrueDive, VideoDetections
from inference.evaluation.tracking import path_distance_px
from inference.progress import CancelToken, Progress
from inference.results import FloatArray, FrameTime, Predictions
from inference.video.image_index import DEFAULT_IMAGE_FPS
from inference.video.reader import FrameReader, open_video
from inference.workers import StepDone, run_tasks

Analyse = Callable[[FrameReader, Progress | None, CancelToken | None], Predictions]
"""A way to find dives: reader, progress, cancel → predictions."""

_STEPS = 1000
"""Parts of a video that another process tells of."""


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedVideo:
    """One video of a data set and what an analysis found in it.

    Args:
        source_id: the video's id in the data set.
        name: its file name.
        size: (width, height).
        camera: how it was held, one of `CAMERA_KINDS`.
        all_dives: what is true and what was found, dives that overlap each other too.
        times_s: (frames,) time stamps.
        duration_s: how long it plays.
        took_s: how long its analysis took, decoding included.
    """

    source_id: str
    name: str
    size: tuple[int, int]
    camera: str
    all_dives: VideoDetections
    times_s: FloatArray
    duration_s: float
    took_s: float

    @property
    def dives(self) -> VideoDetections:
        """What counts in the thesis: dives that overlap none other (section 5.2.2)."""
        return self.all_dives.without_overlapping()

    def distances_px(self, min_iou: float) -> list[tuple[MatchedDive, float]]:
        """The matched dives whose true path is known, and how far from it the predicted one is.

        Args:
            min_iou: the smallest temporal IoU of a match.

        Returns:
            Each with its mean distance in px at `REFERENCE_SIZE`, infinite without a predicted path.
        """
        distances = []
        for match in self.dives.matched(min_iou):
            if match.true.trajectory is not None:
                interval = match.true.interval
                frames = range(interval.start.frame, interval.end.frame + 1)
                times = [FrameTime(frame, float(self.times_s[frame])) for frame in frames]
                predicted = match.found.trajectory
                distances.append((match, path_distance_px(match.true.trajectory, predicted, times, self.size)))
        return distances


def evaluate_videos(
    dataset: Dataset,
    analyse: Analyse,
    *,
    splits: Sequence[str] = (),
    processes: int = 1,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> tuple[EvaluatedVideo, ...]:
    """Analyse the videos of a data set.

    Rejected dives of a review are no dives; all others are true. What is found in a stretch that is not labelled counts
    for nothing.

    Args:
        dataset: whose videos and dives.
        analyse: finds the dives of one video; for several processes one that can be sent to another process.
        splits: only videos of these splits (some of `SPLITS`), or all.
        processes: how many videos are analysed at the same time, each in a process of its own if it is more than one.
            Then `took_s` says how long each took beside the others.
        progress: told the share of the videos that is done, and which is being analysed.
        cancel: asked between pictures.

    Raises:
        DatasetError: if the data set is broken, has no video in these splits, or a video cannot be found.
        VideoError: if a video cannot be read.
        WorkersError: if a process was ended from outside.
        Cancelled: if cancelled.
    """
    sources = [source for source in dataset.sources if not splits or source.split in splits]
    if not sources:
        raise DatasetError(f"{dataset.folder} has no video in {' or '.join(splits) if splits else 'its manifest'}.")
    truth: dict[str, list[TrueDive]] = {source.id: [] for source in sources}
    for dive in dataset.dives():
        if dive.source_id in truth and dive.status != "rejected":
            truth[dive.source_id].append(TrueDive(dive.interval, dive.board, dive.code, dive.trajectory, dive.id))
    tasks = [_Task(dataset, source, tuple(truth[source.id]), analyse) for source in sources]
    if processes == 1:
        parts = [_part(progress, place, len(tasks)) for place in range(len(tasks))]
        return tuple(_evaluated(task, part, cancel) for task, part in zip(tasks, parts, strict=True))
    total, report = _STEPS * len(tasks), progress or _silent
    evaluated = run_tasks(
        _evaluated_in_steps,
        tasks,
        processes=processes,
        on_steps=lambda done: report(done / total, f"{len(tasks)} videos, {processes} at a time"),
        cancel=cancel or CancelToken(),
    )
    return tuple(evaluated)


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """One video to be analysed."""

    dataset: Dataset
    source: Source
    truth: tuple[TrueDive, ...]
    analyse: Analyse


def _evaluated_in_steps(task: _Task, step_done: StepDone) -> EvaluatedVideo:
    """Analyse a video and tell of every thousandth of it."""
    told = 0

    def report(fraction: float, what: str) -> None:
        nonlocal told
        del what
        while told < int(_STEPS * fraction):
            told += 1
            step_done()

    video = _evaluated(task, report, None)
    report(1.0, "")
    return video


def _evaluated(task: _Task, progress: Progress | None, cancel: CancelToken | None) -> EvaluatedVideo:
    dataset, source = task.dataset, task.source
    path = dataset.find_video(source)
    if path is None:
        raise DatasetError(
            f"The video {source.file_name} of {dataset.folder} is missing, or is not the one that was labelled; "
            "put it into the data set's folder."
        )
    size = source.width, source.height
    cameras = [(dive.interval, dive.trajectory.camera) for dive in task.truth if dive.trajectory is not None]
    fps = source.image_fps or DEFAULT_IMAGE_FPS
    with open_video(path, deinterlace=source.is_deinterlaced, image_fps=fps) as reader:
        began = time.perf_counter()
        found = task.analyse(reader, progress, cancel)
        took_s = time.perf_counter() - began
        return EvaluatedVideo(
            source_id=source.id,
            name=source.file_name,
            size=size,
            camera=camera_kind(cameras, size),
            all_dives=VideoDetections(task.truth, found.dives).without(source.not_labelled),
            times_s=reader.index.times_s,
            duration_s=reader.index.duration_s,
            took_s=took_s,
        )


def _silent(fraction: float, what: str) -> None:
    del fraction, what


def _part(progress: Progress | None, place: int, count: int) -> Progress | None:
    if progress is None:
        return None

    def report(fraction: float, what: str) -> None:
        progress((place + fraction) / count, f"video {place + 1} of {count}: {what}")

    return report
