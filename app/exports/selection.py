"""Which dives an export takes, and what its videos and dives are called in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.document.records import Dive, ReviewStatus, Video
from app.exports.errors import ExportError
from app.exports.request import ExportRequest

REVIEWED = (ReviewStatus.ACCEPTED, ReviewStatus.CORRECTED)


@dataclass(frozen=True, slots=True)
class VideoSelection:
    """The dives to export of one video.

    Attributes:
        video: the video.
        name: what the video is called in the export, unlike every other video's name and safe as a file name.
        dives: those to export, in order of time.
        left_out: the others that are neither deleted nor rejected.
        numbers: the number of each exported dive among all dives of the video, from 1, as the window counts them.
    """

    video: Video
    name: str
    dives: tuple[Dive, ...]
    left_out: tuple[Dive, ...]
    numbers: tuple[int, ...]


def select_dives(request: ExportRequest, *, with_rejected: bool = False) -> tuple[VideoSelection, ...]:
    """The dives to export, by video; also videos of which none is to be exported.

    Args:
        request: which videos, and whether reviewed dives only.
        with_rejected: whether rejected dives are taken as well.

    Raises:
        ExportError: if there is no video or no dive to export.
    """
    videos = _videos(request)
    statuses = set(REVIEWED if request.reviewed_only else (*REVIEWED, ReviewStatus.UNREVIEWED))
    if with_rejected:
        statuses.add(ReviewStatus.REJECTED)
    names = _names(videos)
    selections = tuple(
        _select(video, name, request.document.dives(video.id), statuses)
        for video, name in zip(videos, names, strict=True)
    )
    if not any(selection.dives for selection in selections):
        waiting = sum(len(selection.left_out) for selection in selections)
        if request.reviewed_only and waiting:
            raise ExportError(
                f"None of the dives has been reviewed yet ({waiting} wait); accept or correct some, or include "
                "unreviewed dives in the export."
            )
        raise ExportError("There is no dive to export; analyse the video or mark a dive first.")
    return selections


def _videos(request: ExportRequest) -> tuple[Video, ...]:
    videos = tuple(request.document.videos())
    if request.video_ids is not None:
        videos = tuple(video for video in videos if video.id in request.video_ids)
    if not videos:
        raise ExportError("There is no video to export; open one in this review first.")
    return videos


def _select(video: Video, name: str, dives: Sequence[Dive], statuses: set[ReviewStatus]) -> VideoSelection:
    numbered = [(number, dive) for number, dive in enumerate(dives, start=1) if dive.status in statuses]
    left_out = (dive for dive in dives if dive.status not in statuses and dive.status is not ReviewStatus.REJECTED)
    return VideoSelection(
        video,
        name,
        dives=tuple(dive for _, dive in numbered),
        left_out=tuple(left_out),
        numbers=tuple(number for number, _ in numbered),
    )


def _names(videos: Sequence[Video]) -> list[str]:
    """File names without ending; where two are the same, with the beginning of the fingerprint."""
    stems = [safe_name(video.path.stem) for video in videos]
    counts = Counter(stem.casefold() for stem in stems)
    return [
        stem if counts[stem.casefold()] == 1 else f"{stem}-{safe_name(video.fingerprint)[-12:]}"
        for stem, video in zip(stems, videos, strict=True)
    ]


def safe_name(text: str) -> str:
    """The text with everything replaced that some system refuses in a file name."""
    kept = "".join(character if character.isalnum() or character in "-_. ()" else "_" for character in text)
    return kept.strip(" .")[:100].rstrip(" .") or "video"
