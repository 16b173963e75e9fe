"""From a script to a divereview-dataset on disk: draw in several processes, join, write down the truth."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from inference.dataset.schema import (
    VIDEOS_FOLDER,
    DiveRecord,
    Intrinsics,
    Manifest,
    Skeleton,
    Source,
)
from inference.dataset.splits import split_videos
from inference.dataset.write import DatasetWriter
from inference.diving.trajectory import least_squares_path
from inference.pose.skeletons import CANONICAL_17
from inference.progress import CancelToken, Progress
from inference.results import Interval, Trajectory
from inference.simulator.footage.encoding import join_videos
from inference.simulator.footage.recording import Dive, Recording
from inference.simulator.footage.script import Script
from inference.simulator.footage.truth import DiverTruth
from inference.simulator.footage.unfinished import Segment, Unfinished, draw_segment
from inference.video.fingerprint import fingerprint
from inference.video.index import FrameIndex, build_index
from inference.workers import StepDone, default_process_count, run_tasks

GENERATOR = "DiveReview simulator"

_LEAST_SEEN = 0.5
"""A dive counts if its diver is inside the picture for this share of the flight."""

_recordings: dict[tuple[Script, int], Recording] = {}
"""The recording that this process worked on last; preparing one takes seconds."""


def make_data_set(
    script: Script,
    folder: Path,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Make the videos of a script and write them with their truth as a data set.

    The result depends on the script alone, but for the date in the manifest. What an earlier run for the same script
    left unfinished in the folder is used.

    Args:
        script: what to make.
        folder: of the data set; it is one once it has its manifest.
        processes: how many draw; None for as many as there are cores.
        progress: told the fraction done.
        cancel: checked at every frame.

    Raises:
        SimulationError: if the folder cannot be used, or a dive cannot be simulated.
        WorkersError: if a process was ended from outside.
        OSError: if the folder cannot be written.
        Cancelled: if cancelled; what is complete stays for the next run.
    """
    report, token = progress or _silent, cancel or CancelToken()
    unfinished = Unfinished(folder, script)
    unfinished.begin()
    segments = [
        unfinished.segments(video, script.frame_count(video), script.fps) for video in range(script.video_count)
    ]
    every = [segment for of_video in segments for segment in of_video]
    total = sum(segment.frame_count for segment in every)
    missing = [segment for segment in every if not unfinished.is_done(segment)]
    before = total - sum(segment.frame_count for segment in missing)
    run_tasks(
        _draw,
        [(unfinished, segment) for segment in missing],
        processes=processes or default_process_count(),
        on_steps=lambda done: report((before + done) / total, "drawing"),
        cancel=token,
    )
    report(1.0, "writing down the truth")
    _write(unfinished, segments, token)
    unfinished.remove()


def _silent(fraction: float, what: str) -> None:
    del fraction, what


def _recording(script: Script, video: int) -> Recording:
    if (script, video) not in _recordings:
        _recordings.clear()
        _recordings[script, video] = script.recording(video)
    return _recordings[script, video]


def _draw(task: tuple[Unfinished, Segment], frame_done: StepDone) -> None:
    unfinished, segment = task
    draw_segment(unfinished, _recording(unfinished.script, segment.video), segment, frame_done)


def _write(unfinished: Unfinished, segments: Sequence[Sequence[Segment]], cancel: CancelToken) -> None:
    folder, script = unfinished.folder, unfinished.script
    (folder / VIDEOS_FOLDER).mkdir(exist_ok=True)
    indices = []
    for video, of_video in enumerate(segments):
        cancel.raise_if_cancelled()
        path = folder / VIDEOS_FOLDER / f"{script.video_name(video)}.mp4"
        join_videos(path, [(unfinished.video_path(each), each.frame_count) for each in of_video], script.fps)
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        indices.append(build_index(path, use_cache=False))
    splits = split_videos(fingerprint(index.path) for index in indices)
    parts = [
        _source_and_dives(unfinished, video, of_video, indices[video], splits)
        for video, of_video in enumerate(segments)
    ]
    manifest = Manifest(
        sources=tuple(source for source, _ in parts),
        created=datetime.now(UTC),
        generator=GENERATOR,
        statuses=("accepted",),
        skeleton=_skeleton(),
    )
    with DatasetWriter(folder, manifest) as writer:
        for _, dives in parts:
            for dive in dives:
                writer.write(dive)


