"""Crops of the divers of a data set, simulated or corrected by people, with the keypoints that it has.

A crop follows the dive's path at the size of the diver's reach, as a pose model is shown divers. Where a dive has no
path, or in frames outside of it, the crop is around the box of the frame, else around its keypoints.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import DiveRecord, FrameLabels, Keypoint, Source
from inference.diving.boards import Board
from inference.diving.crops import crop_side_px
from inference.pose.skeleton_mappings import SkeletonMapping, skeleton_mapping
from inference.pose.skeletons import CANONICAL_17, SKELETONS, Skeleton
from inference.progress import CancelToken, Progress
from inference.results import FloatArray
from inference.simulator.footage.body_flags import FLAGS
from inference.simulator.footage.pose_close_ups import CROP_SIDE_PX
from inference.training.labelled_frames import as_placed, chosen_frames
from inference.training.pose_cutting import crop_scale, cut_person, labels_in_crop
from inference.training.pose_examples import (
    NOT_LABELLED,
    VISIBILITIES,
    Picture,
    PoseExamples,
    PoseLabels,
    read_part,
    write_part,
)
from inference.video.image_index import DEFAULT_IMAGE_FPS
from inference.video.reader import FrameReader, open_video

VERSION = 1
"""Goes up when crops of the same frames are cut in another way."""

_ROUND_BOX, _ROUND_KEYPOINTS = 1.3, 1.6
"""How much larger the diver's reach is than the largest box of a dive, or what keypoints, which end at the wrists."""


