"""Analysing the videos of data sets from scratch, so that the result can be measured against the data sets' truth."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import Source
from inference.evaluation.camera_kind import camera_kind
from inference.evaluation.detection import TrueDive, VideoDetections
from inference.evaluation.evaluated_video import EvaluatedVideo
from inference.evaluation.kept_results import KeptResults, VideoResult
from inference.progress import CancelToken, Progress
from inference.results import DetectedDive, Predictions
from inference.video.image_index import DEFAULT_IMAGE_FPS
from inference.video.reader import FrameReader, open_video
from inference.workers import StepDone, default_process_count, run_tasks

Analyse = Callable[[FrameReader, Progress | None, CancelToken | None], Predictions]
"""A way to find dives: reader, progress, cancel → predictions."""

Dives = tuple[DetectedDive, ...]
Classify = Callable[[FrameReader, Sequence[DetectedDive], Progress | None, CancelToken | None], Dives]
"""A way to tell what dives are: reader, dives, progress, cancel → these dives, with what their attributes may be."""

_STEPS = 1000
"""Parts of a video that another process tells of."""

_FOUND, _CLASSIFIED = 0.9, 0.95
"""Shares of the work on a video, if its dives are classified too: found until here, and found ones classified."""


@dataclass(frozen=True, slots=True)
class Method:
    """What is measured; for several processes its parts can be sent to another process.

    Args:
        analyse: finds the dives of a video.
        classify: tells what they are; None leaves that out.
        kept: keeps found dives and takes those that are kept already; None analyses every video.
        kept_codes: the same for what the dives are.
    """

    analyse: Analyse
    classify: Classify | None = None
    kept: KeptResults | None = None
    kept_codes: KeptResults | None = None


def evaluate_videos(
    datasets: Sequence[Dataset],
    method: Method,
    *,
    splits: Sequence[str] = (),
    processes: int = 1,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> tuple[EvaluatedVideo, ...]:
    """Analyse the videos of data sets.

    Rejected dives of a review are no dives; all others are true. What is found in a stretch that is not labelled counts
    for nothing.

    Args:
        datasets: whose videos and dives.
        method: see the class.
        splits: only videos of these splits (some of `SPLITS`), or all.
        processes: how many videos are analysed at the same time, each in a process of its own if it is more than one.
            Then `took_s` says how long each took beside the others.
        progress: told the share of the videos that is done, and which is being analysed.
        cancel: asked between pictures.

    Raises:
        DatasetError: if a data set is broken, a video is in two of them or cannot be found, or there is none in these
            splits.
        VideoError: if a video cannot be read.
        ModelError: if weights cannot be used.
        OSError: if a result cannot be kept.
        WorkersError: if a process was ended from outside.
        Cancelled: if cancelled.
    """
    tasks = _tasks(datasets, method, splits)
    if not tasks:
        wanted = f" in {', '.join(splits)}" if splits else ""
        raise DatasetError(f"{', '.join(str(one.folder) for one in datasets)} has no video{wanted}.")
    if processes == 1:
        parts = [_part(progress, place, len(tasks)) for place in range(len(tasks))]
        return tuple(_evaluated(task, part, cancel) for task, part in zip(tasks, parts, strict=True))
    total, report = _STEPS * len(tasks), progress or _silent
    threads = max(default_process_count() // processes, 1)
    evaluated = run_tasks(
        _evaluated_in_steps,
        [replace(task, threads=threads) for task in tasks],
        processes=processes,
        on_steps=lambda done: report(done / total, f"{len(tasks)} videos, {processes} at a time"),
        cancel=cancel or CancelToken(),
    )
    return tuple(evaluated)


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """One video to be analysed; threads is how many networks may use, None for all there are."""

    dataset: Dataset
    source: Source
    name: str
    truth: tuple[TrueDive, ...]
    method: Method
    threads: int | None = None


def _tasks(datasets: Sequence[Dataset], method: Method, splits: Sequence[str]) -> list[_Task]:
    tasks: list[_Task] = []
    seen: dict[str, Dataset] = {}
    for dataset in datasets:
        truth: dict[str, list[TrueDive]] = {
            source.id: [] for source in dataset.sources if not splits or source.split in splits
        }
        for dive in dataset.dives():
            if dive.source_id in truth and dive.status != "rejected":
                true = TrueDive(dive.interval, dive.board, dive.code, dive.trajectory, dive.id)
                truth[dive.source_id].append(true)
        for source_id, dives in truth.items():
            source = dataset.source(source_id)
            other = seen.setdefault(source.fingerprint, dataset)
            if other is not dataset:
                raise DatasetError(
                    f"The video {source.file_name} is in {other.folder} and in {dataset.folder}; it would count twice."
                )
            name = source.file_name if len(datasets) == 1 else f"{dataset.folder.name}/{source.file_name}"
            tasks.append(_Task(dataset, source, name, tuple(dives), method))
    return tasks


def _evaluated_in_steps(task: _Task, step_done: StepDone) -> EvaluatedVideo:
    """Analyse a video and tell of every thousandth of it."""
    # Read when torch is imported, which is later: processes that each use all cores would wait for one another.
    os.environ.setdefault("OMP_NUM_THREADS", str(task.threads))
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
            f"The video {source.file_name} of {dataset.folder} is missing, or is another one than the data set knows; "
            "put it into the data set's folder."
        )
    size = source.width, source.height
    cameras = [(dive.interval, dive.trajectory.camera) for dive in task.truth if dive.trajectory is not None]
    along_truth = [DetectedDive(dive.interval, 1.0, dive.trajectory, dive.board, dive.code) for dive in task.truth]
    fps = source.image_fps or DEFAULT_IMAGE_FPS
    with open_video(path, deinterlace=source.is_deinterlaced, image_fps=fps) as reader:
        result = _found(task, reader, progress or _silent, cancel)
        if task.method.classify is not None:
            result = _classified(task, result, along_truth, reader, progress or _silent, cancel)
        said = [dive.attribute_probabilities for dive in result.true_crops] or [{} for _ in task.truth]
        truth = tuple(
            replace(dive, attribute_probabilities=heads) for dive, heads in zip(task.truth, said, strict=True)
        )
        return EvaluatedVideo(
            name=task.name,
            size=size,
            camera=camera_kind(cameras, size),
            all_dives=VideoDetections(truth, result.found).without(source.not_labelled),
            times_s=reader.index.times_s,
            duration_s=reader.index.duration_s,
            took_s=result.took_s,
            classified_s=result.classified_s,
        )


def _found(task: _Task, reader: FrameReader, progress: Progress, cancel: CancelToken | None) -> VideoResult:
    """The dives of a video, kept or found now."""
    method = task.method
    if method.kept is not None and (result := method.kept.read(task.source)):
        return result
    if method.classify is not None:
        progress = _share(progress, 0, _FOUND)
    began = time.perf_counter()
    found = method.analyse(reader, progress, cancel).dives
    result = VideoResult(found, (), time.perf_counter() - began, None)
    if method.kept is not None:
        method.kept.write(task.source, result)
    return result


def _classified(
    task: _Task,
    found: VideoResult,
    along_truth: Sequence[DetectedDive],
    reader: FrameReader,
    progress: Progress,
    cancel: CancelToken | None,
) -> VideoResult:
    """What the found dives and the true ones are, kept or told now."""
    classify, kept = task.method.classify, task.method.kept_codes
    if classify is None:
        return found
    if kept is not None and (result := kept.read(task.source, along_truth)):
        return result
    began = time.perf_counter()
    dives = classify(reader, found.found, _share(progress, _FOUND, _CLASSIFIED), cancel)
    classified_s = time.perf_counter() - began
    true_crops = classify(reader, along_truth, _share(progress, _CLASSIFIED, 1), cancel)
    result = VideoResult(dives, true_crops, found.took_s, classified_s)
    if kept is not None:
        kept.write(task.source, result, along_truth)
    return result


def _silent(fraction: float, what: str) -> None:
    del fraction, what


def _share(progress: Progress, begin: float, end: float) -> Progress:
    """The progress of a part that lasts from one share of the whole to another."""
    return lambda fraction, what: progress(begin + (end - begin) * fraction, what)


def _part(progress: Progress | None, place: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda fraction, _: progress((place + fraction) / count, f"video {place + 1} of {count}")
