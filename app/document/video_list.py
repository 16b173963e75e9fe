"""The document's interface to its videos: adding them, how they are read, and where they are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.document.ids import now_us
from app.document.readings import VideoFacts, is_read_alike
from app.document.records import Video
from app.document.session import Session
from app.document.videos import (
    Fingerprint,
    Place,
    change_reading,
    check_same_video,
    content_fingerprint,
    find_video,
    insert_video,
    is_reading_open,
    set_facts,
    set_place,
)


class Videos(Session):
    """The videos of a review."""

    def add_video(self, path: Path | str, index: VideoFacts, fingerprint: str) -> Video:
        """Add a video, or find the one with this fingerprint; if that has moved, its new place is noted.

        The index says how the video is read. One that is known may be read in another way for as long as no dive,
        signal or edit depends on its frame numbers.

        Raises:
            DocumentError: if the review is read-only, or its frame numbers depend on another reading.
        """
        self._require_writable()
        path = Path(path)
        place = Place.of(path, self._path.parent)
        known = self.video_with(fingerprint)
        if known is None:
            with self._store.transaction() as connection:
                video_id = insert_video(connection, place, index, fingerprint, self._person, now_us())
            return self._changed_video(video_id)
        is_found_again = path.exists() and not known.path.exists()
        is_new_reading = known.is_deinterlaced != index.is_deinterlaced or not is_read_alike(known, index)
        if not is_found_again and not is_new_reading:
            return known
        with self._store.lock, self._store.transaction() as connection:
            if not is_read_alike(known, index):
                change_reading(connection, known, index)
                self._dives.pop(known.id, None)  # its provenance knows the runs that went
            elif is_new_reading:
                set_facts(connection, known.id, index)
            if is_found_again:
                set_place(connection, known.id, place)
        return self._changed_video(known.id)

    def _changed_video(self, video_id: str) -> Video:
        self._videos = None
        self._notify(["videos"], video_id, None)
        return self.video(video_id)

    def video_with(self, fingerprint: str) -> Video | None:
        """The video with this content; None if it is not in the review."""
        return next((video for video in self.videos() if video.fingerprint == fingerprint), None)

    def can_change_reading(self, video_id: str) -> bool:
        """Whether `add_video` would take another reading of a video: nothing depends on its frame numbers yet."""
        if self._read_only_reason is not None:
            return False
        with self._store.transaction() as connection:
            return is_reading_open(connection, self._video(video_id).id)

    def videos(self) -> tuple[Video, ...]:
        """All videos in the order in which they were added."""
        return tuple(self._all_videos().values())

    def video(self, video_id: str) -> Video:
        """One video.

        Raises:
            DocumentError: if there is none with this id.
        """
        return self._video(video_id)

    def relocate_video(
        self, video_id: str, path: Path | str, *, fingerprint: Fingerprint = content_fingerprint
    ) -> Video:
        """Say where a video is now.

        Raises:
            DocumentError: if the file is missing or another video.
        """
        self._require_writable()
        check_same_video(self._video(video_id), Path(path), fingerprint)
        with self._store.transaction() as connection:
            set_place(connection, video_id, Place.of(Path(path), self._path.parent))
        return self._changed_video(video_id)

    def find_moved(
        self, video_id: str, search_folders: Iterable[Path], *, fingerprint: Fingerprint = content_fingerprint
    ) -> Path | None:
        """Look for a video by its content: at its old place, then below the folders; None if it is nowhere."""
        return find_video(self._video(video_id), search_folders, fingerprint)