def data_set_poses(
    dataset: Dataset,
    splits: Sequence[str],
    cache: Path,
    *,
    with_interpolated: bool = True,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> PoseExamples:
    """Crops of the labelled frames of all dives that are not rejected, with keypoints of the canonical skeleton.

    Args:
        dataset: whose dives.
        splits: of which videos.
        cache: folder in which the crops of each video are kept.
        with_interpolated: whether interpolated keypoints count, of which nobody has seen whether they are right.
        progress: told the share of the videos that is ready.
        cancel: asked between dives.

    Raises:
        DatasetError: if the data set is broken, has keypoints of an unknown skeleton, or misses a video.
        VideoError: if a video cannot be read.
        OSError: if the folder cannot be written or read.
        Cancelled: if cancelled.
    """
    sources = [source for source in dataset.sources if source.split in splits]
    of_source: dict[str, list[DiveRecord]] = {source.id: [] for source in sources}
    names = dataset.manifest.skeleton.keypoints if dataset.manifest.skeleton is not None else ()
    for recorded in dataset.dives():
        dive = recorded if with_interpolated else as_placed(recorded, names)
        frames = chosen_frames(dive, names)
        if dive.source_id in of_source and dive.status != "rejected" and frames:
            # Data sets label more frames than are cut out, and may be larger than memory.
            of_source[dive.source_id].append(replace(dive, frames=frames, predicted_keypoints=()))
    mapping = _mapping(dataset) if any(of_source.values()) else skeleton_mapping(CANONICAL_17)
    sets = []
    for place, source in enumerate(sources):
        if progress is not None:
            progress(place / max(len(sources), 1), f"cutting out the divers of {source.file_name}")
        own = of_source[source.id]
        if not own:
            continue
        path = cache / f"poses-{_key(source, own, mapping.source)}.npy"
        if not path.exists():
            write_part(path, *_crops(dataset, source, own, mapping, cancel))
        sets.append(read_part(path))
    return PoseExamples.join(sets)


def _mapping(dataset: Dataset) -> SkeletonMapping:
    """From the data set's joints to the canonical ones."""
    own = dataset.manifest.skeleton
    if own is None:
        raise DatasetError(f"{dataset.folder} has keypoints but does not say of which skeleton.")
    for skeleton in SKELETONS.values():
        if skeleton.joints == own.keypoints:
            return skeleton_mapping(skeleton)
    parents = tuple(range(len(own.keypoints)))
    mapping = skeleton_mapping(Skeleton(own.name, own.keypoints, parents, own.mirrored))
    if not mapping.has.any():
        raise DatasetError(
            f"None of the keypoints of {dataset.folder} is known here ({', '.join(own.keypoints)}); known ones are "
            f"{', '.join(CANONICAL_17.joints)}."
        )
    return mapping


def _key(source: Source, dives: Sequence[DiveRecord], skeleton: Skeleton) -> str:
    facts = []
    for dive in dives:
        path = None if dive.trajectory is None else dive.trajectory.path.to_dict()
        ends = [dive.interval.start.frame, dive.interval.end.frame]
        frames = [
            [
                labels.time.frame,
                labels.box,
                [each and _facts(each) for each in labels.keypoints or ()],
            ]
            for labels in dive.frames
        ]
        facts.append([dive.board, ends, path, frames])
    reading = [VERSION, source.fingerprint, source.is_deinterlaced, source.image_fps, skeleton.joints, facts]
    return hashlib.sha256(json.dumps(reading).encode()).hexdigest()[:24]


def _facts(point: Keypoint) -> list[float | str]:
    """What is learned of a keypoint; without a depth as it was before those, so that crops kept since are found."""
    return [point.x, point.y, point.visibility, *([] if point.depth is None else [point.depth])]


def _crops(
    dataset: Dataset,
    source: Source,
    dives: Sequence[DiveRecord],
    mapping: SkeletonMapping,
    cancel: CancelToken | None,
) -> tuple[Picture, PoseLabels]:
    video = dataset.find_video(source)
    if video is None:
        raise DatasetError(f"The video {source.file_name} of {dataset.folder} is missing; put it into that folder.")
    fps = source.image_fps or DEFAULT_IMAGE_FPS
    pictures, labels = [], []
    with open_video(video, deinterlace=source.is_deinterlaced, image_fps=fps, cancel=cancel) as reader:
        for number, dive in enumerate(dives):
            if cancel is not None:
                cancel.raise_if_cancelled()
            views = _views(dive, mapping, (reader.index.width, reader.index.height))
            own, shown = _cut(reader, views)
            pictures.append(own)
            labels.append(_pose_labels(dive, shown, number))
    return np.concatenate(pictures), PoseLabels.join(labels, len(CANONICAL_17.joints))


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """A frame, where to look in it, and what is there.

    Args:
        frame: its number.
        centre: see `crop_matrix`.
        reach_px: see `crop_matrix`.
        keypoints: (17, 2) image coordinates.
        visibility: (17,) places in `VISIBILITIES`, or `NOT_LABELLED`.
        depths: (17,) px of the picture; NaN where nobody said.
    """

    frame: int
    centre: FloatArray
    reach_px: float
    keypoints: FloatArray
    visibility: npt.NDArray[np.int8]
    depths: FloatArray


def _views(dive: DiveRecord, mapping: SkeletonMapping, size: tuple[int, int]) -> list[_View]:
    given = [_arrays(labels) for labels in dive.frames]
    reach_px = _reach_px(dive, dive.frames, [points[:, :2] for points, _ in given], size)
    views = []
    for labels, (points, visibility) in zip(dive.frames, given, strict=True):
        centre, places = _centre(dive, labels, points[:, :2]), mapping.points(points)
        seen = mapping.visibility(visibility)
        views.append(_View(labels.time.frame, centre, reach_px, places[:, :2], seen, places[:, 2]))
    return views


def _arrays(labels: FrameLabels) -> tuple[FloatArray, npt.NDArray[np.int8]]:
    """(K, 3) image coordinates and depth, and (K,) visibility."""
    keypoints = labels.keypoints or ()
    # None becomes NaN.
    points = np.array([(None,) * 3 if each is None else (each.x, each.y, each.depth) for each in keypoints], float)
    places = [NOT_LABELLED if each is None else VISIBILITIES.index(each.visibility) for each in keypoints]
    return points, np.array(places, np.int8)


def _reach_px(
    dive: DiveRecord, frames: Sequence[FrameLabels], points: Sequence[FloatArray], size: tuple[int, int]
) -> float:
    """How large the square around the diver is in all of the dive's frames."""
    if dive.trajectory is not None:
        board = Board.from_key(dive.board) if dive.board else None
        return float(crop_side_px(dive.trajectory, dive.interval, board, size))
    boxes = [max(labels.box[2:]) for labels in frames if labels.box is not None]
    if boxes:
        return max(_ROUND_BOX * max(boxes), 1.0)
    spans = [float((np.nanmax(each, axis=0) - np.nanmin(each, axis=0)).max()) for each in points]
    return max(_ROUND_KEYPOINTS * max(spans), 1.0)


def _centre(dive: DiveRecord, labels: FrameLabels, points: FloatArray) -> FloatArray:
    frame = labels.time.frame
    if dive.trajectory is not None and dive.interval.start.frame <= frame <= dive.interval.end.frame:
        centre: FloatArray = dive.trajectory.image_points([labels.time])[0]
        return centre
    if labels.box is not None:
        left, top, width, height = labels.box
        return np.array([left + width / 2, top + height / 2])
    middle: FloatArray = (np.nanmin(points, axis=0) + np.nanmax(points, axis=0)) / 2
    return middle


def _cut(reader: FrameReader, views: Sequence[_View]) -> tuple[Picture, list[_View]]:
    """The crops of those frames that are sound."""
    wanted = {view.frame: view for view in views}
    pictures, shown = [np.empty((0, CROP_SIDE_PX, CROP_SIDE_PX, 3), np.uint8)], []
    for time, picture in reader.frames(min(wanted), max(wanted) + 1):
        if time.frame in wanted:
            view = wanted[time.frame]
            pictures.append(cut_person(picture, view.centre, view.reach_px)[None])
            shown.append(view)
    return np.concatenate(pictures), shown


def _pose_labels(dive: DiveRecord, views: Sequence[_View], number: int) -> PoseLabels:
    if not views:
        return PoseLabels.none(len(CANONICAL_17.joints))
    placed = [labels_in_crop(view.keypoints, view.visibility, view.centre, view.reach_px) for view in views]
    keypoints = np.stack([points for points, _ in placed])
    head, pelvis = (keypoints[:, CANONICAL_17.index(joint), 1] for joint in ("head", "pelvis"))
    flags = np.zeros((len(views), len(FLAGS)), bool)
    first, last = dive.interval.start.frame, dive.interval.end.frame
    flags[:, FLAGS.index("in_flight")] = [first <= view.frame <= last for view in views]
    with np.errstate(invalid="ignore"):
        flags[:, FLAGS.index("inverted")] = head > pelvis
    visibility = np.stack([seen for _, seen in placed])
    depths = np.stack([view.depths * crop_scale(view.reach_px) for view in views])
    return PoseLabels.of(keypoints, visibility, flags=flags, dive=number, depths=depths)
