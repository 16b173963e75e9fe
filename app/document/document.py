"""The review document: one file with videos, predictions, human values beside them, and everything ever edited."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from app.document import log
from app.document.editing import Editing
from app.document.errors import DocumentError, TakenError
from app.document.ids import default_person, now_us
from app.document.keypoints import labelled_frames, read_frame, read_tracks, store_track
from app.document.loading import read_probabilities
from app.document.opening import create_file, open_file
from app.document.predictions import store_run
from app.document.records import Dive, Edit, Keypoint, KeypointTrack, PredictionRun
from app.document.runs import read_runs
from app.document.signals import read_signals
from app.document.trajectories import load_trajectory
from app.document.video_list import Videos
from inference.results import Predictions, SignalTrack, Trajectory

_CACHED_TRAJECTORIES = 256


class ReviewDocument(Editing, Videos):
    """An open review. There is no save: every edit is committed when its call returns.

    Use as a context manager, or call `close`. Without a person's name, DIVEREVIEW_PERSON or the account's name counts.
    """

    @classmethod
    def create(cls, path: Path | str, *, person: str | None = None) -> Self:
        """Make a new review and open it.

        Raises:
            DocumentError: if something is there already, or the place cannot be written.
        """
        create_file(Path(path))
        return cls.open(path, person=person)

    @classmethod
    def open(cls, path: Path | str, *, person: str | None = None, read_only: bool = False) -> Self:
        """Open a review; read-only where another window has it or it cannot be written.

        Raises:
            DocumentError: if it is missing, not a review, damaged, of a newer program, or cannot be read.
        """
        path, person = Path(path), person or default_person()
        return cls(path, open_file(path, person, read_only=read_only), person)

    @classmethod
    def open_or_create(cls, path: Path | str, *, person: str | None = None) -> Self:
        """Open a review, or make it where there is none."""
        with suppress(TakenError):  # there before, or made by somebody else meanwhile
            create_file(Path(path))
        return cls.open(path, person=person)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The review file."""
        return self._path

    @property
    def person(self) -> str:
        """Who edits."""
        return self._person

    @property
    def is_read_only(self) -> bool:
        """Whether edits are refused."""
        return self._read_only_reason is not None

    @property
    def read_only_reason(self) -> str | None:
        """Why edits are refused, as a sentence; None for a review that can be edited."""
        return self._read_only_reason

    @property
    def lock_holder(self) -> str | None:
        """Who else has the review open for writing, such as "Anna on poolside-pc (process 4711) since …"."""
        return self._holder

    # Predictions

    def store_predictions(self, video_id: str, predictions: Predictions, *, is_addition: bool = False) -> str:
        """Store a run of a model in place of earlier predictions in its frames and return the run's id.

        Human work stays as it is; see `app.document.predictions`. A run is not an edit: undo does not take it back.

        Args:
            video_id: the video.
            predictions: what the run says.
            is_addition: whether earlier predictions stay beside it, because it says only what they lack.

        Raises:
            DocumentError: if it does not fit the video.
        """
        self._require_writable()
        with self._store.lock:
            if self._macro is not None:
                raise DocumentError("A group of edits is not finished; end it before storing predictions.")
            states = tuple(self._dives_of(video_id).states.values())
            with self._store.transaction() as connection:
                run_id = store_run(
                    connection,
                    self._video(video_id),
                    states,
                    predictions,
                    self._person,
                    now_us(),
                    is_addition=is_addition,
                )
            del self._dives[video_id]
        self._notify(["dives", "trajectory", "runs", "signals"], video_id, None)
        return run_id

    def store_keypoints(self, dive_id: str, track: KeypointTrack) -> str:
        """Store a pose model's keypoints in place of earlier predicted ones in the same frames; the id of the run."""
        self._require_writable()
        state = self._live_state(dive_id)
        with self._store.lock, self._store.transaction() as connection:
            run_id = store_track(connection, state.video_id, dive_id, track, self._person, now_us())
            self._dives.pop(state.video_id, None)  # its provenance does not know the new run
        self._notify(["keypoints", "runs"], state.video_id, [dive_id])
        return run_id

    def runs(self, video_id: str) -> tuple[PredictionRun, ...]:
        """All runs of models over a video in order of time, also those whose predictions have been replaced."""
        with self._store.transaction() as connection:
            return tuple(read_runs(connection, self._video(video_id).id).values())

    def signals(self, video_id: str) -> tuple[SignalTrack, ...]:
        """The latest signals in order of name and frame."""
        with self._store.transaction() as connection:
            return read_signals(connection, self._video(video_id).id)

    # Dives

    def dives(self, video_id: str, *, include_deleted: bool = False) -> tuple[Dive, ...]:
        """The dives of a video in order of start, then end."""
        with self._store.lock:
            return self._dives_of(video_id).records(include_deleted=include_deleted)

    def dive(self, dive_id: str) -> Dive:
        """One dive, also a deleted one.

        Raises:
            DocumentError: if there is none with this id.
        """
        record = self._dives_of(self._state(dive_id).video_id).record(dive_id)
        if record is None:
            raise DocumentError("This dive is no longer in the review; choose another one.")
        return record

    def trajectory(self, dive_id: str) -> Trajectory | None:
        """The trajectory that counts: a person's path and candidate marks, or else the prediction."""
        return self._trajectory(self._state(dive_id).path_id)

    def predicted_trajectory(self, dive_id: str) -> Trajectory | None:
        """The trajectory as the latest run has it; None if it has none, or has not found the dive."""
        state = self._state(dive_id)
        return None if state.is_lost else self._trajectory(state.predicted_path_id)

    def _trajectory(self, trajectory_id: str | None) -> Trajectory | None:
        if trajectory_id is None:
            return None
        with self._store.lock:
            known = self._trajectories.get(trajectory_id)
            if known is None:
                with self._store.transaction() as connection:
                    known = load_trajectory(connection, trajectory_id)
                if len(self._trajectories) >= _CACHED_TRAJECTORIES:
                    self._trajectories.clear()
                self._trajectories[trajectory_id] = known  # stored trajectories never change
            return known

    def attribute_probabilities(self, dive_id: str) -> Mapping[str, Mapping[str, float]]:
        """The latest run's probability for each value of each dive-code attribute; empty if it has none."""
        with self._store.transaction() as connection:
            state = self._state(dive_id)
            return {} if state.is_lost else read_probabilities(connection, state.predicted_id)

    def keypoints(self, dive_id: str, frame: int) -> Mapping[str, Keypoint]:
        """The keypoints of a dive in one frame, by name: placed or interpolated, or else predicted."""
        provenances = self._dives_of(self._state(dive_id).video_id).provenances
        with self._store.transaction() as connection:
            return read_frame(connection, dive_id, frame, provenances)

    def keypoint_tracks(self, dive_id: str) -> tuple[tuple[str, KeypointTrack], ...]:
        """The predicted keypoints of a dive, each track with the id of its run, in order of frame."""
        with self._store.transaction() as connection:
            return read_tracks(connection, self._state(dive_id).id)

    def labelled_frames(self, dive_id: str, *, by_hand: bool = False) -> tuple[int, ...]:
        """Frames of a dive with a keypoint that was placed or interpolated, in order; by_hand: that a person placed."""
        with self._store.transaction() as connection:
            return labelled_frames(connection, dive_id, by_hand=by_hand)

    # Undo

    def undo(self, video_id: str) -> str | None:
        """Take back the last step of a video and return its text; None if there is nothing to take back."""
        return self._travel(video_id, "undo")

    def redo(self, video_id: str) -> str | None:
        """Bring back the step undone last and return its text; None if there is none since the last edit."""
        return self._travel(video_id, "redo")

    def undo_text(self, video_id: str) -> str | None:
        """What `undo` would take back."""
        with self._store.transaction() as connection:
            step = log.step_to_undo(connection, video_id)
        return None if step is None else step.text

    def redo_text(self, video_id: str) -> str | None:
        """What `redo` would bring back."""
        with self._store.transaction() as connection:
            step = log.step_to_redo(connection, video_id)
        return None if step is None else step.text

    def history(self, video_id: str) -> tuple[Edit, ...]:
        """Everything that was ever edited in a video, undos and redos included, oldest first."""
        with self._store.transaction() as connection:
            return log.read_history(connection, video_id)

    def refresh(self) -> bool:
        """See what another window has committed since; returns whether there was anything."""
        version = self._store.data_version()
        if version == self._data_version:
            return False
        self._data_version = version
        with self._store.lock:
            before = {video_id: dives.records(include_deleted=True) for video_id, dives in self._dives.items()}
            self._videos = None
            self._dives.clear()
        self._notify(["videos"], None, None)
        for video_id, old in before.items():
            new = self.dives(video_id, include_deleted=True)
            by_id_old, by_id_new = {dive.id: dive for dive in old}, {dive.id: dive for dive in new}
            changed = {dive.id for dive in (*old, *new) if by_id_old.get(dive.id) != by_id_new.get(dive.id)}
            if changed:
                self._notify(["dives", "trajectory"], video_id, changed)
            self._notify(["keypoints", "runs", "signals"], video_id, None)
        return True
