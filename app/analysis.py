"""Find the dives of a video and keep them in its review; used by the command line and the window, knows no Qt.

`analyse_video` does the whole of it in one thread. A caller whose document lives in another thread than the work (the
window) takes the steps apart: `app.sources.open_source` and `find_predictions` in the worker, then `store_findings` in
its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.approach import AnalysisError, Approach, choose_approach
from app.findings import Findings, Told
from app.searching import search
from app.sources import SourceOptions, open_reviewed, open_source
from inference.progress import CancelToken, Progress, share_of

if TYPE_CHECKING:
    from app.document.document import ReviewDocument
    from app.document.records import Video
    from inference.diving.finder import FinderSettings
    from inference.results import DetectedDive
    from inference.video.reader import FrameReader

INDEX_SHARE = 0.1
"""Part of the whole progress that reading the index takes."""

OnWarning = Callable[[str], None]


def ensure_video(
    document: ReviewDocument,
    path: Path,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    *,
    options: SourceOptions | None = None,
) -> Video:
    """The review's record of a video, added if it is new.

    Raises:
        VideoError: if the video cannot be read.
        DocumentError: if the review cannot be written, or its frame numbers come from other options.
        Cancelled: if cancelled while the index was being built.
    """
    with _open_for(document, path, options, progress, cancel) as reader:
        return document.add_video(path, reader.index, reader.index.fingerprint)


def find_predictions(
    reader: FrameReader,
    settings: FinderSettings,
    *,
    approach: Approach | None = None,
    frame_range: tuple[int, int] | None = None,
    told: Told | None = None,
    cancel: CancelToken | None = None,
) -> Findings:
    """Look for dives without touching a review.

    Args:
        reader: the video, open.
        settings: what the person says about the video.
        approach: the way to take; None for the best there is.
        frame_range: first and last frame to look at, both included; None for the whole video.
        told: who is told what is found.
        cancel: stops the search.

    Returns:
        The predictions; where the search was cancelled or could not read on, those made until then with the reason.

    Raises:
        AnalysisError: if the range lies outside the video.
        ModelError: if weights cannot be used.
    """
    frames = _checked_range(frame_range, reader.index.frame_count)
    return search(reader, settings, approach or choose_approach(), frames, told or Told(), cancel)


def store_findings(document: ReviewDocument, video_id: str, findings: Findings) -> None:
    """Put what a search found into the review: of one that was stopped, only runs that found dives.

    Raises:
        DocumentError: if the review cannot be written.
    """
    for run, predictions in findings.runs:
        if findings.stopped_by is None or predictions.dives or run is not findings.runs[-1][0]:
            document.store_predictions(video_id, predictions, is_addition=run.is_addition)


def analyse_video(
    document: ReviewDocument,
    video_path: Path,
    settings: FinderSettings,
    *,
    approach: Approach | None = None,
    frame_range: tuple[int, int] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    on_dive: Callable[[DetectedDive], None] | None = None,
    on_warning: OnWarning | None = None,
    options: SourceOptions | None = None,
) -> Findings:
    """Find the dives of a video and store them in the review; what a person has decided stays.

    Args:
        document: the review, writable; the video is added to it if it is new.
        video_path: a video file or a folder of images.
        settings: what the person says about the video.
        approach: the way to take; None for the best there is.
        frame_range: first and last frame to look at, both included; None for the whole video.
        progress: told the fraction done of the whole.
        cancel: stops the work.
        on_dive: told each dive when it is found.
        on_warning: told each thing that a person should know, such as damage of the file or too little memory on the
            GPU, as a sentence; from any thread.
        options: how pictures are made out of the file; where they leave it open, as in the review.

    Returns:
        What was found.

    Raises:
        AnalysisError: if the range lies outside the video.
        ModelError: if weights cannot be used.
        VideoError: if the video cannot be read, at all or further; the dives found until then are in the review.
        DocumentError: if the review cannot be written, or its frame numbers come from other options.
        Cancelled: if cancelled; the dives found until then are in the review.
    """
    approach = approach or choose_approach()
    told = Told(progress=share_of(progress, INDEX_SHARE, 1.0))
    if on_dive is not None:
        told = replace(told, on_dive=on_dive)
    if on_warning is not None:
        told = replace(told, on_notice=on_warning)
    with _open_for(document, video_path, options, share_of(progress, 0.0, INDEX_SHARE), cancel) as reader:
        _checked_range(frame_range, reader.index.frame_count)
        if on_warning is not None:
            for warning in reader.index.warnings:
                on_warning(warning)
        video = document.add_video(video_path, reader.index, reader.index.fingerprint)
        findings = find_predictions(
            reader, settings, approach=approach, frame_range=frame_range, told=told, cancel=cancel
        )
    store_findings(document, video.id, findings)
    if findings.stopped_by is not None:
        raise findings.stopped_by
    return findings


def _open_for(
    document: ReviewDocument,
    path: Path,
    options: SourceOptions | None,
    progress: Progress | None,
    cancel: CancelToken | None,
) -> FrameReader:
    """Open a video as the options say and, where they leave it open, as the review has it."""
    from inference.video.fingerprint import fingerprint

    options = options or SourceOptions()
    known = document.video_with(fingerprint(path)) if document.videos() else None
    if known is None:
        return open_source(path, options, progress=progress, cancel=cancel)
    if options == SourceOptions():
        return open_reviewed(known, path, progress=progress, cancel=cancel)
    return open_source(path, options.or_else(SourceOptions.of_video(known)), progress=progress, cancel=cancel)


def _checked_range(frame_range: tuple[int, int] | None, frame_count: int) -> tuple[int, int]:
    if frame_range is None:
        return 0, frame_count - 1
    first, last = frame_range
    if not 0 <= first <= last:
        raise AnalysisError(f"The range {first}:{last} is not a first and a last frame, counted from 0.")
    if first >= frame_count:
        raise AnalysisError(f"The range begins at frame {first}, after the last frame of the video, {frame_count - 1}.")
    return first, min(last, frame_count - 1)
