"""The divereview-dataset: everything in a review, for training and for opening as a review again.

The format is described in docs/divereview-dataset.md. Coordinates are those of the program itself, unconverted:
continuous pixels of the upright frame, x right, y down, the centre of the top-left pixel at (0.5, 0.5); paths are in
stabilised coordinates with the camera's motion beside them. Intervals include both end frames.

A reviewed-only data set has accepted and corrected dives (and rejected ones where asked for) of the videos that have
any; stretches with unreviewed dives are listed as not labelled. The full one has every dive, video and signal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from app.document.records import ReviewStatus, Video
from app.exports.dive_records import DiveRecords
from app.exports.errors import ExportError
from app.exports.request import ExportRequest
from app.exports.selection import REVIEWED, VideoSelection, safe_name, select_dives
from app.exports.video_copies import copy_video
from inference.dataset.errors import DatasetError
from inference.dataset.schema import (
    STATUSES,
    VIDEOS_FOLDER,
    Manifest,
    Run,
    SignalRecord,
    Skeleton,
    Source,
)
from inference.dataset.splits import split_videos
from inference.dataset.write import DatasetWriter


def write_dataset(request: ExportRequest) -> None:
    """Write the data set.

    Raises:
        ExportError: if there is no dive to export, a video to copy is missing, or a value has no place in the format.
        Cancelled: if the export was cancelled.
    """
    with_rejected = request.include_rejected or not request.reviewed_only
    selections = select_dives(request, with_rejected=with_rejected)
    if request.reviewed_only:
        selections = tuple(selection for selection in selections if selection.dives)
    paths = _copy_videos(request, selections)
    records = DiveRecords(request.document, request.cancel)
    try:
        manifest = _manifest(request, selections, records.skeleton(selections), paths)
        with DatasetWriter(request.folder, manifest) as writer:
            _write_dives(request, selections, records, writer)
            if not request.reviewed_only:
                for signal in _signals(request, selections):
                    writer.write_signal(signal)
    except DatasetError as error:
        raise ExportError(f"The data set cannot be written: {error}") from error
    request.report(1.0, "wrote the data set")


def _copy_videos(request: ExportRequest, selections: Sequence[VideoSelection]) -> dict[str, str]:
    """Paths inside the data set by video id; empty if videos stay where they are."""
    if not request.include_videos:
        return {}
    folder = request.folder / VIDEOS_FOLDER
    folder.mkdir()
    paths: dict[str, str] = {}
    for selection in selections:
        name = selection.name + safe_suffix(selection.video)
        request.report(0.0, f"copying {selection.video.path.name}")
        copy_video(selection.video.path, folder / name, request.cancel)
        paths[selection.video.id] = f"{VIDEOS_FOLDER}/{name}"
    return paths


def safe_suffix(video: Video) -> str:
    """The ending of the video's file name with its dot, without what some system refuses."""
    suffix = video.path.suffix
    return f".{safe_name(suffix)}" if suffix else ""


def _manifest(
    request: ExportRequest,
    selections: Sequence[VideoSelection],
    skeleton: Skeleton | None,
    paths: Mapping[str, str],
) -> Manifest:
    splits = split_videos((each.video.fingerprint for each in selections), request.split_fractions, request.seed)
    statuses = [status.value for status in REVIEWED] if request.reviewed_only else list(STATUSES)
    if request.reviewed_only and request.include_rejected:
        statuses.append(ReviewStatus.REJECTED.value)
    return Manifest(
        sources=tuple(
            _source(request, each, splits[each.video.fingerprint], paths.get(each.video.id)) for each in selections
        ),
        created=datetime.now(UTC),
        generator=_generator(),
        statuses=tuple(statuses),
        skeleton=skeleton,
        fractions=dict(request.split_fractions),
        seed=request.seed,
    )


def _generator() -> str:
    try:
        return f"DiveReview {version('divereview')}"
    except PackageNotFoundError:  # run from a folder, not installed
        return "DiveReview"


def _source(request: ExportRequest, selection: VideoSelection, split: str, path: str | None) -> Source:
    video = selection.video
    name = video.path.name
    runs = request.document.runs(video.id)
    return Source(
        id=video.id,
        file_name=name if name.isprintable() and "\\" not in name and len(name) <= 200 else safe_name(name),
        fingerprint=video.fingerprint,
        frame_count=video.frame_count,
        width=video.width,
        height=video.height,
        duration_s=video.duration_s,
        average_fps=video.average_fps,
        split=split,
        rotation=video.rotation,
        codec=video.codec,
        is_variable_frame_rate=video.is_variable_frame_rate,
        has_edit_list=video.has_edit_list,
        is_interlaced=video.is_interlaced,
        is_deinterlaced=video.is_deinterlaced,
        image_fps=video.image_fps,
        path=path,
        not_labelled=tuple(dive.interval for dive in selection.left_out),
        runs=tuple(
            Run(run.id, run.model, run.settings, run.first_frame, run.last_frame, run.at, run.person) for run in runs
        ),
    )


def _write_dives(
    request: ExportRequest, selections: Sequence[VideoSelection], records: DiveRecords, writer: DatasetWriter
) -> None:
    count = sum(len(selection.dives) for selection in selections)
    done = 0
    for selection in selections:
        for number, dive in zip(selection.numbers, selection.dives, strict=True):
            request.report(done / count, "writing the data set")
            done += 1
            try:
                writer.write(records.record(selection.video, dive))
            except DatasetError as error:
                raise ExportError(
                    f"Dive {number} of {selection.name} cannot be written to the data set: {error}"
                ) from error


def _signals(request: ExportRequest, selections: Sequence[VideoSelection]) -> Iterator[SignalRecord]:
    for selection in selections:
        for track in request.document.signals(selection.video.id):
            request.report(1.0, "writing signals")
            yield SignalRecord(selection.video.id, track)