def _source_and_dives(
    unfinished: Unfinished, video: int, segments: Sequence[Segment], index: FrameIndex, splits: dict[str, str]
) -> tuple[Source, list[DiveRecord]]:
    recording = _recording(unfinished.script, video)
    truth = _truth(unfinished, segments)
    seen = [dive for dive in recording.dives if truth is not None and _is_seen(recording, dive, truth)]
    unseen = [dive for dive in recording.dives if dive not in seen]
    name = unfinished.script.video_name(video)
    mark = fingerprint(index.path)
    camera = recording.camera
    source = Source(
        id=name,
        file_name=index.path.name,
        fingerprint=mark,
        frame_count=index.frame_count,
        width=index.width,
        height=index.height,
        duration_s=index.duration_s,
        average_fps=index.average_fps,
        split=splits[mark],
        codec=index.codec,
        path=f"{VIDEOS_FOLDER}/{index.path.name}",
        intrinsics=Intrinsics(camera.focal_px, camera.focal_px, camera.size[0] / 2, camera.size[1] / 2),
        not_labelled=tuple(_interval(dive, index) for dive in unseen),
    )
    return source, [_record(name, recording, dive, truth, index) for dive in seen if truth is not None]


def _truth(unfinished: Unfinished, segments: Sequence[Segment]) -> DiverTruth | None:
    paths = [unfinished.truth_path(segment) for segment in segments]
    parts = [DiverTruth.load(path) for path in paths if path.is_file()]
    return DiverTruth.join(parts) if parts else None


def _is_seen(recording: Recording, dive: Dive, truth: DiverTruth) -> bool:
    own = truth.of_dive(dive.number)
    in_flight = (own.frames >= dive.start_frame) & (own.frames <= dive.end_frame)
    centres = own.centres[in_flight]
    inside = np.asarray(((centres >= 0) & (centres <= recording.camera.size)).all(axis=1))
    return bool(len(centres) and inside.mean() >= _LEAST_SEEN)


def _interval(dive: Dive, index: FrameIndex) -> Interval:
    return Interval(index.time(dive.start_frame), index.time(min(dive.end_frame, index.frame_count - 1)))


def _record(source_id: str, recording: Recording, dive: Dive, truth: DiverTruth, index: FrameIndex) -> DiveRecord:
    own = truth.of_dive(dive.number)
    interval = _interval(dive, index)
    return DiveRecord(
        id=f"{source_id}-dive-{dive.number + 1}",
        source_id=source_id,
        interval=interval,
        board=dive.board.key,
        code=str(dive.code),
        status="accepted",
        origin="simulator",
        trajectory=_trajectory(recording, dive, interval),
        frames=own.labels([index.time(int(frame)) for frame in own.frames]),
    )


def _trajectory(recording: Recording, dive: Dive, interval: Interval) -> Trajectory:
    """The path that fits the true centre of mass best, in coordinates of the picture in which the flight begins."""
    camera = recording.camera
    motion = camera.motion(interval.start.frame, interval.frame_count)
    times = np.arange(interval.start.frame, interval.end.frame + 1) / camera.fps
    flying = (times >= dive.take_off_s) & (times <= dive.entry_s)
    stable, _ = camera.project(recording.path_m(dive.number, times[flying]), interval.start.frame)
    return Trajectory(least_squares_path(times[flying], stable).path, (), motion)


def _skeleton() -> Skeleton:
    return Skeleton(CANONICAL_17.name, CANONICAL_17.joints, CANONICAL_17.limbs, CANONICAL_17.left_right)
