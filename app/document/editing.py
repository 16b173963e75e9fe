"""The edits of a review. Each is one transaction, committed and logged when the call returns.

All raise `DocumentError` if the review is read-only, the dive is unknown or deleted, or the value cannot be. Setting a
value that counts already is no edit: nothing is logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from app.document import edits
from app.document.errors import DocumentError
from app.document.keypoint_editing import KeypointEditing
from app.document.records import Field, ReviewStatus
from app.document.session import PendingEdit
from app.document.states import DiveState
from app.document.trajectories import (
    HumanTouch,
    Origin,
    load_trajectory,
    read_origin,
    read_touch,
    store_touch,
    store_trajectory,
)
from app.document.values import Assignment, Key, Value, read_keypoints
from inference.results import BallisticPath, FrameTime, Trajectory

_STATUS_TEXTS = {
    ReviewStatus.UNREVIEWED: "Mark dive as unreviewed",
    ReviewStatus.ACCEPTED: "Accept dive",
    ReviewStatus.CORRECTED: "Mark dive as corrected",
    ReviewStatus.REJECTED: "Reject dive",
}


class Editing(KeypointEditing):
    """The editing half of `ReviewDocument`."""

    # Dives

    def add_dive(
        self, video_id: str, start: FrameTime, end: FrameTime, *, board: str | None = None, code: str | None = None
    ) -> str:
        """Add a dive over start to end (inclusive) and return its id; its status is corrected."""
        with self._editing(video_id, "Add dive") as edit:
            edits.check_interval(start, end, self._video(video_id).frame_count)
            return self._make_dive(edit, video_id, start, end, board, code)

    def _make_dive(
        self,
        edit: PendingEdit,
        video_id: str,
        start: FrameTime,
        end: FrameTime,
        board: str | None,
        code: str | None = None,
    ) -> str:
        state = edits.new_dive(video_id)
        edit.new_dives.append(state)
        edit.add(edits.add_dive(state, start, end, board, code, edit.author))
        return state.id

    def delete_dive(self, dive_id: str) -> None:
        """Take a dive out of the review; a later run of a model does not bring it back."""
        state = self._live_state(dive_id)
        with self._editing(state.video_id, "Delete dive") as edit:
            edit.add(edits.delete_dive(state, edit.author))

    def split_dive(self, dive_id: str, first_end: FrameTime, second_start: FrameTime) -> tuple[str, str]:
        """Make two dives of one: start to first_end and second_start to end, all inclusive.

        Both keep the board and their keypoints; the path goes to the part with more of its inliers, the note to the
        first, the code to neither, because it named one dive.
        """
        state = self._live_state(dive_id)
        with self._editing(state.video_id, "Split dive") as edit:
            edits.split_times(state, first_end, second_start)
            start, end = edits.times(state)
            parts = ((start, first_end), (second_start, end))
            board = state.text(Field.BOARD)
            first, second = (self._make_dive(edit, state.video_id, *part, board) for part in parts)
            keypoints = read_keypoints(edit.connection, dive_id)
            for part_id, (part_start, part_end) in zip((first, second), parts, strict=True):
                edit.add(edits.copy_keypoints(keypoints, part_id, frames=(part_start.frame, part_end.frame)))
            if state.path_id is not None:
                trajectory = load_trajectory(edit.connection, state.path_id)
                self._inherit_path(edit, state, (first, second)[_part_of_path(trajectory, parts)])
            self._inherit_note(edit, [state], first)
            edit.add(edits.delete_dive(state, edit.author))
            return first, second

    def merge_dives(self, dive_ids: Sequence[str]) -> str:
        """Make one dive of several, from the earliest start to the latest end, and return its id.

        It has the board and code that they agree on, the path of the longest that has one, and all notes and
        keypoints.

        Raises:
            DocumentError: for fewer than two dives, or dives of several videos.
        """
        if len(set(dive_ids)) < 2:
            raise DocumentError("Choose at least two dives to merge.")
        states = [self._live_state(dive_id) for dive_id in dict.fromkeys(dive_ids)]
        if len({state.video_id for state in states}) > 1:
            raise DocumentError("Dives of different videos cannot be merged.")
        states.sort(key=lambda state: (*edits.times(state), state.id))
        with self._editing(states[0].video_id, f"Merge {len(states)} dives") as edit:
            spans = [edits.times(state) for state in states]
            merged = self._make_dive(
                edit,
                states[0].video_id,
                min(start for start, _ in spans),
                max(end for _, end in spans),
                edits.common_text(states, Field.BOARD),
                edits.common_text(states, Field.CODE),
            )
            with_path = [state for state in states if state.path_id is not None]
            if with_path:
                self._inherit_path(edit, max(with_path, key=_frame_count), merged)
            self._inherit_note(edit, states, merged)
            for state in states:
                keypoints = read_keypoints(edit.connection, state.id)
                edit.add(edits.copy_keypoints(keypoints, merged, {assignment.key for assignment in edit.assignments}))
                edit.add(edits.delete_dive(state, edit.author))
            return merged

    def _inherit_path(self, edit: PendingEdit, state: DiveState, heir_id: str) -> None:
        value = state.values.get(Field.PATH) or state.predicted_value(Field.PATH)
        edit.add([Assignment(Key(heir_id, Field.PATH), None, value)])

    def _inherit_note(self, edit: PendingEdit, states: Sequence[DiveState], heir_id: str) -> None:
        note = "\n".join(text for state in states if (text := state.text(Field.NOTE)))
        if note:
            edit.add([Assignment(Key(heir_id, Field.NOTE), None, edit.author.value(note))])

    # Values

    def set_start(self, dive_id: str, start: FrameTime) -> None:
        """Move the start frame, the last contact with the board."""
        _, end = edits.times(self._live_state(dive_id))
        self._set_interval(dive_id, start, end, f"Set start to frame {start.frame}")

    def set_end(self, dive_id: str, end: FrameTime) -> None:
        """Move the end frame, the first contact with the water."""
        start, _ = edits.times(self._live_state(dive_id))
        self._set_interval(dive_id, start, end, f"Set end to frame {end.frame}")

    def set_interval(self, dive_id: str, start: FrameTime, end: FrameTime) -> None:
        """Move start and end together."""
        self._set_interval(dive_id, start, end, f"Move dive to frames {start.frame} to {end.frame}")

    def _set_interval(self, dive_id: str, start: FrameTime, end: FrameTime, text: str) -> None:
        state = self._live_state(dive_id)
        with self._editing(state.video_id, text) as edit:
            frame_count = self._video(state.video_id).frame_count
            edit.add(edits.set_interval(state, start, end, frame_count, edit.author))

    def set_board(self, dive_id: str, board: str | None) -> None:
        """Set the board by its key, such as "springboard-3"; None says that it is not known."""
        self._set_text(dive_id, Field.BOARD, board)

    def set_code(self, dive_id: str, code: str | None) -> None:
        """Set the dive code, such as "5152B"; None says that it is not known."""
        self._set_text(dive_id, Field.CODE, code)

    def _set_text(self, dive_id: str, field: Literal[Field.BOARD, Field.CODE], text: str | None) -> None:
        state = self._live_state(dive_id)
        name = f"Set {field.value} to {text}" if text is not None else f"Remove {field.value}"
        with self._editing(state.video_id, name) as edit:
            edit.add(edits.set_text(state, field, text, edit.author))

    def set_note(self, dive_id: str, note: str) -> None:
        """Set the note, which leaves the review status alone."""
        state = self._live_state(dive_id)
        with self._editing(state.video_id, "Change note") as edit:
            edit.add(edits.set_note(state, note, edit.author))

    def set_status(self, dive_id: str, status: ReviewStatus) -> None:
        """Set the review status.

        A reviewed dive (accepted, corrected or rejected) keeps the values it has, whatever later runs of a model say,
        with the model that said them as their origin. Going back to unreviewed lets the latest prediction count again.
        """
        state = self._live_state(dive_id)
        with self._editing(state.video_id, _STATUS_TEXTS[status]) as edit:
            edit.add(edits.set_status(state, ReviewStatus(status), edit.author))

    def revert(self, dive_id: str, field: str) -> None:
        """Delete a value set by hand (start, end, board, code, path or note): the latest prediction counts again.

        Raises:
            DocumentError: if there is no such value, or no prediction where a dive cannot be without.
        """
        state = self._live_state(dive_id)
        if field not in {name.value for name in Field}:
            raise DocumentError(f"A dive has no value called {field!r}.")
        with self._editing(state.video_id, f"Take back {field} set by hand") as edit:
            edit.add(edits.revert(state, Field(field), edit.author))

    # Path

    def set_path(self, dive_id: str, path: BallisticPath | None) -> None:
        """Set the path by hand; candidates and camera stay. None brings the path under it back."""
        state = self._live_state(dive_id)
        with self._editing(state.video_id, "Change path" if path is not None else "Take back path") as edit:
            touch = read_touch(edit.connection, state.path_id)
            if touch.path != path:
                self._touch_path(edit, state, replace(touch, path=path))

    def mark_candidate(self, dive_id: str, candidate_index: int, is_inlier: bool | None) -> None:
        """Mark a candidate of the dive's trajectory as inlier or outlier; None takes the mark back.

        Raises:
            DocumentError: if the trajectory has no such candidate.
        """
        state = self._live_state(dive_id)
        with self._editing(state.video_id, "Mark candidate" if is_inlier is not None else "Take back mark") as edit:
            candidates = () if state.path_id is None else load_trajectory(edit.connection, state.path_id).candidates
            if not 0 <= candidate_index < len(candidates):
                raise DocumentError(
                    f"This dive has {len(candidates)} candidates, so none with index {candidate_index}."
                )
            touch = read_touch(edit.connection, state.path_id)
            marks = {index: mark for index, mark in touch.marks.items() if index != candidate_index}
            if is_inlier is not None:
                marks[candidate_index] = is_inlier
            if marks != touch.marks:
                self._touch_path(edit, state, replace(touch, marks=marks))

    def set_trajectory(self, dive_id: str, trajectory: Trajectory) -> None:
        """Set path, candidates and camera together, for a dive that no model found."""
        state = self._live_state(dive_id)
        with self._editing(state.video_id, "Set trajectory") as edit:
            origin = Origin(edit.author.at_us, person=edit.author.person)
            stored = store_trajectory(edit.connection, state.video_id, trajectory, origin, is_kept=True)
            edit.add(edits.correct(state, [(Field.PATH, edit.author.path(stored))], edit.author))

    def _touch_path(self, edit: PendingEdit, state: DiveState, touch: HumanTouch) -> None:
        value: Value | None
        if touch.path is not None or touch.marks:
            origin = Origin(edit.author.at_us, person=edit.author.person)
            value = edit.author.path(store_touch(edit.connection, state.video_id, touch, origin))
        elif touch.base_id is not None:
            base = read_origin(edit.connection, touch.base_id)
            value = Value(base.at_us, person=base.person, run_id=base.run_id, trajectory_id=touch.base_id)
        else:
            value = None
        edit.add(edits.correct(state, [(Field.PATH, value)], edit.author))


def _frame_count(state: DiveState) -> int:
    start, end = edits.times(state)
    return end.frame - start.frame


def _part_of_path(trajectory: Trajectory, parts: Sequence[tuple[FrameTime, FrameTime]]) -> int:
    """Which of two parts has more of the path's inliers; without candidates, the longer one."""
    frames = [candidate.frame for candidate in trajectory.candidates if candidate.is_inlier]
    counts = [
        (sum(start.frame <= frame <= end.frame for frame in frames), end.frame - start.frame) for start, end in parts
    ]
    return int(counts[1] > counts[0])
