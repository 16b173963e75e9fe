"""Find the dives of a video and keep them in its review; used by the command line and the window, knows no Qt.

`analyse_video` does the whole of it in one thread. A caller whose document lives in another thread than the work (the
window) takes the steps apart: `app.sources.open_source` and `find_predictions` in the worker, then
`ReviewDocument.store_predictions` in its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.sources import SourceOptions, open_reviewed, open_source
from inference.progress import Cancelled, CancelToken, Progress
from inference.results import DetectedDive, Predictions

if TYPE_CHECKING:
    from app.document.document import ReviewDocument
    from app.document.records import Video
    from inference.diving.finder import FinderSettings
    from inference.video.reader import FrameReader

METHODS = ("auto", "motion", "network")
"""auto takes the best method there is; motion needs no learned weights; network needs them."""

INDEX_SHARE = 0.1
"""Part of the whole progress that reading the index takes."""

OnDive = Callable[[DetectedDive], None]
OnWarning = Callable[[str], None]


class AnalysisError(Exception):
    """An analysis cannot be run; the message is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found, and the cancelling or the video error that stopped it before the end of its range."""

    predictions: Predictions
    stopped_by: Exception | None = None


def choose_method(method: str) -> str:
    """The method that will really be used for one of `METHODS`.

    Raises:
        AnalysisError: if the method is unknown or needs weights that are not there.
    """
    if method in {"auto", "motion"}:
        return "motion"
    if method == "network":
        raise AnalysisError("There are no trained networks in this version; use --method motion, which needs none.")
    raise AnalysisError(f"There is no method {method!r}; choose one of {', '.join(METHODS)}.")


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
    method: str = "auto",
    frame_range: tuple[int, int] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    on_dive: OnDive | None = None,
) -> Findings:
    """Look for dives without touching a review.

    Args:
        reader: the video, open.
        settings: of the motion finder.
        method: one of `METHODS`.
        frame_range: first and last frame to look at, both included; None for the whole video.
        progress: told the fraction done.
        cancel: stops the search.
        on_dive: told each dive when it is found.

    Returns:
        The predictions; where the search was cancelled or could not read on, those made until then with the reason.

    Raises:
        AnalysisError: if the method cannot be used or the range lies outside the video.
    """
    from inference.diving.finder import find_dives
    from inference.video.errors import VideoError

    choose_method(method)
    first, last = _checked_range(frame_range, reader.index.frame_count)
    found: list[DetectedDive] = []

    def keep(dive: DetectedDive) -> None:
        found.append(dive)
        if on_dive is not None:
            on_dive(dive)

    try:
        predictions = find_dives(
            reader, settings, frame_range=(first, last), progress=progress, cancel=cancel, on_dive=keep
        )
    except (Cancelled, VideoError) as reason:
        return Findings(_partial_predictions(found, settings, first), reason)
    return Findings(predictions)


def analyse_video(
    document: ReviewDocument,
    video_path: Path,
    settings: FinderSettings,
    *,
    method: str = "auto",
    frame_range: tuple[int, int] | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
    on_dive: OnDive | None = None,
    on_warning: OnWarning | None = None,
    options: SourceOptions | None = None,
) -> str:
    """Find the dives of a video and store them in the review; what a person has decided stays.

    Args:
        document: the review, writable; the video is added to it if it is new.
        video_path: a video file or a folder of images.
        settings: of the motion finder.
        method: one of `METHODS`.
        frame_range: first and last frame to look at, both included; None for the whole video.
        progress: told the fraction done of the whole.
        cancel: stops the work.
        on_dive: told each dive when it is found.
        on_warning: told each thing about the file that a person should know, such as damage, as a sentence.
        options: how pictures are made out of the file; where they leave it open, as in the review.

    Returns:
        The id of the prediction run.

    Raises:
        AnalysisError: if the method cannot be used or the range lies outside the video.
        VideoError: if the video cannot be read, at all or further; the dives found until then are in the review.
        DocumentError: if the review cannot be written, or its frame numbers come from other options.
        Cancelled: if cancelled; the dives found until then are in the review.
    """
    choose_method(method)
    indexing, finding = _share(progress, 0.0, INDEX_SHARE), _share(progress, INDEX_SHARE, 1.0)
    with _open_for(document, video_path, options, indexing, cancel) as reader:
        _checked_range(frame_range, reader.index.frame_count)
        if on_warning is not None:
            for warning in reader.index.warnings:
                on_warning(warning)
        video = document.add_video(video_path, reader.index, reader.index.fingerprint)
        findings = find_predictions(
            reader,
            settings,
            method=method,
            frame_range=frame_range,
            progress=finding,
            cancel=cancel,
            on_dive=on_dive,
        )
    if findings.stopped_by is None:
        return document.store_predictions(video.id, findings.predictions)
    if findings.predictions.dives:
        document.store_predictions(video.id, findings.predictions)
    raise findings.stopped_by


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


def _partial_predictions(found: list[DetectedDive], settings: FinderSettings, first: int) -> Predictions:
    """The dives found before a stop, claiming no frame after the last of them: earlier predictions there stay."""
    from inference.diving.finder import MODEL

    last = max((dive.interval.end.frame for dive in found), default=first)
    return Predictions(MODEL, settings.to_dict(), first, last, tuple(found))


def _share(progress: Progress | None, start: float, end: float) -> Progress | None:
    """A progress that fills only the part from start to end of another one."""
    if progress is None:
        return None

    def report(fraction: float, what: str) -> None:
        progress(start + (end - start) * fraction, what)

    return report
