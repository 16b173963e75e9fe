"""Opening reviews and videos: the slow part in a job, the document in the GUI thread, missing videos found again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.errors import DocumentError
from app.document.readings import is_read_alike
from app.document.records import Video
from app.sources import SourceOptions, open_reviewed, open_source
from app.window.jobs import Job, JobContext, JobRunner
from app.window.review_files import is_review, review_path_for
from app.window.review_session import ReviewSession
from app.window.settings import Settings

if TYPE_CHECKING:
    from inference.video.frame_index import FrameIndex


@dataclass(frozen=True, slots=True)
class OpenedVideo:
    """A video file that can be read, with its index; reading_of is the id of the video as which it was read."""

    path: Path
    index: FrameIndex
    reading_of: str | None = None


class Opening(QObject):
    """Opens what a person names, drops or double-clicks; the session is changed only once everything could be read."""

    video_missing = Signal(object)
    """The Video that is not where it was last seen, nor near the review."""
    said = Signal(str)

    def __init__(self, session: ReviewSession, jobs: JobRunner, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._settings = session, jobs, settings
        self._job: Job | None = None
        session.videos_changed.connect(self._follow_reading)

    @property
    def is_opening(self) -> bool:
        """Whether a video is being read."""
        return self._job is not None

    def open(self, path: Path) -> None:
        """Open a review, or a video with its review, which is made where there is none."""
        path = path.absolute()
        if is_review(path):
            self._open_review(path)
        else:
            self._read(path, self._open_video)

    def open_all(self, paths: Sequence[Path]) -> None:
        """Open what was dropped: the first, and further videos into the same review."""
        if not paths:
            return
        if self._session.document is not None and self._session.is_writable and not any(map(is_review, paths)):
            for path in paths:
                self.add_video(path)
        else:
            self.open(paths[0])

    def add_video(self, path: Path) -> None:
        """Add a video to the open review and show it."""
        if self._session.document is None:
            self.open(path)
        else:
            self._read(path.absolute(), self._add_video)

    def show(self, video_id: str) -> None:
        """Look at another video of the open review."""
        document = self._session.document
        if document is None or (self._session.video is not None and self._session.video.id == video_id):
            return
        self._show(document.video(video_id))

    def locate(self, path: Path) -> None:
        """The missing video is here now, says a person."""
        video = self._session.video
        if video is not None:
            self._read_as_reviewed(video, path.absolute(), lambda opened: self._relocate(video, opened))

    def reload(self) -> None:
        """Open the review again: a second window sees what the first has done, or takes over once that is closed."""
        document, video = self._session.document, self._session.video
        if document is None:
            return
        path = document.path
        selected = self._session.selected
        index = self._session.index
        try:
            self._session.open(path)
        except DocumentError as error:
            self._session.failed.emit(error)
            return
        if video is not None and self._session.document is not None:
            self._session.show_video(self._session.document.video(video.id), index)
            self._session.select(selected.id if selected is not None else None)

    def deinterlace(self, is_on: bool) -> None:
        """Read the video looked at with one frame per field, or by the frames of its file again."""
        index = self._session.index
        if index is not None:
            options = SourceOptions(is_on, index.image_fps)
            self._read(index.path, self._take_reading, lambda context: _read_video(index.path, context, options))

    def _take_reading(self, opened: OpenedVideo) -> None:
        index = opened.index
        video = self._session.edit(lambda review: review.add_video(opened.path, index, index.fingerprint))
        if video is not None:
            self._present(video, index)
            number = f"{index.frame_count:,} frames, {index.average_fps:g} per second"
            self.said.emit(f"{opened.path.name} is read with {number}.")

    def _read_as_reviewed(self, video: Video, path: Path, then: Callable[[OpenedVideo], None]) -> None:
        """Read the index of a video of the review with the frames that the review counts."""

        def work(context: JobContext) -> OpenedVideo:
            with open_reviewed(video, path, progress=context.progress, cancel=context.cancel) as reader:
                return OpenedVideo(path, reader.index, video.id)

        self._read(path, then, work)

    def _read(
        self,
        path: Path,
        then: Callable[[OpenedVideo], None],
        work: Callable[[JobContext], OpenedVideo] | None = None,
    ) -> None:
        """Read a video's index in a job, then go on with it."""
        job = self._start(f"Opening {path.name}", work or (lambda context: _read_video(path, context)))
        job.succeeded.connect(lambda opened: then(opened) if self._job is job else None)

    def _start(self, title: str, work: Callable[[JobContext], object]) -> Job:
        """Start the one job of this kind; it takes the place of an older one, whose result no longer counts."""
        if self._job is not None:
            self._job.cancel()
        job = self._job = self._jobs.start(title, work)
        job.finished.connect(lambda: self._forget(job))
        return job

    def _forget(self, job: Job) -> None:
        if self._job is job:
            self._job = None

    def _open_video(self, opened: OpenedVideo) -> None:
        try:
            self._session.open(review_path_for(opened.path))
        except (DocumentError, OSError) as error:
            self._session.failed.emit(error)
            return
        self._settings.add_recent_file(opened.path)
        self._add_video(opened)

    def _add_video(self, opened: OpenedVideo) -> None:
        document = self._session.document
        if document is None:
            return
        known = document.video_with(opened.index.fingerprint)
        if known is not None and opened.reading_of != known.id and not is_read_alike(known, opened.index):
            self._read_as_reviewed(known, opened.path, self._add_video)
            return
        if known is None and document.is_read_only:
            self._session.failed.emit(
                DocumentError(f"{opened.path.name} is not part of this review, which can only be looked at from here.")
            )
            return
        video = known
        if not document.is_read_only:
            video = self._session.edit(
                lambda review: review.add_video(opened.path, opened.index, opened.index.fingerprint)
            )
        if video is not None:
            self._present(video, opened.index)

    def _open_review(self, path: Path) -> None:
        try:
            self._session.open(path)
        except DocumentError as error:
            self._session.failed.emit(error)
            return
        self._settings.add_recent_file(path)
        document = self._session.document
        videos = document.videos() if document is not None else ()
        if videos:
            self._show(videos[0])
        else:
            self.said.emit("This review has no video yet; add one from the File menu or drop it on the window.")

    def _show(self, video: Video) -> None:
        document = self._session.document
        if document is None:
            return
        if video.path.exists():
            self._read_as_reviewed(video, video.path, lambda opened: self._relocate(video, opened))
            return
        self._session.show_video(video, None)

        def search(context: JobContext) -> Path | None:
            from app.document.videos import content_fingerprint

            def fingerprint(path: Path) -> str:
                context.cancel.raise_if_cancelled()
                return content_fingerprint(path)

            return document.find_moved(video.id, [document.path.parent], fingerprint=fingerprint)

        job = self._start(f"Looking for {video.path.name}", search)
        job.succeeded.connect(lambda found: self._take_found(video, found) if self._job is job else None)

    def _take_found(self, video: Video, found: Path | None) -> None:
        if found is None:
            self.video_missing.emit(video)
            return
        self.said.emit(f"{video.path.name} was moved and has been found again at {found}.")
        self._read_as_reviewed(video, found, lambda opened: self._relocate(video, opened))

    def _relocate(self, video: Video, opened: OpenedVideo) -> None:
        """Show the video's file, once it is known to be the same video."""
        document = self._session.document
        if document is None:
            return
        if opened.index.fingerprint != video.fingerprint:
            self._session.show_video(video, None)
            self.video_missing.emit(video)
            self._session.failed.emit(
                DocumentError(f"{opened.path.name} is not the video this review was made from; locate the right one.")
            )
            return
        if opened.path != document.video(video.id).path and not document.is_read_only:
            self._session.edit(lambda review: review.relocate_video(video.id, opened.path))
        self._present(document.video(video.id), opened.index)

    def _present(self, video: Video, index: FrameIndex) -> None:
        self._session.show_video(video, index)
        self._session.videos_changed.emit()
        warnings = list(index.warnings)
        if index.frame_count != video.frame_count:
            warnings.append(
                f"{video.path.name} has {index.frame_count:,} frames here and had {video.frame_count:,} when it was "
                "added to this review; dives may be off by some."
            )
        if warnings:
            self.said.emit(" ".join(warnings))

    def _follow_reading(self) -> None:
        """Another window reads the video in another way now, so its frames are others."""
        video, index = self._session.video, self._session.index
        if video is not None and index is not None and self._job is None and not is_read_alike(video, index):
            self._show(video)


def _read_video(path: Path, context: JobContext, options: SourceOptions | None = None) -> OpenedVideo:
    with open_source(path, options, progress=context.progress, cancel=context.cancel) as reader:
        return OpenedVideo(path, reader.index)
