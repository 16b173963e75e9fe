"""The edits of keypoints: those that a person places, or has interpolated, stand beside the predicted ones and win."""

from __future__ import annotations

from collections.abc import Sequence

from app.document.errors import DocumentError
from app.document.keypoints import keypoint_key, place_keypoint
from app.document.records import PlacedKeypoint, Visibility
from app.document.session import Session
from app.document.values import Assignment, read_keypoints
from inference.results import FrameTime


class KeypointEditing(Session):
    """The part of the document's editing half that is about keypoints; none of it touches the review status."""

    def set_keypoint(
        self,
        dive_id: str,
        frame: FrameTime,
        name: str,
        x: float,
        y: float,
        visibility: Visibility = Visibility.VISIBLE,
        depth: float | None = None,
    ) -> None:
        """Place a keypoint in a frame, see `PlacedKeypoint`; it leaves the review status alone."""
        placed = PlacedKeypoint(frame, name, x, y, visibility, depth=depth)
        self.set_keypoints(dive_id, [placed], text=f"Move {name}")

    def clear_keypoint(self, dive_id: str, frame: int, name: str) -> None:
        """Remove a placed keypoint: the predicted one counts again, and its depth."""
        self.set_keypoints(dive_id, (), cleared=[(frame, name)], text=f"Take back {name}")

    def set_keypoints(
        self,
        dive_id: str,
        placed: Sequence[PlacedKeypoint],
        *,
        cleared: Sequence[tuple[int, str]] = (),
        text: str,
    ) -> int:
        """Place many keypoints of a dive and remove others, as one edit.

        Args:
            dive_id: the dive.
            placed: where keypoints are.
            cleared: frame and name of placed keypoints whose predicted ones are to count again. One that is placed too
                keeps nothing of what it was, so not its depth either.
            text: what undo calls it.

        Returns:
            How many of them changed; without any there is nothing to undo.

        Raises:
            DocumentError: if a frame is not in the video, or a keypoint has no name or no number for a place or depth.
        """
        state = self._live_state(dive_id)
        with self._editing(state.video_id, text) as edit:
            frame_count = self._video(state.video_id).frame_count
            frames = [each.time.frame for each in placed] + [frame for frame, _ in cleared]
            for frame in frames:
                if not 0 <= frame < frame_count:
                    raise DocumentError(f"Frame {frame} is not one of the video's {frame_count} frames.")
            if not frames:
                return 0
            old = read_keypoints(edit.connection, dive_id, first_frame=min(frames), last_frame=max(frames))
            keys = {keypoint_key(dive_id, frame, name): None for frame, name in cleared}
            for each in placed:
                key = keypoint_key(dive_id, each.time.frame, each.name)
                edit.add(place_keypoint(old.get(key), key, each, edit.author, keeps_depth=key not in keys))
                keys.pop(key, None)
            edit.add([Assignment(key, old[key], None) for key in keys if key in old])
            return len(edit.assignments)
