"""An open review: its videos and dives in memory, transactions, undo, and news for those who listen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from sqlalchemy import Connection, insert

from app.document import log
from app.document.edits import Author
from app.document.errors import DocumentError
from app.document.ids import now_us
from app.document.loading import load_dives, video_of
from app.document.locking import clear_holder
from app.document.opening import OpenedFile
from app.document.records import Change, ChangeKind, Field, Video
from app.document.schema import DiveRow
from app.document.states import DiveState, VideoDives
from app.document.trajectories import keep
from app.document.values import Assignment, write
from app.document.videos import read_videos
from inference.results import Trajectory

Subscriber = Callable[[Change], None]

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class PendingEdit:
    """An edit in the making, inside its transaction: the dives it makes and the values it assigns."""

    connection: Connection
    author: Author
    assignments: list[Assignment] = field(default_factory=list)
    new_dives: list[DiveState] = field(default_factory=list)

    def add(self, assignments: Iterable[Assignment]) -> None:
        """Add to what the edit does."""
        self.assignments.extend(assignments)


@dataclass(slots=True)
class _Macro:
    video_id: str
    text: str
    step: log.Step | None = None
    dives: set[str] = field(default_factory=set)
    kinds: set[ChangeKind] = field(default_factory=set)
    is_broken: bool = False


class Session:
    """What every part of the document's interface builds on. Any thread may call; one edit runs at a time."""

    def __init__(self, path: Path, opened: OpenedFile, person: str) -> None:
        self._path = path
        self._person = person
        self._store = opened.store
        self._lock = opened.lock
        self._read_only_reason = opened.read_only_reason
        self._holder = opened.holder
        self._videos: dict[str, Video] | None = None
        self._dives: dict[str, VideoDives] = {}
        self._trajectories: dict[str, Trajectory] = {}
        self._subscribers: list[Subscriber] = []
        self._macro: _Macro | None = None
        self._gesture: tuple[str, str] | None = None  # video and gesture of the latest step
        self._gesture_step: log.Step | None = None
        self._data_version = self._store.data_version()
        self._is_closed = False

    # Listening

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Have a function called after each commit, in the thread that made it; returns how to stop that."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    def _notify(self, kinds: Iterable[ChangeKind], video_id: str | None, dive_ids: Iterable[str] | None) -> None:
        concerned = None if dive_ids is None else frozenset(dive_ids)
        asked = set(kinds)
        for kind in get_args(ChangeKind):
            if kind in asked:
                for callback in tuple(self._subscribers):
                    callback(Change(kind, video_id, concerned))

    # Memory

    def _all_videos(self) -> dict[str, Video]:
        with self._store.lock:
            if self._videos is None:
                with self._store.transaction() as connection:
                    self._videos = read_videos(connection, self._path.parent)
            return self._videos

    def _video(self, video_id: str) -> Video:
        try:
            return self._all_videos()[video_id]
        except KeyError:
            raise DocumentError(f"{self._path} has no video with the id {video_id}.") from None

    def _dives_of(self, video_id: str) -> VideoDives:
        with self._store.lock:
            if video_id not in self._dives:
                self._video(video_id)
                with self._store.transaction() as connection:
                    self._dives[video_id] = load_dives(connection, video_id)
            return self._dives[video_id]

    def _state(self, dive_id: str) -> DiveState:
        with self._store.lock:
            for dives in self._dives.values():
                if dive_id in dives.states:
                    return dives.states[dive_id]
            with self._store.transaction() as connection:
                video_id = video_of(connection, dive_id)
            if video_id is None:
                raise DocumentError(f"{self._path} has no dive with the id {dive_id}.")
            return self._dives_of(video_id).states[dive_id]

    def _live_state(self, dive_id: str) -> DiveState:
        """The state of a dive that can be edited."""
        state = self._state(dive_id)
        if state.is_deleted:
            raise DocumentError("This dive has been deleted; undo the deletion before changing it.")
        if state.time(Field.START) is None or state.time(Field.END) is None:
            raise DocumentError("This dive is no longer in the review; choose another one.")
        return state

    # Editing

    def _require_writable(self) -> None:
        if self._read_only_reason is not None:
            raise DocumentError(f"The review is read-only: {self._read_only_reason}")

    @contextmanager
    def _editing(self, video_id: str, text: str) -> Iterator[PendingEdit]:
        """A transaction for one edit, which is logged, remembered and told at the end."""
        self._require_writable()
        with self._store.lock:
            macro = self._macro
            if macro is not None and macro.video_id != video_id:
                raise DocumentError("Edits of several videos cannot be grouped; end the group first.")
            dives = self._dives_of(video_id)
            with self._store.transaction() as connection:
                edit = PendingEdit(connection, Author(self._person, now_us()))
                yield edit
                if edit.assignments:
                    self._write(video_id, text, edit, macro)
            changed = _remember(dives, edit)
            if macro is None and changed:
                self._gesture = None
        if macro is None:
            self._notify(_kinds(edit.assignments), video_id, changed)
        else:
            macro.dives |= changed
            macro.kinds |= _kinds(edit.assignments)

    def _write(self, video_id: str, text: str, edit: PendingEdit, macro: _Macro | None) -> None:
        connection = edit.connection
        try:
            if edit.new_dives:
                connection.execute(
                    insert(DiveRow),
                    [
                        {"id": state.id, "video_id": video_id, "source": state.source, "is_lost": False}
                        for state in edit.new_dives
                    ],
                )
            if macro is None or macro.step is None:
                step = log.begin_step(connection, video_id, macro.text if macro is not None else text)
            else:
                step = macro.step
            if macro is not None:
                macro.step = step
            write(connection, edit.assignments)
            for assignment in edit.assignments:
                if assignment.new is not None and assignment.new.trajectory_id is not None:
                    keep(connection, assignment.new.trajectory_id)
            author = edit.author
            log.append(connection, video_id, step, "edit", text, author.person, author.at_us, edit.assignments)
        except BaseException:
            if macro is not None:
                macro.is_broken = True
            raise

    @contextmanager
    def macro(self, video_id: str, text: str, *, gesture: str | None = None) -> Iterator[None]:
        """Group edits: they commit together when the block ends, or not at all if it fails, and undo as one.

        A macro inside a macro belongs to the outer one. Macros of one gesture (any text that names it, such as a drag
        with a number) that follow directly on one another undo as one, although each has been committed.

        Raises:
            DocumentError: if the review is read-only, or an edit inside could not be written.
        """
        self._require_writable()
        with self._store.lock:
            if self._macro is not None:
                yield
                return
            is_same_gesture = gesture is not None and self._gesture == (video_id, gesture)
            macro = self._macro = _Macro(video_id, text, self._gesture_step if is_same_gesture else None)
            try:
                with self._store.transaction():
                    yield
                    if macro.is_broken:
                        raise DocumentError(f"“{text}” could not be stored completely and was taken back.")
            except BaseException:
                self._dives.pop(video_id, None)
                raise
            finally:
                self._macro = None
            self._gesture = (video_id, gesture) if gesture is not None else None
            self._gesture_step = macro.step
        self._notify(macro.kinds, video_id, macro.dives)

    def _travel(self, video_id: str, kind: Literal["undo", "redo"]) -> str | None:
        """Undo or redo one step and return its text; None if there is none."""
        self._require_writable()
        with self._store.lock:
            if self._macro is not None:
                raise DocumentError("A group of edits is not finished; end it before undo or redo.")
            self._gesture = None
            dives = self._dives_of(video_id)
            with self._store.transaction() as connection:
                find = log.step_to_undo if kind == "undo" else log.step_to_redo
                step = find(connection, video_id)
                if step is None:
                    return None
                assignments = log.assignments_of(connection, step)
                if kind == "undo":
                    assignments = [assignment.inverse for assignment in reversed(assignments)]
                write(connection, assignments)
                log.set_state(connection, step, "undone" if kind == "undo" else "done")
                log.append(connection, video_id, step, kind, step.text, self._person, now_us(), assignments)
            changed = _remember(dives, PendingEdit(connection, Author(self._person, 0), assignments))
        self._notify(_kinds(assignments), video_id, changed)
        return step.text

    # Closing

    def close(self) -> None:
        """Close the file and give the right to write back; a second call does nothing."""
        with self._store.lock:
            if self._is_closed:
                return
            self._is_closed = True
            try:
                if self._lock is not None:
                    with self._store.transaction() as connection:
                        clear_holder(connection)
            except DocumentError:
                _logger.warning("the holder of %s could not be removed", self._path, exc_info=True)
            finally:
                self._store.close()
                if self._lock is not None:
                    self._lock.release()
                self._subscribers.clear()


def _remember(dives: VideoDives, edit: PendingEdit) -> set[str]:
    """Bring the dives in memory up to what has been written and return the ids of the changed ones."""
    for state in edit.new_dives:
        dives.states[state.id] = state
    for assignment in edit.assignments:
        key = assignment.key
        if key.field is Field.KEYPOINT:
            continue
        values = dives.states[key.dive_id].values
        if assignment.new is None:
            values.pop(key.field, None)
        else:
            values[key.field] = assignment.new
    changed = {assignment.key.dive_id for assignment in edit.assignments}
    dives.update(changed)
    return changed


def _kinds(assignments: Iterable[Assignment]) -> set[ChangeKind]:
    kinds: set[ChangeKind] = set()
    for assignment in assignments:
        if assignment.key.field is Field.KEYPOINT:
            kinds.add("keypoints")
        else:
            kinds.add("dives")
        if assignment.key.field is Field.PATH:
            kinds.add("trajectory")
    return kinds
