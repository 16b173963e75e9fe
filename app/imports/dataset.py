"""A divereview-dataset as a new review.

Everything comes back as it was exported: values, statuses, what a person set and what a model said, who and when,
paths, candidates, keypoints and signals. Undo starts afresh. Coordinates are the same on both sides, unconverted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from app.document.arrays import store_array
from app.document.document import ReviewDocument
from app.document.errors import DocumentError
from app.document.ids import default_person, now_us
from app.document.opening import create_file, put_in_place
from app.document.store import Store, sqlite_engine
from app.document.videos import Place, insert_video
from app.imports.dive_rows import DiveRows
from app.imports.errors import ImportingError
from app.imports.runs import ImportedRuns
from inference.dataset.errors import DatasetError
from inference.dataset.read import Dataset
from inference.dataset.schema import Source
from inference.progress import CancelToken, Progress


def import_dataset(
    folder: Path,
    document_path: Path,
    *,
    person: str | None = None,
    video_folders: Sequence[Path] = (),
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> ReviewDocument:
    """Make a review of a data set and open it. The file appears complete or not at all.

    Videos are looked for in the data set, beside it, beside the new review and in `video_folders`; one that is in none
    of them is entered under its name beside the review, from where it can be located later.

    Args:
        folder: the data set.
        document_path: the review to make.
        person: who imports; None for the account's name.
        video_folders: where videos may be.
        progress: told the fraction done.
        cancel: stops the import.

    Raises:
        ImportingError: if the data set cannot be read, or the review exists or cannot be written.
        Cancelled: if the import was cancelled.
    """
    if document_path.exists():
        raise ImportingError(f"{document_path} exists already; choose another name for the new review.")
    try:
        dataset = Dataset(folder)
        places = [folder, folder.parent, folder.parent.parent, document_path.parent, *video_folders]
        with TemporaryDirectory(prefix=".import-", dir=document_path.parent) as workshop:
            draft = Path(workshop) / document_path.name
            create_file(draft)
            store = Store(sqlite_engine(draft, "write"), str(document_path))
            try:
                with store.transaction() as connection:
                    importer = _Importer(connection, dataset, person or default_person(), places, document_path.parent)
                    importer.run(progress, cancel)
            finally:
                store.close()
            put_in_place(draft, document_path)
    except (DatasetError, DocumentError) as error:
        raise ImportingError(str(error)) from error
    except OSError as error:
        reason = error.strerror or error
        raise ImportingError(
            f"{document_path} cannot be written ({reason}); choose a folder you can write to."
        ) from error
    return _open(document_path, person)


def _open(path: Path, person: str | None) -> ReviewDocument:
    try:
        return ReviewDocument.open(path, person=person)
    except DocumentError as error:
        raise ImportingError(str(error)) from error


class _Importer:
    """Writes one data set into an empty review, inside one transaction."""

    def __init__(
        self, connection: Connection, dataset: Dataset, person: str, places: Sequence[Path], review_folder: Path
    ) -> None:
        self._connection = connection
        self._dataset = dataset
        self._person = person
        self._places = places
        self._review_folder = review_folder
        self._runs: dict[str, ImportedRuns] = {}

    def run(self, progress: Progress | None, cancel: CancelToken | None) -> None:
        """Write everything.

        Raises:
            DatasetError: at the first thing in the data set that is broken.
            Cancelled: if the import was cancelled.
        """
        at_us = now_us()
        for position, source in enumerate(self._dataset.sources):
            if cancel is not None:
                cancel.raise_if_cancelled()
            # Videos are listed in the order of their times.
            self._runs[source.id] = self._add_video(source, at_us + position)
        rows = DiveRows(self._connection, self._dataset.manifest)
        count = max(self._dataset.manifest.dive_count, 1)
        for done, dive in enumerate(self._dataset.dives()):
            if cancel is not None:
                cancel.raise_if_cancelled()
            if progress is not None:
                progress(min(done / count, 1.0), "reading dives")
            rows.add(dive, self._runs[dive.source_id])
        self._add_signals()

    def _add_video(self, source: Source, at_us: int) -> ImportedRuns:
        path = self._dataset.find_video(source, self._places) or self._review_folder / source.file_name
        place = Place.of(path, self._review_folder)
        video_id = insert_video(self._connection, place, source, source.fingerprint, self._person, at_us)
        return ImportedRuns(self._connection, video_id, source, self._person)

    def _add_signals(self) -> None:
        for signal in self._dataset.signals():
            runs, track = self._runs[signal.source_id], signal.track
            if len(track.values):
                last_frame = track.first_frame + len(track.values) - 1
                store_array(
                    self._connection,
                    track.values,
                    video_id=runs.video_id,
                    run_id=runs.covering(track.first_frame, last_frame),
                    kind="signal",
                    name=track.name,
                    first_frame=track.first_frame,
                    last_frame=last_frame,
                )
