"""Clips of the dives of a data set, along their true paths and along those that an analysis finds.

Only a part of the thesis's dives were labelled with paths; for the others a path was predicted, and training on all of
them helped a great deal (section 5.5.2). So a dive can be cut twice here: along the path that the data set has, and
along the one that a finder draws, with that finder's start and end. Its errors are then learned to be borne.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import DiveRecord, Source
from inference.diving.boards import Board
from inference.diving.codes import parse
from inference.diving.evaluation import match_intervals
from inference.diving.tracked_clip import plan_clip, read_clip
from inference.progress import CancelToken, Progress
from inference.results import DetectedDive, Interval, Trajectory
from inference.training.classifier_clips import Clip, ClipSet, read_part, write_part
from inference.video.image_index import DEFAULT_IMAGE_FPS
from inference.video.reader import FrameReader, open_video

VERSION = 2
"""Goes up when clips of the same dives are cut in another way."""

Find = Callable[[FrameReader, CancelToken | None], Sequence[DetectedDive]]


@dataclass(frozen=True, slots=True)
class PathFinder:
    """Finds the dives of a video, for their paths.

    Args:
        name: of the method and its weights; clips along its paths are kept under it.
        find: the dives of an open video.
    """

    name: str
    find: Find


def motion_paths() -> PathFinder:
    """Paths by the finder that needs no learned weights."""
    from inference.diving.finder import FinderSettings, find_dives

    return PathFinder("motion", lambda reader, cancel: find_dives(reader, FinderSettings(), cancel=cancel).dives)


def network_paths(weights: Path) -> PathFinder:
    """Paths by the trained detector.

    Raises:
        ModelError: if the weights cannot be used.
    """
    from inference.diving.network_finder import LoadedDetector, find_dives_by_network

    detector = LoadedDetector.load(weights)
    return PathFinder(
        f"network {detector.weights_hash}",
        lambda reader, cancel: find_dives_by_network(reader, detector, cancel=cancel).dives,
    )


def coded_dives(dataset: Dataset) -> list[DiveRecord]:
    """The dives of a data set whose codes are known, without what is labelled in their frames.

    Rejected dives are left out, and flying ones, which no classifier tells.

    Raises:
        DatasetError: if the data set is broken.
    """
    return [
        replace(dive, frames=(), predicted_keypoints=())
        for dive in dataset.dives()
        if dive.status != "rejected" and dive.code and not parse(dive.code).is_flying
    ]


def data_set_clips(
    dataset: Dataset,
    splits: Sequence[str],
    cache: Path,
    *,
    dives: Sequence[DiveRecord] | None = None,
    paths: PathFinder | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> ClipSet:
    """A clip of every dive whose code is known and which has a path.

    Args:
        dataset: whose dives.
        splits: of which videos.
        cache: folder in which the clips of each video are kept.
        dives: what `coded_dives` says, if that is known already.
        paths: None for those of the data set; otherwise those that are predicted, along which dives without a path of
            their own are cut as well: what the data set says a model had found, else what is found now.
        progress: told the share of the videos that is ready.
        cancel: asked between dives.

    Raises:
        DatasetError: if a video is missing, or the data set is broken.
        VideoError: if a video cannot be read.
        Cancelled: if cancelled.
    """
    sources = [source for source in dataset.sources if source.split in splits]
    of_source: dict[str, list[DiveRecord]] = {source.id: [] for source in sources}
    for dive in coded_dives(dataset) if dives is None else dives:
        if dive.source_id in of_source:
            of_source[dive.source_id].append(dive)
    sets = []
    for place, source in enumerate(sources):
        if progress is not None:
            progress(place / len(sources), f"cutting out the dives of {source.file_name}")
        own = of_source[source.id]
        path = cache / f"dives-{_key(source, own, paths)}.npy"
        if own and not path.exists():
            write_part(path, _clips(dataset, source, own, paths, cancel))
        if path.exists():
            sets.append(read_part(path))
    return ClipSet.join(sets)


def _key(source: Source, dives: Sequence[DiveRecord], paths: PathFinder | None) -> str:
    facts = [
        [dive.code, dive.board, dive.interval.start.frame, dive.interval.end.frame, _path_facts(dive.trajectory)]
        for dive in dives
    ]
    reading = [VERSION, source.fingerprint, source.is_deinterlaced, source.image_fps, paths and paths.name, facts]
    return hashlib.sha256(json.dumps(reading).encode()).hexdigest()[:24]


def _path_facts(trajectory: Trajectory | None) -> dict[str, float] | None:
    return None if trajectory is None else trajectory.path.to_dict()


def _clips(
    dataset: Dataset,
    source: Source,
    dives: Sequence[DiveRecord],
    paths: PathFinder | None,
    cancel: CancelToken | None,
) -> list[Clip]:
    video = dataset.find_video(source)
    if video is None:
        raise DatasetError(f"The video {source.file_name} of {dataset.folder} is missing; put it into that folder.")
    fps = source.image_fps or DEFAULT_IMAGE_FPS
    clips = []
    with open_video(video, deinterlace=source.is_deinterlaced, image_fps=fps, cancel=cancel) as reader:
        followed = _true(dives) if paths is None else _predicted(dives, reader, paths.find, cancel)
        for dive, interval, trajectory in followed:
            if cancel is not None:
                cancel.raise_if_cancelled()
            # Whoever finds a path does not know the board, and takes the scale from gravity.
            board = Board.from_key(dive.board) if dive.board and paths is None else None
            size = reader.index.width, reader.index.height
            plan = plan_clip(interval, trajectory, board, size, last_frame=reader.index.frame_count - 1)
            clips.append(Clip(read_clip(reader, plan), dive.code or "", dive.board or ""))
    return clips


def _true(dives: Sequence[DiveRecord]) -> list[tuple[DiveRecord, Interval, Trajectory]]:
    return [(dive, dive.interval, dive.trajectory) for dive in dives if dive.trajectory is not None]


def _predicted(
    dives: Sequence[DiveRecord], reader: FrameReader, find: Find, cancel: CancelToken | None
) -> list[tuple[DiveRecord, Interval, Trajectory]]:
    """The dives with what a model had found of each, or with what is found now and matches."""
    known = [(dive, dive.prediction.dive) for dive in dives if dive.prediction is not None]
    rest = [dive for dive in dives if dive.prediction is None]
    if rest:
        found = [dive for dive in find(reader, cancel) if dive.trajectory is not None]
        matching = match_intervals([dive.interval for dive in rest], [dive.interval for dive in found])
        known += [(rest[match.truth], found[match.predicted]) for match in matching.matches]
    return [(dive, seen.interval, seen.trajectory) for dive, seen in known if seen.trajectory is not None]
