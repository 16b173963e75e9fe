"""What a person does to dives: one method per action, each one edit of the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.errors import DocumentError
from app.document.records import ReviewStatus
from app.window.playback import PlaybackController
from app.window.review_session import ReviewSession

if TYPE_CHECKING:
    from app.document.document import ReviewDocument

NEW_DIVE_S = 1.5
"""A dive added without a working zone takes this long: about a springboard dive's flight."""


class DiveEditing(QObject):
    """Corrections and review decisions on the selected dive, and moving from dive to dive."""

    said = Signal(str)
    """Something worth a sentence that is no error."""

    def __init__(self, session: ReviewSession, playback: PlaybackController, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._playback = session, playback
        self._chosen: tuple[str, ...] = ()

    def choose(self, dive_ids: Sequence[str]) -> None:
        """Dives that merge and delete work on when there is more than one."""
        self._chosen = tuple(dive_ids)

    def _several(self) -> tuple[str, ...]:
        """The dives chosen in the table, as far as they are still there; empty for fewer than two."""
        there = tuple(dive_id for dive_id in self._chosen if self._session.dive(dive_id) is not None)
        return there if len(there) > 1 else ()

    # Moving about

    def go_to(self, dive_id: str | None) -> None:
        """Select a dive and show its start frame."""
        self._session.select(dive_id)
        dive = self._session.selected
        if dive is not None:
            self._playback.seek(dive.start.frame)

    def next(self) -> None:
        """Go to the next dive in order of time."""
        self._go_to_neighbour(1)

    def previous(self) -> None:
        """Go to the previous dive in order of time."""
        self._go_to_neighbour(-1)

    def _go_to_neighbour(self, steps: int) -> None:
        if self._session.dives:
            self.go_to(self._session.neighbour(steps, self._playback.position))
        else:
            self.said.emit("This video has no dives yet; find them with “Analyse whole video”, or add one.")

    def go_to_start(self) -> None:
        """Show the selected dive's start frame."""
        if (dive := self._session.selected) is not None:
            self._playback.seek(dive.start.frame)

    def go_to_end(self) -> None:
        """Show the selected dive's end frame."""
        if (dive := self._session.selected) is not None:
            self._playback.seek(dive.end.frame)

    def loop(self) -> None:
        """Put the working zone round the selected dive and play it round and round."""
        if (dive := self._session.selected) is not None:
            self._playback.set_working_zone((dive.start.frame, dive.end.frame))
            self._playback.set_loop(True)
            self._playback.seek(dive.start.frame)
            if not self._playback.is_playing:
                self._playback.play()

    # Review decisions

    def accept(self) -> None:
        """Accept the selected dive and go on to the least certain one that is left; or accept all chosen.

        A corrected dive is reviewed already and stays corrected.
        """
        self._decide(ReviewStatus.ACCEPTED)

    def reject(self) -> None:
        """Say that the selected dive is none, and go on; or reject all chosen."""
        self._decide(ReviewStatus.REJECTED)

    def set_status(self, status: str) -> None:
        """Give the selected dive a review status."""
        if (dive := self._session.selected) is not None:
            self.set_statuses([dive.id], status)

    def set_statuses(self, dive_ids: Sequence[str], status: str) -> None:
        """Give several dives a review status in one edit."""
        new = ReviewStatus(status)
        dives = [dive for dive_id in dive_ids if (dive := self._session.dive(dive_id)) is not None]
        dives = [dive for dive in dives if dive.status is not new]
        video = self._session.video
        if not dives or video is None:
            return

        def change(document: ReviewDocument) -> None:
            with document.macro(video.id, f"Mark {len(dives)} dives {new.value}"):
                for dive in dives:
                    document.set_status(dive.id, new)

        if len(dives) == 1:
            self._session.edit(lambda document: document.set_status(dives[0].id, new))
        else:
            self._session.edit(change)

    def unreview(self) -> None:
        """Put the selected dive back into the queue."""
        if (dive := self._session.selected) is not None and dive.status is ReviewStatus.UNREVIEWED:
            self.said.emit("This dive has not been reviewed yet.")
        self.set_status(ReviewStatus.UNREVIEWED)

    # Extent

    def start_here(self) -> None:
        """The selected dive starts at the playhead."""
        if not self.set_start(self._playback.position):
            self.said.emit("The dive starts at this frame already.")

    def end_here(self) -> None:
        """The selected dive ends at the playhead."""
        if not self.set_end(self._playback.position):
            self.said.emit("The dive ends at this frame already.")

    def set_start(self, frame: int) -> bool:
        """The selected dive starts at this frame; whether it did not before."""
        dive = self._session.selected
        if dive is None or frame == dive.start.frame:
            return False
        self._session.edit(lambda document: document.set_start(dive.id, self._session.frame_time(frame)))
        return True

    def set_end(self, frame: int) -> bool:
        """The selected dive ends at this frame; whether it did not before."""
        dive = self._session.selected
        if dive is None or frame == dive.end.frame:
            return False
        self._session.edit(lambda document: document.set_end(dive.id, self._session.frame_time(frame)))
        return True

    def set_interval(self, dive_id: str, start: int, end: int) -> None:
        """A dive lies from start to end (inclusive)."""
        time = self._session.frame_time
        self._session.edit(lambda document: document.set_interval(dive_id, time(start), time(end)))

    # Adding and taking away

    def add_here(self) -> None:
        """Add a dive over the working zone, or one of usual length that starts at the playhead."""
        zone = self._playback.working_zone
        index = self._session.index
        if index is None:
            return
        start = self._playback.position
        self.add(*(zone or (start, index.frame_at(float(index.times_s[start]) + NEW_DIVE_S))))

    def add(self, start: int, end: int) -> None:
        """Add a dive from start to end (inclusive) and select it."""
        video = self._session.video
        if video is None:
            return
        time = self._session.frame_time
        dive_id = self._session.edit(lambda document: document.add_dive(video.id, time(start), time(end)))
        if dive_id is not None:
            self._session.select(dive_id)

    def split(self) -> None:
        """Split the selected dive: the frame at the playhead is the second part's first."""
        dive = self._session.selected
        if dive is None:
            return
        frame = self._playback.position
        if not dive.start.frame < frame <= dive.end.frame:
            where = "is the dive's first" if frame == dive.start.frame else "does not lie inside the dive"
            self._refuse(f"Frame {frame} {where}; go to where its second part starts.")
            return
        time = self._session.frame_time
        parts = self._session.edit(lambda document: document.split_dive(dive.id, time(frame - 1), time(frame)))
        if parts is not None:
            self._session.select(parts[1])

    def merge(self, dive_ids: Sequence[str] | None = None) -> None:
        """Merge these dives, else those chosen in the table, else the selected dive and the next."""
        ids = tuple(dive_ids or self._several())
        if len(ids) < 2:
            ids = self._selected_and_next()
        if len(ids) < 2:
            self._refuse("There is no next dive to merge with.")
            return
        merged = self._session.edit(lambda document: document.merge_dives(ids))
        if merged is not None:
            self._session.select(merged)

    def delete(self, dive_ids: Sequence[str] | None = None) -> None:
        """Delete these dives, else those chosen in the table, else the selected one."""
        selected = self._session.selected
        ids = tuple(dive_ids or self._several()) or ((selected.id,) if selected is not None else ())
        video = self._session.video
        if not ids or video is None:
            return
        following = self._survivor(ids)

        def change(document: ReviewDocument) -> None:
            with document.macro(video.id, "Delete dive" if len(ids) == 1 else f"Delete {len(ids)} dives"):
                for dive_id in ids:
                    document.delete_dive(dive_id)

        self._session.edit(change)
        if selected is not None and selected.id in ids:
            self._session.select(following)

    def set_note(self, note: str) -> None:
        """Write the selected dive's note."""
        dive = self._session.selected
        if dive is not None and note != dive.note:
            self._session.edit(lambda document: document.set_note(dive.id, note))

    def revert(self, field: str) -> None:
        """Take the person's value of a field away, so that the prediction counts again."""
        if (dive := self._session.selected) is not None:
            self._session.edit(lambda document: document.revert(dive.id, field))

    def _decide(self, status: ReviewStatus) -> None:
        dive = self._session.selected
        if several := self._several():
            self.set_statuses(several, status)
        elif dive is not None:
            following = self._session.next_in_queue()
            if not (status is ReviewStatus.ACCEPTED and dive.status is ReviewStatus.CORRECTED):
                self.set_statuses([dive.id], status)
            self._go_on(following)

    def _go_on(self, following: str | None) -> None:
        if following is not None:
            self.go_to(following)
        else:
            self.said.emit("Every dive of this video is reviewed.")

    def _selected_and_next(self) -> tuple[str, ...]:
        dives, selected = self._session.dives, self._session.selected
        place = next((place for place, dive in enumerate(dives) if selected and dive.id == selected.id), len(dives))
        return tuple(dive.id for dive in dives[place : place + 2])

    def _survivor(self, doomed: Sequence[str]) -> str | None:
        """The dive after the deleted ones, or else before them."""
        dives = self._session.dives
        places = [place for place, dive in enumerate(dives) if dive.id in doomed]
        if not places:
            return None
        after = [dive.id for dive in dives[places[-1] + 1 :]]
        before = [dive.id for dive in dives[: places[0]]]
        return after[0] if after else before[-1] if before else None

    def _refuse(self, sentence: str) -> None:
        self._session.failed.emit(DocumentError(sentence))
