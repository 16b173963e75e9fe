"""Keypoints by hand: the joints of the pictures are taken, moved, hidden and given back; one gesture is one edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from app.document.errors import DocumentError
from app.document.records import PlacedKeypoint, Visibility
from app.window.keypoint_commands import KeypointCommands
from app.window.playback import PlaybackController
from app.window.pose_display import PoseDisplay, ShownPose
from app.window.review_session import ReviewSession
from app.window.video_tabs import VideoTabs
from widgets.canvas.pose_overlay import JointPlace
from widgets.canvas.posed_view import PosedView

KEYPOINT_NEEDS: Final = frozenset({"pose", "joint", "picture"})
"""What actions about keypoints need, as far as it comes and goes with what is shown."""


class KeypointEditing(QObject):
    """Between the joints over the pictures, which are the frame, the crop and the 3D view, and those of the document.

    A keypoint that is moved becomes a person's; the others of its frame stay as they are. That of a pose found live,
    which is stored nowhere, is stored for the dive that the frame belongs to.
    """

    said = Signal(str)
    available_changed = Signal()
    """`available` says something else now."""

    def __init__(
        self,
        video: VideoTabs,
        session: ReviewSession,
        playback: PlaybackController,
        display: PoseDisplay,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._video, self._session, self._playback, self._display = video, session, playback, display
        self._available: frozenset[str] = frozenset()
        self._commands = KeypointCommands(video, session, playback, display, self)
        self._commands.said.connect(self.said)
        for view in video.views:
            view.joint_dragged.connect(partial(self._drag, view))
            view.joint_released.connect(self._place)
            view.joint_selected.connect(self._select)
            view.prediction_wanted.connect(self.take_back)
            view.focus_changed.connect(self._tell)
        video.tabs.currentChanged.connect(self._tell)
        display.changed.connect(self._tell)

    @property
    def available(self) -> frozenset[str]:
        """Which of `KEYPOINT_NEEDS` there are: a pose over the picture, a joint selected in it, the keyboard on it."""
        return self._available

    def slots(self) -> dict[str, Callable[[], object]]:
        """What the actions about keypoints do."""
        return {
            "next_keypoint": partial(self.step, 1),
            "previous_keypoint": partial(self.step, -1),
            "keypoint_visibility": self.switch_visibility,
            "keypoint_back": self.take_back,
            **self._commands.slots(),
        }

    def step(self, places: int) -> None:
        """Select the next joint of the picture; past the last one the keyboard goes on to the next widget."""
        view = self._video.view
        joints = view.joints
        selected = view.selected_joint
        first = -1 if places > 0 else len(joints)
        place = (joints.index(selected) if selected in joints else first) + places
        if 0 <= place < len(joints):
            view.select_joint(joints[place])
        else:
            view.select_joint(None)
            view.focusNextPrevChild(places > 0)

    def switch_visibility(self) -> None:
        """Say of the selected joint that it cannot be seen in the picture, or that it can."""
        held = self._held()
        if held is not None:
            shown, joint, place = held
            is_hidden = place in shown.overlay.hidden
            visibility = Visibility.VISIBLE if is_hidden else Visibility.HIDDEN
            verb = "Show" if is_hidden else "Hide"
            here = JointPlace(*shown.overlay.points[place].tolist())
            self._edit(shown, f"{verb} {joint_words(joint)}", joint, here, visibility)

    def take_back(self) -> None:
        """Let the model's place of the selected joint count again."""
        held = self._held()
        if held is not None:
            shown, joint, place = held
            if shown.overlay.is_placed[place]:
                self._edit(shown, f"Take back {joint_words(joint)}", joint, None)
            else:
                self.said.emit(f"The {joint_words(joint)} is where the model found it; there is nothing to take back.")

    def _held(self) -> tuple[ShownPose, str, int] | None:
        """The pose that is shown, and the name and place in it of the selected joint."""
        shown, joint = self._display.shown, self._video.view.selected_joint
        place = shown.overlay.place_of(joint) if shown is not None else None
        return (shown, joint, place) if shown is not None and joint is not None and place is not None else None

    def _drag(self, view: PosedView, _frame: int, _joint: str, _place: JointPlace) -> None:
        self._playback.pause()
        document = self._session.document
        if document is not None and document.is_read_only:
            view.give_up_joint()
            reason = document.read_only_reason
            self._session.failed.emit(DocumentError(f"Keypoints cannot be moved: the review is read-only. {reason}"))

    def _place(self, frame: int, joint: str, moved_to: JointPlace) -> None:
        shown = self._display.shown
        place = shown.overlay.place_of(joint) if shown is not None and shown.frame == frame else None
        if shown is None or place is None:
            self._display.refresh()
            return
        visibility = Visibility.HIDDEN if place in shown.overlay.hidden else Visibility.VISIBLE
        self._edit(shown, f"Move {joint_words(joint)}", joint, moved_to, visibility)

    def _edit(
        self,
        shown: ShownPose,
        text: str,
        joint: str,
        place: JointPlace | None,
        visibility: Visibility = Visibility.VISIBLE,
    ) -> None:
        """Put a joint somewhere, or give it back to the model."""
        time = self._session.frame_time(shown.frame)
        placed = []
        if place is not None:
            placed = [PlacedKeypoint(time, joint, place.x, place.y, visibility, depth=place.depth)]
        cleared: Sequence[tuple[int, str]] = [(shown.frame, joint)] if place is None else []
        self._session.edit(lambda document: document.set_keypoints(shown.dive_id, placed, cleared=cleared, text=text))
        self._display.read_again()

    def _select(self, joint: str) -> None:
        for view in self._video.views:
            view.select_joint(joint or None)
        self._tell()

    def _tell(self) -> None:
        view, shown = self._video.view, self._display.shown
        there = {
            "pose": shown is not None,
            "joint": shown is not None and shown.overlay.place_of(view.selected_joint) is not None,
            "picture": view.hasFocus(),
        }
        available = frozenset(name for name, is_there in there.items() if is_there)
        if available != self._available:
            self._available = available
            self.available_changed.emit()


def joint_words(joint: str) -> str:
    """A joint's name as one says it: "left wrist"."""
    return joint.replace("_", " ")
