"""What each edit assigns. Every function reads the dive's state, checks the request and returns assignments.

Two rules run through all of them. Correcting a value makes an unreviewed or accepted dive corrected. And a dive that a
person has reviewed or deleted keeps its values: those still taken from the prediction are kept beside it, with the
model as their origin, so that a later run of a model cannot silently change what the person saw.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.document.errors import DocumentError
from app.document.ids import new_id
from app.document.records import Field, ReviewStatus
from app.document.states import KEPT_FIELDS, DiveState
from app.document.values import Assignment, Key, Value
from inference.results import FrameTime

_MAX_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Author:
    """Who edits, and when."""

    person: str
    at_us: int

    def value(self, text: str | None) -> Value:
        """A text value of this author."""
        return Value(self.at_us, person=self.person, text=text)

    def time(self, time: FrameTime) -> Value:
        """A start or end of this author."""
        return Value(self.at_us, person=self.person, frame=time.frame, seconds=time.seconds)

    def path(self, trajectory_id: str) -> Value:
        """A path of this author."""
        return Value(self.at_us, person=self.person, trajectory_id=trajectory_id)


def check_interval(start: FrameTime, end: FrameTime, frame_count: int) -> None:
    """Check that a dive lies within its video.

    Raises:
        DocumentError: saying which bound is broken.
    """
    if start.frame < 0:
        raise DocumentError(f"A dive cannot start at frame {start.frame}; frames count from 0.")
    if start.frame > end.frame:
        raise DocumentError(f"A dive cannot start at frame {start.frame}, after its end at frame {end.frame}.")
    if end.frame >= frame_count:
        raise DocumentError(
            f"A dive cannot end at frame {end.frame}; the last frame of the video is frame {frame_count - 1}."
        )
    if not (math.isfinite(start.seconds) and math.isfinite(end.seconds)):
        raise DocumentError("A dive cannot start or end at a time that is not a number.")


def times(state: DiveState) -> tuple[FrameTime, FrameTime]:
    """Start and end of a dive that has both.

    Raises:
        DocumentError: if it has not, because adding it was undone or a run of a model no longer finds it.
    """
    start, end = state.time(Field.START), state.time(Field.END)
    if start is None or end is None:
        raise DocumentError("This dive is no longer there; choose another one.")
    return start, end


def keep_values(state: DiveState) -> list[Assignment]:
    """Keep what the prediction says wherever no other value stands yet."""
    kept: list[Assignment] = []
    for field in KEPT_FIELDS:
        value = state.predicted_value(field)
        if field not in state.values and value is not None:
            kept.append(Assignment(Key(state.id, field), None, value))
    return kept


def correct(state: DiveState, changes: Iterable[tuple[Field, Value | None]], author: Author) -> list[Assignment]:
    """Set values of a dive by hand; nothing for those that already count.

    A value of None brings the prediction back.
    """
    assignments = [
        Assignment(Key(state.id, field), state.values.get(field), value)
        for field, value in changes
        if not _counts_already(state, field, value)
    ]
    if not assignments:
        return []
    if state.status in (ReviewStatus.UNREVIEWED, ReviewStatus.ACCEPTED):
        status = author.value(ReviewStatus.CORRECTED.value)
        assignments.append(Assignment(Key(state.id, Field.STATUS), state.values.get(Field.STATUS), status))
    touched = {assignment.key.field for assignment in assignments}
    return assignments + [kept for kept in keep_values(state) if kept.key.field not in touched]


def _counts_already(state: DiveState, field: Field, value: Value | None) -> bool:
    if value is None:
        return field not in state.values
    return value.says_same(state.values.get(field) or state.predicted_value(field) or Value(0))


def set_interval(
    state: DiveState, start: FrameTime, end: FrameTime, frame_count: int, author: Author
) -> list[Assignment]:
    """Move the start, the end, or both."""
    check_interval(start, end, frame_count)
    return correct(state, [(Field.START, author.time(start)), (Field.END, author.time(end))], author)


def set_text(
    state: DiveState, field: Literal[Field.BOARD, Field.CODE], text: str | None, author: Author
) -> list[Assignment]:
    """Set the board or the code; None says that there is none."""
    check_text(field, text)
    return correct(state, [(field, author.value(text))], author)


def check_text(field: Field, text: str | None) -> None:
    """Check a board, code or note.

    Raises:
        DocumentError: if it is empty where None is meant, or too long to be one.
    """
    if text is None:
        return
    if not text.strip() and field is not Field.NOTE:
        raise DocumentError(f"An empty {field.value} cannot be stored; remove the {field.value} instead.")
    if len(text) > (_MAX_TEXT if field is Field.NOTE else 100):
        raise DocumentError(f"The {field.value} is too long ({len(text)} characters).")


def set_note(state: DiveState, text: str, author: Author) -> list[Assignment]:
    """Set the note, which leaves the review status alone; an empty one removes it."""
    check_text(Field.NOTE, text)
    old = state.values.get(Field.NOTE)
    new = author.value(text) if text else None
    if (old.text if old is not None else "") == text:
        return []
    return [Assignment(Key(state.id, Field.NOTE), old, new)]


def set_status(state: DiveState, status: ReviewStatus, author: Author) -> list[Assignment]:
    """Set the review status; going back to unreviewed lets the latest prediction count again."""
    if status is state.status:
        return []
    old = state.values.get(Field.STATUS)
    if status is ReviewStatus.UNREVIEWED:
        return [Assignment(Key(state.id, Field.STATUS), old, None), *_release_values(state)]
    return [Assignment(Key(state.id, Field.STATUS), old, author.value(status.value)), *keep_values(state)]


def _release_values(state: DiveState) -> list[Assignment]:
    if state.fallback is None:
        return []  # what was kept is all there is
    return [
        Assignment(Key(state.id, field), value, None) for field, value in state.values.items() if not value.is_human
    ]


def revert(state: DiveState, field: Field, author: Author) -> list[Assignment]:
    """Delete a value set by hand, so that the prediction counts again.

    Raises:
        DocumentError: if there is no such value, or no prediction where a dive needs one.
    """
    old = state.values.get(field)
    if old is None or not old.is_human or field not in (*KEPT_FIELDS, Field.NOTE):
        raise DocumentError(f"The {field.value} of this dive was not set by hand, so there is nothing to take back.")
    if field is Field.NOTE:
        return set_note(state, "", author)
    prediction = state.predicted_value(field)
    if field in (Field.START, Field.END) and prediction is None:
        raise DocumentError(f"No model has found this dive, so there is no predicted {field.value} to go back to.")
    is_reviewed = state.status is not ReviewStatus.UNREVIEWED
    return [Assignment(Key(state.id, field), old, prediction if is_reviewed else None)]


def delete_dive(state: DiveState, author: Author) -> list[Assignment]:
    """Take a dive out of the review; everything that hangs on it stays stored for undo."""
    return [Assignment(Key(state.id, Field.DELETED), None, author.value("deleted")), *keep_values(state)]


def new_dive(video_id: str) -> DiveState:
    """A dive that a person makes, still without values."""
    return DiveState(new_id(), video_id, "person")


def add_dive(
    state: DiveState, start: FrameTime, end: FrameTime, board: str | None, code: str | None, author: Author
) -> list[Assignment]:
    """Give a new dive its values. It counts as corrected: a person found what the model had missed."""
    values: list[tuple[Field, Value]] = [(Field.START, author.time(start)), (Field.END, author.time(end))]
    for field, text in ((Field.BOARD, board), (Field.CODE, code)):
        check_text(field, text)
        if text is not None:
            values.append((field, author.value(text)))
    values.append((Field.STATUS, author.value(ReviewStatus.CORRECTED.value)))
    return [Assignment(Key(state.id, field), None, value) for field, value in values]


def split_times(state: DiveState, first_end: FrameTime, second_start: FrameTime) -> None:
    """Check where a dive is to be split.

    Raises:
        DocumentError: if the two parts are not both within it, one after the other.
    """
    start, end = times(state)
    if not start.frame <= first_end.frame < second_start.frame <= end.frame:
        raise DocumentError(
            f"A dive over frames {start.frame} to {end.frame} cannot be split into one that ends at frame "
            f"{first_end.frame} and one that starts at frame {second_start.frame}."
        )


def common_text(states: Sequence[DiveState], field: Literal[Field.BOARD, Field.CODE]) -> str | None:
    """The board or code that all dives agree on, not counting those that have none."""
    texts = {state.text(field) for state in states} - {None}
    return texts.pop() if len(texts) == 1 else None


def copy_keypoints(
    keypoints: dict[Key, Value], dive_id: str, taken: Iterable[Key] = (), *, frames: tuple[int, int] | None = None
) -> list[Assignment]:
    """Give another dive the same keypoints, within an inclusive range of frames, except those it already has."""
    has = set(taken)
    copies: list[Assignment] = []
    for key, value in keypoints.items():
        copied = replace(key, dive_id=dive_id)
        is_inside = frames is None or (key.frame is not None and frames[0] <= key.frame <= frames[1])
        if is_inside and copied not in has:
            copies.append(Assignment(copied, None, value))
    return copies
