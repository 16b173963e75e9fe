"""Videos of a review: stored facts, and finding a video again that has moved."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update
from sqlalchemy.engine import Row

from app.document.errors import DocumentError, making_sense_of
from app.document.ids import new_id
from app.document.readings import VideoFacts, refusal
from app.document.records import Video
from app.document.schema import ArrayRow, DiveRow, PredictedDiveRow, RunRow, StepRow, TrajectoryRow, VideoRow
from inference.video.errors import VideoError

Fingerprint = Callable[[Path], str]

_LARGEST_COUNT = 2**31

# Tables that hold frame numbers of a video. A run without a row in any of them found nothing.
_DEPENDENT = (DiveRow, PredictedDiveRow, TrajectoryRow, ArrayRow, StepRow)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a video is: its absolute path, and the way there from the review's folder if there is one."""

    path: str
    relative_path: str | None

    @classmethod
    def of(cls, path: Path, review_folder: Path) -> Place:
        """The place of a file as seen from the review's folder."""
        path = path.absolute()
        try:
            relative = Path(os.path.relpath(path, review_folder.absolute())).as_posix()
        except ValueError:  # another drive on Windows
            relative = None
        return cls(str(path), relative)

    def find(self, review_folder: Path) -> Path:
        """The absolute path, unless the video is only found next to the review."""
        path = Path(self.path)
        if self.relative_path is not None and not path.exists():
            beside = Path(os.path.normpath(review_folder.absolute() / self.relative_path))
            if beside.exists():
                return beside
        return path


def insert_video(
    connection: Connection, place: Place, facts: VideoFacts, fingerprint: str, person: str, at_us: int
) -> str:
    """Write a new video and return its id."""
    video_id = new_id()
    connection.execute(
        insert(VideoRow),
        {
            "id": video_id,
            "fingerprint": fingerprint,
            "path": place.path,
            "relative_path": place.relative_path,
            **_columns(facts),
            "person": person,
            "at_us": at_us,
        },
    )
    return video_id


def set_facts(connection: Connection, video_id: str, facts: VideoFacts) -> None:
    """Replace what is known of a video's frames, which is read in another way from now on."""
    connection.execute(update(VideoRow).where(VideoRow.id == video_id).values(_columns(facts)))


def _columns(facts: VideoFacts) -> dict[str, object]:
    return {
        "frame_count": int(facts.frame_count),
        "width": int(facts.width),
        "height": int(facts.height),
        "duration_s": float(facts.duration_s),
        "average_fps": float(facts.average_fps),
        "rotation": int(facts.rotation),
        "codec": facts.codec,
        "is_variable_frame_rate": bool(facts.is_variable_frame_rate),
        "has_edit_list": bool(facts.has_edit_list),
        "is_interlaced": bool(facts.is_interlaced),
        "is_deinterlaced": bool(facts.is_deinterlaced),
        "image_fps": None if facts.image_fps is None else float(facts.image_fps),
    }


def is_reading_open(connection: Connection, video_id: str) -> bool:
    """Whether nothing depends on the video's frame numbers yet, deleted dives and undone edits included."""
    return not any(connection.execute(select(exists().where(row.video_id == video_id))).scalar() for row in _DEPENDENT)


def change_reading(connection: Connection, video: Video, facts: VideoFacts) -> None:
    """Read a video in another way from now on; runs that found nothing go, since their frames are others now.

    Raises:
        DocumentError: if something depends on its frame numbers already.
    """
    if not is_reading_open(connection, video.id):
        raise DocumentError(refusal(video, facts))
    connection.execute(delete(RunRow).where(RunRow.video_id == video.id))
    set_facts(connection, video.id, facts)


def set_place(connection: Connection, video_id: str, place: Place) -> None:
    """Say where a video is now."""
    values = {"path": place.path, "relative_path": place.relative_path}
    connection.execute(update(VideoRow).where(VideoRow.id == video_id).values(values))


def read_videos(connection: Connection, review_folder: Path) -> dict[str, Video]:
    """All videos by id, in the order in which they were added."""
    query = select(VideoRow.__table__).order_by(VideoRow.at_us, VideoRow.id)
    with making_sense_of("videos"):
        return {row.id: _video(row, review_folder) for row in connection.execute(query)}


def _video(row: Row[Any], review_folder: Path) -> Video:
    counts, measures = (row.frame_count, row.width, row.height), (row.duration_s, row.average_fps)
    if not (all(0 < count <= _LARGEST_COUNT for count in counts) and all(0 < value < math.inf for value in measures)):
        raise ValueError(f"{counts}, {measures}")
    return Video(
        row.id,
        Place(row.path, row.relative_path).find(review_folder),
        row.fingerprint,
        int(row.frame_count),
        int(row.width),
        int(row.height),
        float(row.duration_s),
        float(row.average_fps),
        int(row.rotation),
        row.codec,
        row.is_variable_frame_rate,
        row.has_edit_list,
        row.is_interlaced,
        row.is_deinterlaced,
        row.image_fps,
    )


def content_fingerprint(path: Path) -> str:
    """The fingerprint of a video file or a folder of images."""
    from inference.video.fingerprint import fingerprint  # not needed before a video has moved

    return fingerprint(path)


def check_same_video(video: Video, path: Path, fingerprint: Fingerprint) -> None:
    """Check that a file holds the video of the review.

    Raises:
        DocumentError: if it is missing, unreadable or another video.
    """
    if not path.exists():
        raise DocumentError(f"{path} does not exist; choose the place where {video.path.name} is now.")
    if _fingerprint_or_none(path, fingerprint) != video.fingerprint:
        raise DocumentError(f"{path} is another video than {video.path.name}; choose the one that was reviewed.")


def find_video(video: Video, folders: Iterable[Path], fingerprint: Fingerprint) -> Path | None:
    """Look for a moved video: its old place, then files of the same name in the folders, then of the same kind."""
    if video.path.exists() and _fingerprint_or_none(video.path, fingerprint) == video.fingerprint:
        return video.path
    others: list[Path] = []
    for path in _candidates(video, folders):
        if path.name != video.path.name:
            others.append(path)
        elif _fingerprint_or_none(path, fingerprint) == video.fingerprint:
            return path
    return next((path for path in others if _fingerprint_or_none(path, fingerprint) == video.fingerprint), None)


def _candidates(video: Video, folders: Iterable[Path]) -> Iterator[Path]:
    """Files with the video's suffix below the folders, and the folders themselves for a folder of images."""
    suffix = video.path.suffix.lower() if video.image_fps is None else ""
    for folder in folders:
        for place, _, names in os.walk(folder):
            if not suffix:
                yield Path(place)
            yield from (Path(place, name) for name in names if suffix and Path(name).suffix.lower() == suffix)


def _fingerprint_or_none(path: Path, fingerprint: Fingerprint) -> str | None:
    try:
        return fingerprint(path)
    except (OSError, VideoError):
        return None
